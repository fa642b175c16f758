import { AllPages, type PageRequest } from './all-pages.js';
import { type Damage, DamagedLogError } from './damage.js';
import { IndexKey, indexRevision, type Location } from './index/entry.js';
import type { LogIndex } from './index/log-index.js';
import { RecordReader } from './record-reader.js';
import type { Segments } from './segments/segments.js';
import type { StoredEvent } from './stored-event.js';
import type { StreamHead } from './stream-head.js';
import { metadataStreamOf } from './stream-rules.js';

/** Index entries read per lookup. */
const PLACES_AT_ONCE = 256;

/** Reads the committed events: by stream, by position in $all, and by id. */
export class LogView {
  readonly #all: AllPages;

  /**
   * @param damages those whose streams are unknown, so any stream may be incomplete
   */
  constructor(
    readonly segments: Segments,
    readonly index: LogIndex,
    private readonly damages: readonly Damage[],
  ) {
    this.#all = new AllPages(segments, index);
  }

  /** The newest position; -1 in an empty log. */
  get last(): number {
    return this.index.last;
  }

  /** The head of a stream; undefined: the stream does not exist. @throws DamagedLogError the head is not known */
  head(stream: string): StreamHead | undefined {
    this.#assertStreamsKnown();
    const head = this.index.head(stream);
    return head && { revision: BigInt(head.revision), tombstoned: head.tombstoned };
  }

  /** The event at a revision of a stream. @throws DamagedLogError */
  eventAt(stream: string, revision: bigint): StoredEvent | undefined {
    const wanted = indexRevision(revision);
    const [location] = this.index.from(this.index.keyOf(stream), wanted, 1);
    return location?.revision === wanted ? this.#event(location, stream) : undefined;
  }

  /** The data of the newest metadata event of a stream; undefined when it has none. @throws DamagedLogError */
  metadataOf(stream: string): Buffer | undefined {
    if (!this.index.hasMetadata) return undefined;
    const metadataStream = metadataStreamOf(stream);
    const head = this.head(metadataStream);
    return head && !head.tombstoned ? this.eventAt(metadataStream, head.revision)?.dataBytes : undefined;
  }

  /** The findable event of a stream with this id. */
  eventWithId(stream: string, id: string): StoredEvent | undefined {
    const [location] = this.index.from(IndexKey.ofId(stream, id), 0, 1);
    return location && this.#event(location, stream);
  }

  /** Whether a stream has a findable event with this id. */
  hasId(stream: string, id: string): boolean {
    return this.index.from(IndexKey.ofId(stream, id), 0, 1).length > 0;
  }

  /** The event at a position. */
  eventAtPosition(position: bigint): StoredEvent | undefined {
    const [event] = this.allPage({ direction: 'forwards', from: position, maxEvents: 1, maxBytes: 1 });
    return event;
  }

  /** A page of $all; empty at the end. @throws DamagedLogError */
  allPage(request: PageRequest): readonly StoredEvent[] {
    return this.#all.page(request, this.last);
  }

  /** A page of one stream; empty at the end. @throws DamagedLogError */
  streamPage(stream: string, { direction, from, maxEvents, maxBytes }: PageRequest): readonly StoredEvent[] {
    this.#assertStreamsKnown();
    const key = this.index.keyOf(stream);
    const reader = new RecordReader(this.segments);
    const page: StoredEvent[] = [];
    let bytes = 0;
    for (let next = indexRevision(from); page.length < maxEvents && bytes < maxBytes; ) {
      const limit = Math.min(PLACES_AT_ONCE, maxEvents - page.length);
      const places =
        direction === 'forwards' ? this.index.from(key, next, limit) : this.index.downFrom(key, next, limit);
      for (const place of places) {
        if (bytes >= maxBytes) break;
        const event = reader.event(place, stream);
        page.push(event);
        bytes += event.size;
        next = direction === 'forwards' ? place.revision + 1 : place.revision - 1;
      }
      if (places.length < limit || next < 0) break;
    }
    return page;
  }

  #event(location: Location, stream: string): StoredEvent {
    return new RecordReader(this.segments).event(location, stream);
  }

  #assertStreamsKnown(): void {
    const [damage] = this.damages;
    if (damage !== undefined) throw new DamagedLogError(this.segments.folder, damage);
  }
}
