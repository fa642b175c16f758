import { type DescMethod, getOption, hasOption } from '@bufbuild/protobuf';
import { AdminService } from '@zitadel/proto/zitadel/admin_pb.js';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { auth_option } from '@zitadel/proto/zitadel/options_pb.js';
import { type AccessRule, dataAlone, type ServedContract, type ServedService } from '#libs/engine/rpc/core/contract.js';
import { accessRule, eventFields } from './call-options.js';
import { CredentialService } from './gen/appledger/v1/credentials_pb.js';
import { EventService } from './gen/appledger/v1/events_pb.js';
import { HistoryService } from './gen/appledger/v1/history_pb.js';
import { KeyService } from './gen/appledger/v1/keys_pb.js';
import { SecretService } from './gen/appledger/v1/secrets_pb.js';
import { WebhookDeliveryService } from './gen/appledger/v1/webhook_deliveries_pb.js';
import { WebhookService } from './gen/appledger/v1/webhooks_pb.js';

/** A service of the contract: its REST prefix, and how to read the required access from the options of its calls. */
export interface ContractService extends ServedService, Pick<ServedContract, 'accessRule' | 'eventFields'> {}

/** ZITADEL's calls that work in one organization. */
export const managementService: ContractService = {
  service: ManagementService,
  restPrefix: '/management/v1',
  accessRule: zitadelRule,
};

/** ZITADEL's calls that work on all organizations at once. */
export const adminService: ContractService = {
  service: AdminService,
  restPrefix: '/admin/v1',
  accessRule: (method) => ({ ...zitadelRule(method), everywhere: true }),
};

/** Appledger's calls on the credentials of all applications. */
export const credentialService: ContractService = {
  service: CredentialService,
  restPrefix: '',
  accessRule,
  eventFields,
};

/** Appledger's calls on the secrets of applications. */
export const secretService: ContractService = { service: SecretService, restPrefix: '', accessRule, eventFields };

/** Appledger's calls on the feed of events. */
export const eventService: ContractService = { service: EventService, restPrefix: '', accessRule, eventFields };

/** Appledger's calls on the past of projects and applications. */
export const historyService: ContractService = { service: HistoryService, restPrefix: '', accessRule, eventFields };

/** Appledger's calls on the keys of applications. */
export const keyService: ContractService = { service: KeyService, restPrefix: '', accessRule, eventFields };

/** Appledger's calls on webhooks. */
export const webhookService: ContractService = { service: WebhookService, restPrefix: '', accessRule, eventFields };

/** Appledger's calls on the deliveries to webhooks. */
export const webhookDeliveryService: ContractService = {
  service: WebhookDeliveryService,
  restPrefix: '',
  accessRule,
  eventFields,
};

/** The contract that consists of these services. */
export function servedContract(services: readonly ContractService[]): ServedContract {
  const serviceOf = (method: DescMethod): ContractService => {
    const served = services.find(({ service }) => service === method.parent);
    if (served === undefined) throw new Error(`${method} belongs to a service that is not served`);
    return served;
  };
  return {
    services,
    accessRule: (method) => serviceOf(method).accessRule(method),
    eventFields: (method) => serviceOf(method).eventFields?.(method) ?? dataAlone,
  };
}

/** The fields that may contain the project of a permission, by their local names. */
const PROJECT_FIELDS = ['id', 'projectId'];

/** The required access in ZITADEL's own option. */
function zitadelRule(method: DescMethod): AccessRule {
  const option = hasOption(method, auth_option) ? getOption(method, auth_option) : undefined;
  return {
    permission: option?.permission || undefined,
    everywhere: false,
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
