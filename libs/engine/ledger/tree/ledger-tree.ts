import { existsSync, mkdirSync, rmSync } from 'node:fs';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { HASH_BYTES } from '#libs/engine/transparency/merkle/hashes.js';
import type { FileUse } from '#libs/engine/transparency/tiles/append-file.js';
import { TreeBuilder } from '#libs/engine/transparency/tiles/tree-builder.js';
import { TreeFiles } from '#libs/engine/transparency/tiles/tree-files.js';
import { eventHashInto } from '../leaf/event-hash.js';
import { PlacesFile } from './places.js';

const OWNER_ONLY = 0o700;

/** The files of a tree: its hashes, and the places of its leaves. */
interface Files {
  readonly hashes: TreeFiles;
  readonly places: PlacesFile;
}

/**
 * The tree of a log, which is made of the events from the first one on. Every byte of its files is compared with what the
 * events make of them; what the files do not have yet is written.
 */
export class LedgerTree {
  /** Undefined: they lack a part of what they have to hold, and are neither compared nor written. */
  #files: Files | undefined;
  /** The hash of a leaf, before it is added. */
  readonly #leaf = Buffer.alloc(HASH_BYTES);
  readonly #tree = new TreeBuilder((level, hash) => this.#files?.hashes.append(level, hash));

  /**
   * @param folder of the files
   * @param size leaves that they have to hold; none where the folder is made
   * @throws Error the folder cannot be used
   */
  constructor(
    private readonly folder: string,
    size: number,
    use: FileUse,
  ) {
    const isNew = use === 'append' && !existsSync(folder);
    if (isNew) mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
    const files = { hashes: new TreeFiles(folder, use), places: new PlacesFile(folder, use) };
    const held = isNew ? 0 : size;
    const isWhole = [files.hashes.hold(held), files.places.hold(held)].every(Boolean);
    if (isWhole) this.#files = files;
    else closeAll(files);
  }

  /** The leaves that have been added. */
  get size(): number {
    return this.#tree.size;
  }

  root(): Buffer {
    return this.#tree.root();
  }

  /** Adds the leaf of the next event. */
  add(event: RecordedEvent): void {
    this.#files?.places.append(event);
    eventHashInto(this.#leaf, event);
    this.#tree.push(this.#leaf);
  }

  /** Whether the files are whole, and hold what the events make of them, as far as both go. */
  agrees(): boolean {
    const files = this.#files;
    return files?.hashes.agrees() === true && files.places.agrees();
  }

  /** Writes everything. */
  write(): void {
    this.#files?.hashes.write();
    this.#files?.places.write();
  }

  /** Waits until everything is on disk. */
  sync(): void {
    this.#files?.hashes.sync();
    this.#files?.places.sync();
  }

  /** Removes the files and the folder. The next tree makes them again. */
  removeFiles(): void {
    this.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  close(): void {
    if (this.#files !== undefined) closeAll(this.#files);
    this.#files = undefined;
  }
}

function closeAll({ hashes, places }: Files): void {
  hashes.close();
  places.close();
}
