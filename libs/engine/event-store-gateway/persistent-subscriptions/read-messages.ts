import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';
import { ProtobufWriter } from '#libs/engine/event-store/protobuf/protobuf-writer.js';
import { invalidArgument } from '../grpc-errors.js';
import { type ResolvedEvent, type UuidFormat, writeReadEvent } from '../recorded-event.js';
import { decodeStreamIdentifier, decodeUuid } from '../streams/append-messages.js';
import { ALL } from '../system-streams.js';
import type { NackAction } from './consumer-messages.js';

/** The options with which a subscription begins. */
export interface SubscribeRequest {
  readonly kind: 'options';
  readonly source: string;
  readonly group: string;
  readonly bufferSize: number;
  readonly uuids: UuidFormat;
}

/** A ReadReq: what a client sends on a subscription. */
export type ReadMessage =
  | SubscribeRequest
  | { readonly kind: 'ack'; readonly ids: readonly string[] }
  | { readonly kind: 'nack'; readonly ids: readonly string[]; readonly action: NackAction; readonly reason: string };

/** By their numbers on the wire. */
const NACK_ACTIONS: readonly NackAction[] = ['unknown', 'park', 'retry', 'skip', 'stop'];

/** @throws GatewayError the message is empty; RangeError its bytes are no message */
export function decodeReadMessage(message: Buffer): ReadMessage {
  const reader = new ProtobufReader(message);
  while (reader.next()) {
    if (reader.field === 1) return decodeOptions(reader.bytes());
    if (reader.field === 2) return { kind: 'ack', ids: decodeAnswer(reader.bytes()).ids };
    if (reader.field === 3) return { kind: 'nack', ...decodeAnswer(reader.bytes()) };
  }
  throw invalidArgument('a message of a subscription holds options, ack or nack');
}

function decodeOptions(options: Buffer): SubscribeRequest {
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

/** Ack and Nack: their fields are the same as far as they go. */
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
/** Of ReadResp.ReadEvent; its other fields are those that Streams has. */
const RETRY_COUNT = 5;

/** An event as a ReadResp. */
export function encodeDelivery(event: ResolvedEvent, retries: number, uuids: UuidFormat): Buffer {
  writer.varint(RETRY_COUNT, retries);
  writeReadEvent(writer, event, uuids);
  writer.nest(EVENT, 0);
  return writer.finish();
}

const writer = new ProtobufWriter();
