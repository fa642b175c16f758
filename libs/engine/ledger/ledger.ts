import { join } from 'node:path';
import type { NoteVerifier } from '#libs/engine/transparency/notes/note-key.js';
import { LEDGER_FOLDER, type SignedCheckpoint, TREE_FOLDER } from './tree/ledger-folder.js';
import type { LedgerStatus } from './tree/ledger-status.js';

/** The ledger as this process serves it. Nest injects it by {@link LEDGER}. */
export interface Ledger {
  /** The folder of the ledger. */
  readonly folder: string;
  readonly verifier: NoteVerifier;
  /** The last checkpoint that was signed; undefined: none was, yet. */
  checkpoint(): SignedCheckpoint | undefined;
  status(): LedgerStatus;
}

/** The token by which Nest injects the {@link Ledger}; undefined: this process has none. */
export const LEDGER = Symbol('Ledger');

/** The folder of the ledger: the configured one, or one in the data folder; undefined: there is no data folder. */
export function ledgerFolder(configured: string | undefined, dataFolder: string | undefined): string | undefined {
  return configured ?? (dataFolder === undefined ? undefined : join(dataFolder, LEDGER_FOLDER));
}

/** The folder of the tree's files. */
export function treeFolder({ folder }: Pick<Ledger, 'folder'>): string {
  return join(folder, TREE_FOLDER);
}
