import { type DescMethod, getOption, hasOption } from '@bufbuild/protobuf';
import { AdminService } from '@zitadel/proto/zitadel/admin_pb.js';
import { auth_option } from '@zitadel/proto/zitadel/options_pb.js';
import type { AccessRule, ServedContract } from '#libs/engine/rpc/core/contract.js';
import { contractServices } from './served-calls.js';

/** The fields in which a permission's project may stand, by their local names. */
const PROJECT_FIELDS = ['id', 'projectId'];

/** ZITADEL's services, with their permissions as ZITADEL's own option states them. */
export const servedContract: ServedContract = {
  services: contractServices,
  accessRule: (method) => zitadelRule(method),
};

function zitadelRule(method: DescMethod): AccessRule {
  const option = hasOption(method, auth_option) ? getOption(method, auth_option) : undefined;
  return {
    permission: option?.permission || undefined,
    everywhere: method.parent === AdminService,
    scopeField: projectField(method, option?.checkFieldName),
  };
}

/** The option names the field as Go does: `ProjectId`, or `Id` in the messages of projects. */
function projectField(method: DescMethod, checkFieldName: string | undefined): string | undefined {
  if (!checkFieldName) return undefined;
  const localName = `${checkFieldName.charAt(0).toLowerCase()}${checkFieldName.slice(1)}`;
  if (method.input.field[localName] === undefined || !PROJECT_FIELDS.includes(localName)) {
    throw new Error(`${method} checks its permission on ${checkFieldName}, which is not known to hold a project`);
  }
  return localName;
}
