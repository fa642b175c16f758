import { randomUUID } from 'node:crypto';
import { type Collection, type Db, MongoServerError } from 'mongodb';
import { DocumentsLostError } from '../port/read-model.errors.js';
import { type Batch, type EventMark, NOTHING_PROJECTED } from '../port/read-model.js';
import { DUPLICATE_KEY } from './mongodb-errors.js';
import { MARKER_ID, type Stored } from './stored-document.js';

/**
 * The collection of the checkpoints. They do not lie among the documents, because not every server finds by index what
 * an update has a condition on, and a checkpoint is moved with every batch.
 */
export const CHECKPOINTS = 'checkpoints';

/** A checkpoint as it lies in MongoDB, under the name of its collection. */
interface StoredCheckpoint {
  readonly _id: string;
  readonly incarnation: string;
  readonly position: bigint;
  readonly recordedAt?: number;
  readonly lastEvent?: EventMark;
  readonly log?: string;
}

/**
 * How far the documents of a collection have come. A marker among the documents says which incarnation of the
 * collection they are: who drops the documents drops the marker with them, and then the checkpoint is none.
 */
export interface Checkpoint {
  readonly position: bigint;
  /** When the newest event was recorded, in milliseconds since 1970. */
  readonly recordedAt?: number;
  /** The newest event up to the position. */
  readonly lastEvent?: EventMark;
  /** The identity of the event log. */
  readonly log?: string;
  /** Drawn when the collection is made: one that was dropped and made again is another one. */
  readonly incarnation: string;
}

/** The checkpoint of a collection; undefined when there is none. */
export async function readCheckpoint(db: Db, name: string): Promise<Checkpoint | undefined> {
  const [marked, stored] = await Promise.all([markedIncarnation(db, name), checkpointsOf(db).findOne({ _id: name })]);
  if (stored === null || stored.incarnation !== marked) return undefined;
  const { _id, ...checkpoint } = stored;
  return checkpoint;
}

/** The checkpoint of a collection. It is made, and so is the collection, if there is none. */
export async function ensureCheckpoint(db: Db, name: string): Promise<Checkpoint> {
  for (;;) {
    const incarnation = (await markedIncarnation(db, name)) ?? (await mark(db, name));
    const known = await readCheckpoint(db, name);
    if (known !== undefined) return known;
    if (incarnation !== undefined) await beginCheckpoint(db, { _id: name, incarnation, position: NOTHING_PROJECTED });
  }
}

/**
 * The checkpoint that a batch is to move.
 *
 * @throws DocumentsLostError what the writer has written before is gone, or what is there comes from another event log
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
 * Moves the checkpoint, but never back.
 *
 * @param before what stood there before the documents were written
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

/** Forgets the checkpoint of a collection that has been dropped. */
export async function removeCheckpoint(db: Db, name: string): Promise<void> {
  await checkpointsOf(db).deleteOne({ _id: name });
}

/** The incarnation of a collection; undefined when it is not there. */
async function markedIncarnation(db: Db, name: string): Promise<string | undefined> {
  return (await db.collection<Stored>(name).findOne({ _id: MARKER_ID }))?.incarnation;
}

/** Marks a new collection. Answers its incarnation, or undefined when somebody else was first. */
async function mark(db: Db, name: string): Promise<string | undefined> {
  const incarnation = randomUUID();
  const isFirst = await isInserted(db.collection<Stored>(name), { _id: MARKER_ID, _removed: true, incarnation });
  return isFirst ? incarnation : undefined;
}

/** Puts a checkpoint in the place of none, or of one of an earlier incarnation. */
async function beginCheckpoint(db: Db, { _id, ...begun }: StoredCheckpoint): Promise<void> {
  const checkpoints = checkpointsOf(db);
  if (await isInserted(checkpoints, { _id, ...begun })) return;
  await checkpoints.replaceOne({ _id, incarnation: { $ne: begun.incarnation } }, begun);
}

/** Inserts a document; false when there is one with its id. */
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
