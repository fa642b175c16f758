import type { Versioned, Write } from '#libs/engine/documents/port/read-model.js';
import type { EventMark } from '#libs/engine/kernel/event-mark.js';
import { joinedLinks } from './trace-links.js';

/** Documents that are written together, and the position up to which their events go. */
export interface Load {
  /** By document. */
  readonly writes: Map<string, Write<object>>;
  /** Every event up to and including this position is in the documents. */
  readonly checkpoint: bigint;
  /** When the newest of the events was recorded, in milliseconds since 1970; undefined: there are none. */
  readonly recordedAt: number | undefined;
  /** The newest event of this installation up to the checkpoint. */
  readonly lastEvent: EventMark | undefined;
  /** How many events there were. */
  readonly events: number;
  /** The trace contexts of the events, when tracing is on. */
  readonly traceLinks?: readonly string[];
}

/**
 * When this many documents wait, adding more waits too. With four times as many a rebuild was no faster, and used half
 * as much memory again.
 */
const MAX_WAITING_DOCUMENTS = 500;

/**
 * Writes documents while the next ones are folded. One load is written at a time; loads that are added meanwhile are
 * joined into one, which is written next. A slow disk gets few large loads, a fast one gets each load at once.
 */
export class WriteBehind {
  #waiting: Load | undefined;
  #underWay: { readonly load: Load; readonly done: Promise<void> } | undefined;
  /** Until nothing waits any more, or a write has failed. */
  #writing: Promise<void> | undefined;
  #failed = false;

  /** @param write writes a load; when it fails, the loads that wait are not written either */
  constructor(private readonly write: (load: Load) => Promise<void>) {}

  /** Nothing waits, and nothing is being written. */
  get isIdle(): boolean {
    return this.#writing === undefined;
  }

  /** A document as it will be when everything has been written; undefined: nothing that waits changes it. */
  find(id: string): Versioned<object> | undefined {
    return this.#waiting?.writes.get(id) ?? this.#underWay?.load.writes.get(id);
  }

  /** Adds a load that follows all earlier ones. Resolves when there is room for more. @throws the error of a write */
  async add(load: Load): Promise<void> {
    if (this.#failed) return this.#writing;
    this.#waiting = this.#waiting === undefined ? load : joined(this.#waiting, load);
    this.#writing ??= this.#writeAll();
    this.#writing.catch(() => undefined); // the next call of add or written throws it
    while (this.#waiting !== undefined && this.#waiting.writes.size >= MAX_WAITING_DOCUMENTS) {
      await this.#underWay?.done;
    }
  }

  /** Resolves when everything has been written. @throws the error of a write */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Forgets a failure and the loads that wait, to start again. */
  async reset(): Promise<void> {
    await this.#writing?.catch(() => undefined);
    this.#waiting = undefined;
    this.#writing = undefined;
    this.#failed = false;
  }

  async #writeAll(): Promise<void> {
    try {
      for (let load = this.#take(); load !== undefined; load = this.#take()) {
        const done = this.write(load);
        this.#underWay = { load, done };
        await done;
      }
      this.#writing = undefined;
    } catch (error) {
      this.#failed = true;
      throw error;
    } finally {
      this.#underWay = undefined;
    }
  }

  #take(): Load | undefined {
    const load = this.#waiting;
    this.#waiting = undefined;
    return load;
  }
}

/** Joins two loads: of each document the later write counts, and it creates the document if the earlier one did. */
function joined(load: Load, later: Load): Load {
  for (const [id, write] of later.writes) {
    const begins = load.writes.get(id)?.begins === true;
    load.writes.set(id, begins ? { ...write, begins } : write);
  }
  const { checkpoint, lastEvent, recordedAt = load.recordedAt } = later;
  const traceLinks = joinedLinks([...(load.traceLinks ?? []), ...(later.traceLinks ?? [])]);
  return { writes: load.writes, checkpoint, recordedAt, lastEvent, events: load.events + later.events, traceLinks };
}
