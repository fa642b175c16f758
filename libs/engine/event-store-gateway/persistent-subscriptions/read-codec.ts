import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';
import { ProtobufWriter } from '#libs/engine/event-store/protobuf/protobuf-writer.js';
import { invalidArgument } from '../grpc-errors.js';
import { type ResolvedEvent, type UuidFormat, writeReadEvent } from '../resolved-event.js';
import { decodeStreamIdentifier } from '../stream-identifier.js';
import { decodeUuid } from '../streams/append-requests.js';
import { ALL } from '../system-streams.js';
import type { NackAction } from './consumer-group-types.js';

/** The options in the first ReadReq of a subscription. */
export interface ReadOptions {
  readonly kind: 'options';
  readonly source: string;
  readonly group: string;
  readonly bufferSize: number;
  readonly uuids: UuidFormat;
}

/** A message that a client sends on a subscription. */
export type ReadReq =
  | ReadOptions
  | { readonly kind: 'ack'; readonly ids: readonly string[] }
  | { readonly kind: 'nack'; readonly ids: readonly string[]; readonly action: NackAction; readonly reason: string };

/** By their enum values in the protocol. */
const NACK_ACTIONS: readonly NackAction[] = ['unknown', 'park', 'retry', 'skip', 'stop'];

/**
 * Decodes a ReadReq.
 *
 * @throws GatewayError the message is empty
 * @throws RangeError the bytes are not a protobuf message
 */
export function decodeReadReq(message: Buffer): ReadReq {
  const reader = new ProtobufReader(message);
  while (reader.next()) {
    if (reader.field === 1) return decodeOptions(reader.bytes());
    if (reader.field === 2) return { kind: 'ack', ids: decodeAnswer(reader.bytes()).ids };
    if (reader.field === 3) return { kind: 'nack', ...decodeAnswer(reader.bytes()) };
  }
  throw invalidArgument('a ReadReq must hold options, ack or nack');
}

function decodeOptions(options: Buffer): ReadOptions {
  const reader = new ProtobufReader(options);
  let source = '';
  let group = '';
  let bufferSize = 0;
  let uuids: UuidFormat = 'structured';
  while (reader.next()) {
    if (reader.field === 1) source = decodeStreamIdentifier(reader.bytes());
    else if (reader.field === 2) group = reader.text();
    else if (reader.field === 3) bufferSize = Number(BigInt.asIntN(32, reader.unsigned()));
    else if (reader.field === 4) uuids = decodeUuidOption(reader.bytes());
    else if (reader.field === 5) source = ALL;
  }
  return { kind: 'options', source, group, bufferSize, uuids };
}

function decodeUuidOption(option: Buffer): UuidFormat {
  const reader = new ProtobufReader(option);
  let uuids: UuidFormat = 'structured';
  while (reader.next()) if (reader.field === 2) uuids = 'string';
  return uuids;
}

/** Decodes Ack or Nack, whose common fields have the same numbers. */
function decodeAnswer(answer: Buffer) {
  const reader = new ProtobufReader(answer);
  const ids: string[] = [];
  let action: NackAction = 'unknown';
  let reason = '';
  while (reader.next()) {
    if (reader.field === 2) ids.push(decodeUuid(reader.bytes()));
    else if (reader.field === 3) action = NACK_ACTIONS[Number(reader.unsigned())] ?? 'unknown';
    else if (reader.field === 4) reason = reader.text();
  }
  return { ids, action, reason };
}

// Fields of ReadResp.
const EVENT = 1;
/** Field of ReadResp.ReadEvent. Its other fields are those of the Streams service. */
const RETRY_COUNT = 5;

/** Encodes the ReadResp that delivers an event. */
export function encodeDelivery(event: ResolvedEvent, retries: number, uuids: UuidFormat): Buffer {
  writer.varint(RETRY_COUNT, retries);
  writeReadEvent(writer, event, uuids);
  writer.nest(EVENT, 0);
  return writer.finish();
}

const writer = new ProtobufWriter();
