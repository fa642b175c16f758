import { MongoError, MongoServerError } from 'mongodb';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { ReadModelUnavailableError } from '../port/read-model.errors.js';

/** The error code for a document whose id exists already. */
export const DUPLICATE_KEY = 11_000;

/** The error code for a collection that does not exist. */
export const NAMESPACE_NOT_FOUND = 26;

/** Unauthorized; AuthenticationFailed. */
const ACCESS_CODES = [13, 18];

/** Converts an error of the driver to the port's; the message says what to do. Other errors are returned unchanged. */
export function portError(error: unknown): unknown {
  return error instanceof MongoError || isOfSocket(error) ? unavailable(error) : error;
}

/** Node's own error codes of a socket that the server has closed. */
const SOCKET_CODES: readonly unknown[] = ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'];

/** Whether it is an error of Node's that the driver passes on: a command was written when the server had just gone. */
function isOfSocket(error: unknown): boolean {
  return error instanceof Error && SOCKET_CODES.includes((error as NodeJS.ErrnoException).code);
}

/** Creates the error that says why MongoDB cannot be used and what to do. */
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
