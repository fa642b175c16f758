import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import {
  AppendTooLargeError,
  EventStoreUnavailableError,
  StreamDeletedError,
} from '#libs/engine/event-store/port/event-store.errors.js';

/** A call's end with an error, as EventStoreDB tells it: a status, and metadata that `exception` names. */
export class GatewayError extends Error implements ServiceError {
  override readonly name = 'GatewayError';
  readonly metadata = new Metadata();

  readonly details: string;

  /** @param metadata names and values of trailers; a value's characters beyond ASCII are percent-encoded */
  constructor(
    readonly code: status,
    details: string,
    metadata: Readonly<Record<string, string>> = {},
  ) {
    super(details);
    this.details = details.slice(0, MAX_TRAILER_CHARACTERS);
    for (const [name, value] of Object.entries(metadata)) this.metadata.set(name, trailerText(value));
  }
}

export function streamDeleted(stream: string): GatewayError {
  return new GatewayError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });
}

/** A delete or a tombstone at a stream that is not where the client believes; versions as EventStoreDB numbers them. */
export function wrongExpectedVersion(stream: string, expected: bigint, actual: bigint): GatewayError {
  const text = `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${actual}`;
  return new GatewayError(status.FAILED_PRECONDITION, text, {
    exception: 'wrong-expected-version',
    'stream-name': stream,
    'expected-version': `${expected}`,
    'actual-version': `${actual}`,
  });
}

export function maximumAppendSizeExceeded(maxBytes: number): GatewayError {
  return new GatewayError(status.INVALID_ARGUMENT, `Maximum Append Size of ${maxBytes} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': `${maxBytes}`,
  });
}

export function accessDenied(): GatewayError {
  return new GatewayError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
}

export function notAuthenticated(): GatewayError {
  return new GatewayError(status.UNAUTHENTICATED, 'Unauthenticated', { exception: 'not-authenticated' });
}

/** The gateway or the store is closing. */
export function shuttingDown(): GatewayError {
  return new GatewayError(status.UNAVAILABLE, 'the event store is shutting down: try again');
}

/** What the client wanted came after the client's own deadline. */
export function deadlineExceeded(): GatewayError {
  return new GatewayError(status.DEADLINE_EXCEEDED, 'the deadline had passed before the whole append was there');
}

export function invalidArgument(details: string): GatewayError {
  return new GatewayError(status.INVALID_ARGUMENT, details);
}

/** A filter's expression is none of .NET's: EventStoreDB ends the call with this code, too. */
export function notAnExpression(reason: string): GatewayError {
  return new GatewayError(status.UNKNOWN, `the filter's regular expression is not one of .NET: ${reason}`);
}

export function expressionTooExpensive(): GatewayError {
  return new GatewayError(
    status.RESOURCE_EXHAUSTED,
    "the filter's regular expression takes too many steps: anchor it with ^, repeat nothing that is repeated already, or use prefixes",
  );
}

export function tooManyExpensiveExpressions(): GatewayError {
  return new GatewayError(
    status.RESOURCE_EXHAUSTED,
    'too many filters with expensive regular expressions are read at once: try again later, make it simpler, or use prefixes',
  );
}

/**
 * Any error as the end of a call. What is not known ends it with code 2 and says nothing of the inside.
 *
 * @param error thrown by the log or by the gateway itself
 */
export function gatewayErrorOf(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (error instanceof StreamDeletedError) return streamDeleted(error.stream);
  if (error instanceof AppendTooLargeError) return maximumAppendSizeExceeded(error.maxBytes);
  if (error instanceof RangeError) return invalidArgument(error.message);
  if (error instanceof EventStoreUnavailableError) return new GatewayError(status.UNAVAILABLE, error.message);
  return new GatewayError(status.UNKNOWN, 'Unexpected error');
}

/** Clients take 64 KiB of trailers, and a character may take twelve bytes in them: longer names are cut. */
const MAX_TRAILER_CHARACTERS = 2_048;

/** Trailers hold printable ASCII alone; anything else in them would end the call in an exception. */
function trailerText(value: string): string {
  const text = value.slice(0, MAX_TRAILER_CHARACTERS).toWellFormed();
  return text.replace(/[^\x20-\x7e]+/g, encodeURIComponent);
}
