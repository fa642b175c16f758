import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { replaceFile } from '#libs/engine/runtime/replace-file.js';
import { checkpointText } from '#libs/engine/transparency/notes/checkpoint.js';
import type { NoteSigner } from '#libs/engine/transparency/notes/note-key.js';
import { signedNote } from '#libs/engine/transparency/notes/signed-note.js';
import { lastSigned } from '../witnessed-checkpoints.js';
import { CHECKPOINT_FILE, type SignedCheckpoint, TREE_FOLDER } from './ledger-folder.js';
import type { LedgerBatch } from './ledger-source.js';
import { LedgerTree } from './ledger-tree.js';

/** Leaves after which a checkpoint is signed while the log is read for the first time. */
const SIGN_EVERY_LEAVES = 65_536;

/**
 * So often the files of the tree are synced. The log has what they hold: what the machine loses of them is made again at
 * the next start, like all that differs.
 */
const SYNC_EVERY_MS = 10_000;

/** The log contradicts what was signed. Nothing is signed any more. */
export class ContradictionError extends Error {
  override readonly name = 'ContradictionError';
}

/** What a keeper works with. */
export interface KeeperOptions {
  /** The folder of the ledger. */
  readonly folder: string;
  readonly signer: NoteSigner;
  readonly isDomainEvent: (event: RecordedEvent) => boolean;
  /** Gets every checkpoint that was signed, after it is on disk. */
  readonly signed: (checkpoint: SignedCheckpoint) => void;
}

/**
 * Keeps the tree of a log in files, and signs its checkpoints. It reads the log from its first event on, and compares it
 * with what was signed before: only a log that begins with the same events is signed further.
 */
export class LedgerKeeper {
  #kept: SignedCheckpoint | undefined;
  readonly #tree: LedgerTree;
  /** When the files of the tree were synced. */
  #synced = performance.now();

  /** @throws Error the folder cannot be used, or its checkpoint is damaged */
  constructor(private readonly options: KeeperOptions) {
    this.#kept = lastSigned(options.folder, options.signer.verifier);
    // What was written behind the last checkpoint may be incomplete.
    this.#tree = new LedgerTree(join(options.folder, TREE_FOLDER), this.signedSize, 'append');
  }

  /** The number of leaves that the last checkpoint covers. */
  get signedSize(): number {
    return this.#kept?.size ?? 0;
  }

  /** Whether everything that was signed has been compared with the log. */
  get isChecked(): boolean {
    return this.#tree.size >= this.signedSize;
  }

  /** The number of leaves that have been read. */
  get size(): number {
    return this.#tree.size;
  }

  /**
   * Takes the next events of the log, and signs when it has caught up.
   *
   * @returns false: the files of the ledger are not what they were, and have been removed; begin again with another keeper
   * @throws ContradictionError the log is not the one that was signed
   */
  take({ events, caughtUp }: LedgerBatch): boolean {
    for (const event of events) {
      if (!this.options.isDomainEvent(event)) continue;
      this.#tree.add(event);
      if (!this.#agrees()) return false;
    }
    if (caughtUp && !this.isChecked) throw this.#shorter();
    const pending = this.size - this.signedSize;
    if ((caughtUp && (pending > 0 || this.#kept === undefined)) || pending >= SIGN_EVERY_LEAVES) this.#sign();
    return true;
  }

  close(): void {
    this.#tree.close();
  }

  /** Compares the tree with the last checkpoint, when it has reached its size. */
  #agrees(): boolean {
    const kept = this.#kept;
    if (kept === undefined || this.size !== kept.size) return true;
    if (!kept.root.equals(this.#tree.root())) throw this.#different(kept);
    if (this.#tree.agrees()) {
      const file = join(this.options.folder, CHECKPOINT_FILE);
      if (!existsSync(file)) replaceFile(file, kept.note); // It was lost, and a witnessed one has taken its place.
      return true;
    }
    this.#tree.removeFiles();
    return false;
  }

  #sign(): void {
    this.#tree.write();
    if (performance.now() - this.#synced >= SYNC_EVERY_MS) {
      this.#tree.sync();
      this.#synced = performance.now();
    }
    const { signer, signed, folder } = this.options;
    const checkpoint = { origin: signer.verifier.name, size: this.size, root: this.#tree.root() };
    const note = signedNote(checkpointText(checkpoint), signer);
    replaceFile(join(folder, CHECKPOINT_FILE), note);
    this.#kept = { ...checkpoint, note };
    signed(this.#kept);
  }

  #shorter(): ContradictionError {
    return new ContradictionError(
      `the log has ${this.size} domain events, and a checkpoint of ${this.signedSize} was signed: events are gone`,
    );
  }

  #different({ size }: SignedCheckpoint): ContradictionError {
    return new ContradictionError(`the first ${size} domain events of the log are not those that were signed`);
  }
}
