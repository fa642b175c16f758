import { type Damage, DamagedLogError } from './damage.js';
import { withStream } from './damaged-stream.js';
import type { Location } from './index/entry.js';
import type { LogIndex } from './index/log-index.js';
import { MARK_EVENTS } from './index/recent-index.js';
import { LogWalk } from './log-walk.js';
import { RecordReader } from './record-reader.js';
import type { Segments } from './segments/segments.js';
import type { StoredEvent } from './stored-event.js';

/** The events to read, the direction, and the limits of a page. */
export interface PageRequest {
  readonly direction: 'forwards' | 'backwards';
  /** First position or revision, inclusive. */
  readonly from: bigint;
  readonly maxEvents: number;
  /** The page ends with the event that reaches this many bytes, which limits the memory that large events take. */
  readonly maxBytes: number;
}

/** Reads $all page by page. A page ends before damage; damage at the start of a page is an error. */
export class AllPages {
  constructor(
    private readonly segments: Segments,
    private readonly index: LogIndex,
  ) {}

  /**
   * A page of $all; empty at the end.
   *
   * @param last the newest position
   * @throws DamagedLogError
   */
  page({ direction, from, maxEvents, maxBytes }: PageRequest, last: number): readonly StoredEvent[] {
    const start = Number(from);
    if (direction === 'forwards') return this.#forwards(start, Math.min(last, start + maxEvents - 1), maxBytes);
    return this.#backwards(Math.min(start, last), maxEvents, maxBytes);
  }

  #forwards(from: number, to: number, maxBytes: number): readonly StoredEvent[] {
    const page: StoredEvent[] = [];
    let bytes = 0;
    const walk = this.#walkTo(from);
    while (walk.position < to && bytes < maxBytes) {
      const isWanted = walk.position + 1 >= from;
      const damage = walk.next(isWanted);
      if (damage !== undefined && walk.position >= from) {
        if (page.length > 0) break;
        throw this.#error(damage);
      }
      if (damage !== undefined || !isWanted) continue;
      page.push(walk.event());
      bytes += walk.length;
    }
    return page;
  }

  /** Records state where the next one begins, not the previous one, so each block is first walked forwards. */
  #backwards(from: number, maxEvents: number, maxBytes: number): readonly StoredEvent[] {
    const page: StoredEvent[] = [];
    const reader = new RecordReader(this.segments);
    let bytes = 0;
    for (let end = from; end >= 0; ) {
      const start = Math.floor(end / MARK_EVENTS) * MARK_EVENTS;
      for (const found of this.#placesOf(start, end).reverse()) {
        if (page.length >= maxEvents || bytes >= maxBytes) return page;
        try {
          if ('fault' in found) throw this.#error(found);
          const event = reader.event(found);
          page.push(event);
          bytes += event.size;
        } catch (error) {
          if (page.length > 0 && error instanceof DamagedLogError) return page;
          throw error;
        }
      }
      end = start - 1;
    }
    return page;
  }

  /** The locations of the events from one position to another, and the damages between them. */
  #placesOf(from: number, to: number): (Location | Damage)[] {
    const places: (Location | Damage)[] = [];
    const walk = this.#walkTo(from);
    while (walk.position < to) {
      const damage = walk.next(false);
      if (walk.position < from) continue;
      places.push(damage ?? { revision: 0, position: walk.position, offset: walk.offset });
    }
    return places;
  }

  #error(damage: Damage): DamagedLogError {
    const named = withStream(damage, this.segments, (key, revision) => this.index.from(key, revision, 1)[0]);
    return new DamagedLogError(this.segments.folder, named);
  }

  /** A walk from the nearest known record at or before a position. */
  #walkTo(position: number): LogWalk {
    return new LogWalk(this.segments, this.index.markBefore(position), position);
  }
}
