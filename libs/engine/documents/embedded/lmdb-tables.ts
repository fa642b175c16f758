import { type Database, open, type RootDatabase } from 'lmdb';
import type { EventMark } from '#libs/engine/kernel/event-mark.js';
import type { VersionedRecord } from '#libs/engine/kernel/record-store.js';
import type { Index } from '../port/read-model.js';

/** The tables of the read model's LMDB file. */
export interface LmdbTables {
  readonly root: RootDatabase;
  /** Encoded documents by key, see document-keys.ts and stored-document.ts. */
  readonly documents: Database<Buffer, Buffer>;
  /** Index entries: each is its key and has an empty value. */
  readonly entries: Database<Buffer, Buffer>;
  /** The checkpoint of each collection. */
  readonly checkpoints: Database<StoredCheckpoint, string>;
  /** The indexes that the documents of each collection have entries in. */
  readonly indexes: Database<readonly Index[], string>;
  readonly records: Database<VersionedRecord<object>, string>;
}

/**
 * The checkpoint of a collection: the position, when the newest event up to it was recorded (milliseconds since 1970),
 * that event, and the identity of its log.
 */
export type StoredCheckpoint = readonly [position: bigint, recordedAt?: number, lastEvent?: EventMark, log?: string];

/** Opens the tables, and creates them unless they are opened for reading only. @throws Error LMDB's own */
export function openLmdbTables(folder: string, readOnly: boolean): LmdbTables {
  // With event turn batching LMDB leaves a promise behind that nobody can catch when a commit fails.
  const root = open({ path: folder, noSubdir: false, readOnly, eventTurnBatching: false });
  return {
    root,
    documents: root.openDB('documents', { keyEncoding: 'binary', encoding: 'binary' }),
    entries: root.openDB('entries', { keyEncoding: 'binary', encoding: 'binary' }),
    checkpoints: root.openDB('checkpoints', {}),
    indexes: root.openDB('indexes', { encoding: 'json' }),
    records: root.openDB('records', { encoding: 'json' }),
  };
}
