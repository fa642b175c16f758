import { join } from 'node:path';
import { EventStoreUnavailableError, StreamDeletedError } from '../port/event-store.errors.js';
import type { AppendResult, ExpectedRevision } from '../port/event-store.js';
import type { PageRequest } from './all-pages.js';
import { metadataEvent } from './append-group.js';
import { AppendQueue } from './append-queue.js';
import type { AppendRequest } from './append-request.js';
import { copyLog } from './copy-log.js';
import { type Damage, DamagedLogError } from './damage.js';
import { type KeptGroup, KeptGroups } from './kept-groups.js';
import { KnownDamages } from './known-damages.js';
import { isStreamName } from './limits.js';
import { readOnlyText, unopenable, unreadable, unwritable } from './log-errors.js';
import { GROUPS_FILE, type LogLocation } from './log-location.js';
import { LogView } from './log-view.js';
import { LogWriter } from './log-writer.js';
import { type OpenedLog, type OpenOptions, openLog } from './open-log.js';
import type { EventBytes } from './record.js';
import type { StoredEvent } from './stored-event.js';
import type { StreamHead } from './stream-head.js';
import { followingPage, type VisibleStream, visibleEvent, visiblePage, visibleStream } from './stream-reads.js';
import { SOFT_DELETED_METADATA } from './stream-rules.js';
import { Tail } from './tail.js';
import type { WaitingAppend } from './waiting-append.js';

/** A page of events ends with the one that reaches this many bytes. */
const MAX_PAGE_BYTES = 1_048_576;

/** Called with the events of a group when they are on disk, in order of position. Must not throw. */
export type CommitListener = (events: readonly StoredEvent[]) => void;

/** A page to read: direction, `from` inclusive, and the most events. */
export type LogPage = Omit<PageRequest, 'maxBytes'>;

/**
 * The event log in a folder: streams of events whose data and metadata are bytes, in one global order.
 *
 * Appends are written in groups (see {@link AppendQueue}). While a group cannot be written, reads continue.
 */
export class EmbeddedLog {
  readonly #view: LogView;
  readonly #index: OpenedLog['index'];
  readonly #writer: LogWriter;
  readonly #queue: AppendQueue;
  readonly #groups: KeptGroups;
  readonly #tail = new Tail();
  readonly #listeners = new Set<CommitListener>();
  readonly #damages: KnownDamages;
  #closed = false;

  private constructor(
    /** The folder of the log, and whether it may be written. */
    readonly location: LogLocation,
    private readonly opened: OpenedLog,
    options: OpenOptions,
  ) {
    const { segments, index, damages, unknown } = opened;
    this.#index = index;
    this.#view = new LogView(segments, index, unknown);
    this.#writer = new LogWriter(segments, index, options.maxSegmentBytes);
    this.#groups = new KeptGroups(join(location.folder, GROUPS_FILE));
    this.#damages = new KnownDamages(damages, options.log);
    this.#queue = new AppendQueue({ location, view: this.#view, writer: this.#writer }, (events) => {
      this.#tail.push(events);
      for (const listener of this.#listeners) listener(events);
    });
  }

  /**
   * Opens the log; creates it unless read-only.
   *
   * @throws EventStoreUnavailableError it cannot be opened: the message says what to do
   */
  static async open(location: LogLocation, options: OpenOptions = {}): Promise<EmbeddedLog> {
    try {
      return new EmbeddedLog(location, await openLog(location, options), options);
    } catch (error) {
      throw unopenable(location, error);
    }
  }

  /** The newest position on disk; -1 in an empty log. @throws EventStoreUnavailableError closed */
  get head(): bigint {
    this.#assertOpen();
    return this.#queue.head;
  }

  /** Identifies this log. */
  get identity(): string {
    return this.opened.segments.identity;
  }

  /** The reason of the failure of the last write; undefined when it succeeded. */
  get writeFailure(): Error | undefined {
    return this.#unappendable ?? this.#queue.failure;
  }

  /** The damages that have been found since the log was opened. */
  get damages(): readonly Damage[] {
    return this.#damages.all;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Appends all of the events or none; resolves when they are on disk. Rejects as the event-store port says. */
  async append(stream: string, events: readonly EventBytes[], expected: ExpectedRevision): Promise<AppendResult> {
    return this.#enqueue({ kind: 'append', stream, events, expected }).result;
  }

  /** Appends to several streams in this order; after a failed append the later ones are not written. */
  async appendInOrder(appends: readonly Omit<AppendRequest, 'kind'>[]): Promise<readonly AppendResult[]> {
    let last: WaitingAppend | undefined;
    const results = appends.map(({ stream, events, expected, provided }) => {
      last = this.#enqueue({ kind: 'append', stream, events, expected, provided }, last);
      return last.result;
    });
    return Promise.all(results);
  }

  /**
   * Deletes a stream until the next append: metadata hides its events, and new ones continue the numbering, as in
   * EventStoreDB. Resolves to the revision and position of the metadata.
   */
  async delete(stream: string, expected: ExpectedRevision): Promise<AppendResult> {
    return this.#enqueue({ kind: 'delete', stream, events: [metadataEvent(SOFT_DELETED_METADATA)], expected }).result;
  }

  /**
   * Deletes a stream permanently with a tombstone at revision 2^63-1, as in EventStoreDB: from then on reads and
   * appends of it are refused with StreamDeletedError. Its events stay in $all.
   *
   * @param marker the tombstone, of the type `$streamDeleted`; findable by its id
   */
  async tombstone(stream: string, marker: EventBytes, expected: ExpectedRevision): Promise<AppendResult> {
    return this.#enqueue({ kind: 'tombstone', stream, events: [marker], expected }).result;
  }

  /** A page of $all, in the order of the direction; empty at the end. @throws EventStoreUnavailableError */
  async readAllPage({ direction, from, maxEvents }: LogPage): Promise<readonly StoredEvent[]> {
    if (isBeyond(direction, from, this.head)) return [];
    if (direction === 'forwards') {
      const recent = this.#tail.from(from, maxEvents);
      if (recent.length > 0) return recent;
    }
    const request = { direction, from: clamp(from, this.head), maxEvents, maxBytes: MAX_PAGE_BYTES };
    return this.#read((view) => view.allPage(request));
  }

  /**
   * A page of the visible events of a stream; empty at the end, or when the stream does not exist.
   *
   * @throws StreamDeletedError, EventStoreUnavailableError
   */
  async readStreamPage(stream: string, { direction, from, maxEvents }: LogPage): Promise<readonly StoredEvent[]> {
    if (!isStreamName(stream)) return [];
    const page = { direction, from, maxEvents, maxBytes: MAX_PAGE_BYTES };
    return this.#read((view) => visiblePage(view, stream, page, Date.now()));
  }

  /**
   * A page of the next events of a stream, also of hidden ones and of a permanently deleted stream, whose last event is
   * the tombstone. For subscriptions, which have read the stream up to there.
   */
  async readFollowingPage(stream: string, from: bigint, maxEvents: number): Promise<readonly StoredEvent[]> {
    if (!isStreamName(stream)) return [];
    const page = { direction: 'forwards', from, maxEvents, maxBytes: MAX_PAGE_BYTES } as const;
    return this.#read((view) => followingPage(view, stream, page));
  }

  /**
   * The visible revisions of a stream; undefined when the stream does not exist or is deleted.
   *
   * @throws StreamDeletedError it is permanently deleted
   */
  async visibleStream(stream: string): Promise<VisibleStream | undefined> {
    return isStreamName(stream) ? this.#read((view) => visibleStream(view, stream, Date.now())) : undefined;
  }

  /** The event at a revision; undefined: it is not visible. */
  async visibleEvent(stream: string, revision: bigint): Promise<StoredEvent | undefined> {
    if (!isStreamName(stream)) return undefined;
    return this.#read((view) => visibleEvent(view, stream, revision, Date.now()));
  }

  /** The head of a stream; undefined: the stream does not exist. @throws EventStoreUnavailableError */
  async streamHead(stream: string): Promise<StreamHead | undefined> {
    return isStreamName(stream) ? this.#read((view) => view.head(stream)) : undefined;
  }

  /**
   * Copies the committed log into a new folder. Reads and appends continue meanwhile.
   *
   * @param tell gets the number of bytes copied so far
   * @throws EventStoreUnavailableError closed
   * @throws Error the folder cannot be written, for example because the disk is full
   */
  async copyTo(folder: string, tell: (bytes: number) => void = () => undefined): Promise<void> {
    this.#assertOpen();
    await copyLog(this.opened, folder, tell);
  }

  /** The groups of persistent subscriptions, which are stored beside the events. @throws EventStoreUnavailableError */
  async groups(): Promise<readonly KeptGroup[]> {
    this.#assertOpen();
    return this.#groups.all();
  }

  /**
   * Stores groups of persistent subscriptions, and deletes those whose value is undefined, atomically. Appends do not
   * wait for it.
   *
   * @throws EventStoreUnavailableError read-only, closed, or the disk fails
   */
  async writeGroups(changes: ReadonlyMap<string, Buffer | undefined>): Promise<void> {
    this.#assertWritable();
    try {
      await this.#groups.write(changes);
    } catch (error) {
      throw unwritable(this.location, error);
    }
  }

  /** Calls the listener with each later group. Returns a function that removes the listener. */
  onCommitted(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Refuses new appends, commits waiting ones, closes the file, and calls each listener once more, without events. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#queue.idle();
    await this.#groups.idle();
    this.#writer.close();
    await this.#index.close();
    this.opened.segments.close();
    for (const listener of this.#listeners) listener([]);
  }

  async #read<T>(read: (view: LogView) => T): Promise<T> {
    this.#assertOpen();
    try {
      return read(this.#view);
    } catch (error) {
      if (error instanceof StreamDeletedError) throw error;
      if (error instanceof DamagedLogError) this.#damages.add(error.damage);
      throw unreadable(this.location, error);
    }
  }

  get #unappendable(): Error | undefined {
    const { unappendable } = this.opened;
    return unappendable && new DamagedLogError(this.location.folder, unappendable);
  }

  #enqueue(request: AppendRequest, after?: WaitingAppend): WaitingAppend {
    this.#assertWritable();
    return this.#queue.add(request, after);
  }

  #assertOpen(): void {
    if (this.#closed) throw new EventStoreUnavailableError('the event store is closed');
  }

  #assertWritable(): void {
    this.#assertOpen();
    if (this.location.readOnly) throw new EventStoreUnavailableError(readOnlyText(this.location));
    const unappendable = this.#unappendable;
    if (unappendable !== undefined) throw unappendable;
  }
}

function isBeyond(direction: LogPage['direction'], from: bigint, last: bigint): boolean {
  return last < 0n || (direction === 'forwards' ? from > last : from < 0n);
}

function clamp(from: bigint, last: bigint): bigint {
  if (from < 0n) return 0n;
  return from > last ? last : from;
}
