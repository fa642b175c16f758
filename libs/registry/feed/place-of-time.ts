import { eventsAfter } from '#libs/engine/consumer/events-after.js';
import {
  BEFORE_FIRST_POSITION,
  type EventStore,
  type ReadAllOptions,
  type RecordedEvent,
} from '#libs/engine/event-store/port/event-store.js';

/**
 * The clocks of the store and of the processes that write may differ by so much, and may be set back by so much. A longer
 * time makes the search read more events.
 */
export const CLOCK_SKEW_MS = 300_000;

/** What is looked for. */
export interface WantedTime {
  /** In milliseconds since 1970. */
  readonly time: number;
  /** When an event occurred, in milliseconds since 1970; undefined: it does not count. */
  readonly timeOf: (event: RecordedEvent) => number | undefined;
  /** Streams whose events count. */
  readonly streamPrefixes: readonly string[];
  /** Ends the search with its reason. */
  readonly abandoned?: AbortSignal | undefined;
}

/**
 * The position before the first event that occurred at a time or later: that of the event before it, or the beginning.
 * What occurred then was recorded then or later, also what was imported. So the search begins at an event that was
 * recorded clearly before, and looks at each event from there (docs/decisions/0056-place-of-a-time-in-the-log.md).
 *
 * @returns undefined: no event occurred at the time or later
 * @throws EventStoreUnavailableError
 */
export async function placeOfTime(store: EventStore, wanted: WantedTime): Promise<bigint | undefined> {
  const { time, timeOf, streamPrefixes, abandoned } = wanted;
  let place = await recordedBefore(store, time - CLOCK_SKEW_MS, wanted);
  for await (const event of eventsAfter(store, place, { streamPrefixes })) {
    abandoned?.throwIfAborted();
    if ((timeOf(event) ?? Number.NEGATIVE_INFINITY) >= time) return place;
    place = event.position;
  }
  return undefined;
}

/** The position of an event that was recorded before a time, near to the first that was not; before all: there is none. */
async function recordedBefore(store: EventStore, time: number, wanted: WantedTime): Promise<bigint> {
  return store.readsFromAnyPosition ? byHalves(store, time, wanted) : backwards(store, time, wanted);
}

async function byHalves(store: EventStore, time: number, { abandoned }: WantedTime): Promise<bigint> {
  let before = BEFORE_FIRST_POSITION;
  let end = (await store.head()) + 1n;
  while (end - before > 1n) {
    abandoned?.throwIfAborted();
    const middle = (before + end) / 2n;
    const event = await firstOf(store, { from: middle });
    if (event !== undefined && event.position < end && event.recordedAt < time) before = event.position;
    else end = middle;
  }
  return before;
}

async function backwards(store: EventStore, time: number, wanted: WantedTime): Promise<bigint> {
  const { streamPrefixes, abandoned } = wanted;
  for await (const event of store.readAll({ direction: 'backwards', filter: { streamPrefixes } })) {
    abandoned?.throwIfAborted();
    if (event.recordedAt < time) return event.position;
  }
  return BEFORE_FIRST_POSITION;
}

async function firstOf(store: EventStore, options: ReadAllOptions): Promise<RecordedEvent | undefined> {
  for await (const event of store.readAll({ ...options, limit: 1 })) return event;
  return undefined;
}
