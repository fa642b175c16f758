import { eventMetadata } from '#libs/engine/events/event-metadata.js';
import { features } from './features.js';

/*
 * The log is never changed, so what is in it must not have to be deleted: it holds ids of users and clients, never names
 * or addresses of persons (docs/security.md). Every field of every version of every event is here with what it holds;
 * a field that is not fails, so that who adds one decides.
 */
const HOLDS: Readonly<Record<string, readonly string[]>> = {
  'the id of an aggregate, of a part of one, of a request, of a log, or of a key of the server': [
    'appId',
    'projectId',
    'clientId',
    'keyId',
    'secretId',
    'webhookId',
    'owner',
    'eventId',
    'stream',
    'projection',
    'log',
    'identity',
    '$correlationId',
    '$causationId',
    'traceparent',
    'id',
    'streamPrefix',
    'issuer',
  ],
  'the id of a user or a client, or of an organization': ['editor.user', 'editor.client', 'resourceOwner'],
  'a text that a caller chooses, for a thing: docs/security.md says what to do when it is personal': [
    'name',
    'jwksUri',
    'url',
    'reason',
    'operator',
  ],
  'a hash, the end of a secret, or a public key': ['secretHash', 'secretHint', 'publicKey'],
  'a time, a place in the log, types of events': ['from', 'after', 'types'],
};

/** Words of the names of fields that would hold data of a person. */
const PERSONAL =
  /e?mail|phone|address|(first|last|given|family|nick|display|user|login|full)_?name|person|birth|gender|avatar|picture|locale|agent|\bip\b|ipaddr|remote/i;

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** The paths of all fields that hold texts of any kind. */
function textsIn({ type, format, enum: words, properties, items }: Schema, path = ''): readonly string[] {
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([name, schema]) =>
      textsIn(schema, path === '' ? name : `${path}.${name}`),
    );
  }
  if (items !== undefined) return textsIn(items, path);
  return type === 'string' && format === undefined && words === undefined ? [path] : [];
}

const versions = Object.entries(features.events).flatMap(([type, { former, data }]) =>
  [...former.map((one) => one.data), data].map((shape, index) => [`${type}.v${index + 1}`, shape.schema] as const),
);

describe.each([...versions, ['the metadata', eventMetadata.schema] as const])('%s', (_, schema) => {
  it('holds no name or address of a person', () => {
    const known = new Set(Object.values(HOLDS).flat());
    const fields = textsIn(schema as Schema);
    expect(fields.filter((field) => !known.has(field))).toEqual([]);
    expect(fields.filter((field) => PERSONAL.test(field))).toEqual([]);
  });
});
