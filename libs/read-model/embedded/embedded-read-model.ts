import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Database, open, type RootDatabase } from 'lmdb';
import { FileReserve, type LmdbStats, lmdbBytesAfter } from '#libs/platform/file-reserve.js';
import { lmdbFileFault } from '#libs/platform/lmdb-file.js';
import {
  type Batch,
  type Collection,
  NOTHING_PROJECTED,
  type ReadModel,
  type ReadModelHealth,
  ReadModelUnavailableError,
  type Versioned,
  type Write,
} from '../port/read-model.js';

/** What LMDB calls its file inside the folder. */
export const DATA_FILE = 'data.mdb';

/** LMDB takes keys of up to 1,978 bytes; the collection's name and a separator are part of the key. */
export const MAX_KEY_BYTES = 1978;

/** What is stored under a key: the position of the last event, and the document unless that event removed it. */
type Stored = readonly [position: bigint, document?: object];

interface KeyedWrite {
  readonly key: Buffer;
  readonly write: Write<object>;
}

const REBUILD = 'Delete the folder while Appledger is stopped: it is built again from the events at the next start.';

export interface EmbeddedReadModelOptions {
  /** Open for reading only; default: when the folder cannot be written. */
  readonly readOnly?: boolean;
}

/**
 * Opens the read model in a folder, which is made when it is missing. A folder that cannot be written is opened for
 * reading only.
 *
 * @param folder a folder of its own, for this store alone
 * @throws ReadModelUnavailableError it cannot be opened; the message says why and what to do
 */
export function openEmbeddedReadModel(folder: string, options: EmbeddedReadModelOptions = {}): ReadModel {
  try {
    const readOnly = options.readOnly ?? !makeWritable(folder);
    const path = join(folder, DATA_FILE);
    const fault = lmdbFileFault(path);
    if (fault !== undefined) throw new Error(`${DATA_FILE} is damaged: ${fault}. ${REBUILD}`);
    if (readOnly && !statSync(path, { throwIfNoEntry: false })?.size) {
      throw new Error('it is empty and cannot be written: give the server write permission on it');
    }
    return new EmbeddedReadModel(folder, readOnly);
  } catch (cause) {
    throw new ReadModelUnavailableError(`the read model in ${folder} cannot be opened: ${messageOf(cause)}`, { cause });
  }
}

function makeWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    if (existsSync(join(folder, DATA_FILE))) accessSync(join(folder, DATA_FILE), constants.W_OK);
    return true;
  } catch (error) {
    if (existsSync(folder)) return false;
    throw error;
  }
}

/**
 * The read model in one LMDB file. A batch is one LMDB transaction, so documents and checkpoint move together. A
 * commit is visible at once and synced right after (LMDB's overlapping sync): a process that is killed loses nothing;
 * after a loss of power LMDB goes back to the last synced transaction, an earlier state that is consistent in itself,
 * and the events after its checkpoint are projected again.
 */
class EmbeddedReadModel implements ReadModel {
  private readonly root: RootDatabase;
  private readonly documents: Database<Stored, Buffer>;
  private readonly checkpoints: Database<bigint, string>;
  private readonly reserve: FileReserve;
  private applying: Promise<void> = Promise.resolve();
  private closed: Promise<void> | undefined;
  private writeFault: string | undefined;

  constructor(
    private readonly folder: string,
    private readonly readOnly: boolean,
  ) {
    this.reserve = new FileReserve(join(folder, DATA_FILE));
    // Batching by event turn is off because it leaves a promise behind that nobody can catch when a commit fails.
    this.root = open({ path: folder, noSubdir: false, readOnly, eventTurnBatching: false });
    this.documents = this.root.openDB('documents', { keyEncoding: 'binary' });
    this.checkpoints = this.root.openDB('checkpoints', {});
    if (readOnly) this.writeFault = 'the folder cannot be written: give the server write permission on it and restart';
  }

  async get<D extends object>(collection: Collection<D>, id: string): Promise<D | undefined> {
    return this.stored(collection, id)?.[1] as D | undefined;
  }

  async getMany<D extends object>(
    collection: Collection<D>,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Versioned<D>>> {
    const found = new Map<string, Versioned<D>>();
    for (const id of ids) {
      const stored = this.stored(collection, id);
      if (stored !== undefined) found.set(id, { position: stored[0], document: stored[1] as D | undefined });
    }
    return found;
  }

  async apply<D extends object>(batch: Batch<D>): Promise<void> {
    this.requireOpen();
    if (this.readOnly) throw this.unavailable('written', this.writeFault);
    const writes = batch.writes.map((write) => ({ key: keyToWrite(batch.collection, write.id), write }));
    // One after the other: room is made on the disk while LMDB is not writing.
    const written = this.applying.then(() => this.commit(batch, writes));
    this.applying = written.catch(() => undefined);
    try {
      await written;
      this.writeFault = undefined;
    } catch (error) {
      this.writeFault = `${await commitFault(error)}; check that its disk is healthy and has room, it is tried again`;
      throw this.unavailable('written', this.writeFault, error);
    }
  }

  private async commit(batch: Batch<object>, writes: readonly KeyedWrite[]): Promise<void> {
    await this.reserve.ensure(lmdbBytesAfter(this.root.getStats() as LmdbStats, writes.length));
    // Nobody else writes: what is read here still stands when the batch is written, in one transaction.
    const newer = writes.filter(({ key, write }) => this.isNewer(key, write.position));
    const forward = batch.checkpoint > this.storedCheckpoint(batch.projection);
    if (newer.length === 0 && !forward) return;
    await this.root.batch(() => {
      for (const { key, write } of newer) void this.documents.put(key, storedForm(write));
      if (forward) void this.checkpoints.put(batch.projection, batch.checkpoint);
    });
  }

  async checkpoint(projection: string): Promise<bigint> {
    this.requireOpen();
    return this.storedCheckpoint(projection);
  }

  async health(): Promise<ReadModelHealth> {
    if (this.closed !== undefined) return { readable: false, writable: false, detail: this.closedMessage() };
    if (this.writeFault === undefined) return { readable: true, writable: true };
    return { readable: true, writable: false, detail: this.unavailable('written', this.writeFault).message };
  }

  close(): Promise<void> {
    this.closed ??= this.finish();
    return this.closed;
  }

  private async finish(): Promise<void> {
    await this.applying;
    if (!this.readOnly) await this.root.flushed;
    await this.root.close();
  }

  private stored(collection: Collection<object>, id: string): Stored | undefined {
    this.requireOpen();
    const key = keyOf(collection, id);
    if (key === undefined) return undefined;
    try {
      return this.documents.get(key);
    } catch (cause) {
      throw this.unavailable('read', `${messageOf(cause)}. ${REBUILD}`, cause);
    }
  }

  private storedCheckpoint(projection: string): bigint {
    return this.checkpoints.get(projection) ?? NOTHING_PROJECTED;
  }

  private isNewer(key: Buffer, position: bigint): boolean {
    const stored = this.documents.get(key);
    return stored === undefined || stored[0] < position;
  }

  private requireOpen(): void {
    if (this.closed !== undefined) throw new ReadModelUnavailableError(this.closedMessage());
  }

  private closedMessage(): string {
    return `the read model in ${this.folder} has been closed: open it again`;
  }

  private unavailable(what: string, why: string | undefined, cause?: unknown): ReadModelUnavailableError {
    return new ReadModelUnavailableError(`the read model in ${this.folder} cannot be ${what}: ${why}`, { cause });
  }
}

function storedForm({ position, document }: Write<object>): Stored {
  return document === undefined ? [position] : [position, document];
}

/** The key of a document, or undefined for an id that no document can have. */
function keyOf(collection: Collection<object>, id: string): Buffer | undefined {
  // Lone surrogates all have the same UTF-8 form: two ids would share a key.
  if (id.length > MAX_KEY_BYTES || !id.isWellFormed()) return undefined;
  const key = Buffer.from(`${collection.name}\0${id}`);
  return key.length > MAX_KEY_BYTES ? undefined : key;
}

function keyToWrite(collection: Collection<object>, id: string): Buffer {
  const key = keyOf(collection, id);
  if (key === undefined) {
    const start = JSON.stringify(id.slice(0, 40));
    throw new RangeError(
      `an id in ${collection.name} must be well-formed Unicode, with the collection's name at most ` +
        `${MAX_KEY_BYTES - 1} bytes (got ${id.length} characters, starting with ${start})`,
    );
  }
  return key;
}

/** lmdb gives the system's reason by a second promise, rejected in the same turn, which must be caught in any case. */
async function commitFault(error: unknown): Promise<string> {
  const commitError = (error as { commitError?: Promise<never> }).commitError;
  if (commitError === undefined) return messageOf(error);
  return Promise.race([commitError.then(String, messageOf), setImmediate('the commit failed')]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
