import type { FeedEvent } from '#libs/registry/feed/index.js';
import type { WaitingSubject } from '../state/waiting-subject.js';
import { emptyLane, type Lane, type Waiting, waitingFrom } from './lane.js';

/** The lanes of a line that have something to deliver, or whose subjects wait, and what has changed of those. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #changed = new Set<string>();
  /** The positions up to which subjects that have waited were delivered before the log was read so far, by stream. */
  readonly #ahead = new Map<string, bigint>();
  #waiting = 0;
  #parked = 0;

  /** @param changed is called whenever there is something to store */
  constructor(private readonly changed: () => void) {}

  get size(): number {
    return this.#lanes.size;
  }

  /** Subjects that are tried again later. */
  get failing(): number {
    return this.#waiting - this.#parked;
  }

  get parked(): number {
    return this.#parked;
  }

  get(stream: string): Lane | undefined {
    return this.#lanes.get(stream);
  }

  all(): Iterable<Lane> {
    return this.#lanes.values();
  }

  /** The lane of a stream, a new one if there was none. */
  of(stream: string): Lane {
    const known = this.#lanes.get(stream);
    if (known !== undefined) return known;
    const lane = emptyLane(stream);
    this.#lanes.set(stream, lane);
    return lane;
  }

  /** A lane has nothing to deliver any more. */
  remove({ stream }: Lane): void {
    this.#lanes.delete(stream);
  }

  /**
   * A subject begins to wait.
   *
   * @param leftTo the position of the newest event that is left to its stream
   */
  begin(lane: Lane, stored: WaitingSubject, leftTo: bigint): Waiting {
    lane.waiting = waitingFrom(stored, leftTo);
    this.#waiting += 1;
    this.#parked += Number(isParked(stored));
    return lane.waiting;
  }

  /** The place or the state of a subject that waits has changed. */
  keep(lane: Lane, waiting: Waiting, stored: WaitingSubject): void {
    this.#parked += Number(isParked(stored)) - Number(isParked(waiting.stored));
    waiting.stored = stored;
    this.noteChange(lane);
  }

  /**
   * Everything of a subject that waited is delivered.
   *
   * @param read the position up to which the log has been read
   */
  end(lane: Lane, { readTo }: Waiting, read: bigint): void {
    if (readTo > read) this.#ahead.set(lane.stream, readTo);
    lane.waiting = undefined;
    this.#waiting -= 1;
    this.noteChange(lane);
  }

  /** Whether an event that is read from the log was delivered already, because its subject waited. */
  isDelivered({ stream, position }: FeedEvent): boolean {
    const ahead = this.#ahead.get(stream);
    if (ahead === undefined) return false;
    if (position >= ahead) this.#ahead.delete(stream);
    return position <= ahead;
  }

  /** What is stored of a subject is to be written. */
  noteChange({ stream }: Lane): void {
    this.#changed.add(stream);
    this.changed();
  }

  /** The subjects that have changed since the last call, and what is to be stored of them. */
  takeChanges(): ReadonlyMap<string, WaitingSubject | undefined> {
    const changes = new Map<string, WaitingSubject | undefined>();
    for (const stream of this.#changed) changes.set(stream, this.#lanes.get(stream)?.waiting?.stored);
    this.#changed.clear();
    return changes;
  }

  /** Of the subjects that wait and for which nothing is under way, the one that would be tried next. */
  nextToTry(): Lane | undefined {
    let next: Lane | undefined;
    for (const lane of this.#lanes.values()) {
      const { isBusy, waiting } = lane;
      if (isBusy || waiting === undefined || isParked(waiting.stored)) continue;
      if (next?.waiting === undefined || waiting.stored.nextAt < next.waiting.stored.nextAt) next = lane;
    }
    return next;
  }

  /** When the oldest event was caused that is not delivered, in milliseconds since 1970; parked ones aside. */
  oldestAt(): number | undefined {
    let oldest: number | undefined;
    for (const lane of this.#lanes.values()) {
      const at = beginOf(lane);
      if (at !== undefined && (oldest === undefined || at < oldest)) oldest = at;
    }
    return oldest;
  }
}

/** Since when the first event of a lane is not delivered; undefined: it is parked, or there is none. */
function beginOf({ queue: [first], waiting }: Lane): number | undefined {
  if (waiting !== undefined) return isParked(waiting.stored) ? undefined : waiting.stored.since;
  return first && Number(first.event.envelope.time.seconds) * 1_000;
}

function isParked({ parkedAt }: WaitingSubject): boolean {
  return parkedAt !== undefined;
}
