import { LRUCache } from 'lru-cache';
import { lowerBound } from '#libs/engine/kernel/lower-bound.js';
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
    const after = lowerBound(this.#all.length, (at) => (this.#all[at]?.firstPosition ?? 0) <= position);
    const index = Math.max(0, after - 1);
    const segment = this.#all[index] ?? this.last;
    if (this.#open.get(index) === undefined) this.#open.set(index, segment);
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
