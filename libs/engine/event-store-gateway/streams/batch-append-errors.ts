import { status } from '@grpc/grpc-js';
import {
  AppendTooLargeError,
  EventStoreUnavailableError,
  RevisionConflictError,
  StreamDeletedError,
} from '#libs/engine/event-store/port/event-store.errors.js';
import { ProtobufWriter } from '#libs/engine/event-store/protobuf/protobuf-writer.js';
import { GatewayError } from '../grpc-errors.js';

/** The error of one append in a BatchAppendResp: code and message of google.rpc.Status, and the details message. */
export interface BatchAppendError {
  readonly code: number;
  /** Also the type name of `details` in `event_store.client`. */
  readonly message: string;
  readonly details: Buffer;
}

const TYPE_PREFIX = 'type.googleapis.com/event_store.client.';

/** Fields of event_store.client.WrongExpectedVersion by expected revision. */
const EXPECTED_FIELDS = { any: 4, streamExists: 5, noStream: 6 } as const;

/** Maps the error of an append to the error in its BatchAppendResp. The call continues. */
export function batchAppendErrorOf(error: unknown): BatchAppendError {
  if (error instanceof RevisionConflictError) return wrongExpectedVersion(error);
  if (error instanceof StreamDeletedError) return streamDeleted(error.stream);
  if (error instanceof AppendTooLargeError) {
    return batchAppendError(status.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', () =>
      writer.varint(1, error.maxBytes),
    );
  }
  if (error instanceof EventStoreUnavailableError) return timeout();
  if (error instanceof GatewayError && error.code === status.DEADLINE_EXCEEDED) return timeout();
  if (error instanceof GatewayError && error.code === status.PERMISSION_DENIED) {
    return batchAppendError(status.PERMISSION_DENIED, 'AccessDenied');
  }
  if (error instanceof RangeError || error instanceof GatewayError) {
    return batchAppendError(status.INVALID_ARGUMENT, 'BadRequest', () => writer.text(1, error.message));
  }
  return batchAppendError(status.UNKNOWN, 'Unknown');
}

/** Writes the error as a google.rpc.Status field. */
export function writeBatchAppendError(
  to: ProtobufWriter,
  field: number,
  { code, message, details }: BatchAppendError,
): void {
  const before = to.length;
  const beforeDetails = to.length;
  if (details.length > 0) to.bytes(2, details);
  to.text(1, TYPE_PREFIX + message);
  to.nest(3, beforeDetails);
  to.text(2, message);
  to.varint(1, code);
  to.nest(field, before);
}

function wrongExpectedVersion({ expected, actual }: RevisionConflictError): BatchAppendError {
  return batchAppendError(status.ALREADY_EXISTS, 'WrongExpectedVersion', () => {
    if (typeof expected === 'bigint') writer.varint(3, expected);
    else writer.empty(EXPECTED_FIELDS[expected]);
    if (actual === 'noStream') writer.empty(2);
    else writer.varint(1, actual);
  });
}

function streamDeleted(stream: string): BatchAppendError {
  return batchAppendError(status.NOT_FOUND, 'StreamDeleted', () => {
    const before = writer.length;
    writer.text(3, stream);
    writer.nest(1, before);
  });
}

function timeout(): BatchAppendError {
  return batchAppendError(status.DEADLINE_EXCEEDED, 'Timeout');
}

function batchAppendError(code: number, message: string, writeDetails: () => void = () => {}): BatchAppendError {
  writeDetails();
  return { code, message, details: writer.finish() };
}

const writer = new ProtobufWriter();
