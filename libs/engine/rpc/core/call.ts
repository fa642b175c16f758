import { type DescMethodUnary, getOption, hasOption, type Message } from '@bufbuild/protobuf';
import { auth_option } from '@zitadel/proto/zitadel/options_pb.js';
import { worksEverywhere } from '#libs/registry/contract/served-calls.js';
import type { RpcContext } from './rpc-context.js';

/** A call of the contract, compiled at start: what every protocol needs to know of it. */
export interface Call {
  readonly method: DescMethodUnary;
  /** The permission that the contract asks for; undefined: none, not even a token. */
  readonly permission: string | undefined;
  /** It works on all organizations at once: the permission must hold in all of them. */
  readonly everywhere: boolean;
  /** The field that holds the project in which the permission must hold, by its local name. */
  readonly projectField: string | undefined;
  /** Runs the call; undefined: it is not served. The answer is what the output message holds. */
  readonly run: ((request: Message, context: RpcContext) => Promise<object>) | undefined;
}

/** Reads what the contract says of a call. */
export function compileCall(method: DescMethodUnary, run: Call['run']): Call {
  const option = hasOption(method, auth_option) ? getOption(method, auth_option) : undefined;
  return {
    method,
    permission: option?.permission || undefined,
    everywhere: worksEverywhere(method),
    projectField: run === undefined ? undefined : projectField(method, option?.checkFieldName),
    run,
  };
}

/** The contract names the field as Go does: `ProjectId`, or `Id` in the messages of projects. */
function projectField(method: DescMethodUnary, checkFieldName: string | undefined): string | undefined {
  if (!checkFieldName) return undefined;
  const localName = `${checkFieldName.charAt(0).toLowerCase()}${checkFieldName.slice(1)}`;
  const field = method.input.field[localName];
  if (field === undefined || !['id', 'projectId'].includes(localName)) {
    throw new Error(`${method} checks its permission on ${checkFieldName}, which is not known to hold a project`);
  }
  return localName;
}
