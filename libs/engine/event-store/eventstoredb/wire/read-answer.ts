import type { RecordedEvent } from '../../port/event-store.js';
import { ProtobufReader } from '../../protobuf/protobuf-reader.js';
import type { Position } from '../place.js';

/** An answer of the Read call. */
export type ReadAnswer =
  | { readonly kind: 'event'; readonly event: RecordedEvent; readonly bytes: number }
  /** Every event up to this position has been sent, or excluded by the filter. */
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'confirmed' | 'caughtUp' | 'fellBehind' | 'streamNotFound' | 'other' };

const KINDS = { 2: 'confirmed', 4: 'streamNotFound', 8: 'caughtUp', 9: 'fellBehind' } as const;

/** Decodes ReadResp. @throws RangeError the bytes are not a message */
export function decodeReadAnswer(message: Buffer): ReadAnswer {
  const reader = new ProtobufReader(message);
  while (reader.next()) {
    const { field } = reader;
    if (field === 1) return { kind: 'event', event: decodeReadEvent(reader.bytes()), bytes: message.length };
    if (field === 3) return { kind: 'checkpoint', position: decodePosition(reader.bytes()) };
    if (field in KINDS) return { kind: KINDS[field as keyof typeof KINDS] };
  }
  return { kind: 'other' };
}

function decodePosition(message: Buffer): Position {
  const reader = new ProtobufReader(message);
  let commit = 0n;
  let prepare = 0n;
  while (reader.next()) {
    if (reader.field === 1) commit = reader.unsigned();
    else if (reader.field === 2) prepare = reader.unsigned();
  }
  return { commit, prepare };
}

function decodeReadEvent(message: Buffer): RecordedEvent {
  const reader = new ProtobufReader(message);
  let recorded: Buffer | undefined;
  let position: bigint | undefined;
  while (reader.next()) {
    if (reader.field === 1) recorded = reader.bytes();
    else if (reader.field === 3) position = reader.unsigned();
  }
  if (recorded === undefined) throw new RangeError('EventStoreDB sent an empty event');
  return decodeRecorded(recorded, position);
}

/** @param at the commit position that the server sent beside the event, if any */
function decodeRecorded(message: Buffer, at: bigint | undefined): RecordedEvent {
  const reader = new ProtobufReader(message);
  let id = '';
  let stream = '';
  let revision = 0n;
  let position = at ?? 0n;
  let metadata = NOTHING;
  let data = NOTHING;
  const properties: Properties = { type: '', created: '', contentType: '' };
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        id = textField(reader.bytes(), 2);
        break;
      case 2:
        stream = textField(reader.bytes(), 3);
        break;
      case 3:
        revision = reader.unsigned();
        break;
      case 5:
        if (at === undefined) position = reader.unsigned();
        break;
      case 6:
        readProperty(reader.bytes(), properties);
        break;
      case 7:
        metadata = reader.bytes();
        break;
      case 8:
        data = reader.bytes();
        break;
    }
  }
  const { type, created, contentType } = properties;
  const isJson = contentType === 'application/json';
  return {
    id,
    stream,
    revision,
    position,
    type,
    data: isJson ? parsed(data) : new Uint8Array(data),
    metadata: metadata.length === 0 ? undefined : parsed(metadata),
    recordedAt: Math.trunc(Number(created) / TICKS_PER_MILLISECOND),
  };
}

/** The properties of an event, which the server sends beside its data. */
interface Properties {
  type: string;
  created: string;
  contentType: string;
}

/** `created` counts ticks of 100 ns since 1970. */
const TICKS_PER_MILLISECOND = 10_000;

/** Reads an entry of the map of properties. The names are distinguished by their lengths, without decoding them. */
function readProperty(entry: Buffer, properties: Properties): void {
  const reader = new ProtobufReader(entry);
  let nameLength = 0;
  while (reader.next()) {
    if (reader.field === 1) nameLength = reader.bytes().length;
    else if (reader.field === 2) {
      if (nameLength === 'type'.length) properties.type = reader.text();
      else if (nameLength === 'created'.length) properties.created = reader.text();
      else if (nameLength === 'content-type'.length) properties.contentType = reader.text();
    }
  }
}

/** Parses JSON; returns the bytes if the writer marked something as JSON that is not. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return new Uint8Array(bytes);
  }
}

function textField(message: Buffer, field: number): string {
  const reader = new ProtobufReader(message);
  while (reader.next()) if (reader.field === field) return reader.text();
  return '';
}

const NOTHING: Buffer = Buffer.alloc(0);
