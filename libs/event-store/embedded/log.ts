import { randomUUID } from 'node:crypto';
import { messageOf } from '#libs/platform/message-of.js';
import { EventStoreUnavailableError, StreamDeletedError } from '../port/event-store.errors.js';
import { type AppendResult, BEFORE_FIRST_POSITION, type ExpectedRevision } from '../port/event-store.js';
import { isLoose } from './append-check.js';
import { AppendGroup, metadataEvent, type Verdict } from './append-group.js';
import type { AppendRequest } from './append-request.js';
import { checkRequest, isStreamName } from './limits.js';
import { LogFile } from './log-file.js';
import type { LogLocation } from './open-tables.js';
import { MIN_RECENT_IDS, RecentIds } from './recent-ids.js';
import type { EventBytes, StoredEvent } from './record.js';
import { recordTime } from './record-time.js';
import { StateOnDisk } from './state-on-disk.js';
import type { StreamHead } from './stream-head.js';
import { followingPage, type VisibleStream, visibleEvent, visiblePage, visibleStream } from './stream-reads.js';
import { SOFT_DELETED_METADATA } from './stream-rules.js';
import type { KeptGroup, PageRequest, Tables } from './tables.js';
import { Tail } from './tail.js';
import { WaitingAppend } from './waiting-append.js';

/** A group ends with the append that reaches one of these: larger ones made single appends wait without more a second. */
const MAX_GROUP_EVENTS = 2_000;
const MAX_GROUP_BYTES = 4 * 1_048_576;

/** Appends waiting beyond this many bytes are refused: the disk does not keep up, and memory is not its buffer. */
const MAX_WAITING_BYTES = 64 * 1_048_576;

/** A page of events ends with the one that reaches this many bytes. */
const MAX_PAGE_BYTES = 1_048_576;

/** Events read in one go for their ids. */
const IDS_PAGE_EVENTS = 1_000;

/** Is called with the events of a group when they are on disk, in order of position. Must not throw. */
export type CommitListener = (events: readonly StoredEvent[]) => void;

/** A page to read; direction, `from` inclusive, and how many events at most. */
export type LogPage = Omit<PageRequest, 'maxBytes'>;

interface Joined {
  readonly waiting: WaitingAppend;
  readonly result: AppendResult;
}

/**
 * The event log in one LMDB file: streams of events whose data and metadata are bytes, in one global order.
 *
 * Appends are queued and committed in groups, one group at a time: each append is checked against the disk and the
 * appends before it in its group, the group is written in one transaction, and its appends are answered when it is
 * on disk. A group that cannot be written is wholly absent; the log goes on reading, and tries again with the next.
 */
export class EmbeddedLog {
  readonly #file: LogFile;
  readonly #tail = new Tail();
  readonly #recentIds = new RecentIds();
  readonly #listeners = new Set<CommitListener>();
  #head = BEFORE_FIRST_POSITION;
  #waiting: WaitingAppend[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #closed = false;
  #writeFailure: Error | undefined;
  #identity: string | undefined;

  private constructor(location: LogLocation) {
    this.#file = new LogFile(location);
  }

  /** Opens the log, making it unless read-only. @throws EventStoreUnavailableError it cannot be opened: the message says what to do */
  static async open(location: LogLocation): Promise<EmbeddedLog> {
    const log = new EmbeddedLog(location);
    log.#head = await log.#file.use((tables) => tables.lastPosition());
    log.#identity = await log.#file.use((tables) => tables.identity());
    if (log.#identity === undefined && !location.readOnly) await log.#identify();
    return log;
  }

  /** The newest position on disk, or {@link BEFORE_FIRST_POSITION}. @throws EventStoreUnavailableError closed */
  get head(): bigint {
    this.#assertOpen();
    return this.#head;
  }

  /** Tells this log from every other; undefined while it could not be written. */
  get identity(): string | undefined {
    return this.#identity;
  }

  /** Why the last write failed; undefined when it succeeded. */
  get writeFailure(): Error | undefined {
    return this.#writeFailure;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get location(): LogLocation {
    return this.#file.location;
  }

  /** Appends all of the events or none; resolves when they are on disk. Rejects as the event-store port says. */
  async append(stream: string, events: readonly EventBytes[], expected: ExpectedRevision): Promise<AppendResult> {
    return this.#enqueue({ kind: 'append', stream, events, expected }).result;
  }

  /** Appends to several streams in this order; one that fails keeps those behind it from happening. */
  async appendInOrder(appends: readonly Omit<AppendRequest, 'kind'>[]): Promise<readonly AppendResult[]> {
    let last: WaitingAppend | undefined;
    const results = appends.map((append) => {
      last = this.#enqueue({ kind: 'append', ...append }, last);
      return last.result;
    });
    return Promise.all(results);
  }

  /**
   * Deletes a stream until it is appended to again: its events are hidden by metadata, and new ones continue the
   * numbering, as in EventStoreDB. The answer is where the metadata stands.
   */
  async delete(stream: string, expected: ExpectedRevision): Promise<AppendResult> {
    return this.#enqueue({ kind: 'delete', stream, events: [metadataEvent(SOFT_DELETED_METADATA)], expected }).result;
  }

  /**
   * Deletes a stream for good: an event marks it at revision 2^63-1, as in EventStoreDB, and from then on reads and
   * appends of it are refused with StreamDeletedError. Its events stay in $all.
   *
   * @param marker the event that marks the deletion; its id makes it findable, its type is `$streamDeleted`
   */
  async tombstone(stream: string, marker: EventBytes, expected: ExpectedRevision): Promise<AppendResult> {
    return this.#enqueue({ kind: 'tombstone', stream, events: [marker], expected }).result;
  }

  /** A page of $all, in the order of the direction. Empty: there is nothing further. @throws EventStoreUnavailableError */
  async readAllPage({ direction, from, maxEvents }: LogPage): Promise<readonly StoredEvent[]> {
    if (isBeyond(direction, from, this.head)) return [];
    if (direction === 'forwards') {
      const recent = this.#tail.from(from, maxEvents);
      if (recent.length > 0) return recent;
    }
    const request = { direction, from: clamp(from, this.#head), maxEvents, maxBytes: MAX_PAGE_BYTES };
    return this.#read((tables) => tables.allPage(request));
  }

  /**
   * A page of what readers see of a stream. Empty: there is nothing further, or no such stream.
   *
   * @throws StreamDeletedError, EventStoreUnavailableError
   */
  async readStreamPage(stream: string, { direction, from, maxEvents }: LogPage): Promise<readonly StoredEvent[]> {
    if (!isStreamName(stream)) return [];
    const page = { direction, from, maxEvents, maxBytes: MAX_PAGE_BYTES };
    return this.#read((tables) => visiblePage(tables, stream, page, Date.now()));
  }

  /**
   * A page of what follows in a stream, whatever its metadata says and even when it has been deleted for good: then the
   * event that marks it is the last one. For whoever has followed the stream up to there.
   */
  async readFollowingPage(stream: string, from: bigint, maxEvents: number): Promise<readonly StoredEvent[]> {
    if (!isStreamName(stream)) return [];
    const page = { direction: 'forwards', from, maxEvents, maxBytes: MAX_PAGE_BYTES } as const;
    return this.#read((tables) => followingPage(tables, stream, page));
  }

  /**
   * Which revisions of a stream readers see; undefined when there is no such stream or it is deleted.
   *
   * @throws StreamDeletedError it is deleted for good
   */
  async visibleStream(stream: string): Promise<VisibleStream | undefined> {
    return isStreamName(stream) ? this.#read((tables) => visibleStream(tables, stream, Date.now())) : undefined;
  }

  /** The event at a place, if readers see it. */
  async visibleEvent(stream: string, revision: bigint): Promise<StoredEvent | undefined> {
    if (!isStreamName(stream)) return undefined;
    return this.#read((tables) => visibleEvent(tables, stream, revision, Date.now()));
  }

  /** What is known of a stream, or undefined when there is none. @throws EventStoreUnavailableError */
  async streamHead(stream: string): Promise<StreamHead | undefined> {
    return isStreamName(stream) ? this.#read((tables) => tables.head(stream)) : undefined;
  }

  /** The groups of persistent subscriptions that are kept beside the events. @throws EventStoreUnavailableError */
  async groups(): Promise<readonly KeptGroup[]> {
    return this.#read((tables) => tables.groups());
  }

  /**
   * Keeps groups of persistent subscriptions, and forgets those whose value is undefined: all of them or none.
   * Appends do not wait for it.
   *
   * @throws EventStoreUnavailableError read-only, closed, or the disk refuses
   */
  async writeGroups(changes: ReadonlyMap<string, Buffer | undefined>): Promise<void> {
    this.#assertWritable();
    try {
      await this.#file.write({ events: 0, bytes: 0 }, (tables) => tables.writeGroups(changes));
    } catch (error) {
      throw unavailable(`the event store ${this.location.file} cannot be written: ${WRITE_ADVICE}`, error);
    }
  }

  /** Calls the listener with each group from now on. Answers a function that ends it. */
  onCommitted(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Refuses new appends, commits those that wait, closes the file, and calls each listener once more, with nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing;
    await this.#file.close();
    for (const listener of this.#listeners) listener([]);
  }

  /** Draws an identity. A log that cannot be written now is given one when it is opened again. */
  async #identify(): Promise<void> {
    const identity = randomUUID();
    try {
      await this.#file.write({ events: 0, bytes: 0 }, (tables) => tables.writeIdentity(identity));
      this.#identity = identity;
    } catch (error) {
      this.#writeFailure = unavailable(
        `the event store ${this.location.file} cannot be written: ${WRITE_ADVICE}`,
        error,
      );
    }
  }

  async #read<T>(read: (tables: Tables) => T): Promise<T> {
    this.#assertOpen();
    try {
      return await this.#file.use(read);
    } catch (error) {
      if (error instanceof StreamDeletedError) throw error;
      throw unavailable(`the event store ${this.location.file} cannot be read: check the disk`, error);
    }
  }

  #enqueue(request: AppendRequest, after?: WaitingAppend): WaitingAppend {
    this.#assertWritable();
    const bytes = checkRequest(request);
    if (this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      throw new EventStoreUnavailableError('too many appends are waiting for the disk: try again later');
    }
    const waiting = new WaitingAppend(request, bytes, after);
    this.#waitingBytes += bytes;
    this.#waiting.push(waiting);
    this.#writing ??= this.#write();
    return waiting;
  }

  /** Commits group after group until nothing waits. */
  async #write(): Promise<void> {
    // Whatever else this turn of the event loop appends belongs into the first group.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) await this.#writeGroup();
    this.#writing = undefined;
  }

  async #writeGroup(): Promise<void> {
    // If the group cannot even be checked, none of those that wait can be.
    let concerned: readonly WaitingAppend[] = this.#waiting;
    try {
      await this.#fillRecentIds();
      const plan = await this.#file.use((tables) => this.#plan(tables));
      concerned = plan.joined.map(({ waiting }) => waiting);
      if (concerned.length > 0) await this.#commit(plan.group);
      for (const { waiting, result } of plan.joined) waiting.resolve(result);
    } catch (error) {
      if (concerned === this.#waiting) this.#take(this.#waiting.length);
      this.#writeFailure = unavailable(
        `the event store ${this.location.file} cannot be written: ${WRITE_ADVICE}`,
        error,
      );
      for (const waiting of concerned) waiting.reject(this.#writeFailure);
      await this.#recover();
    }
  }

  /** Takes waiting appends into a group until it is full or one must wait; answers those that need no write. */
  #plan(tables: Tables): { readonly group: AppendGroup; readonly joined: readonly Joined[] } {
    const group = new AppendGroup(
      new StateOnDisk(tables, this.#recentIds),
      this.#head + 1n,
      recordTime(this.location, Date.now()),
    );
    const joined: Joined[] = [];
    let taken = 0;
    for (const waiting of this.#waiting) {
      if (group.events.length >= MAX_GROUP_EVENTS || group.bytes >= MAX_GROUP_BYTES) break;
      const verdict = verdictOn(waiting, group);
      if (verdict.kind === 'putOff') break;
      taken += 1;
      if (verdict.kind === 'joined') joined.push({ waiting, result: verdict.result });
      else if (verdict.kind === 'answered') waiting.resolve(verdict.result);
      else waiting.reject(verdict.error);
    }
    this.#take(taken);
    return { group, joined };
  }

  /** Reads the ids of the newest events when the first append comes that is recognized by nothing else. */
  async #fillRecentIds(): Promise<void> {
    if (this.#recentIds.filled || !this.#waiting.some(({ request }) => isLoose(request.expected))) return;
    await this.#recentIds.fill(this.#newestEvents(MIN_RECENT_IDS));
  }

  async *#newestEvents(count: number): AsyncGenerator<readonly StoredEvent[]> {
    const direction = 'forwards';
    let from = clamp(this.#head + 1n - BigInt(count), this.#head);
    while (from <= this.#head) {
      const request = { direction, from, maxEvents: IDS_PAGE_EVENTS, maxBytes: MAX_PAGE_BYTES } as const;
      const page = await this.#file.use((tables) => tables.allPage(request));
      if (page.length === 0) return;
      yield page;
      from += BigInt(page.length);
      await new Promise(setImmediate);
    }
  }

  /** Removes appends from the front of the queue. */
  #take(count: number): void {
    for (const { bytes } of this.#waiting.slice(0, count)) this.#waitingBytes -= bytes;
    this.#waiting = this.#waiting.slice(count);
  }

  async #commit(group: AppendGroup): Promise<void> {
    const size = { events: group.events.length, bytes: group.bytes };
    await this.#file.write(size, (tables) => tables.commit(group));
    this.#writeFailure = undefined;
    const events = group.events.map(({ event }) => event);
    this.#head += BigInt(events.length);
    this.#tail.push(events);
    if (this.#recentIds.filled) for (const { id, event } of group.events) this.#recentIds.add(id, event.position);
    for (const listener of this.#listeners) listener(events);
  }

  /** After a failed write: what is on disk counts. LMDB refuses everything after some failures, until it is reopened. */
  async #recover(): Promise<void> {
    this.#recentIds.clear();
    const readHead = () => this.#file.use((tables) => tables.lastPosition());
    try {
      this.#head = await readHead().catch(async () => {
        await this.#file.release();
        return readHead();
      });
    } catch (error) {
      this.#writeFailure = unavailable(`the event store ${this.location.file} cannot be read: check the disk`, error);
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new EventStoreUnavailableError('the event store is closed');
  }

  #assertWritable(): void {
    this.#assertOpen();
    if (this.location.readOnly) throw new EventStoreUnavailableError(readOnlyText(this.location));
  }
}

function verdictOn({ request, after }: WaitingAppend, group: AppendGroup): Verdict {
  return after?.failure === undefined ? group.consider(request) : { kind: 'refused', error: after.failure };
}

const WRITE_ADVICE = 'free space on the disk, or check it; the next append tries again';

/** What to tell whoever wants to write to a read-only log. */
export function readOnlyText({ file }: LogLocation): string {
  return `the event store ${file} is read-only: make its folder writable for this user and restart`;
}

function unavailable(text: string, error: unknown): Error {
  if (error instanceof EventStoreUnavailableError) return error;
  const reason = messageOf(error);
  return new EventStoreUnavailableError(`${text} (${reason})`, { cause: error });
}

function isBeyond(direction: LogPage['direction'], from: bigint, last: bigint): boolean {
  return last < 0n || (direction === 'forwards' ? from > last : from < 0n);
}

function clamp(from: bigint, last: bigint): bigint {
  if (from < 0n) return 0n;
  return from > last ? last : from;
}
