import { join } from 'node:path';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import type { AppendResult, ExpectedRevision } from '../port/event-store.js';
import { metadataEvent } from './append-group.js';
import { AppendQueue } from './append-queue.js';
import type { AppendRequest } from './append-request.js';
import { copyLog } from './copy-log.js';
import { type Damage, DamagedLogError } from './damage.js';
import { FollowedPages } from './followed-pages.js';
import { KnownDamages } from './known-damages.js';
import { readOnlyText, unopenable, unwritable } from './log-errors.js';
import { type LogLocation, SUBSCRIPTIONS_FILE } from './log-location.js';
import { LogReads } from './log-reads.js';
import { LogView } from './log-view.js';
import { LogWriter } from './log-writer.js';
import { type OpenedLog, type OpenOptions, openLog } from './open-log.js';
import type { EventBytes } from './record.js';
import type { StoredEvent } from './stored-event.js';
import { type StoredSubscription, StoredSubscriptions } from './stored-subscriptions.js';
import { SOFT_DELETED_METADATA } from './stream-rules.js';
import { Tail } from './tail.js';
import type { WaitingAppend } from './waiting-append.js';

/** Called with the events of a group when they are on disk, in order of position. Must not throw. */
export type CommitListener = (events: readonly StoredEvent[]) => void;

/**
 * The event log in a folder: streams of events whose data and metadata are bytes, in one global order.
 *
 * Appends are written in groups (see {@link AppendQueue}). While a group cannot be written, reads continue.
 */
export class EmbeddedLog extends LogReads {
  protected readonly view: LogView;
  protected readonly tail = new Tail();
  protected readonly knownDamages: KnownDamages;
  /** The pages of $all that subscriptions read. */
  readonly followed = new FollowedPages(this);
  readonly #index: OpenedLog['index'];
  readonly #writer: LogWriter;
  readonly #queue: AppendQueue;
  readonly #subscriptions: StoredSubscriptions;
  readonly #listeners = new Set<CommitListener>();
  #closed = false;

  private constructor(
    location: LogLocation,
    private readonly opened: OpenedLog,
    options: OpenOptions,
  ) {
    super(location);
    const { segments, index, damages, unknown } = opened;
    this.#index = index;
    this.view = new LogView(segments, index, unknown);
    this.#writer = new LogWriter(segments, index, options.maxSegmentBytes);
    this.#subscriptions = new StoredSubscriptions(join(location.folder, SUBSCRIPTIONS_FILE));
    this.knownDamages = new KnownDamages(location.folder, damages, options.log);
    const failed = (error: unknown) => this.knownDamages.note(error);
    index.onFailure = failed;
    const committed = (events: readonly StoredEvent[]) => {
      this.tail.push(events);
      for (const listener of this.#listeners) listener(events);
    };
    this.#queue = new AppendQueue({ location, view: this.view, writer: this.#writer }, committed, failed);
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
    this.assertOpen();
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
    return this.knownDamages.all;
  }

  /** Describes what is known to be damaged, of the log and of its index; empty: nothing. */
  get faults(): readonly string[] {
    return this.knownDamages.texts;
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

  /**
   * Copies the committed log into a new folder. Reads and appends continue meanwhile.
   *
   * @param tell gets the number of bytes copied so far
   * @throws EventStoreUnavailableError closed
   * @throws Error the folder cannot be written, for example because the disk is full
   */
  async copyTo(folder: string, tell: (bytes: number) => void = () => undefined): Promise<void> {
    this.assertOpen();
    await copyLog(this.opened, folder, tell);
  }

  /** The persistent subscriptions, which are stored beside the events. @throws EventStoreUnavailableError */
  async persistentSubscriptions(): Promise<readonly StoredSubscription[]> {
    this.assertOpen();
    return this.#subscriptions.all();
  }

  /**
   * Stores persistent subscriptions, and deletes those whose value is undefined, atomically. Appends do not
   * wait for it.
   *
   * @throws EventStoreUnavailableError read-only, closed, or the disk fails
   */
  async writePersistentSubscriptions(changes: ReadonlyMap<string, Buffer | undefined>): Promise<void> {
    this.#assertWritable();
    try {
      await this.#subscriptions.write(changes);
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
    await this.#subscriptions.idle();
    this.#writer.close();
    await this.#index.close();
    this.opened.segments.close();
    for (const listener of this.#listeners) listener([]);
  }

  get #unappendable(): Error | undefined {
    const { unappendable } = this.opened;
    return unappendable && new DamagedLogError(this.location.folder, unappendable);
  }

  #enqueue(request: AppendRequest, after?: WaitingAppend): WaitingAppend {
    this.#assertWritable();
    return this.#queue.add(request, after);
  }

  protected assertOpen(): void {
    if (this.#closed) throw new EventStoreUnavailableError('the event store is closed');
  }

  #assertWritable(): void {
    this.assertOpen();
    if (this.location.readOnly) throw new EventStoreUnavailableError(readOnlyText(this.location));
    const unappendable = this.#unappendable;
    if (unappendable !== undefined) throw unappendable;
  }
}
