import type { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import type { StoredEvent } from '#libs/engine/event-store/embedded/stored-event.js';
import { ProtobufWriter } from '#libs/engine/event-store/protobuf/protobuf-writer.js';

/** How a client wants UUIDs encoded: as text, or as two 64-bit integers. */
export type UuidFormat = 'string' | 'structured';

/** The type of a link event, whose data is `revision@stream`. */
export const LINK_TYPE = '$>';

/**
 * An event as a client receives it: an event, or a link with the event that it points to; the link alone if its target
 * does not exist.
 */
export type ResolvedEvent =
  | { readonly event: StoredEvent; readonly link?: StoredEvent }
  | { readonly event?: undefined; readonly link: StoredEvent };

/** The event at the position that was read: the link, if there is one. */
export function originalOf(resolved: ResolvedEvent): StoredEvent {
  return resolved.event === undefined ? resolved.link : (resolved.link ?? resolved.event);
}

// Fields of ReadEvent, the same in the services Streams and PersistentSubscriptions.
const EVENT = 1;
const LINK = 2;
const COMMIT_POSITION = 3;

// Fields of RecordedEvent, the same in both services.
const ID = 1;
const STREAM_IDENTIFIER = 2;
const STREAM_REVISION = 3;
const PREPARE_POSITION = 4;
const RECORDED_COMMIT_POSITION = 5;
const METADATA = 6;
const CUSTOM_METADATA = 7;
const DATA = 8;

const STREAM_NAME = 3;

const JSON_CONTENT = metadataEntry('content-type', 'application/json');
const OTHER_CONTENT = metadataEntry('content-type', 'application/octet-stream');
const CREATED_KEY = keyOf('created');
const TYPE_KEY = keyOf('type');

/**
 * EventStoreDB's times are ticks of 100 ns since 1970. Appending digits avoids a number, which could not hold them
 * exactly.
 */
const TICKS_PER_MILLISECOND_DIGITS = '0000';

/** Encodes a ReadEvent: event, link, commit position. Other fields may be appended to the bytes. */
export function encodeReadEvent(resolved: ResolvedEvent, uuids: UuidFormat): Buffer {
  writeReadEvent(writer, resolved, uuids);
  return writer.finish();
}

/** Writes the fields of a ReadEvent, in reverse order. */
export function writeReadEvent(to: ProtobufWriter, resolved: ResolvedEvent, uuids: UuidFormat): void {
  const { event, link } = resolved;
  const { position } = originalOf(resolved);
  to.varint(COMMIT_POSITION, position);
  if (link !== undefined) {
    const before = to.length;
    writeRecordedEvent(to, link, uuids);
    to.nest(LINK, before);
  }
  if (event !== undefined) {
    const before = to.length;
    writeRecordedEvent(to, event, uuids);
    to.nest(EVENT, before);
  }
}

function writeRecordedEvent(to: ProtobufWriter, event: StoredEvent, uuids: UuidFormat): void {
  const { dataBytes, metadataBytes, position, revision } = event;
  if (dataBytes.length > 0) to.bytes(DATA, dataBytes);
  if (metadataBytes.length > 0) to.bytes(CUSTOM_METADATA, metadataBytes);
  writeMetadata(to, event);
  if (position > 0n) {
    to.varint(RECORDED_COMMIT_POSITION, position);
    to.varint(PREPARE_POSITION, position);
  }
  if (revision > 0n) to.varint(STREAM_REVISION, revision);
  const beforeStream = to.length;
  to.bytes(STREAM_NAME, event.streamBytes);
  to.nest(STREAM_IDENTIFIER, beforeStream);
  const beforeId = to.length;
  writeUuid(to, event, uuids);
  to.nest(ID, beforeId);
}

/** Writes the entries of the map `metadata`: content type, creation time and event type. */
function writeMetadata(to: ProtobufWriter, event: StoredEvent): void {
  const beforeType = to.length;
  to.bytes(2, event.typeBytes);
  to.raw(TYPE_KEY);
  to.nest(METADATA, beforeType);
  const beforeCreated = to.length;
  to.text(2, `${event.recordedAt}${TICKS_PER_MILLISECOND_DIGITS}`);
  to.raw(CREATED_KEY);
  to.nest(METADATA, beforeCreated);
  to.raw(event.isJson ? JSON_CONTENT : OTHER_CONTENT);
}

function writeUuid(to: ProtobufWriter, event: StoredEvent, uuids: UuidFormat): void {
  if (uuids === 'string') {
    to.text(2, event.id);
    return;
  }
  const { idBytes } = event;
  const before = to.length;
  to.varint(2, idBytes.readBigUInt64BE(8));
  to.varint(1, idBytes.readBigUInt64BE(0));
  to.nest(1, before);
}

/**
 * Resolves a link event as EventStoreDB does. If the target does not exist (it never did, was truncated or deleted),
 * the link is returned without an event. A link event with malformed data is returned like any other event.
 */
export async function resolveLink(log: EmbeddedLog, event: StoredEvent): Promise<ResolvedEvent> {
  const target = event.type === LINK_TYPE ? linkTarget(event.dataBytes.toString()) : undefined;
  if (target === undefined) return { event };
  const found = await log.visibleEvent(target.stream, target.revision);
  return found === undefined ? { link: event } : { event: found, link: event };
}

/** Parses `revision@stream`; undefined if malformed. */
export function linkTarget(text: string): { readonly revision: bigint; readonly stream: string } | undefined {
  const [, revision, stream] = /^(\d{1,19})@(.+)$/s.exec(text) ?? [];
  return revision === undefined || stream === undefined ? undefined : { revision: BigInt(revision), stream };
}

/** The data of a link to an event. */
export function linkData({ stream, revision }: { readonly stream: string; readonly revision: bigint }): string {
  return `${revision}@${stream}`;
}

function keyOf(name: string): Buffer {
  const entry = new ProtobufWriter();
  entry.text(1, name);
  return entry.finish();
}

function metadataEntry(key: string, value: string): Buffer {
  const entry = new ProtobufWriter();
  entry.text(2, value);
  entry.text(1, key);
  entry.nest(METADATA, 0);
  return entry.finish();
}

const writer = new ProtobufWriter();
