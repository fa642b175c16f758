import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import { EventDecoder } from '../../event-decoder.js';
import { Feed } from '../../feed.js';
import type { FeedStep } from '../../feed-event.js';
import type { Start } from '../../start-points.js';
import { StartingPoint } from '../../starting-point.js';
import { selectionOf } from '../support/selection-of.js';
import { untilTime } from '../support/until-time.js';
import { WatchEventsQuery, type WatchedEvent } from './watch-events.query.js';

/** The type of a message without an event. No public event has a name without a dot. */
const CURSOR = 'cursor';

/** While a reader catches up on a part of the log that has nothing for it, it is told the cursor so often. */
const CURSOR_EVERY_MS = 1_000;

const tokenExpired = ContractError.of(Code.UNAUTHENTICATED, 'the token has expired: connect again with a new one');

@QueryHandler(WatchEventsQuery)
export class WatchEventsHandler implements IQueryHandler<WatchEventsQuery> {
  constructor(
    private readonly feed: Feed,
    private readonly start: StartingPoint,
    private readonly decoder: EventDecoder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Refuses a wrong request before the stream begins. */
  async execute(query: WatchEventsQuery): Promise<AsyncIterable<WatchedEvent>> {
    const { lastEventId, after, reader } = query;
    const selection = selectionOf(query, this.decoder.publicEvents);
    const start = await (lastEventId === undefined
      ? this.start.of(after, 'after')
      : this.start.of(lastEventId, 'last-event-id'));
    const expiry = untilTime(reader.expiresAt, this.clock);
    const signal = AbortSignal.any([reader.abandoned, expiry.signal]);
    return this.#messages(start, this.feed.follow(selection, start, signal), expiry);
  }

  async *#messages(
    { after, cursors }: Start,
    steps: AsyncIterable<FeedStep>,
    expiry: ReturnType<typeof untilTime>,
  ): AsyncGenerator<WatchedEvent> {
    const cursorAlone = (position: bigint) => ({ cursor: cursors.after(position), type: CURSOR });
    try {
      // A client that is disconnected before the first event then knows where to continue.
      yield cursorAlone(after);
      let told = after;
      let toldAt = performance.now();
      for await (const { events, position, caughtUp } of steps) {
        for (const { envelope, position: place } of events) {
          yield { cursor: cursors.after(place), type: envelope.type ?? '', event: envelope };
          told = place;
        }
        if (events.length > 0) toldAt = performance.now();
        const isDue = caughtUp ? events.length === 0 : performance.now() - toldAt >= CURSOR_EVERY_MS;
        if (position === told || !isDue) continue;
        yield cursorAlone(position);
        told = position;
        toldAt = performance.now();
      }
    } finally {
      expiry.release();
    }
    if (expiry.signal.aborted) throw tokenExpired;
  }
}
