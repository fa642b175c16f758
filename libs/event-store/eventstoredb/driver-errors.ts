import {
  AccessDeniedError,
  CancelledError,
  DeadlineExceededError,
  NotLeaderError,
  StreamDeletedError as StreamDeletedInDriver,
  TimeoutError,
  UnavailableError,
} from '@eventstore/db-client';
import { messageOf } from '#libs/platform/message-of.js';
import {
  AppendTooLargeError,
  EventStoreUnavailableError,
  RevisionConflictError,
  StreamDeletedError,
} from '../port/event-store.errors.js';

/** The connection is gone, or not answering: whatever was under way may or may not have happened. */
export class ConnectionLostError extends EventStoreUnavailableError {
  /** The call has waited for as long as a call may, so it is not made again. */
  get tookItsTime(): boolean {
    return this.cause instanceof CallTimeoutError || this.cause instanceof DeadlineExceededError;
  }
}

/** This call did not answer in time. */
export class CallTimeoutError extends Error {
  override readonly name = 'CallTimeoutError';

  constructor(readonly milliseconds: number) {
    super(`no answer within ${milliseconds} ms`);
  }
}

const PORT_ERRORS = [
  EventStoreUnavailableError,
  RevisionConflictError,
  StreamDeletedError,
  AppendTooLargeError,
  RangeError,
];

/** gRPC's code for an argument that the server does not take. */
const INVALID_ARGUMENT = 3;

/** An error of the driver as the port's own; the message says what to do. What is the port's already stays as it is. */
export function portError(error: unknown): Error {
  if (PORT_ERRORS.some((type) => error instanceof type)) return error as Error;
  if (error instanceof StreamDeletedInDriver) return new StreamDeletedError(error.streamName);
  const text = messageOf(error);
  if (isLost(error)) {
    return new ConnectionLostError(`EventStoreDB does not answer (${text}): check that it runs and can be reached`, {
      cause: error,
    });
  }
  if (error instanceof AccessDeniedError) {
    return new EventStoreUnavailableError(
      'EventStoreDB denies access: check user and password in APPLEDGER_EVENTSTORE_URL and what that user may do',
      { cause: error },
    );
  }
  if ((error as { code?: unknown }).code === INVALID_ARGUMENT) return new RangeError(text, { cause: error });
  return new EventStoreUnavailableError(`EventStoreDB cannot serve this now (${text})`, { cause: error });
}

/** Whether the server should be asked again before anything else is sent to it. */
function isLost(error: unknown): boolean {
  return (
    error instanceof NotLeaderError || // The next connection is to the new leader.
    error instanceof UnavailableError ||
    error instanceof CancelledError ||
    error instanceof DeadlineExceededError ||
    error instanceof TimeoutError ||
    error instanceof CallTimeoutError ||
    (error instanceof Error && error.message.startsWith('Failed to discover'))
  );
}
