import { ProtobufWriter } from '#libs/engine/event-store/protobuf/protobuf-writer.js';
import { type ResolvedEvent, type UuidFormat, writeReadEvent } from '../resolved-event.js';
import type { WirePosition } from './read-request.js';

// Fields of ReadResp.
const EVENT = 1;
const CONFIRMATION = 2;
const CHECKPOINT = 3;
const STREAM_NOT_FOUND = 4;
const CAUGHT_UP = 8;

/** Encodes the ReadResp of an event. */
export function encodeEvent(resolved: ResolvedEvent, uuids: UuidFormat): Buffer {
  writeReadEvent(writer, resolved, uuids);
  writer.nest(EVENT, 0);
  return writer.finish();
}

/** Encodes the first ReadResp of a subscription; that of a persistent subscription has the same fields. */
export function encodeConfirmation(subscriptionId: string): Buffer {
  writer.text(1, subscriptionId);
  writer.nest(CONFIRMATION, 0);
  return writer.finish();
}

/** Encodes the ReadResp of a checkpoint. */
export function encodeCheckpoint({ commit, prepare }: WirePosition): Buffer {
  if (prepare > 0n) writer.varint(2, prepare);
  if (commit > 0n) writer.varint(1, commit);
  writer.nest(CHECKPOINT, 0);
  return writer.finish();
}

/** Encodes the ReadResp of a stream that does not exist. */
export function encodeStreamNotFound(stream: string): Buffer {
  writer.text(3, stream);
  writer.nest(1, 0);
  writer.nest(STREAM_NOT_FOUND, 0);
  return writer.finish();
}

/** Encodes the ReadResp sent when a subscription has reached the end. */
export function encodeCaughtUp(): Buffer {
  writer.empty(CAUGHT_UP);
  return writer.finish();
}

const writer = new ProtobufWriter();
