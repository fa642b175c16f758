import type { DescMethod, DescMethodUnary, Message } from '@bufbuild/protobuf';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { type AccessRule, dataAlone, type EventFields, openToAll, type ServedContract } from './contract.js';
import type { RpcContext } from './rpc-context.js';

/** A unary call, compiled at start, in the form that every protocol uses. */
export interface Call extends AccessRule {
  readonly method: DescMethodUnary;
  /** Runs the call and returns the fields of the output message; undefined: the call is not implemented. */
  readonly run: ((request: Message, context: RpcContext<never>) => Promise<object>) | undefined;
}

/** The answers of a streaming call; a promise rejects if the request is refused before the stream begins. */
export type Answers = AsyncIterable<object> | Promise<AsyncIterable<object>>;

/**
 * A call with many answers. Only calls of the engine itself may also have many requests: classes cannot be bound to
 * those.
 */
export interface StreamingCall extends AccessRule {
  readonly method: DescMethod;
  readonly events: EventFields;
  /** Runs the call; undefined: it is not implemented. */
  readonly run: ((requests: AsyncIterable<Message>, context: RpcContext<never>) => Answers) | undefined;
}

/**
 * Compiles a call from the contract. The access rule of an unimplemented call is not read, because it always refuses.
 */
export function compileCall(contract: ServedContract, method: DescMethodUnary, run: Call['run']): Call {
  return { ...(run === undefined ? openToAll : contract.accessRule(method)), method, run };
}

/** The same for a call with one request and many answers. @param run undefined: the call is not implemented */
export function compileStreamingCall(
  contract: ServedContract,
  method: DescMethod,
  run: ((request: Message, context: RpcContext<never>) => Answers) | undefined,
): StreamingCall {
  if (run === undefined) return { ...openToAll, method, events: dataAlone, run };
  return {
    ...contract.accessRule(method),
    method,
    events: contract.eventFields?.(method) ?? dataAlone,
    run: async (requests, context) => run(await onlyRequest(requests), context),
  };
}

const noRequest = ContractError.of(Code.INVALID_ARGUMENT, 'the request ends before its message');

async function onlyRequest(requests: AsyncIterable<Message>): Promise<Message> {
  for await (const request of requests) return request;
  throw noRequest;
}
