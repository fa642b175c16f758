import { randomUUID } from 'node:crypto';
import { type Collection, type Db, MongoServerError } from 'mongodb';
import type { EventMark } from '#libs/engine/kernel/event-mark.js';
import { DocumentsLostError } from '../port/read-model.errors.js';
import { type Batch, NOTHING_PROJECTED } from '../port/read-model.js';
import { DUPLICATE_KEY } from './mongodb-errors.js';
import { MARKER_ID, type Stored } from './stored-document.js';

/**
 * The collection of the checkpoints. It is separate from the documents because not every server uses an index for the
 * condition of an update, and every batch updates a checkpoint.
 */
export const CHECKPOINTS = 'checkpoints';

/** A checkpoint as stored in MongoDB; its id is the name of its collection. */
interface StoredCheckpoint {
  readonly _id: string;
  readonly incarnation: string;
  readonly position: bigint;
  readonly recordedAt?: number;
  readonly lastEvent?: EventMark;
  readonly log?: string;
}

/**
 * The checkpoint of a collection. A marker among the documents holds the incarnation of the collection: whoever drops
 * the documents drops the marker with them, and the checkpoint becomes invalid.
 */
export interface Checkpoint {
  readonly position: bigint;
  /** When the newest event was recorded, in milliseconds since 1970. */
  readonly recordedAt?: number;
  /** The newest event up to the position. */
  readonly lastEvent?: EventMark;
  /** The identity of the event log. */
  readonly log?: string;
  /** Random, chosen when the collection is created: a collection that is dropped and created again has another one. */
  readonly incarnation: string;
}

/** The checkpoint of a collection; undefined when there is none. */
export async function readCheckpoint(db: Db, name: string): Promise<Checkpoint | undefined> {
  const [marked, stored] = await Promise.all([markedIncarnation(db, name), checkpointsOf(db).findOne({ _id: name })]);
  if (stored === null || stored.incarnation !== marked) return undefined;
  const { _id, ...checkpoint } = stored;
  return checkpoint;
}

/** The checkpoint of a collection. Creates it, and the collection, if there is none. */
export async function ensureCheckpoint(db: Db, name: string): Promise<Checkpoint> {
  for (;;) {
    const incarnation = (await markedIncarnation(db, name)) ?? (await mark(db, name));
    const known = await readCheckpoint(db, name);
    if (known !== undefined) return known;
    if (incarnation !== undefined) await beginCheckpoint(db, { _id: name, incarnation, position: NOTHING_PROJECTED });
  }
}

/**
 * The checkpoint before a batch is applied.
 *
 * @throws DocumentsLostError documents that the writer has written are gone, or the stored ones are of another event log
 */
export async function checkpointBefore(
  db: Db,
  { collection: { name }, after, log }: Batch<object>,
): Promise<Checkpoint> {
  const known = after === NOTHING_PROJECTED ? await ensureCheckpoint(db, name) : await readCheckpoint(db, name);
  if (known === undefined || known.position < after) throw new DocumentsLostError(name);
  if (known.log !== undefined && log !== undefined && log !== known.log) throw new DocumentsLostError(name);
  return known;
}

/**
 * Moves the checkpoint forward.
 *
 * @param before the checkpoint before the documents were written
 * @throws DocumentsLostError the collection has been dropped meanwhile
 */
export async function moveCheckpoint(
  db: Db,
  { collection: { name }, checkpoint, recordedAt, lastEvent, log }: Batch<object>,
  { incarnation }: Checkpoint,
): Promise<void> {
  await checkpointsOf(db).updateOne(
    { _id: name, incarnation, position: { $lt: checkpoint } },
    { $set: { position: checkpoint, recordedAt, lastEvent, log } },
  );
  const now = await readCheckpoint(db, name);
  if (now?.incarnation !== incarnation) throw new DocumentsLostError(name);
}

/** Removes the checkpoint of a collection that has been dropped. */
export async function removeCheckpoint(db: Db, name: string): Promise<void> {
  await checkpointsOf(db).deleteOne({ _id: name });
}

/** The incarnation of a collection; undefined when the collection does not exist. */
async function markedIncarnation(db: Db, name: string): Promise<string | undefined> {
  return (await db.collection<Stored>(name).findOne({ _id: MARKER_ID }))?.incarnation;
}

/** Inserts the marker of a new collection. Returns its incarnation, or undefined if another process was first. */
async function mark(db: Db, name: string): Promise<string | undefined> {
  const incarnation = randomUUID();
  const isFirst = await isInserted(db.collection<Stored>(name), { _id: MARKER_ID, _removed: true, incarnation });
  return isFirst ? incarnation : undefined;
}

/** Creates a checkpoint, or replaces one of an earlier incarnation. */
async function beginCheckpoint(db: Db, { _id, ...begun }: StoredCheckpoint): Promise<void> {
  const checkpoints = checkpointsOf(db);
  if (await isInserted(checkpoints, { _id, ...begun })) return;
  await checkpoints.replaceOne({ _id, incarnation: { $ne: begun.incarnation } }, begun);
}

/** Inserts a document; false if its id exists already. */
async function isInserted<D extends { readonly _id: unknown }>(
  collection: Collection<D>,
  document: D,
): Promise<boolean> {
  try {
    await collection.insertOne(document as Parameters<Collection<D>['insertOne']>[0]);
    return true;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return false;
    throw error;
  }
}

function checkpointsOf(db: Db): Collection<StoredCheckpoint> {
  return db.collection<StoredCheckpoint>(CHECKPOINTS);
}
