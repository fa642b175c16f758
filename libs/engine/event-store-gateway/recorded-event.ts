import type { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import type { StoredEvent } from '#libs/engine/event-store/embedded/record.js';
import { ProtobufWriter } from '#libs/engine/event-store/protobuf/protobuf-writer.js';

/** How a client wants UUIDs: as text, or as two 64-bit numbers. */
export type UuidFormat = 'string' | 'structured';

/** The type of an event that points to another one: its data is `revision@stream`. */
export const LINK_TYPE = '$>';

/**
 * What a reader gets for a stored event: the event itself, or the link that stood there and the event it points to; the
 * link alone where nothing is behind it.
 */
export type ResolvedEvent =
  | { readonly event: StoredEvent; readonly link?: StoredEvent }
  | { readonly event?: undefined; readonly link: StoredEvent };

/** What stands at the place that was read: the link, where there is one. */
export function originalOf(resolved: ResolvedEvent): StoredEvent {
  return resolved.event === undefined ? resolved.link : (resolved.link ?? resolved.event);
}

// Fields of ReadEvent; in Streams and in PersistentSubscriptions alike.
const EVENT = 1;
const LINK = 2;
const COMMIT_POSITION = 3;

// Fields of RecordedEvent; in Streams and in PersistentSubscriptions alike.
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

/** EventStoreDB counts time in ticks of 100 ns since 1970. A number cannot hold as many; text can. */
const TICKS_PER_MILLISECOND_DIGITS = '0000';

/** The bytes of a ReadEvent message: event, link, commit position. Other fields may be appended to them. */
export function encodeReadEvent(resolved: ResolvedEvent, uuids: UuidFormat): Buffer {
  writeReadEvent(writer, resolved, uuids);
  return writer.finish();
}

/** Writes the fields of a ReadEvent message, last first. */
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

/** What the map `metadata` holds: content type, time and type. */
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
 * What a reader that resolves links gets for an event. Of a link whose target is not there (never was, truncated,
 * deleted) it gets the link and no event; a link whose data is no link stands for itself. So it is in EventStoreDB.
 */
export async function resolveLink(log: EmbeddedLog, event: StoredEvent): Promise<ResolvedEvent> {
  const target = event.type === LINK_TYPE ? linkTarget(event.dataBytes.toString()) : undefined;
  if (target === undefined) return { event };
  const found = await log.visibleEvent(target.stream, target.revision);
  return found === undefined ? { link: event } : { event: found, link: event };
}

/** Reads `revision@stream`; undefined when the text is no such thing. */
export function linkTarget(text: string): { readonly revision: bigint; readonly stream: string } | undefined {
  const [, revision, stream] = /^(\d{1,19})@(.+)$/s.exec(text) ?? [];
  return revision === undefined || stream === undefined ? undefined : { revision: BigInt(revision), stream };
}

/** The text of a link to an event. */
export function linkText({ stream, revision }: { readonly stream: string; readonly revision: bigint }): string {
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
