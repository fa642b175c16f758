import { randomUUID } from 'node:crypto';
import type { EventStore, EventToAppend } from '#libs/engine/event-store/port/event-store.js';

/** An event store under test. */
export interface StoreUnderTest {
  readonly store: EventStore;
  /** Closes the store and opens it again over the same events; absent when the store is not ours to restart. */
  readonly reopen?: () => Promise<EventStore>;
  /** Deletes a stream for good; absent when the adapter cannot. */
  readonly tombstone?: (stream: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a store for a group of tests; it need not be empty. */
export type OpenStore = () => Promise<StoreUnderTest>;

/** An event of the given type and data with an id of its own. */
export function event(type: string, data: unknown = {}, metadata: unknown = {}): EventToAppend {
  return { id: randomUUID(), type, data, metadata };
}

/** So many events, numbered in their data. */
export function events(count: number, type = 'Numbered'): EventToAppend[] {
  return Array.from({ length: count }, (_, number) => event(type, { number }));
}

/** A stream name that no other test uses. */
export function streamName(category = 'contract'): string {
  return `${category}-${randomUUID()}`;
}

/** Everything that an iteration yields. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
