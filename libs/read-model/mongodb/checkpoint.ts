import { randomUUID } from 'node:crypto';
import { type Collection, MongoServerError } from 'mongodb';
import { DocumentsLostError } from '../port/read-model.errors.js';
import { type Batch, NOTHING_PROJECTED } from '../port/read-model.js';
import { DUPLICATE_KEY } from './mongodb-errors.js';
import { CHECKPOINT_ID, type Stored } from './stored-document.js';

/**
 * How far the documents of a collection have come. It lies in the collection, so whoever drops the documents drops it
 * with them, and it is made before the first document.
 */
export interface Checkpoint {
  readonly position: bigint;
  /** When the newest event was recorded, in milliseconds since 1970. */
  readonly recordedAt?: number;
  /** Drawn when it is made: a checkpoint that was dropped and made again is another one. */
  readonly incarnation: string;
}

/** The checkpoint of a collection; undefined when there is none. */
export async function readCheckpoint(collection: Collection<Stored>): Promise<Checkpoint | undefined> {
  const stored = await collection.findOne({ _id: CHECKPOINT_ID });
  if (stored === null) return undefined;
  const { position, recordedAt, incarnation } = stored;
  return { position, recordedAt, incarnation };
}

/** The checkpoint of a collection, which is made if there is none. */
export async function ensureCheckpoint(collection: Collection<Stored>): Promise<Checkpoint> {
  const known = await readCheckpoint(collection);
  if (known !== undefined) return known;
  const made = { position: NOTHING_PROJECTED, incarnation: randomUUID() };
  try {
    await collection.insertOne({ _id: CHECKPOINT_ID, _removed: true, ...made });
    return made;
  } catch (error) {
    // Somebody else was first.
    if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return ensureCheckpoint(collection);
    throw error;
  }
}

/**
 * The checkpoint that a batch is to move.
 *
 * @throws DocumentsLostError what the writer has written before is gone
 */
export async function checkpointBefore(collection: Collection<Stored>, { after }: Batch<object>): Promise<Checkpoint> {
  const known = after === NOTHING_PROJECTED ? await ensureCheckpoint(collection) : await readCheckpoint(collection);
  if (known === undefined || known.position < after) throw new DocumentsLostError(collection.collectionName);
  return known;
}

/**
 * Moves the checkpoint, but never back.
 *
 * @param before what stood there before the documents were written
 * @throws DocumentsLostError the collection has been dropped meanwhile
 */
export async function moveCheckpoint(
  collection: Collection<Stored>,
  { checkpoint, recordedAt }: Batch<object>,
  { incarnation }: Checkpoint,
): Promise<void> {
  const { matchedCount } = await collection.updateOne(
    { _id: CHECKPOINT_ID, incarnation, position: { $lt: checkpoint } },
    { $set: { position: checkpoint, recordedAt } },
  );
  if (matchedCount > 0) return;
  const now = await readCheckpoint(collection);
  if (now?.incarnation !== incarnation) throw new DocumentsLostError(collection.collectionName);
}
