import { LRUCache } from 'lru-cache';
import type { Segment } from './segment.js';

/** The most segments with open files. */
const MAX_OPEN_SEGMENTS = 128;

/** The segments of a log, in order of position. */
export class Segments {
  readonly #all: Segment[];
  readonly #open = new LRUCache<number, Segment>({
    max: MAX_OPEN_SEGMENTS,
    dispose: (segment) => segment.release(),
  });

  /**
   * @param folder of the segments
   * @param identity of the log
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

  /** The segment to which records are appended. */
  get last(): Segment {
    const last = this.#all.at(-1);
    if (last === undefined) throw new Error('a log has at least one segment');
    return last;
  }

  /** Adds a new last segment. */
  add(segment: Segment): void {
    this.#all.push(segment);
  }

  /** The segment that contains a position, if any does. */
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

  /** The segment after another one. */
  after(segment: Segment): Segment | undefined {
    const next = this.#all[this.#all.indexOf(segment) + 1];
    return next && this.of(next.firstPosition);
  }

  /** Closes all files. */
  close(): void {
    this.#open.clear();
  }
}
