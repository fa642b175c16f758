import type { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import type { StoredEvent } from '#libs/engine/event-store/embedded/record.js';
import { StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import { type EventMatcher, eventMatcher } from '../filters/event-matcher.js';
import type { GatewayContext } from '../gateway-context.js';
import type { GroupSource, GroupStart } from './group-definition.js';

/** With a filter, so many events are looked at in one go: rare matches do not make many reads. */
const MAX_CONSIDERED_EVENTS = 500;

/** What has been read for a group. */
export interface ReadPage {
  /** Those that are wanted. */
  readonly events: readonly StoredEvent[];
  /** Everything up to this place has been read. */
  readonly last: bigint;
  /** How many events have been looked at. */
  readonly considered: number;
  /** There was nothing further. */
  readonly exhausted: boolean;
}

/** Reads what a group delivers; places are revisions of its stream, or positions of $all. */
export interface GroupReader {
  /** What follows a place, at most `maxEvents` events. @throws EventStoreUnavailableError, GatewayError */
  after(place: bigint, maxEvents: number): Promise<ReadPage>;
  /** Whether nothing follows a place now. @throws EventStoreUnavailableError */
  isLast(place: bigint): Promise<boolean>;
  /** The place before the first event of a group that begins there. @throws EventStoreUnavailableError */
  origin(start: GroupStart): Promise<bigint>;
  /** The place of an event. */
  place(event: StoredEvent): bigint;
}

/** @throws GatewayError the filter cannot be used */
export function groupReader({ log, expressions }: GatewayContext, source: GroupSource): GroupReader {
  if (source.kind === 'stream') return new StreamReader(log, source.stream);
  const { filter } = source;
  return new AllReader(log, filter && eventMatcher(filter, expressions));
}

class StreamReader implements GroupReader {
  constructor(
    private readonly log: EmbeddedLog,
    private readonly stream: string,
  ) {}

  async after(place: bigint, maxEvents: number): Promise<ReadPage> {
    const events = await this.#page(place + 1n, maxEvents);
    const last = events.at(-1)?.revision ?? place;
    return { events, last, considered: events.length, exhausted: events.length === 0 || (await this.isLast(last)) };
  }

  async isLast(place: bigint): Promise<boolean> {
    const head = await this.log.streamHead(this.stream);
    return head === undefined || head.tombstoned || head.revision <= place;
  }

  async origin(start: GroupStart): Promise<bigint> {
    if (start === 'end') return (await this.log.streamHead(this.stream))?.revision ?? -1n;
    return start === 'start' ? -1n : start - 1n;
  }

  place({ revision }: StoredEvent): bigint {
    return revision;
  }

  /** Of a stream that has been deleted nothing comes any more. */
  async #page(from: bigint, maxEvents: number): Promise<readonly StoredEvent[]> {
    try {
      return await this.log.readStreamPage(this.stream, { direction: 'forwards', from, maxEvents });
    } catch (error) {
      if (error instanceof StreamDeletedError) return [];
      throw error;
    }
  }
}

class AllReader implements GroupReader {
  constructor(
    private readonly log: EmbeddedLog,
    private readonly matcher: EventMatcher | undefined,
  ) {}

  async after(place: bigint, maxEvents: number): Promise<ReadPage> {
    const { log, matcher } = this;
    const read = matcher === undefined ? maxEvents : Math.max(maxEvents, MAX_CONSIDERED_EVENTS);
    const page = await log.readAllPage({ direction: 'forwards', from: place + 1n, maxEvents: read });
    const decisions = await matcher?.match(page, maxEvents);
    const considered = decisions?.length ?? page.length;
    const events = page.filter((_, index) => decisions === undefined || decisions[index] === true);
    const last = page[considered - 1]?.position ?? place;
    return { events, last, considered, exhausted: log.head <= last };
  }

  async isLast(place: bigint): Promise<boolean> {
    return this.log.head <= place;
  }

  async origin(start: GroupStart): Promise<bigint> {
    if (start === 'end') return this.log.head;
    return start === 'start' ? -1n : start - 1n;
  }

  place({ position }: StoredEvent): bigint {
    return position;
  }
}
