import { type IndexKey, type Location, TOMBSTONE } from './entry.js';

/** The offset of every so-manieth position is kept, so that reading $all can begin near any position. */
export const MARK_EVENTS = 64;

/** Where the events of one key lie. */
export interface RecentEntry {
  readonly key: IndexKey;
  readonly locations: Location[];
}

/** A place where a record begins. */
export interface Mark {
  readonly position: number;
  readonly offset: number;
}

/** The entries of the newest events, in memory, until they are written to a run. */
export class RecentIndex {
  readonly entries = new Map<string, RecentEntry>();
  /** In the order of their positions. The first event has one, and every position that {@link MARK_EVENTS} divides. */
  readonly marks: Mark[] = [];
  /** Metadata of a stream is among the events. */
  hasMetadata = false;
  entryCount = 0;
  last: number;

  /** @param first the first position that it is to hold */
  constructor(readonly first: number) {
    this.last = first - 1;
  }

  /** How many positions it holds. */
  get events(): number {
    return this.last - this.first + 1;
  }

  /** Takes in the place of an event under a key. */
  add(key: IndexKey, location: Location): void {
    const entry = this.entries.get(key.text);
    if (entry === undefined) this.entries.set(key.text, { key, locations: [location] });
    else entry.locations.push(location);
    this.entryCount += 1;
  }

  /** Notes that the event at this position has been taken in. */
  reached({ position, offset }: Mark): void {
    if (position % MARK_EVENTS === 0 || this.marks.length === 0) this.marks.push({ position, offset });
    this.last = position;
  }

  /** The nearest mark at or before a position. */
  markBefore(position: number): Mark | undefined {
    let low = 0;
    let high = this.marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.marks[middle]?.position ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return this.marks[low - 1];
  }

  /** Up to `limit` places under a key, from a revision on upwards. */
  from(key: IndexKey, revision: number, limit: number): readonly Location[] {
    const locations = this.entries.get(key.text)?.locations ?? [];
    const start = firstAtLeast(locations, revision);
    return locations.slice(start, start + limit);
  }

  /** Up to `limit` places under a key, from a revision on downwards. */
  downFrom(key: IndexKey, revision: number, limit: number): readonly Location[] {
    const locations = this.entries.get(key.text)?.locations ?? [];
    const end = firstAtLeast(locations, revision + 1);
    return locations.slice(Math.max(0, end - limit), end).reverse();
  }
}

/** Index of the first place with at least this revision. The newest are asked for most. */
function firstAtLeast(locations: readonly Location[], revision: number): number {
  if ((locations.at(-1)?.revision ?? -1) < revision) return locations.length;
  let low = 0;
  let high = locations.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((locations[middle]?.revision ?? TOMBSTONE) < revision) low = middle + 1;
    else high = middle;
  }
  return low;
}
