import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import { NewerEventError } from '#libs/engine/events/event.errors.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { HttpError, httpErrorIn } from './http-error.js';
import { httpStatus } from './http-status.js';

/** The code that a client gets for any thrown value. */
export function codeOf(thrown: unknown): Code {
  if (thrown instanceof ContractError) return thrown.code;
  return httpErrorIn(thrown)?.error.code ?? (outageIn(thrown) === undefined ? Code.INTERNAL : Code.UNAVAILABLE);
}

/**
 * The error that a client gets for any thrown value. Details that a client must not see are logged with the request's
 * id, which the client gets.
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
  const outage = outageIn(thrown);
  if (outage !== undefined) {
    // The reason is for operators only, because it contains names of folders, addresses and streams.
    log.warn({ requestId, reason: (thrown as Error).message }, `${outage.part} could not serve a request`);
    return ContractError.of(
      Code.UNAVAILABLE,
      `${outage.text}: try again later; the server's log has the reason under request ${requestId}`,
    );
  }
  log.error({ requestId, err: thrown }, 'a request failed for a reason that nobody foresaw');
  return ContractError.of(Code.INTERNAL, `internal error: the server's log has it under request ${requestId}`);
}

/** The unavailable dependency, and the message for the client. */
interface Outage {
  readonly part: string;
  readonly text: string;
}

/** Undefined: the error is of another kind. */
function outageIn(thrown: unknown): Outage | undefined {
  if (thrown instanceof EventStoreUnavailableError) return unavailable('the event store');
  if (thrown instanceof ReadModelUnavailableError) return unavailable('the read model');
  if (!(thrown instanceof NewerEventError)) return undefined;
  return {
    part: 'an older version of the server',
    text: 'a newer version of the server has written events that this one cannot read',
  };
}

function unavailable(store: string): Outage {
  return { part: store, text: `${store} is not available` };
}
