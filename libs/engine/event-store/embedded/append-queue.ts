import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import type { AppendResult } from '../port/event-store.js';
import { isLoose } from './append-check.js';
import { AppendGroup, type Verdict } from './append-group.js';
import type { AppendRequest } from './append-request.js';
import { checkRequest } from './limits.js';
import { unreadable, unwritable } from './log-errors.js';
import type { LogFile } from './log-file.js';
import { MIN_RECENT_IDS, RecentIds } from './recent-ids.js';
import type { StoredEvent } from './record.js';
import { recordTime } from './record-time.js';
import { StateOnDisk } from './state-on-disk.js';
import type { Tables } from './tables.js';
import { WaitingAppend } from './waiting-append.js';

/** A group ends with the append that reaches one of these: larger ones made single appends wait without more a second. */
const MAX_GROUP_EVENTS = 2_000;
const MAX_GROUP_BYTES = 4 * 1_048_576;

/** Appends waiting beyond this many bytes are refused: the disk does not keep up, and memory is not its buffer. */
const MAX_WAITING_BYTES = 64 * 1_048_576;

/** Events read in one go for their ids. */
const IDS_PAGE_EVENTS = 1_000;
const IDS_PAGE_BYTES = 1_048_576;

interface Joined {
  readonly waiting: WaitingAppend;
  readonly result: AppendResult;
}

/**
 * The appends that wait for the disk. They are committed in groups, one group at a time: each append is checked against
 * the disk and the appends before it in its group, the group is written in one transaction, and its appends are answered
 * when it is on disk. A group that cannot be written is wholly absent, and the next one is tried again.
 */
export class AppendQueue {
  readonly #recentIds = new RecentIds();
  #head: bigint;
  #waiting: WaitingAppend[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  /** Why the last write failed; undefined when it succeeded. */
  failure: Error | undefined;

  /**
   * @param file what is written
   * @param head the newest position on disk
   * @param committed is called with the events of each group when they are on disk; must not throw
   */
  constructor(
    private readonly file: LogFile,
    head: bigint,
    private readonly committed: (events: readonly StoredEvent[]) => void,
  ) {
    this.#head = head;
  }

  /** The newest position on disk. */
  get head(): bigint {
    return this.#head;
  }

  /**
   * Takes in an append, which is answered when its group is on disk.
   *
   * @param after another append, taken in before, without which this one must not happen
   * @throws RangeError, AppendTooLargeError, EventStoreUnavailableError it cannot be taken in
   */
  add(request: AppendRequest, after?: WaitingAppend): WaitingAppend {
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

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    await this.#writing;
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
      const plan = await this.file.use((tables) => this.#plan(tables));
      concerned = plan.joined.map(({ waiting }) => waiting);
      if (concerned.length > 0) await this.#commit(plan.group);
      for (const { waiting, result } of plan.joined) waiting.resolve(result);
    } catch (error) {
      if (concerned === this.#waiting) this.#take(this.#waiting.length);
      const failure = unwritable(this.file.location, error);
      this.failure = failure;
      for (const waiting of concerned) waiting.reject(failure);
      await this.#recover();
    }
  }

  /** Takes waiting appends into a group until it is full or one must wait; answers those that need no write. */
  #plan(tables: Tables): { readonly group: AppendGroup; readonly joined: readonly Joined[] } {
    const group = new AppendGroup(
      new StateOnDisk(tables, this.#recentIds),
      this.#head + 1n,
      recordTime(this.file.location, Date.now()),
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
    let from = this.#head >= BigInt(count) ? this.#head + 1n - BigInt(count) : 0n;
    while (from <= this.#head) {
      const request = { direction, from, maxEvents: IDS_PAGE_EVENTS, maxBytes: IDS_PAGE_BYTES } as const;
      const page = await this.file.use((tables) => tables.allPage(request));
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
    await this.file.write(size, (tables) => tables.commit(group));
    this.failure = undefined;
    const events = group.events.map(({ event }) => event);
    this.#head += BigInt(events.length);
    if (this.#recentIds.filled) for (const { id, event } of group.events) this.#recentIds.add(id, event.position);
    this.committed(events);
  }

  /** After a failed write: what is on disk counts. LMDB refuses everything after some failures, until it is reopened. */
  async #recover(): Promise<void> {
    this.#recentIds.clear();
    const readHead = () => this.file.use((tables) => tables.lastPosition());
    try {
      this.#head = await readHead().catch(async () => {
        await this.file.release();
        return readHead();
      });
    } catch (error) {
      this.failure = unreadable(this.file.location, error);
    }
  }
}

function verdictOn({ request, after }: WaitingAppend, group: AppendGroup): Verdict {
  return after?.failure === undefined ? group.consider(request) : { kind: 'refused', error: after.failure };
}
