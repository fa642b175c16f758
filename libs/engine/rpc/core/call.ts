import type { DescMethodUnary, Message } from '@bufbuild/protobuf';
import { type AccessRule, openToAll, type ServedContract } from './contract.js';
import type { RpcContext } from './rpc-context.js';

/** A call of the contract, compiled at start: what every protocol needs to know of it. */
export interface Call extends AccessRule {
  readonly method: DescMethodUnary;
  /** Runs the call; undefined: it is not implemented. The answer is what the output message holds. */
  readonly run: ((request: Message, context: RpcContext<never>) => Promise<object>) | undefined;
}

/** Reads what the contract says of a call. Of one that is not implemented it says nothing: nobody may make it. */
export function compileCall(contract: ServedContract, method: DescMethodUnary, run: Call['run']): Call {
  return { ...(run === undefined ? openToAll : contract.accessRule(method)), method, run };
}
