import type { EventFilter } from '../../port/event-store.js';
import { ProtobufWriter } from '../../protobuf/protobuf-writer.js';
import type { Place } from '../place.js';
import { writeStream } from './append-request.js';

/** A read of one stream. */
export interface StreamSource {
  readonly stream: string;
  readonly from: bigint | 'start' | 'end';
}

/** A read of $all. */
export interface AllSource {
  readonly from: Place | 'end';
  readonly filter?: EventFilter | undefined;
}

/** A read or a subscription. */
export interface ReadRequest {
  readonly source: StreamSource | AllSource;
  readonly direction: 'forwards' | 'backwards';
  /** The largest number of events; `subscription`: all existing and all future events. */
  readonly limit: number | 'subscription';
}

/** While a filtered subscription catches up, the server sends its position after examining this many events. */
const SEARCH_WINDOW_EVENTS = 1_000;

/** The value that means no limit in the protocol. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** Encodes a read as ReadReq. */
export function encodeRead({ source, direction, limit }: ReadRequest): Buffer {
  nested(9, () => writer.empty(2)); // UUIDs as text
  const filter = 'stream' in source ? undefined : source.filter;
  if (filter === undefined) writer.empty(8);
  else nested(7, () => writeFilter(filter));
  if (limit === 'subscription') writer.empty(6);
  else writer.varint(5, Math.min(limit, NO_LIMIT));
  if (direction === 'backwards') writer.varint(3, 1);
  if ('stream' in source) nested(1, () => writeStreamSource(source));
  else nested(2, () => writePlace(source.from));
  writer.nest(1, 0);
  return writer.finish();
}

function writeStreamSource({ stream, from }: StreamSource): void {
  if (from === 'start') writer.empty(3);
  else if (from === 'end') writer.empty(4);
  else writer.varint(2, from);
  writeStream(writer, 1, stream);
}

function writePlace(from: Place | 'end'): void {
  if (from === 'start') writer.empty(2);
  else if (from === 'end') writer.empty(3);
  else {
    const { commit, prepare } = from;
    nested(1, () => {
      writer.varint(2, prepare);
      writer.varint(1, commit);
    });
  }
}

function writeFilter(filter: EventFilter): void {
  const [field, prefixes] = 'streamPrefixes' in filter ? [1, filter.streamPrefixes] : [2, filter.typePrefixes];
  writer.varint(5, 1); // A checkpoint after each window.
  writer.varint(3, SEARCH_WINDOW_EVENTS);
  nested(field, () => {
    for (const prefix of prefixes.toReversed()) writer.text(2, prefix);
  });
}

/** Writes a nested message whose fields `write` writes. */
function nested(field: number, write: () => void): void {
  const before = writer.length;
  write();
  writer.nest(field, before);
}

const writer = new ProtobufWriter();
