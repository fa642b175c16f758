import { type Document, ObjectId } from 'mongodb';
import type { Scanned, Versioned, Write } from '../port/read-model.js';

/**
 * A document as stored in MongoDB: its own fields, and with an underscore in front its id, the position of its last
 * event, and whether that event removed it. The marker of the collection is stored among the documents.
 */
export interface Stored extends Document {
  readonly _id: string | ObjectId;
  readonly _position?: bigint;
  readonly _removed?: true;
}

/** A document to be written to MongoDB. */
export interface Outgoing extends Stored {
  readonly _id: string;
  readonly _position: bigint;
}

/** The id of the marker. Its type differs from that of document ids, and every server can look it up by index. */
export const MARKER_ID = new ObjectId('000000000000000000000000');

/** The filter for documents that were not removed. The marker counts as removed, so that it is left out. */
export const PRESENT = { _removed: { $exists: false } } as const;

/** Converts a write to the document to store. */
export function outgoing({ id, position, document }: Write<object>): Outgoing {
  return { _id: id, _position: position, ...document, ...(document === undefined && { _removed: true }) };
}

/** Converts a stored document to one with its position. */
export function versioned<D extends object>(stored: Stored): Versioned<D> {
  return { position: stored._position ?? 0n, document: stored._removed ? undefined : withoutOwnFields<D>(stored) };
}

/** Converts a stored document to one with its position and id. */
export function scanned<D extends object>(stored: Stored): Scanned<D> {
  return { id: String(stored._id), ...versioned<D>(stored) };
}

/** Converts a stored document to the document that the projection has written. */
export function withoutOwnFields<D extends object>({ _id, _position, _removed, ...document }: Stored): D {
  return document as D;
}
