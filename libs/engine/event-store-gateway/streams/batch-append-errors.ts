import { status } from '@grpc/grpc-js';
import {
  AppendTooLargeError,
  EventStoreUnavailableError,
  RevisionConflictError,
  StreamDeletedError,
} from '#libs/engine/event-store/port/event-store.errors.js';
import { ProtobufWriter } from '#libs/engine/event-store/protobuf/protobuf-writer.js';
import { GatewayError } from '../grpc-errors.js';

/** An error inside the stream of BatchAppend: google.rpc.Status's code and message, and the message that details it. */
export interface StreamedError {
  readonly code: number;
  /** Also the name of the message in `event_store.client` that `details` is. */
  readonly message: string;
  readonly details: Buffer;
}

const TYPE_PREFIX = 'type.googleapis.com/event_store.client.';

/** Fields of event_store.client.WrongExpectedVersion by what was expected. */
const EXPECTED_FIELDS = { any: 4, streamExists: 5, noStream: 6 } as const;

/** How an append's failure is told in the stream, which goes on. */
export function streamedErrorOf(error: unknown): StreamedError {
  if (error instanceof RevisionConflictError) return wrongExpectedVersion(error);
  if (error instanceof StreamDeletedError) return streamDeleted(error.stream);
  if (error instanceof AppendTooLargeError) {
    return told(status.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', () => writer.varint(1, error.maxBytes));
  }
  if (error instanceof EventStoreUnavailableError) return timeout();
  if (error instanceof GatewayError && error.code === status.DEADLINE_EXCEEDED) return timeout();
  if (error instanceof GatewayError && error.code === status.PERMISSION_DENIED) {
    return told(status.PERMISSION_DENIED, 'AccessDenied');
  }
  if (error instanceof RangeError || error instanceof GatewayError) {
    return told(status.INVALID_ARGUMENT, 'BadRequest', () => writer.text(1, error.message));
  }
  return told(status.UNKNOWN, 'Unknown');
}

/** Writes it as a field that holds google.rpc.Status. */
export function writeStreamedError(to: ProtobufWriter, field: number, { code, message, details }: StreamedError): void {
  const before = to.length;
  const beforeDetails = to.length;
  if (details.length > 0) to.bytes(2, details);
  to.text(1, TYPE_PREFIX + message);
  to.nest(3, beforeDetails);
  to.text(2, message);
  to.varint(1, code);
  to.nest(field, before);
}

function wrongExpectedVersion({ expected, actual }: RevisionConflictError): StreamedError {
  return told(status.ALREADY_EXISTS, 'WrongExpectedVersion', () => {
    if (typeof expected === 'bigint') writer.varint(3, expected);
    else writer.empty(EXPECTED_FIELDS[expected]);
    if (actual === 'noStream') writer.empty(2);
    else writer.varint(1, actual);
  });
}

function streamDeleted(stream: string): StreamedError {
  return told(status.NOT_FOUND, 'StreamDeleted', () => {
    const before = writer.length;
    writer.text(3, stream);
    writer.nest(1, before);
  });
}

function timeout(): StreamedError {
  return told(status.DEADLINE_EXCEEDED, 'Timeout');
}

function told(code: number, message: string, writeDetails: () => void = () => {}): StreamedError {
  writeDetails();
  return { code, message, details: writer.finish() };
}

const writer = new ProtobufWriter();
