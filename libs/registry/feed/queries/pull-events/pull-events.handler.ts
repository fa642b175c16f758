import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { EventDecoder } from '../../event-decoder.js';
import { storeSilent } from '../../feed.errors.js';
import { Feed } from '../../feed.js';
import type { FeedEvent, FeedStep } from '../../feed-event.js';
import { StartingPoint } from '../../starting-point.js';
import { selectionOf } from '../support/selection-of.js';
import { type EventPage, PullEventsQuery } from './pull-events.query.js';

/** A page ends after this, with the events that were found: so a rare selection does not keep a request for ever. */
const SEARCH_MS = 1_000;

/** An event store that has answered nothing for so long is not available. */
const SILENT_MS = 5_000;

@QueryHandler(PullEventsQuery)
export class PullEventsHandler implements IQueryHandler<PullEventsQuery> {
  constructor(
    private readonly feed: Feed,
    private readonly start: StartingPoint,
    private readonly decoder: EventDecoder,
  ) {}

  /** Reads until the page is full, or the end of the log is reached: there it waits for the first event. */
  async execute(query: PullEventsQuery): Promise<EventPage> {
    const { limit, wait, reader } = query;
    const selection = selectionOf(query, this.decoder.publicEvents);
    const start = await this.start.of(query.after, 'after');
    const over = new AbortController();
    const page = new Page(limit, start.after, performance.now());
    const timers = [
      setTimeout(() => page.isBegun && over.abort(), Math.max(wait, SEARCH_MS)),
      setTimeout(() => over.abort(), Math.max(wait, SILENT_MS)),
    ];
    const ended = AbortSignal.any([reader.abandoned, reader.stopping]);
    try {
      for await (const step of this.feed.follow(selection, start, AbortSignal.any([over.signal, ended]))) {
        if (page.add(step, wait)) break;
      }
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
    if (!page.isBegun && !ended.aborted) throw storeSilent();
    return { events: page.events, nextCursor: start.cursors.after(page.position), hasMore: page.hasMore };
  }
}

/** What a page holds so far. */
class Page {
  readonly events: FeedEvent[] = [];
  hasMore = true;
  /** The event store has answered. */
  isBegun = false;

  constructor(
    private readonly limit: number,
    public position: bigint,
    private readonly began: number,
  ) {}

  /** Adds the events of a step. @param wait how long to wait at the end of the log @returns whether the page is complete */
  add({ events, position, caughtUp }: FeedStep, wait: number): boolean {
    this.isBegun = true;
    const fitting = events.slice(0, this.limit - this.events.length);
    this.events.push(...fitting);
    const isWhole = fitting.length === events.length;
    this.position = isWhole ? position : (fitting.at(-1)?.position ?? this.position);
    this.hasMore = !(isWhole && caughtUp);
    if (!isWhole || this.events.length === this.limit) return true;
    const spent = performance.now() - this.began;
    return caughtUp ? this.events.length > 0 || spent >= wait : spent >= SEARCH_MS;
  }
}
