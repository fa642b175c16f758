import { status } from '@grpc/grpc-js';
import { AppendTooLargeError, RevisionConflictError, StreamDeletedError } from '../../port/event-store.errors.js';
import { ProtobufReader } from '../../protobuf/protobuf-reader.js';
import type { OutgoingAppend } from '../outgoing-append.js';

/** The result of an append. The answer to a repeated append may not contain the position. */
export interface Written {
  readonly revision: bigint;
  readonly position: bigint | undefined;
}

/** The result or the failure of one append. */
export type Outcome = Written | Error;

/** A failure that the server reports in an answer and not by ending the call, with gRPC's code. */
export class AnsweredFailure extends Error {
  override readonly name = 'AnsweredFailure';

  constructor(
    readonly code: status,
    message: string,
  ) {
    super(message);
  }
}

/** An answer of BatchAppend. */
export interface BatchAnswer {
  /** The number of the append that it answers. */
  readonly number: number;
  /** Decodes the result. */
  outcome(append: OutgoingAppend): Outcome;
}

/** The value that stands for a missing position. */
const NO_POSITION = 2n ** 64n - 1n;

/** Decodes BatchAppendResp. @throws RangeError the bytes are not a message */
export function decodeBatchAnswer(message: Buffer): BatchAnswer {
  const reader = new ProtobufReader(message);
  let number = -1;
  let failure: Buffer | undefined;
  let success: Buffer | undefined;
  while (reader.next()) {
    if (reader.field === 1) number = decodeCorrelation(reader.bytes());
    else if (reader.field === 2) failure = reader.bytes();
    else if (reader.field === 3) success = reader.bytes();
  }
  return {
    number,
    outcome: (append) => (failure === undefined ? decodeWritten(success ?? NOTHING) : decodeFailure(failure, append)),
  };
}

/** Decodes AppendResp. */
export function decodeAppendAnswer(message: Buffer, { stream, expected }: OutgoingAppend): Outcome {
  const reader = new ProtobufReader(message);
  let written: Written | undefined;
  let actual: bigint | undefined;
  let isConflict = false;
  while (reader.next()) {
    if (reader.field === 1) written = decodeWritten(reader.bytes());
    else if (reader.field === 2) {
      isConflict = true;
      actual = unsignedField(reader.bytes(), 6);
    }
  }
  if (isConflict) return new RevisionConflictError(stream, expected, actual ?? 'noStream');
  return written ?? new AnsweredFailure(status.UNKNOWN, 'the answer does not say whether the events were appended');
}

/** The lower half of a UUID in either of its two encodings. */
function decodeCorrelation(uuid: Buffer): number {
  const reader = new ProtobufReader(uuid);
  while (reader.next()) {
    if (reader.field === 2) return Number.parseInt(reader.text().slice(-12), 16);
    if (reader.field === 1) return Number(unsignedField(reader.bytes(), 2) ?? 0n);
  }
  return -1;
}

function decodeWritten(success: Buffer): Written {
  const reader = new ProtobufReader(success);
  let revision = -1n;
  let position: bigint | undefined;
  while (reader.next()) {
    if (reader.field === 1) revision = reader.unsigned();
    else if (reader.field === 2) revision = -1n;
    else if (reader.field === 3) position = unsignedField(reader.bytes(), 1) ?? 0n;
    else if (reader.field === 4) position = undefined;
  }
  // A missing revision is 0: at least one event was appended, so "no stream" cannot be meant.
  return { revision: revision < 0n ? 0n : revision, position: position === NO_POSITION ? undefined : position };
}

/** Decodes google.rpc.Status. The type of its details is more specific than its code, which some failures lack. */
function decodeFailure(failure: Buffer, { stream, expected, bytes }: OutgoingAppend): Error {
  const reader = new ProtobufReader(failure);
  let code = 0;
  let text = '';
  let details = { type: '', value: NOTHING };
  while (reader.next()) {
    if (reader.field === 1) code = Number(reader.unsigned());
    else if (reader.field === 2) text = reader.text();
    else if (reader.field === 3) details = decodeAny(reader.bytes());
  }
  const { type, value } = details;
  switch (type) {
    case 'event_store.client.WrongExpectedVersion':
      return new RevisionConflictError(stream, expected, unsignedField(value, 1) ?? actualOf(value));
    case 'event_store.client.StreamDeleted':
      return new StreamDeletedError(stream);
    case 'event_store.client.MaximumAppendSizeExceeded':
      return new AppendTooLargeError(bytes, Number(unsignedField(value, 1) ?? 0n));
    default:
      return new AnsweredFailure(CODES[type] ?? code, text || type);
  }
}

/** gRPC's codes of the other types of details. */
const CODES: Readonly<Record<string, status>> = {
  'event_store.client.AccessDenied': status.PERMISSION_DENIED,
  'event_store.client.BadRequest': status.INVALID_ARGUMENT,
  'event_store.client.InvalidTransaction': status.FAILED_PRECONDITION,
  'event_store.client.Timeout': status.ABORTED,
  'event_store.client.Unknown': status.UNKNOWN,
};

/** The actual revision if it is not encoded: 0 is omitted, and a missing stream has a separate field. */
function actualOf(conflict: Buffer): bigint | 'noStream' {
  const reader = new ProtobufReader(conflict);
  while (reader.next()) if (reader.field === 2) return 'noStream';
  return 0n;
}

function decodeAny(any: Buffer): { readonly type: string; readonly value: Buffer } {
  const reader = new ProtobufReader(any);
  let type = '';
  let value = NOTHING;
  while (reader.next()) {
    if (reader.field === 1) type = reader.text().replace(/^.*\//, '');
    else if (reader.field === 2) value = reader.bytes();
  }
  return { type, value };
}

function unsignedField(message: Buffer, field: number): bigint | undefined {
  const reader = new ProtobufReader(message);
  while (reader.next()) if (reader.field === field) return reader.unsigned();
  return undefined;
}

const NOTHING: Buffer = Buffer.alloc(0);
