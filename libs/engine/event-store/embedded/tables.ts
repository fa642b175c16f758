import { open, type RootDatabase } from 'lmdb';
import { LRUCache } from 'lru-cache';
import { type LmdbStats, lmdbBytesAfter } from '#libs/engine/runtime/file-reserve.js';
import { commitReason } from '#libs/engine/runtime/lmdb-commit.js';
import { BEFORE_FIRST_POSITION } from '../port/event-store.js';
import type { AppendGroup } from './append-group.js';
import { idKey, nameKey, positionKey, positionValue, type StreamPlace, streamKey, streamPlaceKey } from './keys.js';
import { backwards, forwards, type Table } from './lmdb-table.js';
import { recordValue, StoredEvent } from './record.js';
import { type StreamHead, streamHeadValue } from './stream-head.js';
import { metadataStreamOf, streamDescribedBy } from './stream-rules.js';

/** Above every position and revision, so that a backwards range can start from it. */
const END = 2n ** 64n - 1n;

/** Two hundred bytes each. */
const MAX_KNOWN_HEADS = 4_096;

/** The heads of streams with longer names are read each time. */
const MAX_KNOWN_NAME = 256;

/** Below and above every name. */
const FIRST_NAME = '\0';
const LAST_NAME = '\u{10ffff}';

/** Under which key the identity stands among what is known about the log as a whole. */
const IDENTITY = 'identity';

/** How much is about to be written: so many events, and the bytes of their records. */
export interface WriteSize {
  readonly events: number;
  readonly bytes: number;
}

/** Which events to read, in which direction, and how much at most. */
export interface PageRequest {
  readonly direction: 'forwards' | 'backwards';
  /** First position or revision, inclusive. */
  readonly from: bigint;
  readonly maxEvents: number;
  /** The page ends with the event that reaches this many bytes, so that large events do not pile up. */
  readonly maxBytes: number;
}

/**
 * The LMDB tables of the log, read and written as what they mean. Reads are synchronous and see the last commit.
 *
 * Nothing here may use LMDB's synchronous transactions after opening: one of them can split a group that the writer
 * thread is working on over two transactions.
 */
export class Tables {
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #events: Table<bigint, Buffer>;
  readonly #places: Table<StreamPlace, bigint>;
  readonly #heads: Table<string, StreamHead>;
  readonly #ids: Table<Buffer, bigint>;
  /** Undefined: a file that was made before there were groups, and cannot be written. */
  readonly #groups: Table<string, Buffer> | undefined;
  /** Undefined: a file that was made before it had an identity, and cannot be written. */
  readonly #about: Table<string, Buffer> | undefined;
  /** The heads of streams that were read lately, as they are on disk: a project's is read for each of its applications. */
  readonly #knownHeads = new LRUCache<string, StreamHead>({ max: MAX_KNOWN_HEADS });
  /** False: no stream has metadata, and none need be looked for. */
  #anyMetadata: boolean;
  /** Bytes of records that have passed through the mapping since it was opened. */
  touchedBytes = 0;

  /** Opens the file, making it unless `readOnly`. Throws what LMDB throws. */
  constructor(file: string, readOnly: boolean) {
    this.#root = open<Buffer, Buffer>({
      path: file,
      noSubdir: true,
      readOnly,
      encoding: 'binary',
      keyEncoding: 'binary',
      // A commit then includes the fsync: when its promise resolves, the group is durable.
      overlappingSync: false,
      eventTurnBatching: false,
    });
    try {
      this.#events = this.#table('events', { keyEncoder: positionKey, encoder: recordValue });
      this.#places = this.#table('streams', { keyEncoder: streamPlaceKey, encoder: positionValue });
      this.#heads = this.#table('heads', { keyEncoder: streamKey, encoder: streamHeadValue });
      this.#ids = this.#table('ids', { keyEncoding: 'binary', encoder: positionValue });
      this.#groups = this.#tableIfThere('groups', { keyEncoder: nameKey, encoder: recordValue });
      this.#about = this.#tableIfThere('about', { keyEncoder: nameKey, encoder: recordValue });
      const metadataStreams = forwards(metadataStreamOf(FIRST_NAME), metadataStreamOf(LAST_NAME));
      this.#anyMetadata = Array.from(this.#heads.getKeys({ ...metadataStreams, limit: 1 })).length > 0;
    } catch (error) {
      void this.#root.close();
      throw error;
    }
  }

  /** The newest position on disk, or {@link BEFORE_FIRST_POSITION}. */
  lastPosition(): bigint {
    const [last] = this.#events.getKeys({ ...backwards(END, 0n), limit: 1 });
    return last ?? BEFORE_FIRST_POSITION;
  }

  head(stream: string): StreamHead | undefined {
    const known = this.#knownHeads.get(stream);
    if (known !== undefined) return known;
    const head = this.#heads.get(stream);
    if (head !== undefined && stream.length <= MAX_KNOWN_NAME) this.#knownHeads.set(stream, head);
    return head;
  }

  /** Where a stream's event stands in $all. */
  positionAt(streamNumber: bigint, revision: bigint): bigint | undefined {
    return this.#places.get({ streamNumber, revision });
  }

  eventAt(streamNumber: bigint, revision: bigint): StoredEvent | undefined {
    const position = this.positionAt(streamNumber, revision);
    return position === undefined ? undefined : this.eventAtPosition(position);
  }

  /** The data of the newest metadata event of a stream; undefined when it has none. */
  metadataOf(stream: string): Buffer | undefined {
    if (!this.#anyMetadata) return undefined;
    const head = this.head(metadataStreamOf(stream));
    return head && !head.tombstoned ? this.eventAt(head.streamNumber, head.revision)?.dataBytes : undefined;
  }

  /** The position at which a stream holds an event id, where it was kept to be found by it. */
  positionOfId(streamNumber: bigint, id: Buffer): bigint | undefined {
    return this.#ids.get(idKey(streamNumber, id));
  }

  eventAtPosition(position: bigint): StoredEvent | undefined {
    const record = this.#events.get(position);
    if (record === undefined) return undefined;
    this.touchedBytes += record.length;
    return new StoredEvent(position, record);
  }

  /** A page of $all. Empty: there is nothing further. */
  allPage({ direction, from, maxEvents, maxBytes }: PageRequest): StoredEvent[] {
    const page: StoredEvent[] = [];
    let bytes = 0;
    const range = direction === 'forwards' ? forwards(from, END) : backwards(from, 0n);
    for (const { key, value } of this.#events.getRange({ ...range, limit: maxEvents })) {
      page.push(new StoredEvent(key, value));
      bytes += value.length;
      if (bytes >= maxBytes) break;
    }
    this.touchedBytes += bytes;
    return page;
  }

  /** A page of one stream. Empty: there is nothing further. */
  streamPage(streamNumber: bigint, { direction, from, maxEvents, maxBytes }: PageRequest): StoredEvent[] {
    const page: StoredEvent[] = [];
    let bytes = 0;
    const place = (revision: bigint) => ({ streamNumber, revision });
    const range = direction === 'forwards' ? forwards(place(from), place(END)) : backwards(place(from), place(0n));
    for (const { value: position } of this.#places.getRange({ ...range, limit: maxEvents })) {
      const event = this.eventAtPosition(position);
      if (event === undefined)
        throw new Error(`no event at position ${position}: restore the data folder from a backup`);
      page.push(event);
      bytes += event.size;
      if (bytes >= maxBytes) break;
    }
    return page;
  }

  /** How long the file may be after a write, in bytes: never less than it will be. */
  bytesAfter({ events, bytes }: WriteSize): number {
    return lmdbBytesAfter(this.#root.getStats() as LmdbStats, events, bytes);
  }

  /**
   * Writes a group in one transaction. Resolves when it is on disk; rejects, with the reason, when none of it is.
   */
  async commit(group: AppendGroup): Promise<void> {
    for (const stream of group.heads.keys()) this.#anyMetadata ||= streamDescribedBy(stream) !== undefined;
    try {
      await this.#root.batch(() => {
        for (const { streamNumber, revision, record, event, findable } of group.events) {
          const { position } = event;
          void this.#events.put(position, record);
          void this.#places.put({ streamNumber, revision }, position);
          if (findable) void this.#ids.put(idKey(streamNumber, event.idBytes), position);
        }
        for (const [stream, head] of group.heads) void this.#heads.put(stream, head);
      });
    } catch (error) {
      this.#knownHeads.clear();
      throw await commitReason(error);
    }
    this.touchedBytes += group.bytes;
    for (const [stream, head] of group.heads) {
      if (this.#knownHeads.has(stream)) this.#knownHeads.set(stream, head);
    }
  }

  /** The groups of persistent subscriptions: name and what is kept under it, in the order of the names. */
  groups(): readonly KeptGroup[] {
    const all = forwards(FIRST_NAME, LAST_NAME);
    return Array.from(this.#groups?.getRange(all) ?? [], ({ key, value }) => ({ name: key, value }));
  }

  /**
   * Keeps groups under their names, and forgets those whose value is undefined, in one transaction. Resolves when it is
   * on disk; rejects, with the reason, when none of it is.
   */
  async writeGroups(changes: ReadonlyMap<string, Buffer | undefined>): Promise<void> {
    try {
      await this.#root.batch(() => {
        for (const [name, value] of changes) {
          if (value === undefined) void this.#groups?.remove(name);
          else void this.#groups?.put(name, value);
        }
      });
    } catch (error) {
      throw await commitReason(error);
    }
  }

  /** What tells this log from every other, as {@link writeIdentity} has written it. */
  identity(): string | undefined {
    return this.#about?.get(IDENTITY)?.toString();
  }

  /** Writes what tells this log from every other. Rejects, with the reason, when it is not on disk. */
  async writeIdentity(identity: string): Promise<void> {
    try {
      await this.#root.batch(() => void this.#about?.put(IDENTITY, Buffer.from(identity)));
    } catch (error) {
      throw await commitReason(error);
    }
  }

  /** How many events, places of events in streams, and streams there are. */
  counts(): TableCounts {
    const [events, places, streams] = [this.#events, this.#places, this.#heads].map(
      (table) => table.getStats().entryCount,
    );
    return { events: events ?? 0, places: places ?? 0, streams: streams ?? 0 };
  }

  /** Copies what the last commit has left into a new file; commits go on meanwhile. Do not close before it ends. */
  async copyTo(file: string): Promise<void> {
    // A compact copy has newly written pages alone. A plain one may hold an older state whose pages were used again.
    await this.#root.backup(file, true);
  }

  /** Waits for what is being written and closes the file. */
  async close(): Promise<void> {
    await this.#root.close();
  }

  #table<K, V>(name: string, options: object): Table<K, V> {
    const table = this.#tableIfThere<K, V>(name, options);
    if (table === undefined) throw new Error(`it has no table "${name}"`);
    return table;
  }

  #tableIfThere<K, V>(name: string, options: object): Table<K, V> | undefined {
    const table: unknown = this.#root.openDB(name, { ...options, encoding: undefined });
    return table as Table<K, V> | undefined;
  }
}

/** How many entries the tables have. */
export interface TableCounts {
  readonly events: number;
  readonly places: number;
  readonly streams: number;
}

/** A group of persistent subscriptions as the file keeps it. */
export interface KeptGroup {
  readonly name: string;
  readonly value: Buffer;
}
