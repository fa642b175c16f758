import { type Document, ObjectId } from 'mongodb';
import type { Scanned, Versioned, Write } from '../port/read-model.js';

/**
 * A document as it lies in MongoDB: its own fields, and beside them, with an underscore in front, its id, the position
 * of its last event, and whether that event removed it. Among them lies the marker of the collection.
 */
export interface Stored extends Document {
  readonly _id: string | ObjectId;
  readonly _position?: bigint;
  readonly _removed?: true;
}

/** A document on its way into MongoDB. */
export interface Outgoing extends Stored {
  readonly _id: string;
  readonly _position: bigint;
}

/** The id of the marker: of another type than any document's, and of one that every server finds by index. */
export const MARKER_ID = new ObjectId('000000000000000000000000');

/** Fits documents that are there. The marker counts as removed, so that it is not among them. */
export const PRESENT = { _removed: { $exists: false } } as const;

/** A write as the document that is to be stored. */
export function outgoing({ id, position, document }: Write<object>): Outgoing {
  return { ...document, _id: id, _position: position, ...(document === undefined && { _removed: true }) };
}

/** A stored document with its position. */
export function versioned<D extends object>(stored: Stored): Versioned<D> {
  return { position: stored._position ?? 0n, document: stored._removed ? undefined : withoutOwnFields<D>(stored) };
}

/** A stored document with its position and its id. */
export function scanned<D extends object>(stored: Stored): Scanned<D> {
  return { id: String(stored._id), ...versioned<D>(stored) };
}

/** The document as the projection has written it. */
export function withoutOwnFields<D extends object>({ _id, _position, _removed, ...document }: Stored): D {
  return document as D;
}
