import { randomUUID } from 'node:crypto';
import type { EventStore, EventToAppend } from '#libs/engine/event-store/port/event-store.js';

/** An event store under test. */
export interface StoreUnderTest {
  readonly store: EventStore;
  /** Closes the store and opens it again on the same events. */
  readonly reopen: () => Promise<EventStore>;
  /** Tombstones a stream, which the port itself cannot do. */
  readonly tombstone: (stream: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a store for a set of tests; it need not be empty. */
export type OpenStore = () => Promise<StoreUnderTest>;

/** An event with a new id. */
export function event(type: string, data: unknown = {}, metadata: unknown = {}): EventToAppend {
  return { id: randomUUID(), type, data, metadata };
}

/** A number of events, with their index as data. */
export function events(count: number, type = 'Numbered'): EventToAppend[] {
  return Array.from({ length: count }, (_, number) => event(type, { number }));
}

/** A unique stream name. */
export function streamName(category = 'contract'): string {
  return `${category}-${randomUUID()}`;
}

/** Collects all items of an iteration. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
