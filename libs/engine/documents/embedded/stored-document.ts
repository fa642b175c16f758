import type { Versioned } from '../port/read-model.js';

const POSITION_BYTES = 8;

/**
 * What is stored under a document's key: its position, then the document as JSON, or nothing when the last event has
 * removed it. The position stands alone in front, so that it can be compared without reading the document.
 */
export function encodeDocument({ position, document }: Versioned<object>): Buffer {
  const json = document === undefined ? '' : JSON.stringify(document);
  const stored = Buffer.allocUnsafe(POSITION_BYTES + Buffer.byteLength(json));
  stored.writeBigInt64BE(position);
  stored.write(json, POSITION_BYTES);
  return stored;
}

/** The document and its position. */
export function decodeDocument<D extends object>(stored: Buffer): Versioned<D> {
  const document = stored.length === POSITION_BYTES ? undefined : JSON.parse(stored.toString('utf8', POSITION_BYTES));
  return { position: positionIn(stored), document };
}

/** The position alone. */
export function positionIn(stored: Buffer): bigint {
  return stored.readBigInt64BE();
}
