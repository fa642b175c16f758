import { lowerBound } from '#libs/engine/kernel/lower-bound.js';
import { IndexKey, indexRevision, type Location, TOMBSTONE } from './entry.js';

/** The offset of each position that this number divides is kept, so a read of $all can begin near any position. */
export const MARK_EVENTS = 64;

/** An event to add to the index. */
export interface IndexedEvent {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: number;
  readonly offset: number;
  /** Its id; undefined: the index does not find the event by its id. */
  readonly id: string | undefined;
}

const NONE: readonly Location[] = [];

/** The locations of the events of one key. */
export interface RecentEntry {
  readonly key: IndexKey;
  readonly locations: Location[];
}

/** The position and offset of a record. */
export interface Mark {
  readonly position: number;
  readonly offset: number;
}

/** The entries of the newest events, in memory until they are written as a run. */
export class RecentIndex {
  readonly entries = new Map<string, RecentEntry>();
  /** In the order of their positions. The first event has one, and every position that {@link MARK_EVENTS} divides. */
  readonly marks: Mark[] = [];
  /** The events include metadata of a stream. */
  hasMetadata = false;
  entryCount = 0;
  last: number;

  /** @param first the first position that it will contain */
  constructor(readonly first: number) {
    this.last = first - 1;
  }

  /** The number of positions that it contains. */
  get events(): number {
    return this.last - this.first + 1;
  }

  /**
   * Adds an event behind the last one.
   *
   * @param key of its stream
   */
  add({ stream, revision, position, offset, id }: IndexedEvent, key: IndexKey): void {
    const location = { revision: indexRevision(revision), position, offset };
    this.#add(key, location);
    if (id !== undefined) this.#add(IndexKey.ofId(stream, id), location);
    if (stream.startsWith('$$')) this.hasMetadata = true;
    if (position % MARK_EVENTS === 0 || this.marks.length === 0) this.marks.push({ position, offset });
    this.last = position;
  }

  /** The nearest mark at or before a position. */
  markBefore(position: number): Mark | undefined {
    return this.marks[lowerBound(this.marks.length, (at) => (this.marks[at]?.position ?? 0) <= position) - 1];
  }

  /** The newest location of a stream; undefined: it has none here. */
  newest(stream: string): Location | undefined {
    return this.entries.get(stream)?.locations.at(-1);
  }

  /** Up to `limit` locations of a key, from a revision upwards. */
  from(key: IndexKey, revision: number, limit: number): readonly Location[] {
    const locations = this.entries.get(key.text)?.locations;
    if (locations === undefined) return NONE;
    const start = firstAtLeast(locations, revision);
    return locations.slice(start, start + limit);
  }

  /** Up to `limit` locations of a key, from a revision downwards. */
  downFrom(key: IndexKey, revision: number, limit: number): readonly Location[] {
    const locations = this.entries.get(key.text)?.locations;
    if (locations === undefined) return NONE;
    const end = firstAtLeast(locations, revision + 1);
    return locations.slice(Math.max(0, end - limit), end).reverse();
  }

  #add(key: IndexKey, location: Location): void {
    const entry = this.entries.get(key.text);
    if (entry === undefined) this.entries.set(key.text, { key, locations: [location] });
    else entry.locations.push(location);
    this.entryCount += 1;
  }
}

/** Index of the first location with at least this revision. The newest ones are requested most. */
function firstAtLeast(locations: readonly Location[], revision: number): number {
  if ((locations.at(-1)?.revision ?? -1) < revision) return locations.length;
  return lowerBound(locations.length, (at) => (locations[at]?.revision ?? TOMBSTONE) < revision);
}
