import fc from 'fast-check';
import type { WrittenEvent } from '#libs/engine/event-store/port/event-store.js';
import { PrefixedEvent } from '#libs/engine/event-store/prefixed/prefixed-event.js';
import { leafHash } from '#libs/engine/transparency/merkle/hashes.js';
import { eventHash } from './event-hash.js';
import { type LeafEvent, leafOf } from './leaf.js';

const event = {
  stream: 'project-7',
  revision: 3n,
  id: '6f0c8a3e-0000-4000-8000-000000000001',
  type: 'ProjectChanged',
};

const jsonOf = (value: unknown) => (value === undefined ? '' : JSON.stringify(value));

/** An event as a store writes it, with other bytes behind it. */
function writtenOf({ id, stream, type, data, metadata }: LeafEvent): WrittenEvent {
  const parts = [
    Buffer.from(id.replaceAll('-', ''), 'hex'),
    ...[stream, type, jsonOf(data), jsonOf(metadata), '{"behind":1}'].map((text) => Buffer.from(text)),
  ];
  const [idStart = 0, streamStart = 0, typeStart = 0, dataStart = 0, metadataStart = 0, metadataEnd = 0] = parts.map(
    (_, at) => parts.slice(0, at).reduce((sum, { length }) => sum + length, 0),
  );
  return { bytes: Buffer.concat(parts), idStart, streamStart, typeStart, dataStart, metadataStart, metadataEnd };
}

/** Expects the same hash of an event whose JSON the store has, and of one that it has parsed. */
function expectSame(fields: Partial<typeof event> & { readonly data?: unknown; readonly metadata?: unknown }): void {
  const parsed = { ...event, data: undefined, metadata: undefined, ...fields };
  expect(eventHash({ ...parsed, written: writtenOf(parsed) }).toString('hex')).toBe(
    leafHash(leafOf(parsed)).toString('hex'),
  );
}

it('is that of the leaf, whatever data and metadata are', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constant(undefined));
  fc.assert(fc.property(value, value, (data, metadata) => expectSame({ data, metadata })));
});

it.each([
  ['names that have to be escaped', { stream: 'project-"7"\\', type: 'a\nb' }],
  ['names beyond ASCII', { stream: 'project-\u20ac', type: '\u{1f600}' }],
  ['a revision beyond a double', { revision: 2n ** 60n + 1n }],
  ['data that are too long for an entry', { data: { name: 'x'.repeat(70_000) } }],
  ['data that are nearly too long to be copied', { data: { name: 'x'.repeat(16_200) } }],
  ['no data', { metadata: { b: 1, a: 2 } }],
  ['neither data nor metadata', {}],
])('is that of the leaf with %s', (_, fields) => {
  expectSame(fields);
});

it('is that of the leaf for events with the same metadata, and with others after them', () => {
  for (const metadata of [
    { b: 1, a: 2 },
    { b: 1, a: 2 },
    { b: 1.5, a: 2 },
    { b: 1.5, a: 2 },
    undefined,
    { b: 1, a: 2 },
  ]) {
    expectSame({ data: { z: 'first', y: 'second' }, metadata });
  }
});

it('is that of the leaf without the prefix of the names of streams', () => {
  const fields = { ...event, data: { b: 1, a: 2 }, metadata: { d: 3 } };
  const stored = { ...fields, stream: `dev.${event.stream}`, position: 0n, recordedAt: 0 };
  const inside = new PrefixedEvent({ ...stored, written: writtenOf(stored) }, event.stream);
  expect(eventHash(inside)).toEqual(leafHash(leafOf(fields)));
});

it('is that of the leaf for data that are not JSON', () => {
  const bytes = { ...event, data: Buffer.from('hi'), metadata: Buffer.from('{}') };
  expect(eventHash(bytes)).toEqual(leafHash(leafOf(bytes)));
});
