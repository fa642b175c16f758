import { Inject, Injectable } from '@nestjs/common';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';
import { PastStreams } from '#libs/engine/past/past-streams.js';
import { PUBLIC_EVENTS, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import type { Owned } from '#libs/registry/shared/owned.js';
import type { ChangePage } from './change-page.js';
import { sequenceRange } from './sequence-range.js';

/** Folds and lists the events of an aggregate's stream. */
@Injectable()
export class Streams {
  constructor(
    private readonly past: PastStreams,
    @Inject(PUBLIC_EVENTS) private readonly publicEvents: PublicEvents,
  ) {}

  /**
   * Folds the events of a stream. One that is malformed, or cannot follow those before it, is left out: where a command
   * would refuse to decide, what is known can still be shown.
   *
   * @throws NewerEventError a newer version of the program has written one
   * @throws EventStoreUnavailableError
   */
  async fold<State, Event extends AnyEvent>(
    stream: string,
    { initial, evolve }: { readonly initial: State; readonly evolve: (state: State, event: Event) => State },
  ): Promise<Owned<State>> {
    let folded: Owned<State> = { state: initial, resourceOwner: undefined };
    for await (const event of this.past.readable(stream)) {
      try {
        // The stream is the aggregate's own: an event of another aggregate makes evolve throw.
        const state = evolve(folded.state, event as unknown as Event);
        folded = { state, resourceOwner: folded.resourceOwner ?? event.meta.resourceOwner };
      } catch {} // It is left out.
    }
    return folded;
  }

  /** The public events of one page of a stream. */
  async changes(stream: string, { sequence, limit, ascending }: ChangePage): Promise<readonly DecodedEvent[]> {
    const range = sequenceRange(sequence, ascending);
    const changes: DecodedEvent[] = [];
    if (range === undefined) return changes;
    for await (const event of this.past.readable(stream, range)) {
      if (this.publicEvents.nameOf(event.type) !== undefined && changes.push(event) === limit) break;
    }
    return changes;
  }
}
