import { hash } from 'node:crypto';
import canonicalizeFunction from 'canonicalize';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { MAX_ENTRY_BYTES } from '#libs/engine/transparency/tiles/entry-bundle.js';

/** The package is a CommonJS module whose types describe another form. */
const canonicalize = canonicalizeFunction as unknown as (value: unknown) => string | undefined;

/** What of an event is in its leaf: nothing that differs between event stores, or after export and import. */
export type LeafEvent = Pick<RecordedEvent, 'stream' | 'revision' | 'id' | 'type' | 'data' | 'metadata'>;

/** The metadata written last: the events of a command share them. */
let last: { readonly metadata: unknown; readonly json: string } | undefined;

/**
 * The leaf of an event: canonical JSON (RFC 8785) of data, id, metadata, revision (decimal text), stream and type. Data
 * or metadata that were not written as JSON are base64 text, named `dataBase64` and `metadataBase64`. A leaf that is
 * longer than an entry of a tile may be has `dataSha256` and `metadataSha256` in their place: the hash, in hex, of the
 * canonical JSON.
 */
export function leafOf(event: LeafEvent): string {
  const metadata = event.metadata;
  if (last === undefined || last.metadata !== metadata) last = { metadata, json: field('metadata', metadata) };
  const { id, type, stream, revision } = event;
  const leaf = (data: string, meta: string) =>
    `{${data}"id":${JSON.stringify(id)},${meta}"revision":"${revision}","stream":${JSON.stringify(stream)},"type":${JSON.stringify(type)}}`;
  const whole = leaf(field('data', event.data), last.json);
  if (whole.length * 3 <= MAX_ENTRY_BYTES || Buffer.byteLength(whole) <= MAX_ENTRY_BYTES) return whole;
  return leaf(hashField('data', event.data), hashField('metadata', metadata));
}

/** A field and the comma after it; the empty text for a value that is not there. */
function field(name: string, value: unknown): string {
  if (value === undefined) return '';
  if (value instanceof Uint8Array) return `"${name}Base64":"${Buffer.from(value).toString('base64')}",`;
  return `"${name}":${canonicalJson(value)},`;
}

function hashField(name: string, value: unknown): string {
  if (value === undefined) return '';
  return `"${name}Sha256":"${hash('sha256', value instanceof Uint8Array ? value : canonicalJson(value))}",`;
}

/** Canonical JSON (RFC 8785). A number beyond what a double holds, which JSON text may have, is null. */
function canonicalJson(value: unknown): string {
  try {
    return canonicalize(value) ?? 'null';
  } catch {
    return canonicalize(JSON.parse(JSON.stringify(value))) ?? 'null';
  }
}
