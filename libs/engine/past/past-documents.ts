import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MadeDocuments, PastSource } from '#libs/engine/documents/port/past-documents.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { Projection } from '#libs/engine/projector/projection.js';
import { FoldedDocuments } from './folded-documents.js';
import type { PastStreams } from './past-streams.js';
import type { Point } from './point.js';

/** Streams that are read at the same time: a store in another process answers so many in the time of a few. */
const STREAMS_AT_ONCE = 64;

/** Makes documents as they were, out of the events of their streams. */
export class PastDocuments {
  constructor(
    private readonly projections: readonly Projection[],
    private readonly streams: PastStreams,
  ) {}

  /**
   * The documents at a point. Each stream is read once, up to the point.
   *
   * @throws NewerEventError, EventStoreUnavailableError
   * @throws Error no projection makes documents of a collection
   */
  async at(point: Point, sources: readonly PastSource[]): Promise<MadeDocuments> {
    const made = new Map(sources.map(({ collection }) => [collection.name, [] as object[]]));
    let newest: DecodedEvent | undefined;
    const wanted = [...this.#byStream(sources)];
    for (let from = 0; from < wanted.length; from += STREAMS_AT_ONCE) {
      if (from > 0) await nextTurn();
      const some = wanted.slice(from, from + STREAMS_AT_ONCE);
      const read = await Promise.all(some.map(([stream]) => this.streams.upTo(stream, point)));
      for (const [place, events] of read.entries()) {
        const projections = some[place]?.[1] ?? [];
        const folded = new FoldedDocuments(projections);
        for (const event of events) folded.take(event);
        for (const { collection } of projections) made.get(collection.name)?.push(...folded.of(collection).values());
        const last = events.at(-1);
        if (last !== undefined && (newest === undefined || newest.position < last.position)) newest = last;
      }
    }
    return { collections: made, position: newest?.position, time: newest && Date.parse(newest.meta.occurredAt) };
  }

  #byStream(sources: readonly PastSource[]): ReadonlyMap<string, readonly Projection[]> {
    const byStream = new Map<string, Projection[]>();
    for (const { collection, streams } of sources) {
      const projection = this.projections.find(({ name }) => name === collection.name);
      if (projection === undefined) throw new Error(`no projection makes documents of ${collection.name}`);
      for (const stream of streams) byStream.set(stream, [...(byStream.get(stream) ?? []), projection]);
    }
    return byStream;
  }
}
