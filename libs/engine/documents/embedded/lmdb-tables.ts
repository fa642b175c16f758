import type { RootDatabase } from 'lmdb';
import type { VersionedRecord } from '#libs/engine/kernel/record-store.js';
import type { Index } from '../port/read-model.js';
import { openLmdb } from './open-lmdb.js';
import { JsonTable, openSealedTable, type SealedTable } from './sealed-table.js';
import type { StoredCheckpoint } from './stored-checkpoint.js';

/** The names of the tables in the file. The number is the version of the form of their values. */
const NAMES = {
  documents: 'documents.2',
  entries: 'entries.2',
  checkpoints: 'checkpoints.2',
  indexes: 'indexes.2',
  records: 'records.2',
} as const;

/** The name of the table of records. */
export const RECORDS = NAMES.records;

/** The names of all tables that the file may have. */
export const TABLE_NAMES: ReadonlySet<string> = new Set(Object.values(NAMES));

/** The tables of the read model's LMDB file. */
export interface LmdbTables {
  readonly root: RootDatabase;
  /** Encoded documents by key, see document-keys.ts and stored-document.ts. */
  readonly documents: SealedTable;
  /** Index entries: each is its key and has an empty value. */
  readonly entries: SealedTable;
  /** The checkpoint of each collection. */
  readonly checkpoints: JsonTable<StoredCheckpoint>;
  /** The indexes that the documents of each collection have entries in. */
  readonly indexes: JsonTable<readonly Index[]>;
  readonly records: JsonTable<VersionedRecord<object>>;
}

/** Opens the tables, and creates them unless they are opened for reading only. @throws Error LMDB's own */
export function openLmdbTables(folder: string, readOnly: boolean): LmdbTables {
  const root = openLmdb(folder, readOnly);
  const table = (name: string) => openSealedTable(root, name);
  return {
    root,
    documents: table(NAMES.documents),
    entries: table(NAMES.entries),
    checkpoints: new JsonTable(table(NAMES.checkpoints)),
    indexes: new JsonTable(table(NAMES.indexes)),
    records: new JsonTable(table(NAMES.records)),
  };
}
