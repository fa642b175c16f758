import type { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import type { StoredEvent } from '#libs/engine/event-store/embedded/stored-event.js';
import { StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import { type EventMatcher, eventMatcher } from '../filters/event-matcher.js';
import type { GatewayContext } from '../gateway-context.js';
import type { GroupSource, GroupStart } from './group-definition.js';

/**
 * Minimum number of events read at a time when there is a filter, so that rare matches do not cause many small reads.
 */
const MAX_SCANNED_EVENTS = 500;

/** A page of events read from the source of a group. */
export interface ReadPage {
  /** The events that match the filter. */
  readonly events: readonly StoredEvent[];
  /** Position up to which everything has been read. */
  readonly last: bigint;
  /** Number of events read, matching or not. */
  readonly scanned: number;
  /** Whether the page reached the end of the source. */
  readonly atEnd: boolean;
}

/** Reads the source of a group. A position is a stream revision or a position of $all. */
export interface GroupReader {
  /**
   * Reads at most `maxEvents` matching events after a position.
   *
   * @throws EventStoreUnavailableError, GatewayError
   */
  readAfter(position: bigint, maxEvents: number): Promise<ReadPage>;
  /**
   * Whether no event follows a position at present.
   *
   * @throws EventStoreUnavailableError
   */
  isAtEnd(position: bigint): Promise<boolean>;
  /**
   * The position before the first event of a group with this start.
   *
   * @throws EventStoreUnavailableError
   */
  originOf(start: GroupStart): Promise<bigint>;
  /** The position of an event in this source. */
  positionOf(event: StoredEvent): bigint;
}

/**
 * Creates the reader of a source.
 *
 * @throws GatewayError the filter is not valid
 */
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

  async readAfter(position: bigint, maxEvents: number): Promise<ReadPage> {
    const events = await this.#page(position + 1n, maxEvents);
    const last = events.at(-1)?.revision ?? position;
    return { events, last, scanned: events.length, atEnd: events.length === 0 || (await this.isAtEnd(last)) };
  }

  async isAtEnd(position: bigint): Promise<boolean> {
    const head = await this.log.streamHead(this.stream);
    return head === undefined || head.tombstoned || head.revision <= position;
  }

  async originOf(start: GroupStart): Promise<bigint> {
    if (start === 'end') return (await this.log.streamHead(this.stream))?.revision ?? -1n;
    return start === 'start' ? -1n : start - 1n;
  }

  positionOf({ revision }: StoredEvent): bigint {
    return revision;
  }

  /** A deleted stream has no further events. */
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

  async readAfter(position: bigint, maxEvents: number): Promise<ReadPage> {
    const { log, matcher } = this;
    const read = matcher === undefined ? maxEvents : Math.max(maxEvents, MAX_SCANNED_EVENTS);
    const page = await log.readAllPage({ direction: 'forwards', from: position + 1n, maxEvents: read });
    const decisions = await matcher?.match(page, maxEvents);
    const scanned = decisions?.length ?? page.length;
    const events = page.filter((_, index) => decisions === undefined || decisions[index] === true);
    const last = page[scanned - 1]?.position ?? position;
    return { events, last, scanned, atEnd: log.head <= last };
  }

  async isAtEnd(position: bigint): Promise<boolean> {
    return this.log.head <= position;
  }

  async originOf(start: GroupStart): Promise<bigint> {
    if (start === 'end') return this.log.head;
    return start === 'start' ? -1n : start - 1n;
  }

  positionOf({ position }: StoredEvent): bigint {
    return position;
  }
}
