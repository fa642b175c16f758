import type { IncomingHttpHeaders } from 'node:http';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { RequestRecord } from '../access-log/request-record.js';
import type { Deadline } from './deadline.js';
import { saneId, traceparentOf } from './request-identity.js';
import type { RpcContext } from './rpc-context.js';

/** What a call takes from its request and gives to its answer, whatever protocol it came by. */
export interface Exchange {
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
  /** For the request's line in the access log; undefined: it gets none. */
  readonly record?: RequestRecord | undefined;
  /** Where the request comes from. */
  remoteAddress(): string;
  /** Sets a header of the answer. */
  setHeader(name: string, value: string): void;
  /** Calls back when the answer has been sent, or cannot be any more. */
  onClose(callback: () => void): void;
}

/** Makes the context of a bound method. @param signal aborts when nobody waits for the answer any more */
export function contextOf(
  exchange: Exchange,
  identity: unknown,
  deadline: Deadline | undefined,
  signal?: AbortSignal,
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
    header: (name) => oneHeader(headers[name]),
    setHeader: (name, value) => exchange.setHeader(name, value),
    abandoned() {
      abandoned ??= abandonedSignal(exchange, deadline);
      return abandoned;
    },
  };
}

/** The reason of an abort when the client has gone. */
export const gone = ContractError.of(Code.DEADLINE_EXCEEDED, 'the client no longer waits for the answer');

function abandonedSignal(exchange: Exchange, deadline: Deadline | undefined): AbortSignal {
  const controller = new AbortController();
  exchange.onClose(() => controller.abort(gone));
  deadline?.expired.catch((error: unknown) => controller.abort(error));
  return controller.signal;
}

/** Node joins repeated headers with a comma, so that there is one or none. */
export function oneHeader(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' || header === undefined ? header : header.join(',');
}
