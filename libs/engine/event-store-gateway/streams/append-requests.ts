import { status } from '@grpc/grpc-js';
import type { EventBytes } from '#libs/engine/event-store/embedded/record.js';
import type { ExpectedRevision } from '#libs/engine/event-store/port/event-store.js';
import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';
import { GatewayError, invalidArgument } from '../grpc-errors.js';
import { decodeStreamIdentifier } from '../stream-identifier.js';

/** The stream and expected revision of an append, delete or tombstone. */
export interface WriteTarget {
  readonly stream: string;
  readonly expected: ExpectedRevision;
}

/**
 * Decodes the options of AppendReq, BatchAppendReq, DeleteReq and TombstoneReq, whose first five fields are the same.
 *
 * @throws GatewayError the expected revision is missing
 */
export function decodeTarget(options: Buffer): WriteTarget {
  const reader = new ProtobufReader(options);
  let stream = '';
  let expected: ExpectedRevision | undefined;
  while (reader.next()) {
    if (reader.field === 1) stream = decodeStreamIdentifier(reader.bytes());
    else if (reader.field === 2) expected = reader.unsigned();
    else if (reader.field === 3) expected = 'noStream';
    else if (reader.field === 4) expected = 'any';
    else if (reader.field === 5) expected = 'streamExists';
  }
  if (expected === undefined) throw invalidArgument('the expected revision is missing: use any to skip the check');
  return { stream, expected };
}

/**
 * Decodes a ProposedMessage of AppendReq or BatchAppendReq. Data and metadata are views of the message, not copies.
 *
 * @throws GatewayError the type or the content type is missing
 */
export function decodeProposedMessage(message: Buffer): EventBytes {
  const reader = new ProtobufReader(message);
  let id = '';
  let data = NOTHING;
  let metadata = NOTHING;
  const properties: Record<string, string> = Object.create(null);
  while (reader.next()) {
    if (reader.field === 1) id = decodeUuid(reader.bytes());
    else if (reader.field === 2) readProperty(reader.bytes(), properties);
    else if (reader.field === 3) metadata = reader.bytes();
    else if (reader.field === 4) data = reader.bytes();
  }
  const type = required(properties, 'type');
  const isJson = required(properties, 'content-type') === 'application/json';
  return { id, type, isJson, data, metadata };
}

/** The canonical text of a UUID message. */
export function decodeUuid(message: Buffer): string {
  const reader = new ProtobufReader(message);
  while (reader.next()) {
    if (reader.field === 2) return reader.text().toLowerCase();
    if (reader.field === 1) return decodeStructured(reader.bytes());
  }
  return '';
}

function decodeStructured(message: Buffer): string {
  const reader = new ProtobufReader(message);
  const bytes = Buffer.alloc(16);
  while (reader.next()) {
    if (reader.field === 1) bytes.writeBigUInt64BE(reader.unsigned(), 0);
    else if (reader.field === 2) bytes.writeBigUInt64BE(reader.unsigned(), 8);
  }
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function readProperty(entry: Buffer, properties: Record<string, string>): void {
  const reader = new ProtobufReader(entry);
  let key = '';
  let value = '';
  while (reader.next()) {
    if (reader.field === 1) key = reader.text();
    else if (reader.field === 2) value = reader.text();
  }
  properties[key] = value;
}

function required(properties: Readonly<Record<string, string>>, name: string): string {
  const value = properties[name];
  if (value !== undefined) return value;
  throw new GatewayError(status.INVALID_ARGUMENT, `Required Metadata Property '${name}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });
}

const NOTHING: Buffer = Buffer.alloc(0);
