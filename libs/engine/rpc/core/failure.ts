import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import { NewerEventError } from '#libs/engine/events/event.errors.js';
import type { Log } from '#libs/engine/runtime/logger.js';

/** The code of whatever was thrown. */
export function codeOf(error: unknown): Code {
  if (error instanceof ContractError) return error.code;
  return outageOf(error) === undefined ? Code.INTERNAL : Code.UNAVAILABLE;
}

/**
 * What a client is told of whatever was thrown. What it is not meant to see is logged instead, with the request's id,
 * which the client does see.
 */
export function failureFor(error: unknown, requestId: string, log: Log): ContractError {
  if (error instanceof ContractError) return error;
  const outage = outageOf(error);
  if (outage !== undefined) {
    // The reason contains names of folders, addresses and streams: it is for the operator.
    log.warn({ requestId, reason: (error as Error).message }, `${outage.part} could not serve a request`);
    return ContractError.of(
      codeOf(error),
      `${outage.text}: try again later; the server's log has the reason under request ${requestId}`,
    );
  }
  log.error({ requestId, err: error }, 'a request failed for a reason that nobody foresaw');
  return ContractError.of(codeOf(error), `internal error: the server's log has it under request ${requestId}`);
}

/** What cannot serve a request now, and what the client is told about it. */
interface Outage {
  readonly part: string;
  readonly text: string;
}

/** Undefined for an error of another kind. */
function outageOf(error: unknown): Outage | undefined {
  if (error instanceof EventStoreUnavailableError) return unavailable('the event store');
  if (error instanceof ReadModelUnavailableError) return unavailable('the read model');
  if (!(error instanceof NewerEventError)) return undefined;
  return {
    part: 'an older version of the server',
    text: 'a newer version of the server has written events that this one cannot read',
  };
}

function unavailable(store: string): Outage {
  return { part: store, text: `${store} is not available` };
}
