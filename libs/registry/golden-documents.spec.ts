import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Versioned } from '#libs/engine/documents/port/read-model.js';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { fold, touchesOf } from '#libs/engine/projector/fold.js';
import { projectionStream } from '#libs/engine/projector/projection.events.js';
import type { Projection } from '#libs/engine/projector/projection.js';
import { applicationStream } from '#libs/registry/applications/application.events.js';
import { eventCodec } from '#libs/registry/event-codec.js';
import { projectEvents, projectStream } from '#libs/registry/projects/project.events.js';
import { domainEvents, type EventType } from '#libs/registry/shared/events.js';
import { projections } from './projections.js';

/*
 * Documents are kept for as long as a projection's version stays the same, so the same events must give the same ones.
 * Each version has a file of what comes of the golden events. Whoever changes what a projection makes of an event
 * raises its version, and writes the new file with GOLDEN=write npm test -- golden-documents.
 */
const eventsFolder = new URL('../../test/golden/events/', import.meta.url);
const documentsFolder = new URL('../../test/golden/documents/', import.meta.url);

/** A life in which every kind of event comes at least once: an application's, unless another stream is named. */
const LIFE: readonly EventType[] = [
  'NameReserved',
  'ProjectAdded',
  'ProjectChanged',
  'ProjectDeactivated',
  'ProjectReactivated',
  'ApplicationAdded',
  'ApiConfigAdded',
  'ApplicationChanged',
  'RenameAbandoned',
  'ApplicationDeactivated',
  'ApplicationReactivated',
  'ApiSecretChanged',
  'ApiConfigChanged',
  'ApplicationKeyAdded',
  'ApplicationKeyRemoved',
  'ApplicationRemoved',
  'ProjectRemoved',
  'CreationAbandoned',
  'ProjectionEventSkipped',
  'StoreIdentified',
];

/** The golden event of a type, in its version of today, as the store would answer it. */
function recorded(type: EventType, place: number): RecordedEvent {
  const file = new URL(`${type}.v${domainEvents[type].version}.json`, eventsFolder);
  const { data, metadata } = JSON.parse(readFileSync(file, 'utf8'));
  const occurredAt = new Date(Date.UTC(2024, 3, 10, 4, place)).toISOString();
  const position = BigInt(place);
  const event = {
    id: `event-${place}`,
    stream: `${streamOf(type)}1`,
    type,
    data,
    metadata: { ...metadata, occurredAt },
  };
  return { ...event, revision: position, position, recordedAt: 0 };
}

/** The kind of stream in which an event of the life stands. */
function streamOf(type: EventType): string {
  if (type === 'ProjectionEventSkipped') return projectionStream('');
  if (type === 'NameReserved') return 'applicationName-';
  return type in projectEvents ? projectStream('') : applicationStream('');
}

/** What becomes of the projection's documents with each event of the life that concerns it. */
function lifeOf(projection: Projection): readonly object[] {
  const documents = new Map<string, Versioned<object>>();
  return LIFE.flatMap((type, place) => {
    const event = recorded(type, place);
    if (!projection.streamPrefixes.some((prefix) => event.stream.startsWith(prefix))) return [];
    const writes = fold(touchesOf(projection, eventCodec, [event]), documents);
    for (const write of writes) documents.set(write.id, write);
    return writes.map(({ id, document }) => ({ after: type, id, document: document ?? null }));
  });
}

function goldenFile({ name, definition }: Projection): URL {
  return new URL(`${name}.v${JSON.parse(definition).version}.json`, documentsFolder);
}

it('the life holds every kind of event', () => {
  expect(LIFE.toSorted()).toEqual(Object.keys(domainEvents).toSorted());
});

it.each(projections.map((projection) => [projection.name, projection] as const))(
  'the documents of %s are what this version of it has always made of the golden events',
  (_, projection) => {
    const file = goldenFile(projection);
    if (process.env.GOLDEN === 'write' && !existsSync(file)) {
      mkdirSync(documentsFolder, { recursive: true });
      writeFileSync(file, `${JSON.stringify(lifeOf(projection), undefined, 2)}\n`, { flag: 'wx' });
    }
    expect(JSON.parse(JSON.stringify(lifeOf(projection)))).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  },
);
