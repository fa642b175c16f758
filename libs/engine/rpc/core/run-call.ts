import type { Message } from '@bufbuild/protobuf';
import { Code, OK } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { codeOf } from '../errors/http-error-of.js';
import type { Meters } from '../metrics/request-metrics.js';
import type { Admission } from './admission.js';
import type { Call } from './call.js';
import { contextOf, type Exchange } from './call-context.js';
import { type Deadline, timeoutOf, within } from './deadline.js';
import type { Protocol } from './protocol.js';

/** A request, independent of its protocol; its parts are read only when they are needed. */
export interface CallRequest {
  readonly exchange: Exchange;
  readonly protocol: Protocol;
  /** The resource that the request names, for calls that are permitted within one. */
  scope(): string | undefined;
  /** Decodes the request. @throws ContractError it cannot be read */
  message(): Message;
}

/** Handles a request and returns the fields of the output message. */
export type CallRunner = (request: CallRequest) => Promise<object>;

/** Error answered to a call that is not implemented. */
export const notServed = ContractError.of(Code.UNIMPLEMENTED, 'this call of the contract is not implemented here');

/** What running a call needs. */
export interface RunOptions {
  readonly admission: Admission;
  /** Count the requests. */
  readonly meters: Meters;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
}

/**
 * Compiles the steps of a call that all protocols share: admit → decode → run, within the deadline of the request. An
 * unbound call refuses every request.
 */
export function compileRun(call: Call, { admission, meters, stopping }: RunOptions): CallRunner {
  const { run } = call;
  if (run === undefined) {
    return async ({ protocol }) => {
      meters[protocol].refused(notServed.code);
      throw notServed;
    };
  }
  const admitAndRun = async (request: CallRequest, deadline?: Deadline): Promise<object> => {
    const { exchange } = request;
    const { headers, requestId, record } = exchange;
    const identity = await admission.admit(call, {
      requestId,
      headers,
      record,
      scope: () => request.scope(),
      remoteAddress: () => exchange.remoteAddress(),
    });
    const message = request.message();
    deadline?.check();
    return run(message, contextOf(exchange, { identity, deadline, stopping }));
  };
  return async (request) => {
    const meter = meters[request.protocol];
    const began = performance.now();
    try {
      const answer = await within(timeoutOf(request.exchange.headers), (deadline) => admitAndRun(request, deadline));
      meter.ran(OK, performance.now() - began);
      return answer;
    } catch (error) {
      meter.ran(codeOf(error), performance.now() - began);
      throw error;
    }
  };
}
