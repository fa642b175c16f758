import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import type { AppendResult } from '../port/event-store.js';
import { isLoose } from './append-check.js';
import { AppendGroup, type Verdict } from './append-group.js';
import type { AppendRequest } from './append-request.js';
import { checkRequest } from './limits.js';
import { unwritable } from './log-errors.js';
import type { LogLocation } from './log-location.js';
import type { LogView } from './log-view.js';
import type { LogWriter } from './log-writer.js';
import { MIN_RECENT_IDS, RecentIds } from './recent-ids.js';
import { recordTime } from './record-time.js';
import { StateOnDisk } from './state-on-disk.js';
import type { StoredEvent } from './stored-event.js';
import { WaitingAppend } from './waiting-append.js';

/** A group ends with the append that reaches one of these: larger groups added latency without more throughput. */
const MAX_GROUP_EVENTS = 2_000;
const MAX_GROUP_BYTES = 4 * 1_048_576;

/** Appends beyond this many waiting bytes are refused: the disk is too slow, and memory must not grow for it. */
const MAX_WAITING_BYTES = 64 * 1_048_576;

/** The limits of a page when recent ids are read. */
const IDS_PAGE_EVENTS = 1_000;
const IDS_PAGE_BYTES = 1_048_576;

/** The parts of the log that the queue uses. */
export interface AppendTarget {
  readonly location: LogLocation;
  readonly view: LogView;
  readonly writer: LogWriter;
}

interface Joined {
  readonly waiting: WaitingAppend;
  readonly result: AppendResult;
}

/**
 * The appends that wait for the disk. They are committed in groups, one group at a time: each append is checked against
 * the disk and the appends before it in its group, the group is written with one call, and its appends are answered when
 * it is on disk. A group that cannot be written is wholly absent.
 */
export class AppendQueue {
  readonly #recentIds = new RecentIds();
  readonly #state: StateOnDisk;
  #waiting: WaitingAppend[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  /** The reason of the failure of the last write; undefined when it succeeded. */
  failure: Error | undefined;

  /**
   * @param committed called with the events of each group when they are on disk; must not throw
   * @param failed called with the reason when a group could not be planned or written; must not throw
   */
  constructor(
    private readonly target: AppendTarget,
    private readonly committed: (events: readonly StoredEvent[]) => void,
    private readonly failed: (error: unknown) => void,
  ) {
    this.#state = new StateOnDisk(target.view, this.#recentIds);
  }

  /** The newest position on disk. */
  get head(): bigint {
    return BigInt(this.target.view.last);
  }

  /**
   * Queues an append, which resolves when its group is on disk.
   *
   * @param after an append queued before; if that one fails, this one must not be written
   * @throws RangeError, AppendTooLargeError, EventStoreUnavailableError it cannot be queued
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
    // All appends of this turn of the event loop join the first group.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) await this.#writeGroup();
    this.#writing = undefined;
  }

  async #writeGroup(): Promise<void> {
    // If the group cannot be planned, no waiting append can be.
    let concerned: readonly WaitingAppend[] = this.#waiting;
    try {
      await this.#fillRecentIds();
      await this.target.view.index.writeBehind();
      const plan = this.#plan();
      concerned = plan.joined.map(({ waiting }) => waiting);
      if (concerned.length > 0) await this.#commit(plan.group);
      for (const { waiting, result } of plan.joined) waiting.resolve(result);
    } catch (error) {
      if (concerned === this.#waiting) this.#take(this.#waiting.length);
      this.failed(error);
      const failure = unwritable(this.target.location, error);
      this.failure = failure;
      for (const waiting of concerned) waiting.reject(failure);
    }
  }

  /** Adds waiting appends to a group until it is full or one must wait; answers those that need no write. */
  #plan(): { readonly group: AppendGroup; readonly joined: readonly Joined[] } {
    const group = new AppendGroup(this.#state, this.head + 1n, recordTime(this.target.location, Date.now()));
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

  /** Reads the ids of the newest events before the first append that expects no revision. */
  async #fillRecentIds(): Promise<void> {
    if (this.#recentIds.filled || !this.#waiting.some(({ request }) => isLoose(request.expected))) return;
    await this.#recentIds.fill(this.#newestEvents(MIN_RECENT_IDS));
  }

  async *#newestEvents(count: number): AsyncGenerator<readonly StoredEvent[]> {
    const direction = 'forwards';
    let from = this.head >= BigInt(count) ? this.head + 1n - BigInt(count) : 0n;
    while (from <= this.head) {
      const request = { direction, from, maxEvents: IDS_PAGE_EVENTS, maxBytes: IDS_PAGE_BYTES } as const;
      const page = this.target.view.allPage(request);
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
    const events = await this.target.writer.write(group);
    this.failure = undefined;
    if (this.#recentIds.filled) {
      for (const { event, position } of group.events) this.#recentIds.add(event.id, position);
    }
    this.committed(events);
  }
}

function verdictOn({ request, after }: WaitingAppend, group: AppendGroup): Verdict {
  return after?.failure === undefined ? group.consider(request) : { kind: 'refused', error: after.failure };
}
