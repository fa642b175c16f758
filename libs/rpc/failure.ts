import { ContractError } from '#libs/contract/errors/contract-error.js';
import { Code } from '#libs/contract/errors/error-catalogue.js';
import { EventStoreUnavailableError } from '#libs/event-store/port/event-store.errors.js';
import type { Log } from '#libs/platform/logger.js';
import { ReadModelUnavailableError } from '#libs/read-model/port/read-model.js';

/**
 * What a client is told of whatever was thrown. What it is not meant to see is logged instead, with the request's id,
 * which the client does see.
 */
export function failureFor(error: unknown, requestId: string, log: Log): ContractError {
  if (error instanceof ContractError) return error;
  if (error instanceof EventStoreUnavailableError || error instanceof ReadModelUnavailableError) {
    log.warn({ requestId, err: error }, 'a store cannot serve a request');
    return ContractError.of(Code.UNAVAILABLE, 'a store is not available: try again later');
  }
  log.error({ requestId, err: error }, 'a request failed for a reason that nobody foresaw');
  return ContractError.of(Code.INTERNAL, `internal error: the server's log has it under request ${requestId}`);
}
