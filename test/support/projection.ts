import { randomUUID } from 'node:crypto';
import type { EventToAppend, RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';
import { fold, touchesOf } from '#libs/engine/projector/fold.js';
import type { Projection } from '#libs/engine/projector/projection.js';
import { features } from '#libs/registry/features.js';

/** The organization that owns everything in these tests. */
export const ORGANIZATION = '69629023906488334';

/** The time of the n-th event, from 0: one a minute. */
export function minute(n: number): string {
  return new Date(Date.UTC(2024, 3, 10, 4, n, 16, 326)).toISOString();
}

/** An event as a command appends it. */
export function toAppend(event: AnyEvent, occurredAt = minute(0)): EventToAppend {
  const metadata = {
    resourceOwner: ORGANIZATION,
    editor: { user: '69629023906488335' },
    occurredAt,
    $correlationId: 'request-1',
    $causationId: 'request-1',
  };
  const [encoded] = features.codec.encode([event], metadata, randomUUID);
  if (encoded === undefined) throw new Error('an event was encoded to nothing');
  return encoded;
}

/** An event as a store answers it. */
export function recorded(
  event: AnyEvent,
  place: Pick<RecordedEvent, 'stream' | 'revision' | 'position'>,
  occurredAt?: string,
): RecordedEvent {
  return { ...toAppend(event, occurredAt), ...place, recordedAt: 0 };
}

/** States a fact about a projection: given these events of one stream, a minute apart, the document is this one. */
export function givenEvents<D extends object>(projection: Projection<D>, ...events: readonly AnyEvent[]) {
  const stream = `${projection.streamPrefixes[0]}1`;
  const past = events.map((event, index) =>
    recorded(event, { stream, revision: BigInt(index), position: BigInt(100 + index) }, minute(index)),
  );
  const writes = fold(touchesOf(projection, features.codec, past), new Map());
  return {
    thenDocument: (id: string, document: D) =>
      expect(writes).toEqual([{ id, position: past.at(-1)?.position, document, begins: true }]),
    thenRemoved: (id: string) =>
      expect(writes).toEqual([{ id, position: past.at(-1)?.position, document: undefined, begins: true }]),
    /** The documents that the events leave. */
    documents: (): readonly (D | undefined)[] => writes.map(({ document }) => document),
    thenNothing: () => expect(writes).toEqual([]),
  };
}
