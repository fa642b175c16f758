import { LRUCache } from 'lru-cache';
import type { Segment } from './segment.js';

/** Segments whose files are open at the same time. */
const MAX_OPEN_SEGMENTS = 128;

/** The segments of a log, in the order of their positions. */
export class Segments {
  readonly #all: Segment[];
  readonly #open = new LRUCache<number, Segment>({
    max: MAX_OPEN_SEGMENTS,
    dispose: (segment) => segment.release(),
  });

  /**
   * @param folder that they are in
   * @param identity tells the log from every other
   * @param all at least one
   */
  constructor(
    readonly folder: string,
    readonly identity: string,
    all: readonly Segment[],
  ) {
    this.#all = [...all];
  }

  get all(): readonly Segment[] {
    return this.#all;
  }

  /** The one that is written. */
  get last(): Segment {
    const last = this.#all.at(-1);
    if (last === undefined) throw new Error('a log has at least one segment');
    return last;
  }

  /** Takes in a new last segment. */
  add(segment: Segment): void {
    this.#all.push(segment);
  }

  /** The segment that holds a position, if any does. */
  of(position: number): Segment {
    let low = 0;
    let high = this.#all.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#all[middle]?.firstPosition ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    const segment = this.#all[low] ?? this.last;
    if (this.#open.get(low) === undefined) this.#open.set(low, segment);
    return segment;
  }

  /** The segment behind another one. */
  after(segment: Segment): Segment | undefined {
    const next = this.#all[this.#all.indexOf(segment) + 1];
    return next && this.of(next.firstPosition);
  }

  /** Lets go of all files. */
  close(): void {
    this.#open.clear();
  }
}
