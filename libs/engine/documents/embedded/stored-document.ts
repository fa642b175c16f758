import type { Versioned } from '../port/read-model.js';
import { sealedLength } from './sealed-value.js';

const POSITION_BYTES = 8;

/**
 * Encodes a document for its key: its position, then the document as JSON, or nothing if the last event removed it. The
 * position comes first so that it can be compared without parsing the document. Room for the checksum follows.
 */
export function encodeDocument({ position, document }: Versioned<object>): Buffer {
  const json = document === undefined ? '' : JSON.stringify(document);
  const stored = Buffer.allocUnsafe(sealedLength(POSITION_BYTES + Buffer.byteLength(json)));
  stored.writeBigInt64BE(position);
  stored.write(json, POSITION_BYTES);
  return stored;
}

/** Decodes a document and its position. */
export function decodeDocument<D extends object>(stored: Buffer): Versioned<D> {
  const document = stored.length === POSITION_BYTES ? undefined : JSON.parse(stored.toString('utf8', POSITION_BYTES));
  return { position: positionIn(stored), document };
}

/** Decodes the position only. */
export function positionIn(stored: Buffer): bigint {
  return stored.readBigInt64BE();
}
