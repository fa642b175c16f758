import { Inject, Injectable } from '@nestjs/common';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';
import { PastStreams } from '#libs/engine/past/past-streams.js';
import { PUBLIC_EVENTS, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import type { Owned } from '#libs/registry/shared/owned.js';
import { positionOf } from '#libs/registry/shared/past/as-of.js';
import { Points } from '#libs/registry/shared/past/points.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import type { ChangePage } from './change-page.js';

/** The events of one stream. */
export type StreamEvents = readonly DecodedEvent[];

/** Reads and lists the events of aggregates' streams. */
@Injectable()
export class Changes {
  constructor(
    private readonly past: PastStreams,
    private readonly points: Points,
    @Inject(PUBLIC_EVENTS) private readonly publicEvents: PublicEvents,
  ) {}

  /**
   * The events of each stream, up to the point that the reader names; without one, all of them.
   *
   * @throws ContractError INVALID_ARGUMENT: the point is not valid, ahead, or before the first event
   * @throws NewerEventError a newer version of the program has written one
   * @throws EventStoreUnavailableError
   */
  async of(streams: readonly string[], { asOf }: Pick<ReadContext, 'asOf'>): Promise<readonly StreamEvents[]> {
    const point = asOf && (await this.points.of(asOf));
    const read = await Promise.all(streams.map((stream) => this.past.upTo(stream, point)));
    for (const events of read) {
      const position = point && positionOf(point, events.at(-1)?.position);
      if (position !== undefined) asOf?.tell(position);
    }
    return read;
  }

  /** The public ones of these events that are on a page. */
  page(events: StreamEvents, { sequence, limit, ascending }: ChangePage): StreamEvents {
    const isBehind = (revision: bigint) =>
      ascending ? revision >= sequence : sequence === 0n || revision + 1n < sequence;
    const shown = events.filter(({ type, revision }) => isBehind(revision) && this.publicEvents.nameOf(type));
    return (ascending ? shown : shown.toReversed()).slice(0, limit);
  }
}

/**
 * The state of an aggregate after its events. One that cannot follow those before it is left out: where a command would
 * refuse to decide, what is known can still be shown.
 */
export function folded<State, Event extends AnyEvent>(
  events: StreamEvents,
  { initial, evolve }: { readonly initial: State; readonly evolve: (state: State, event: Event) => State },
): Owned<State> {
  let owned: Owned<State> = { state: initial, resourceOwner: undefined };
  for (const event of events) {
    try {
      // The stream is the aggregate's own: an event of another aggregate makes evolve throw.
      const state = evolve(owned.state, event as unknown as Event);
      owned = { state, resourceOwner: owned.resourceOwner ?? event.meta.resourceOwner };
    } catch {} // It is left out.
  }
  return owned;
}
