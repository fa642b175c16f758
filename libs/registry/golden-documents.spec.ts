import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Versioned } from '#libs/engine/documents/port/read-model.js';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { fold, touchesOf } from '#libs/engine/projector/fold.js';
import type { Projection } from '#libs/engine/projector/projection.js';
import { features } from './features.js';
import type { FeatureStreams } from './shared/features/feature.js';

/*
 * Documents are kept while the version of a projection stays the same, so the same events must produce the same
 * documents. Each version has a file with the documents that the golden events produce. A change of a projection's
 * documents needs a new version, and a new file: GOLDEN=write npm test -- golden-documents.
 */
const eventsFolder = new URL('../../test/golden/events/', import.meta.url);
const documentsFolder = new URL('../../test/golden/documents/', import.meta.url);

/** The golden event of a type, in its current version. */
function golden(type: string): Pick<RecordedEvent, 'type' | 'data' | 'metadata'> {
  const file = new URL(`${type}.v${features.events[type]?.version}.json`, eventsFolder);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The golden events of one stream: one of each type that its manifest names, in the order of the manifest. */
function lifeIn({ prefix, events }: FeatureStreams): readonly RecordedEvent[] {
  const life = Object.keys(events).map(golden);
  const [ownId] = Object.values(life[0]?.data as object); // the first field of the first event
  return life.map(({ type, data, metadata }, place) => {
    const occurredAt = new Date(Date.UTC(2024, 3, 10, 4, place)).toISOString();
    return {
      id: `event-${place}`,
      stream: `${prefix}1`,
      type,
      // Events in streams of several kinds name their aggregate as the owner.
      data: 'owner' in (data as object) ? { ...(data as object), owner: ownId } : data,
      metadata: { ...(metadata as object), occurredAt },
      revision: BigInt(place),
      position: BigInt(place),
      recordedAt: 0,
    };
  });
}

/** The documents of a projection, after each event of its streams that changes a document. */
function documentsOf(projection: Projection): readonly object[] {
  const documents = new Map<string, Versioned<object>>();
  const streams = features.streams.filter(({ prefix }) => projection.streamPrefixes.includes(prefix));
  return streams.flatMap(lifeIn).flatMap((event) => {
    const writes = fold(touchesOf(projection, features.codec, [event]), documents);
    for (const write of writes) documents.set(write.id, write);
    return writes.map(({ id, document }) => ({ after: event.type, id, document: document ?? null }));
  });
}

function goldenFile({ name, definition }: Projection): URL {
  return new URL(`${name}.v${JSON.parse(definition).version}.json`, documentsFolder);
}

it.each(features.projections.map((projection) => [projection.name, projection] as const))(
  'the documents of %s are what this version of it has always made of the golden events',
  (_, projection) => {
    const file = goldenFile(projection);
    const documents = documentsOf(projection);
    if (process.env.GOLDEN === 'write' && !existsSync(file)) {
      mkdirSync(documentsFolder, { recursive: true });
      writeFileSync(file, `${JSON.stringify(documents, undefined, 2)}\n`, { flag: 'wx' });
    }
    expect(JSON.parse(JSON.stringify(documents))).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  },
);
