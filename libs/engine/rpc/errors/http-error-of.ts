import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { HttpError, httpErrorIn } from './http-error.js';
import { httpStatus } from './http-status.js';

/** The code with which a client is answered whatever was thrown. */
export function codeOf(thrown: unknown): Code {
  if (thrown instanceof ContractError) return thrown.code;
  return httpErrorIn(thrown)?.error.code ?? (storeIn(thrown) === undefined ? Code.INTERNAL : Code.UNAVAILABLE);
}

/**
 * The error with which a client is answered whatever was thrown. What a client must not see is logged, under the id of
 * the request, which the client sees.
 */
export function httpErrorOf(thrown: unknown, requestId: string, log: Log): HttpError {
  if (thrown instanceof ContractError) return withStatus(thrown);
  return httpErrorIn(thrown) ?? withStatus(internalError(thrown, requestId, log));
}

/** An error with the status of its code. */
export function withStatus(error: ContractError): HttpError {
  return new HttpError(httpStatus[error.code], error);
}

function internalError(thrown: unknown, requestId: string, log: Log): ContractError {
  const store = storeIn(thrown);
  if (store !== undefined) {
    // The reason names folders and addresses: it is for the operator.
    log.warn({ requestId, reason: (thrown as Error).message }, `the ${store} could not serve a request`);
    return ContractError.of(
      Code.UNAVAILABLE,
      `the ${store} is not available: try again later; the server's log has the reason under request ${requestId}`,
    );
  }
  log.error({ requestId, err: thrown }, 'a request failed for a reason that nobody foresaw');
  return ContractError.of(Code.INTERNAL, `internal error: the server's log has it under request ${requestId}`);
}

/** The store that cannot serve now; undefined: the error is of another kind. */
function storeIn(thrown: unknown): string | undefined {
  if (thrown instanceof EventStoreUnavailableError) return 'event store';
  return thrown instanceof ReadModelUnavailableError ? 'read model' : undefined;
}
