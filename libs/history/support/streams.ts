import { Inject, Injectable } from '@nestjs/common';
import { decodeEvent, MalformedEventError, type StoredEvent } from '#libs/contract/events/event-codec.js';
import { publicEventNames } from '#libs/contract/events/event-names.js';
import type { DomainEvent } from '#libs/domain/events.js';
import type { Owned } from '#libs/domain/visibility.js';
import type { EventStore, ReadStreamOptions } from '#libs/event-store/port/event-store.js';
import { EVENT_STORE } from '#libs/platform/tokens.js';
import type { ChangePage } from './change-page.js';
import { sequenceRange } from './sequence-range.js';

/** Streams of aggregates: what they come to, and what stands in them. */
@Injectable()
export class Streams {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  /**
   * What the events of a stream come to.
   *
   * @throws MalformedEventError an event is not what its type promises
   * @throws EventStoreUnavailableError
   */
  async fold<State, Event extends DomainEvent>(
    stream: string,
    { initial, evolve }: { readonly initial: State; readonly evolve: (state: State, event: Event) => State },
  ): Promise<Owned<State>> {
    let folded: Owned<State> = { state: initial, resourceOwner: undefined };
    for await (const event of this.read(stream)) {
      folded = {
        // The stream is the aggregate's own: an event of another aggregate makes evolve throw.
        state: evolve(folded.state, event as unknown as Event),
        resourceOwner: folded.resourceOwner ?? event.meta.resourceOwner,
      };
    }
    return folded;
  }

  /** The public events of a stream, as far as the page goes. */
  async changes(stream: string, { sequence, limit, ascending }: ChangePage): Promise<readonly StoredEvent[]> {
    const range = sequenceRange(sequence, ascending);
    const changes: StoredEvent[] = [];
    if (range === undefined) return changes;
    for await (const event of this.read(stream, range)) {
      if (publicEventNames[event.type] !== undefined && changes.push(event) === limit) break;
    }
    return changes;
  }

  /** The events of a stream. */
  async *read(stream: string, options?: ReadStreamOptions): AsyncIterable<StoredEvent> {
    for await (const recorded of this.store.readStream(stream, options)) {
      const event = decodeEvent(recorded);
      if (event === undefined) throw new MalformedEventError(recorded, 'its type is not known to this version');
      yield event;
    }
  }
}
