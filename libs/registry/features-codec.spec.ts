import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { MalformedEventError, NewerEventError } from '#libs/engine/events/event.errors.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';
import { features } from '#libs/registry/features.js';

const folder = new URL('../../test/golden/events/', import.meta.url);
const golden = readdirSync(folder).map((file) => ({
  file,
  ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Pick<RecordedEvent, 'type' | 'data' | 'metadata'>),
}));

function recorded(event: Pick<RecordedEvent, 'type' | 'data' | 'metadata'>): RecordedEvent {
  const { type, data, metadata } = event;
  return { id: 'an-id', stream: 'application-1', revision: 0n, position: 7n, recordedAt: 0, type, data, metadata };
}

describe('golden events', () => {
  it('exist for each version of each type, and for nothing else', () => {
    const wanted = Object.entries(features.events).flatMap(([type, { version }]) =>
      Array.from({ length: version }, (_, index) => `${type}.v${index + 1}`),
    );
    const found = golden.map(({ file, type, metadata }) => {
      const form = `${type}.v${(metadata as { readonly schemaVersion: number }).schemaVersion}`;
      expect(file).toMatch(new RegExp(`^${form}(\\.[a-z-]+)?\\.json$`));
      return form;
    });
    expect(new Set(found)).toEqual(new Set(wanted));
    expect(golden.map(({ file }) => file)).toEqual(expect.arrayContaining(wanted.map((form) => `${form}.json`)));
  });

  it.each(golden)('$file is read', (event) => {
    const decoded = features.codec.decode(recorded(event));
    expect(decoded).toMatchObject({ type: event.type, meta: event.metadata, position: 7n });
    expect(features.events[event.type]?.data.fault(decoded?.data, 'data')).toBeUndefined();
  });

  const current = golden.filter(({ file, type }) => file.startsWith(`${type}.v${features.events[type]?.version}.`));

  it.each(current)('$file is read without a change', (event) => {
    expect(features.codec.decode(recorded(event))?.data).toEqual(event.data);
  });

  it.each(current)('$file is byte for byte what the codec writes', (event) => {
    const { schemaVersion: _, ...metadata } = features.codec.decode(recorded(event))?.meta ?? never();
    const [written] = features.codec.encode([event as AnyEvent], metadata, () => 'an-id');
    expect(JSON.stringify({ type: written?.type, data: written?.data, metadata: written?.metadata })).toBe(
      JSON.stringify({ type: event.type, data: event.data, metadata: event.metadata }),
    );
  });
});

describe('the event codec', () => {
  const [added] = golden.filter(({ type }) => type === 'ApplicationAdded');
  if (added === undefined) throw new Error('no golden ApplicationAdded');

  it('encode then decode is the identity', () => {
    const text = fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed());
    const events = fc.record({
      type: fc.constant('ApplicationAdded' as const),
      data: fc.record({ appId: text, projectId: text, name: text }),
    });
    const metadata = fc.record(
      {
        resourceOwner: text,
        editor: fc.record({ user: text, client: text }, { requiredKeys: ['user'] }),
        occurredAt: fc
          .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
          .map((at) => at.toISOString()),
        $correlationId: text,
        $causationId: text,
        traceparent: text,
      },
      { requiredKeys: ['resourceOwner', 'editor', 'occurredAt', '$correlationId', '$causationId'] },
    );
    fc.assert(
      fc.property(events, metadata, (event, meta) => {
        const written = JSON.parse(JSON.stringify(features.codec.encode([event], meta, () => 'an-id')[0]));
        const read = features.codec.decode(recorded(written));
        expect(read).toMatchObject({ ...event, meta: { schemaVersion: 1, ...meta } });
      }),
    );
  });

  it('ignores events of other programs', () => {
    expect(features.codec.decode(recorded({ type: '$metadata', data: {}, metadata: {} }))).toBeUndefined();
    expect(features.codec.decode(recorded({ type: 'toString', data: {}, metadata: {} }))).toBeUndefined();
    expect(features.codec.decode(notJson('Foreign', {}))).toBeUndefined();
  });

  it.each([
    'application-',
    'application-x',
    'application-1-2',
    'applicationName-1-2',
    'project-orders',
    'appledger-store-1',
  ])("ignores the stream %s, whose name is not one of Appledger's", (stream) => {
    const event = { ...recorded(added), stream };
    expect([features.codec.decode(event), features.codec.isOwn(event)]).toEqual([undefined, false]);
  });

  it.each([
    ['none', undefined],
    ['other fields', { by: 'somebody', schemaVersion: 1 }],
    ['a text', 'schemaVersion'],
    ['bytes', new Uint8Array(3)],
  ])('ignores an event with other metadata: %s', (_, metadata) => {
    const event = recorded({ ...added, metadata });
    expect([features.codec.decode(event), features.codec.isOwn(event)]).toEqual([undefined, false]);
  });

  it('ignores an event whose metadata are marked as JSON but are not JSON', () => {
    const event = recorded(added);
    Object.defineProperty(event, 'metadata', { get: () => JSON.parse('{') });
    expect([features.codec.decode(event), features.codec.isOwn(event)]).toEqual([undefined, false]);
  });

  it('refuses to read data that are marked as JSON but are not JSON', () => {
    expect(() => features.codec.decode(notJson('ApplicationAdded'))).toThrow(MalformedEventError);
    expect(() => features.codec.decode(notJson('ApplicationAdded'))).toThrow('must be JSON');
  });

  it.each([
    ['data without a field', { ...added, data: { appId: '1', name: 'x' } }, 'data.projectId'],
    ['data with an unknown field', { ...added, data: { ...(added.data as object), secret: 's' } }, 'data.secret'],
    ['data as bytes', { ...added, data: new Uint8Array(3) }, 'data.appId'],
    [
      'metadata with a wrong field',
      { ...added, metadata: { ...(added.metadata as object), editor: 7 } },
      'metadata.editor',
    ],
    ['version 0', { ...added, metadata: { ...(added.metadata as object), schemaVersion: 0 } }, 'schemaVersion'],
  ])('refuses to read %s, and states the path', (_, event, fault) => {
    expect(() => features.codec.decode(recorded(event))).toThrow(MalformedEventError);
    expect(() => features.codec.decode(recorded(event))).toThrow(fault);
    expect(() => features.codec.decode(recorded(event))).toThrow('in stream application-1 at position 7');
  });

  it.each([
    [
      'version',
      { ...added, metadata: { ...(added.metadata as object), schemaVersion: 99 } },
      'schema version 99, and 1 is',
    ],
    [
      'version with another schema',
      { ...added, data: {}, metadata: { ...(added.metadata as object), schemaVersion: 2 } },
      'schema version 2',
    ],
    ['type', { ...added, type: 'ApplicationMoved' }, 'type that is not known here'],
  ])('refuses to read a newer %s, and says to update this program', (_, event, fault) => {
    expect(() => features.codec.decode(recorded(event))).toThrow(NewerEventError);
    expect(() => features.codec.decode(recorded(event))).toThrow(fault);
    expect(() => features.codec.decode(recorded(event))).toThrow(
      'a newer version of this program has written it, update',
    );
    expect(() => features.codec.decode(recorded(event))).toThrow('in stream application-1 at position 7');
  });

  it('does not read the data of an unknown type', () => {
    expect(() => features.codec.decode(notJson('ApplicationMoved'))).toThrow(NewerEventError);
  });

  it('refuses to write an event that does not match its schema', () => {
    const event = { type: 'ApplicationAdded', data: { appId: '1', projectId: '2' } } as AnyEvent;
    const metadata = {
      resourceOwner: '1',
      editor: { user: '1' },
      occurredAt: new Date(0).toISOString(),
      $correlationId: 'c',
      $causationId: 'c',
    };
    expect(() => features.codec.encode([event], metadata, () => 'an-id')).toThrow('data.name');
  });
});

/** An event of a store that decodes data on access. */
function notJson(type: string, metadata = golden[0]?.metadata): RecordedEvent {
  const event = recorded({ type, data: {}, metadata });
  return Object.defineProperty(event, 'data', { get: () => JSON.parse('{') });
}

function never(): never {
  throw new Error('a golden event was not decoded');
}
