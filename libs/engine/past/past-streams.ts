import { StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { EventStore, ReadStreamOptions } from '#libs/engine/event-store/port/event-store.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import { readableEvent } from '#libs/engine/events/readable-event.js';
import { countUpTo, isBeyond, type Point } from './point.js';

/** Reads the events of one stream for those who look back. */
export class PastStreams {
  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
  ) {}

  /**
   * The events of a stream that can be read. A stream that another client has deleted for good holds nothing any more.
   *
   * @throws NewerEventError a newer version of the program has written one
   * @throws EventStoreUnavailableError
   */
  async *readable(stream: string, options?: ReadStreamOptions): AsyncIterable<DecodedEvent> {
    try {
      for await (const recorded of this.store.readStream(stream, options)) {
        const event = readableEvent(this.codec, recorded);
        if (event !== undefined) yield event;
      }
    } catch (error) {
      assertDeleted(error);
    }
  }

  /**
   * The events of a stream up to a point, the oldest first; see {@link Point}.
   *
   * @param point undefined: all
   * @throws NewerEventError, EventStoreUnavailableError
   */
  async upTo(stream: string, point?: Point): Promise<readonly DecodedEvent[]> {
    const events: DecodedEvent[] = [];
    try {
      // Not through readable(): a generator would add to the cost of each event.
      for await (const recorded of this.store.readStream(stream)) {
        const event = readableEvent(this.codec, recorded);
        if (event === undefined) continue;
        if (isBeyond(event, events.at(-1), point)) break;
        events.push(event);
      }
    } catch (error) {
      assertDeleted(error);
    }
    return point === undefined ? events : events.slice(0, countUpTo(events, point));
  }
}

function assertDeleted(error: unknown): void {
  if (!(error instanceof StreamDeletedError)) throw error;
}
