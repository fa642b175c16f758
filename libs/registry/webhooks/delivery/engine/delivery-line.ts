import { setTimeout as delay } from 'node:timers/promises';
import { waitAfter } from '#libs/engine/kernel/back-off.js';
import type { FeedEvent, FeedStep } from '#libs/registry/feed/index.js';
import type { Attempt } from '../sending/attempt.js';
import { afterFailure, released, type WaitingSubject } from '../state/waiting-subject.js';
import { CompletedPositions } from './completed-positions.js';
import { emptyLane, type Lane, type Waiting, waitingFrom } from './lane.js';
import { type LineParts, type LineProgress, type LineReport, type LineStart, referenceOf } from './line-parts.js';
import { ReadyLanes } from './ready-lanes.js';

/** Events that are read ahead for each delivery that may be under way: the memory of a line. */
const READ_AHEAD = 8;

/** Positions that are remembered, because an event before them is not settled yet: about 5 MB. */
const MAX_KEPT = 50_000;

/** Subjects of a line that wait at the same time. Beyond it nothing new is read until some have been delivered. */
const MAX_WAITING = 10_000;

/** How soon a stream that cannot be read is read again, in milliseconds. */
const READ_AGAIN_MS = 5_000;

/** Events that are read from a stream at once, for a subject that waits. */
const STREAM_PAGE = 50;

/**
 * Delivers the selected events of the log after a position to one endpoint: those of one stream one after the other,
 * those of different streams beside each other. When a delivery fails, the events of its stream wait from there, and
 * the others go on. What is in memory only is delivered again after a crash.
 */
export class DeliveryLine {
  readonly #stopping = new AbortController();
  readonly #lanes = new Map<string, Lane>();
  readonly #completed: CompletedPositions;
  readonly #changedSubjects = new Set<string>();
  readonly #ready = new ReadyLanes();
  #underWay = 0;
  #parked = 0;
  #waiting = 0;
  #held: (() => void) | undefined;
  /** Every event up to here has been taken into a lane. */
  #position: bigint;
  #isRead = false;
  #wakeReader: (() => void) | undefined;
  #idle: (() => void) | undefined;
  #reading: Promise<void> | undefined;

  constructor(
    private readonly parts: LineParts,
    private readonly begin: LineStart,
  ) {
    this.#position = begin.after;
    this.#completed = new CompletedPositions(begin.after);
    for (const stored of begin.waiting) this.#wait(this.#laneOf(stored.event.stream), stored);
  }

  start(): void {
    this.#reading = this.#read();
  }

  /** Begins no further attempt. Resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wakeReader?.();
    this.#held?.();
    for (const { waiting } of this.#lanes.values()) waiting?.cancel?.();
    await this.#reading;
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  /** Whether the line had an end, and everything up to it is delivered. */
  get isDone(): boolean {
    return this.#isRead && this.#lanes.size === 0;
  }

  /** What has changed since the last call: it is to be stored together. */
  takeProgress(): LineProgress {
    const waiting = new Map<string, WaitingSubject | undefined>();
    for (const stream of this.#changedSubjects) waiting.set(stream, this.#lanes.get(stream)?.waiting?.stored);
    this.#changedSubjects.clear();
    return { position: this.#completed.position, waiting };
  }

  report(): LineReport {
    const times = Array.from(this.#lanes.values(), ({ queue: [first], waiting }) =>
      waiting === undefined
        ? Number(first?.event.envelope.time.seconds ?? Number.NaN) * 1_000
        : waiting.stored.parkedAt === undefined
          ? waiting.stored.since
          : Number.NaN,
    ).filter(Number.isFinite);
    return {
      pending: this.#completed.open,
      failing: this.#waiting - this.#parked,
      parked: this.#parked,
      oldestAt: times.length === 0 ? undefined : times.reduce((least, time) => Math.min(least, time)),
      isDown: this.parts.health.isDown,
    };
  }

  /**
   * Tries subjects that wait again now, parked ones included.
   *
   * @param stream of one subject; undefined: of all that are parked
   * @returns false: it does not wait here
   */
  release(stream: string | undefined): boolean {
    const lanes = stream === undefined ? [...this.#lanes.values()] : [this.#lanes.get(stream)];
    let found = stream === undefined;
    for (const lane of lanes) {
      if (lane?.waiting === undefined) continue;
      const { stored } = lane.waiting;
      if (stream === undefined && stored.parkedAt === undefined) continue;
      found = true;
      this.#keep(lane, lane.waiting, released(stored, this.parts.timers.now()));
      if (!lane.isBusy) this.#schedule(lane, lane.waiting);
    }
    return found;
  }

  async #read(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted && !this.#isRead; ) {
      try {
        const steps = this.parts.feed.follow(
          this.parts.selection,
          { after: this.#position, log: this.begin.log },
          signal,
        );
        for await (const step of steps) {
          failures = 0;
          await this.#take(step);
          if (signal.aborted || this.#isRead) break;
        }
      } catch (error) {
        failures += 1;
        const text = 'events for a webhook cannot be read; trying again';
        if (failures === 1) this.parts.log.warn({ err: error, webhook: this.parts.name }, text);
        await delay(waitAfter(failures), undefined, { signal }).catch(() => undefined); // stopping
      }
    }
  }

  async #take({ events, position }: FeedStep): Promise<void> {
    const until = this.begin.until;
    for (const event of events) {
      if (until !== undefined && event.position > until) break;
      await this.#room();
      if (this.#stopping.signal.aborted) return;
      this.#accept(event);
    }
    this.#position = position;
    this.#completed.passed(position);
    if (until !== undefined && position >= until) this.#isRead = true;
  }

  #accept(event: FeedEvent): void {
    this.#position = event.position;
    const lane = this.#laneOf(event.stream);
    const open = this.#completed.add(event.position);
    if (lane.waiting !== undefined) {
      lane.waiting.leftTo = event.position;
      this.#completed.settle(open);
      return;
    }
    lane.queue.push({ event, open });
    this.#enqueue(lane);
  }

  /** Waits until another event may be taken into memory. */
  async #room(): Promise<void> {
    const { health } = this.parts;
    const isFull = () =>
      this.#completed.open >= health.limit * READ_AHEAD ||
      this.#completed.kept >= MAX_KEPT ||
      this.#waiting - this.#parked >= MAX_WAITING;
    while (!this.#stopping.signal.aborted && isFull()) {
      await new Promise<void>((resolve) => (this.#wakeReader = resolve));
    }
  }

  #laneOf(stream: string): Lane {
    const known = this.#lanes.get(stream);
    if (known !== undefined) return known;
    const lane = emptyLane(stream);
    this.#lanes.set(stream, lane);
    return lane;
  }

  #enqueue(lane: Lane): void {
    if (lane.isBusy) return;
    lane.isBusy = true;
    this.#ready.push(lane);
    this.#pump();
  }

  /** Begins attempts as long as there may be more. */
  #pump(): void {
    while (!this.#stopping.signal.aborted && this.#held === undefined && this.#underWay < this.parts.health.limit) {
      const next = this.#ready.shift(this.parts.health.limit);
      if (next === undefined) return;
      this.#underWay += 1;
      void this.#serve(next.lane).finally(() => {
        this.#underWay -= 1;
        next.served();
        if (this.#underWay === 0) this.#idle?.();
        this.#wakeReader?.();
        this.#pump();
      });
    }
  }

  /** Delivers the next event of a lane. */
  async #serve(lane: Lane): Promise<void> {
    try {
      const event = lane.waiting === undefined ? lane.queue[0]?.event : await this.#nextOf(lane, lane.waiting);
      if (event !== undefined) this.#settle(lane, event, await this.parts.send(event));
      else if (lane.waiting !== undefined) this.#endWait(lane);
    } catch (error) {
      const text = 'events that wait for a webhook cannot be read; trying again';
      this.parts.log.warn({ err: error, webhook: this.parts.name }, text);
      const { waiting } = lane;
      if (waiting !== undefined)
        waiting.stored = { ...waiting.stored, nextAt: this.parts.timers.now() + READ_AGAIN_MS };
    }
    lane.isBusy = false;
    if (this.#stopping.signal.aborted) return;
    if (lane.waiting !== undefined) this.#schedule(lane, lane.waiting);
    else if (lane.queue.length > 0) this.#enqueue(lane);
    else this.#lanes.delete(lane.stream);
  }

  /** The next event of a subject that waits; undefined: everything that was left to its stream is delivered. */
  async #nextOf({ stream }: Lane, waiting: Waiting): Promise<FeedEvent | undefined> {
    for (;;) {
      const [place] = waiting.read;
      if (place?.event !== undefined) return place.event;
      if (place !== undefined) {
        waiting.read.shift();
        continue;
      }
      // What comes after it is not settled by the stream: the reader brings it.
      const upTo = this.#position;
      const options = { from: waiting.next, limit: STREAM_PAGE };
      const page = await this.parts.feed.ofStream(this.parts.selection, stream, options);
      const due = page.filter(({ position }) => position <= upTo);
      const last = due.at(-1);
      if (last !== undefined) {
        waiting.read = due;
        waiting.readTo = last.position;
        waiting.next = last.revision + 1n;
      } else if (waiting.readTo >= waiting.leftTo) {
        return undefined;
      } else if (waiting.leftTo <= upTo) {
        throw new Error(`stream ${stream} ends before position ${waiting.leftTo}, at which it has an event`);
      }
    }
  }

  #settle(lane: Lane, event: FeedEvent, attempt: Attempt): void {
    if (this.#stopping.signal.aborted && attempt.outcome !== 'delivered') return; // it was broken off
    const { health, timers } = this.parts;
    const now = timers.now();
    const reference = referenceOf(event);
    const number = (lane.waiting?.stored.event.eventId === reference.eventId ? lane.waiting.stored.failures : 0) + 1;
    if (attempt.outcome === 'delivered') {
      const wasDown = health.isDown;
      health.succeeded(now);
      this.#held?.();
      this.#delivered(lane, attempt);
      if (wasDown) this.#tryAllNow();
    } else {
      const hold = health.failed(lane.stream, now);
      const stored = afterFailure(lane.waiting?.stored, reference, {
        attempt,
        now,
        endpointSucceededAt: health.succeededAt,
      });
      this.#failed(lane, stored);
      if (hold > 0) this.#hold(hold);
    }
    this.parts.attempted({ ...attempt, event: reference, number });
    this.parts.changed();
  }

  #delivered(lane: Lane, attempt: Attempt): void {
    const { waiting } = lane;
    if (waiting === undefined) {
      const first = lane.queue.shift();
      if (first !== undefined) this.#completed.settle(first.open);
      return;
    }
    waiting.read.shift();
    const next = waiting.read.find(({ event }) => event !== undefined)?.event;
    const now = this.parts.timers.now();
    // The next event in the stream is what a crash would begin with; where it is not known yet, a delivered one is repeated.
    if (next !== undefined)
      this.#keep(lane, waiting, { ...released(waiting.stored, now), event: referenceOf(next), last: attempt });
    else waiting.stored = { ...released(waiting.stored, now), last: attempt };
  }

  #failed(lane: Lane, stored: WaitingSubject): void {
    if (lane.waiting !== undefined) {
      this.#keep(lane, lane.waiting, stored);
      return;
    }
    const queued = lane.queue;
    lane.queue = [];
    for (const { open } of queued) this.#completed.settle(open);
    this.#begins(lane, stored, queued.at(-1)?.event.position ?? BigInt(stored.event.position));
    this.#changedSubjects.add(lane.stream);
  }

  /** A subject that waited when the process began. */
  #wait(lane: Lane, stored: WaitingSubject): void {
    this.#begins(lane, stored, BigInt(stored.event.position));
    if (lane.waiting !== undefined) this.#schedule(lane, lane.waiting);
  }

  #begins(lane: Lane, stored: WaitingSubject, leftTo: bigint): void {
    lane.waiting = waitingFrom(stored, leftTo);
    this.#waiting += 1;
    if (stored.parkedAt !== undefined) this.#parked += 1;
  }

  #keep(lane: Lane, waiting: Waiting, stored: WaitingSubject): void {
    this.#parked += Number(stored.parkedAt !== undefined) - Number(waiting.stored.parkedAt !== undefined);
    waiting.stored = stored;
    this.#changedSubjects.add(lane.stream);
    this.parts.changed();
  }

  #endWait(lane: Lane): void {
    lane.waiting = undefined;
    this.#waiting -= 1;
    this.#changedSubjects.add(lane.stream);
    this.parts.changed();
  }

  /** Sees to it that a subject is tried when it is due. */
  #schedule(lane: Lane, waiting: Waiting): void {
    waiting.cancel?.();
    waiting.cancel = undefined;
    if (waiting.stored.parkedAt !== undefined) return;
    const wait = waiting.stored.nextAt - this.parts.timers.now();
    if (wait <= 0) this.#enqueue(lane);
    else waiting.cancel = this.parts.timers.after(wait, () => this.#enqueue(lane));
  }

  /** The endpoint accepts deliveries again: nobody waits for its own next attempt. */
  #tryAllNow(): void {
    const now = this.parts.timers.now();
    for (const lane of this.#lanes.values()) {
      const { waiting } = lane;
      if (waiting === undefined || waiting.stored.parkedAt !== undefined || lane.isBusy) continue;
      waiting.stored = { ...waiting.stored, nextAt: now };
      this.#schedule(lane, waiting);
    }
  }

  /** Begins no attempt for a time: the endpoint is down. */
  #hold(milliseconds: number): void {
    this.#held?.();
    const cancel = this.parts.timers.after(milliseconds, () => {
      this.#held = undefined;
      this.#probe();
    });
    this.#held = () => {
      cancel();
      this.#held = undefined;
    };
  }

  /** Tries the endpoint with whatever there is: if nothing is ready, with the subject that would be tried next. */
  #probe(): void {
    const next = this.#ready.isEmpty ? this.#nextWaiting() : undefined;
    next?.waiting?.cancel?.();
    if (next === undefined) this.#pump();
    else this.#enqueue(next);
  }

  /** Of the subjects that wait, the one that would be tried next. */
  #nextWaiting(): Lane | undefined {
    let next: Lane | undefined;
    for (const lane of this.#lanes.values()) {
      const { isBusy, waiting } = lane;
      if (isBusy || waiting === undefined || waiting.stored.parkedAt !== undefined) continue;
      if (next?.waiting === undefined || waiting.stored.nextAt < next.waiting.stored.nextAt) next = lane;
    }
    return next;
  }
}
