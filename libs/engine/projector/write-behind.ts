import type { EventMark, Versioned, Write } from '#libs/engine/documents/port/read-model.js';
import { joinedLinks } from './trace-links.js';

/** Documents that are written in one go, and how far the events go that they come from. */
export interface Load {
  /** By document. */
  readonly writes: Map<string, Write<object>>;
  /** Every event up to and including this position is in the documents. */
  readonly checkpoint: bigint;
  /** When the newest of the events was recorded, in milliseconds since 1970; undefined: there are none. */
  readonly recordedAt: number | undefined;
  /** The newest of Appledger's events up to the checkpoint. */
  readonly lastEvent: EventMark | undefined;
  /** How many events there were. */
  readonly events: number;
  /** The trace contexts of the events, where traces are kept. */
  readonly traceLinks?: readonly string[];
}

/**
 * So many documents may wait before whoever brings more waits too. With four times as many a rebuild was no faster, and
 * its memory grew by half as much again: V8 makes room for what survives.
 */
const MAX_WAITING_DOCUMENTS = 500;

/**
 * Writes while more is being made. One load is written at a time; what comes meanwhile waits, becomes one load, and is
 * written next. A slow disk thus gets few large loads, each page once for many documents, and a fast one gets what
 * there is at once.
 */
export class WriteBehind {
  #waiting: Load | undefined;
  #underWay: { readonly load: Load; readonly done: Promise<void> } | undefined;
  /** Until nothing waits any more, or a write has failed. */
  #writing: Promise<void> | undefined;
  #failed = false;

  /** @param write writes a load; when it fails, what waits behind it is not written either */
  constructor(private readonly write: (load: Load) => Promise<void>) {}

  /** Nothing waits, and nothing is being written. */
  get isIdle(): boolean {
    return this.#writing === undefined;
  }

  /** A document as it will be when everything has been written; undefined: none of what is to be written is about it. */
  find(id: string): Versioned<object> | undefined {
    return this.#waiting?.writes.get(id) ?? this.#underWay?.load.writes.get(id);
  }

  /** Takes what comes after all that it was given before. Resolves when there is room for more. @throws what a write threw */
  async add(load: Load): Promise<void> {
    if (this.#failed) return this.#writing;
    this.#waiting = this.#waiting === undefined ? load : joined(this.#waiting, load);
    this.#writing ??= this.#writeAll();
    this.#writing.catch(() => undefined); // whoever adds or waits next is told
    while (this.#waiting !== undefined && this.#waiting.writes.size >= MAX_WAITING_DOCUMENTS) {
      await this.#underWay?.done;
    }
  }

  /** Resolves when everything has been written. @throws what a write threw */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Begins anew after a failure: forgets it, and what was waiting. */
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

/** Two loads as one: of each document the later write, which begins the document where the earlier one did. */
function joined(load: Load, later: Load): Load {
  for (const [id, write] of later.writes) {
    const begins = load.writes.get(id)?.begins === true;
    load.writes.set(id, begins ? { ...write, begins } : write);
  }
  const { checkpoint, lastEvent, recordedAt = load.recordedAt } = later;
  const traceLinks = joinedLinks([...(load.traceLinks ?? []), ...(later.traceLinks ?? [])]);
  return { writes: load.writes, checkpoint, recordedAt, lastEvent, events: load.events + later.events, traceLinks };
}
