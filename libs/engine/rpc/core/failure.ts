import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { Log } from '#libs/engine/runtime/logger.js';

/** The code of whatever was thrown. */
export function codeOf(error: unknown): Code {
  if (error instanceof ContractError) return error.code;
  return storeOf(error) === undefined ? Code.INTERNAL : Code.UNAVAILABLE;
}

/**
 * What a client is told of whatever was thrown. What it is not meant to see is logged instead, with the request's id,
 * which the client does see.
 */
export function failureFor(error: unknown, requestId: string, log: Log): ContractError {
  if (error instanceof ContractError) return error;
  const store = storeOf(error);
  if (store !== undefined) {
    // The reason names folders and addresses: that is for the operator.
    log.warn({ requestId, reason: (error as Error).message }, `the ${store} could not serve a request`);
    return ContractError.of(
      codeOf(error),
      `the ${store} is not available: try again later; the server's log has the reason under request ${requestId}`,
    );
  }
  log.error({ requestId, err: error }, 'a request failed for a reason that nobody foresaw');
  return ContractError.of(codeOf(error), `internal error: the server's log has it under request ${requestId}`);
}

/** The store that cannot serve now, or undefined when the error is of another kind. */
function storeOf(error: unknown): string | undefined {
  if (error instanceof EventStoreUnavailableError) return 'event store';
  return error instanceof ReadModelUnavailableError ? 'read model' : undefined;
}
