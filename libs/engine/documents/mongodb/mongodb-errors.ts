import { MongoError, MongoServerError } from 'mongodb';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { ReadModelUnavailableError } from '../port/read-model.errors.js';

/** What a server answers when there is a document of this id already. */
export const DUPLICATE_KEY = 11_000;

/** What a server answers when there is no such collection. */
export const NAMESPACE_NOT_FOUND = 26;

/** Unauthorized; AuthenticationFailed. */
const ACCESS_CODES = [13, 18];

/** An error of the driver as the port's own; the message says what to do. Any other error stays as it is. */
export function portError(error: unknown): unknown {
  return error instanceof MongoError ? unavailable(error) : error;
}

/** Says why MongoDB does not serve, and what to do. */
export function unavailable(cause: unknown): ReadModelUnavailableError {
  const text = messageOf(cause);
  if (!(cause instanceof MongoServerError)) {
    const message = `MongoDB does not answer (${text}): check that it runs and can be reached, and APPLEDGER_MONGODB_URL`;
    return new ReadModelUnavailableError(message, { cause });
  }
  if (ACCESS_CODES.includes(Number(cause.code))) {
    const message = `MongoDB denies access (${text}): check user and password in APPLEDGER_MONGODB_URL and what that user may do`;
    return new ReadModelUnavailableError(message, { cause });
  }
  const message = `MongoDB cannot serve this now (${text}): its own log says more; it is tried again`;
  return new ReadModelUnavailableError(message, { cause });
}
