import { status } from '@grpc/grpc-js';
import {
  AppendTooLargeError,
  EventStoreUnavailableError,
  StreamDeletedError,
} from '#libs/engine/event-store/port/event-store.errors.js';

/** An error that ends a call as in EventStoreDB: a status, and trailers of which `exception` names the error. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly details: string;
  readonly trailers: Readonly<Record<string, string>>;

  /** @param trailers by name; characters outside printable ASCII are percent-encoded */
  constructor(
    readonly code: status,
    details: string,
    trailers: Readonly<Record<string, string>> = {},
  ) {
    super(details);
    this.details = details.slice(0, MAX_TRAILER_CHARACTERS);
    this.trailers = Object.fromEntries(Object.entries(trailers).map(([name, value]) => [name, trailerText(value)]));
  }
}

export function streamDeleted(stream: string): GatewayError {
  return new GatewayError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });
}

/** A delete or a tombstone with the wrong expected revision; versions are numbered as in EventStoreDB. */
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

/** The gateway or the event store is closing. */
export function shuttingDown(): GatewayError {
  return new GatewayError(status.UNAVAILABLE, 'the event store is shutting down: try again');
}

/** The client's deadline passed before the whole append had arrived. */
export function deadlineExceeded(): GatewayError {
  return new GatewayError(status.DEADLINE_EXCEEDED, 'the deadline passed before the whole append had arrived');
}

export function invalidArgument(details: string): GatewayError {
  return new GatewayError(status.INVALID_ARGUMENT, details);
}

/** The regular expression is not valid in .NET. EventStoreDB answers UNKNOWN as well. */
export function invalidExpression(reason: string): GatewayError {
  return new GatewayError(status.UNKNOWN, `the filter's regular expression is not valid in .NET: ${reason}`);
}

export function expressionTooExpensive(): GatewayError {
  return new GatewayError(
    status.RESOURCE_EXHAUSTED,
    "the filter's regular expression takes too many steps: anchor it with ^, avoid nested quantifiers, or use prefixes",
  );
}

export function tooManyExpensiveExpressions(): GatewayError {
  return new GatewayError(
    status.RESOURCE_EXHAUSTED,
    'too many filters with expensive regular expressions are in use: try again later, simplify the expression, or use prefixes',
  );
}

/**
 * Maps any error to the error that ends the call. Unknown errors become UNKNOWN, without details.
 *
 * @param error thrown by the log or by the gateway
 */
export function gatewayErrorOf(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (error instanceof StreamDeletedError) return streamDeleted(error.stream);
  if (error instanceof AppendTooLargeError) return maximumAppendSizeExceeded(error.maxBytes);
  if (error instanceof RangeError) return invalidArgument(error.message);
  if (error instanceof EventStoreUnavailableError) return new GatewayError(status.UNAVAILABLE, error.message);
  return new GatewayError(status.UNKNOWN, 'Unexpected error');
}

/** Clients accept 64 KiB of trailers, and a character takes up to twelve bytes there: longer values are truncated. */
const MAX_TRAILER_CHARACTERS = 2_048;

/** gRPC trailers may hold printable ASCII only. */
function trailerText(value: string): string {
  const text = value.slice(0, MAX_TRAILER_CHARACTERS).toWellFormed();
  return text.replace(/[^\x20-\x7e]+/g, encodeURIComponent);
}
