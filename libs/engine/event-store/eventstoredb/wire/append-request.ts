import type { JsonEvent } from '../../port/event-bytes.js';
import type { ExpectedRevision } from '../../port/event-store.js';
import { ProtobufWriter } from '../../protobuf/protobuf-writer.js';
import type { OutgoingAppend } from '../outgoing-append.js';

/** The fields in the options of AppendReq and BatchAppendReq for what is expected of the stream. */
const EXPECTED_FIELDS = { noStream: 3, any: 4, streamExists: 5 } as const;

/** Identifies an append to match its answer: a UUID whose upper half is unique to the call. */
export interface Correlation {
  readonly stream: bigint;
  readonly number: number;
}

/** Encodes an append as one BatchAppendReq. */
export function encodeBatchAppend({ stream, events, expected }: OutgoingAppend, correlation: Correlation): Buffer {
  writer.varint(4, 1); // final
  for (let index = events.length - 1; index >= 0; index -= 1) writeProposed(3, events[index] as JsonEvent);
  writeOptions(2, stream, expected);
  const before = writer.length;
  writer.varint(2, correlation.number);
  writer.varint(1, correlation.stream);
  writer.nest(1, before);
  writer.nest(1, before);
  return writer.finish();
}

/** Encodes an append as AppendReqs: its options, then each event. */
export function encodeAppend({ stream, events, expected }: OutgoingAppend): readonly Buffer[] {
  writeOptions(1, stream, expected);
  const options = writer.finish();
  const proposed = events.map((event) => {
    writeProposed(2, event);
    return writer.finish();
  });
  return [options, ...proposed];
}

/** Writes a StreamIdentifier as a field. */
export function writeStream(to: ProtobufWriter, field: number, stream: string): void {
  const before = to.length;
  to.text(3, stream);
  to.nest(field, before);
}

function writeOptions(field: number, stream: string, expected: ExpectedRevision): void {
  const before = writer.length;
  if (typeof expected === 'bigint') writer.varint(2, expected);
  else writer.empty(EXPECTED_FIELDS[expected]);
  writeStream(writer, 1, stream);
  writer.nest(field, before);
}

function writeProposed(field: number, { id, type, data, metadata }: JsonEvent): void {
  const before = writer.length;
  writer.bytes(4, data);
  if (metadata.length > 0) writer.bytes(3, metadata);
  writer.raw(JSON_CONTENT);
  writeProperty(writer, 'type', type);
  const beforeId = writer.length;
  writer.text(2, id);
  writer.nest(1, beforeId);
  writer.nest(field, before);
}

/** Writes an entry of the map of an event's properties. */
function writeProperty(to: ProtobufWriter, name: string, value: string): void {
  const before = to.length;
  to.text(2, value);
  to.text(1, name);
  to.nest(2, before);
}

const writer = new ProtobufWriter();
writeProperty(writer, 'content-type', 'application/json');
const JSON_CONTENT = writer.finish();
