import { higher } from '#libs/engine/kernel/lowest.js';
import type { FeedEvent } from '#libs/registry/feed/index.js';
import type { Attempt } from '../sending/attempt.js';
import { afterFailure, released, type WaitingSubject } from '../state/waiting-subject.js';
import { CompletedPositions } from './completed-positions.js';
import { nextOfWaiting } from './events-of-waiting.js';
import { Hold } from './hold.js';
import type { Lane, Waiting } from './lane.js';
import { Lanes } from './lanes.js';
import { type LineParts, type LineProgress, type LineReport, type LineStart, referenceOf } from './line-parts.js';
import { LineReader } from './line-reader.js';
import { ReadyLanes } from './ready-lanes.js';

/** Events that are read ahead for each delivery that may be under way: the memory of a line. */
const READ_AHEAD = 8;

/** Positions that are remembered, because an event before them is not settled yet: about 5 MB. */
const MAX_KEPT = 50_000;

/** Subjects of a line that wait at the same time. Beyond it nothing new is read until some have been delivered. */
const MAX_WAITING = 10_000;

/** How soon a stream that cannot be read is read again, in milliseconds. */
const READ_AGAIN_MS = 5_000;

/**
 * Delivers the selected events of the log after a position to one endpoint: those of one stream one after the other,
 * those of different streams beside each other. When a delivery fails, the events of its stream wait from there, and
 * the others go on. What is in memory only is delivered again after a crash.
 */
export class DeliveryLine {
  readonly #lanes: Lanes;
  readonly #completed: CompletedPositions;
  readonly #reader: LineReader;
  readonly #ready = new ReadyLanes();
  readonly #hold: Hold;
  #isStopping = false;
  #underWay = 0;
  #idle: (() => void) | undefined;

  constructor(
    private readonly parts: LineParts,
    begin: LineStart,
  ) {
    this.#lanes = new Lanes(parts.changed);
    this.#completed = new CompletedPositions(begin.after);
    this.#hold = new Hold(parts.timers);
    this.#reader = new LineReader(parts, begin, {
      isFull: () => this.#isFull(),
      take: (event) => this.#take(event),
      passed: (position) => this.#completed.passed(position),
    });
    for (const stored of begin.waiting) this.#resume(this.#lanes.of(stored.event.stream), stored);
  }

  start(): void {
    this.#reader.begin();
  }

  /** Begins no further attempt. Resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#hold.end();
    for (const { waiting } of this.#lanes.all()) waiting?.cancel?.();
    await this.#reader.stop();
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  /** Whether the line had an end, and everything up to it is delivered. */
  get isDone(): boolean {
    return this.#reader.isAtEnd && this.#lanes.size === 0;
  }

  /** The number of parked subjects. */
  get parked(): number {
    return this.#lanes.parked;
  }

  /** What has changed since the last call: it is to be stored together. */
  takeProgress(): LineProgress {
    return { position: this.#completed.position, waiting: this.#lanes.takeChanges() };
  }

  report(): LineReport {
    const { failing, parked } = this.#lanes;
    const { isDown } = this.parts.health;
    return { pending: this.#completed.open, failing, parked, oldestAt: this.#lanes.oldestAt(), isDown };
  }

  /**
   * Tries subjects that wait again now, parked ones included.
   *
   * @param stream of one subject; undefined: of all that are parked
   * @returns false: it does not wait here
   */
  release(stream: string | undefined): boolean {
    const lanes = stream === undefined ? [...this.#lanes.all()] : [this.#lanes.get(stream)];
    let found = stream === undefined;
    for (const lane of lanes) {
      if (lane?.waiting === undefined) continue;
      const { stored } = lane.waiting;
      if (stream === undefined && stored.parkedAt === undefined) continue;
      found = true;
      this.#lanes.keep(lane, lane.waiting, released(stored, this.parts.timers.now()));
      if (!lane.isBusy) this.#schedule(lane, lane.waiting);
    }
    return found;
  }

  /** Whether no other event may be taken into memory. While an endpoint is away, those that wait already are enough. */
  #isFull(): boolean {
    const { open, kept } = this.#completed;
    const { limit, isAway } = this.parts.health;
    const { failing } = this.#lanes;
    return open >= limit * READ_AHEAD || kept >= MAX_KEPT || failing >= MAX_WAITING || (isAway && failing > 0);
  }

  #take(event: FeedEvent): void {
    const open = this.#completed.add(event.position);
    if (this.#lanes.isDelivered(event)) {
      this.#completed.settle(open);
      return;
    }
    const lane = this.#lanes.of(event.stream);
    if (lane.waiting !== undefined) {
      lane.waiting.leftTo = higher(lane.waiting.leftTo, event.position);
      this.#completed.settle(open);
      return;
    }
    lane.queue.push({ event, open });
    this.#enqueue(lane);
  }

  #enqueue(lane: Lane): void {
    if (lane.isBusy) return;
    lane.isBusy = true;
    this.#ready.push(lane);
    this.#pump();
  }

  /** Begins attempts as long as there may be more. */
  #pump(): void {
    while (!this.#isStopping && !this.#hold.isHeld && this.#underWay < this.parts.health.limit) {
      const { limit, isAway } = this.parts.health;
      const next = this.#ready.shift(limit, isAway);
      if (next === undefined) return;
      this.#underWay += 1;
      void this.#serve(next.lane).finally(() => {
        this.#underWay -= 1;
        next.served();
        if (this.#underWay === 0) this.#idle?.();
        this.#reader.wake();
        this.#pump();
      });
    }
  }

  /** Delivers the next event of a lane. */
  async #serve(lane: Lane): Promise<void> {
    const { stream, waiting, queue } = lane;
    try {
      const event =
        waiting === undefined
          ? queue[0]?.event
          : await nextOfWaiting(this.parts, { stream, waiting }, () => this.#reader.position);
      if (event !== undefined) this.#settle(lane, event, await this.parts.send(event));
      else if (waiting !== undefined && waiting.readTo >= waiting.leftTo) {
        this.#lanes.end(lane, waiting, this.#reader.position); // unless the log has brought another one meanwhile
      }
    } catch (error) {
      const text = 'events that wait for a webhook cannot be read; trying again';
      this.parts.log.warn({ err: error, webhook: this.parts.name }, text);
      if (waiting !== undefined)
        waiting.stored = { ...waiting.stored, nextAt: this.parts.timers.now() + READ_AGAIN_MS };
    }
    lane.isBusy = false;
    if (this.#isStopping) return;
    if (lane.waiting !== undefined) this.#schedule(lane, lane.waiting);
    else if (lane.queue.length > 0) this.#enqueue(lane);
    else this.#lanes.remove(lane);
  }

  #settle(lane: Lane, event: FeedEvent, attempt: Attempt): void {
    if (this.#isStopping && attempt.outcome !== 'delivered') return; // it was broken off
    const { health, timers } = this.parts;
    const now = timers.now();
    const reference = referenceOf(event);
    const number = (lane.waiting?.stored.event.eventId === reference.eventId ? lane.waiting.stored.failures : 0) + 1;
    if (attempt.outcome === 'delivered') {
      const wasDown = health.isDown;
      health.succeeded(now);
      this.#hold.end();
      this.#delivered(lane, attempt);
      if (wasDown) this.#tryAllNow();
    } else {
      const isRetry = lane.waiting !== undefined;
      const hold = health.failed({ subject: lane.stream, now, status: attempt.status, isRetry });
      const endpointSucceededAt = health.succeededAt;
      this.#failed(lane, afterFailure(lane.waiting?.stored, reference, { attempt, now, endpointSucceededAt }));
      if (hold > 0) this.#hold.begin(hold, () => this.#probe());
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
    const stored = { ...released(waiting.stored, this.parts.timers.now()), last: attempt };
    // The next event in the stream is what a crash would begin with; where it is not known yet, a delivered one is repeated.
    if (next !== undefined) this.#lanes.keep(lane, waiting, { ...stored, event: referenceOf(next) });
    else waiting.stored = stored;
  }

  #failed(lane: Lane, stored: WaitingSubject): void {
    if (lane.waiting !== undefined) {
      this.#lanes.keep(lane, lane.waiting, stored);
      return;
    }
    const queued = lane.queue;
    lane.queue = [];
    for (const { open } of queued) this.#completed.settle(open);
    this.#lanes.begin(lane, stored, queued.at(-1)?.event.position ?? BigInt(stored.event.position));
    this.#lanes.noteChange(lane);
  }

  /** A subject that waited when the process began. */
  #resume(lane: Lane, stored: WaitingSubject): void {
    this.#schedule(lane, this.#lanes.begin(lane, stored, BigInt(stored.event.position)));
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
    for (const lane of this.#lanes.all()) {
      const { waiting } = lane;
      if (waiting === undefined || waiting.stored.parkedAt !== undefined || lane.isBusy) continue;
      waiting.stored = { ...waiting.stored, nextAt: now };
      this.#schedule(lane, waiting);
    }
  }

  /** Tries the endpoint: with the subject that would be tried next, where it makes no difference or nothing is ready. */
  #probe(): void {
    const isNextWanted = this.parts.health.isAway ? !this.#ready.hasWaiting : this.#ready.isEmpty;
    const next = isNextWanted ? this.#lanes.nextToTry() : undefined;
    next?.waiting?.cancel?.();
    if (next === undefined) this.#pump();
    else this.#enqueue(next);
  }
}
