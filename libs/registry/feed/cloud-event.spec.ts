import { readdirSync, readFileSync } from 'node:fs';
import { create, toJson } from '@bufbuild/protobuf';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { encoderOf } from '#libs/engine/rpc/json/encode.js';
import { CloudEventSchema } from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import { features } from '#libs/registry/features.js';
import { cloudEvent, type EnvelopeOrigin, sourceOf } from './cloud-event.js';
import { dataSchema } from './event-schemas.js';
import { feedTypes } from './selection.js';

const { codec, publicEvents, streams } = features;
const folder = new URL('../../../test/golden/events/', import.meta.url);
const LOG = '2f6d1c0e-5d0a-4b3e-9c55-0c7a4a0f7f10';
const origin = { source: sourceOf(LOG), serverUrl: 'https://appledger.example' };

type Golden = Pick<RecordedEvent, 'type' | 'data' | 'metadata'>;

const golden = readdirSync(folder)
  .map((file) => ({ file, event: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Golden }))
  .filter(({ event }) => [...feedTypes(publicEvents).values()].includes(event.type));

/** The golden event in its envelope, as JSON. */
function envelopeOf({ type, data, metadata }: Golden, from: EnvelopeOrigin = origin) {
  const prefix = streams.find(({ aggregateType, events }) => aggregateType !== undefined && type in events)?.prefix;
  const id = codec.streams.has(`${prefix}17`) ? '17' : 'clients';
  const place = { stream: `${prefix}${id}`, revision: 4n, position: 0n, recordedAt: 0 };
  const event = codec.decode({ id: LOG, type, data, metadata, ...place });
  if (event === undefined) throw new Error(`${type} is not read`);
  return cloudEvent(event, publicEvents, from);
}

/** What a value breaks of a schema that the event definitions can state. */
function faults(value: unknown, schema: Record<string, unknown>, path = 'data'): readonly string[] {
  if (schema.enum !== undefined) return (schema.enum as unknown[]).includes(value) ? [] : [`${path} is no word of it`];
  if (schema.type === 'array' && Array.isArray(value)) {
    return value.flatMap((item, index) => faults(item, schema.items as Record<string, unknown>, `${path}[${index}]`));
  }
  if (schema.type !== 'object') {
    const type = schema.type === 'integer' ? 'number' : schema.type;
    return typeof value === type ? [] : [`${path} is no ${schema.type}`];
  }
  const fields = value as Record<string, unknown>;
  const properties = schema.properties as Record<string, Record<string, unknown>>;
  return [
    ...(schema.required as string[]).filter((name) => !(name in fields)).map((name) => `${path}.${name} is missing`),
    ...Object.entries(fields).flatMap(([name, field]) =>
      properties[name] === undefined ? [`${path}.${name} is unknown`] : faults(field, properties[name], name),
    ),
  ];
}

describe('the envelope of an event', () => {
  it('has every attribute of CloudEvents 1.0, with names as CloudEvents has them', () => {
    const [added] = golden.filter(({ event }) => event.type === 'ApplicationAdded');
    const json = JSON.parse(encoderOf(CloudEventSchema)(envelopeOf(added?.event as Golden)));
    expect(json).toEqual({
      specversion: '1.0',
      id: LOG,
      source: `urn:uuid:${LOG}`,
      type: 'project.application.added',
      subject: '17',
      time: '2024-04-10T04:31:16.326Z',
      datacontenttype: 'application/json',
      dataschema: 'https://appledger.example/appledger/v1/event-types/project.application.added/schema',
      sequence: '5',
      position: '0',
      resourceowner: '69629023906488334',
      editor: '69629023906488335',
      correlationid: '2f6d1c0e-5d0a-4b3e-9c55-0c7a4a0f7f10',
      data: { appId: '257787653928452097', projectId: '69629026806489455', name: 'Portal' },
    });
    for (const name of Object.keys(json)) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
  });

  it.each(golden)('$file: the data satisfy the schema of the type, and hold no hash', ({ event }) => {
    const envelope = envelopeOf(event);
    const schema = dataSchema(envelope.type ?? '', publicEvents);
    expect(faults(envelope.data, schema as Record<string, unknown>)).toEqual([]);
    const text = JSON.stringify(toJson(CloudEventSchema, create(CloudEventSchema, envelope)));
    expect(text).not.toMatch(/hash|\$sha256|\$argon/i);
    expect(JSON.stringify(schema)).not.toMatch(/hash/i);
  });

  it('exists for every type in the feed', () => {
    const types = golden.map(({ event }) => publicEvents.nameOf(event.type));
    expect(new Set(types)).toEqual(new Set(feedTypes(publicEvents).keys()));
  });

  it('names a log that is shared by prefixes by its prefix too', () => {
    expect(sourceOf(`${LOG} team a-`)).toBe(`urn:uuid:${LOG}#team%20a-`);
    expect(() => new URL(sourceOf(undefined))).not.toThrow();
  });

  it('does not name a schema when the URL of the server is not known', () => {
    const [{ event }] = golden as [(typeof golden)[number]];
    expect(envelopeOf(event, { ...origin, serverUrl: undefined }).dataschema).toBe('');
  });
});
