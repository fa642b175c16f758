import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { replaceFile } from '#libs/engine/runtime/replace-file.js';
import { leafHash } from '#libs/engine/transparency/merkle/hashes.js';
import { checkpointText } from '#libs/engine/transparency/notes/checkpoint.js';
import type { NoteSigner } from '#libs/engine/transparency/notes/note-key.js';
import { signedNote } from '#libs/engine/transparency/notes/signed-note.js';
import { TreeBuilder } from '#libs/engine/transparency/tiles/tree-builder.js';
import { TreeFiles } from '#libs/engine/transparency/tiles/tree-files.js';
import { KeptHashes } from './kept-hashes.js';
import { leafOf } from './leaf.js';
import { CHECKPOINT_FILE, type SignedCheckpoint, signedCheckpointIn, TREE_FOLDER } from './ledger-folder.js';
import type { LedgerBatch } from './ledger-source.js';
import { PlacesFile } from './places.js';

/** Leaves after which a checkpoint is signed while the log is read for the first time. */
const SIGN_EVERY_LEAVES = 65_536;

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
  #filesAreWrong = false;
  readonly #files: TreeFiles;
  readonly #places: PlacesFile;
  readonly #tree: TreeBuilder;
  /** What the files hold already; it is compared rather than written. */
  readonly #before: KeptHashes;

  /** @throws Error the folder cannot be used */
  constructor(private readonly options: KeeperOptions) {
    const folder = join(options.folder, TREE_FOLDER);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#kept = signedCheckpointIn(options.folder);
    this.#files = new TreeFiles(folder);
    this.#places = new PlacesFile(folder);
    const size = this.#kept?.size ?? 0;
    // What was written behind the last checkpoint may be incomplete.
    const isWhole = this.#files.cutTo(size) && this.#places.cutTo(size);
    if (!isWhole) this.#emptyFiles();
    this.#before = new KeptHashes(folder, isWhole ? size : 0);
    this.#tree = new TreeBuilder((level, index, hash) => {
      const before = this.#before.hash(level, index);
      if (before === undefined) this.#files.append(level, hash);
      else if (!before.equals(hash)) this.#filesAreWrong = true;
    });
  }

  /** Whether everything that was signed has been compared with the log. */
  get isChecked(): boolean {
    return this.#tree.size >= (this.#kept?.size ?? 0);
  }

  /** The number of leaves that have been read. */
  get size(): number {
    return this.#tree.size;
  }

  /**
   * Takes the next events of the log, and signs when it has caught up.
   *
   * @returns false: the files of the ledger are not what they were, and have been emptied; begin again with another keeper
   * @throws ContradictionError the log is not the one that was signed
   */
  take({ events, caughtUp }: LedgerBatch): boolean {
    for (const event of events) {
      if (!this.options.isDomainEvent(event)) continue;
      this.#add(event);
      if (!this.#agrees()) return false;
    }
    if (caughtUp && !this.isChecked) throw this.#shorter();
    if (caughtUp) this.#sync();
    const pending = this.size - (this.#kept?.size ?? 0);
    if ((caughtUp && (pending > 0 || this.#kept === undefined)) || pending >= SIGN_EVERY_LEAVES) this.#sign();
    return true;
  }

  close(): void {
    this.#files.close();
    this.#places.close();
  }

  #add(event: RecordedEvent): void {
    const before = this.#before.position(this.size);
    if (before === undefined) this.#places.append(event);
    else if (before !== event.position) this.#filesAreWrong = true;
    this.#tree.push(leafHash(leafOf(event)));
  }

  /** Compares the tree with the last checkpoint, when it has reached its size. */
  #agrees(): boolean {
    const kept = this.#kept;
    if (kept === undefined || this.size !== kept.size) return true;
    if (!kept.root.equals(this.#tree.root())) throw this.#different(kept);
    if (!this.#filesAreWrong) return true;
    this.#emptyFiles();
    return false;
  }

  #sign(): void {
    this.#sync();
    const { signer, signed, folder } = this.options;
    const checkpoint = { origin: signer.verifier.name, size: this.size, root: Buffer.from(this.#tree.root()) };
    const note = signedNote(checkpointText(checkpoint), signer);
    replaceFile(join(folder, CHECKPOINT_FILE), note);
    this.#kept = { ...checkpoint, note };
    signed(this.#kept);
  }

  #sync(): void {
    this.#files.sync();
    this.#places.sync();
  }

  #emptyFiles(): void {
    this.#files.cutTo(0);
    this.#places.cutTo(0);
  }

  #shorter(): ContradictionError {
    return new ContradictionError(
      `the log has ${this.size} domain events, and a checkpoint of ${this.#kept?.size} was signed: events are gone`,
    );
  }

  #different({ size }: SignedCheckpoint): ContradictionError {
    return new ContradictionError(`the first ${size} domain events of the log are not those that were signed`);
  }
}
