import type { IncomingHttpHeaders } from 'node:http';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { RequestRecord } from '../access-log/request-record.js';
import type { Deadline } from './deadline.js';
import { saneId, traceparentOf } from './request-identity.js';
import type { RpcContext } from './rpc-context.js';

/** The parts of a request and its answer that a call uses, independent of the protocol. */
export interface Exchange {
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
  /** The request's record for the access log; undefined: no line is written. */
  readonly record?: RequestRecord | undefined;
  /** The client's address. */
  remoteAddress(): string;
  /** Sets a header of the answer. */
  setHeader(name: string, value: string): void;
  /** Registers a callback for when the answer has been sent, or can no longer be sent. */
  onClose(callback: () => void): void;
}

/** What the context of a bound method is made from, beside its request. */
export interface ContextParts {
  /** The caller, as identified by the admission. */
  readonly identity: unknown;
  readonly deadline: Deadline | undefined;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
  /** Aborts when the client no longer waits for the answer; default: it is made when it is needed. */
  readonly signal?: AbortSignal;
}

/** Makes the context of a bound method. */
export function contextOf(
  exchange: Exchange,
  { identity, deadline, stopping, signal }: ContextParts,
): RpcContext<never> {
  const { requestId, headers } = exchange;
  const traceparent = traceparentOf(headers.traceparent);
  let abandoned = signal;
  return {
    identity: identity as never,
    requestId,
    correlationId: saneId(headers['x-correlation-id']) ?? requestId,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(deadline === undefined ? {} : { deadline: deadline.at }),
    stopping,
    header: (name) => oneHeader(headers[name]),
    setHeader: (name, value) => exchange.setHeader(name, value),
    abandoned() {
      abandoned ??= abandonedSignal(exchange, deadline);
      return abandoned;
    },
  };
}

/** The reason of an abort when the client has disconnected. */
export const gone = ContractError.of(Code.DEADLINE_EXCEEDED, 'the client no longer waits for the answer');

function abandonedSignal(exchange: Exchange, deadline: Deadline | undefined): AbortSignal {
  const controller = new AbortController();
  exchange.onClose(() => controller.abort(gone));
  deadline?.expired.catch((error: unknown) => controller.abort(error));
  return controller.signal;
}

/** Node joins repeated headers with a comma, so there is at most one value. */
export function oneHeader(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' || header === undefined ? header : header.join(',');
}
