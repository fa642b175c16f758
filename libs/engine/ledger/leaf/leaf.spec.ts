import { leafOf } from './leaf.js';

const event = {
  stream: 'project-7',
  revision: 3n,
  id: '6f0c8a3e-0000-4000-8000-000000000001',
  type: 'ProjectChanged',
  data: { name: '\u20ac\u2028 "b"', b: [1.0, -0, 1e21, 0.1], a: null },
  metadata: { $correlationId: 'c', schemaVersion: 1 },
};

it('is canonical JSON, in which the fields of every object are sorted', () => {
  expect(leafOf(event)).toBe(
    `{"data":{"a":null,"b":[1,0,1e+21,0.1],"name":"\u20ac\u2028 \\"b\\""},"id":"6f0c8a3e-0000-4000-8000-000000000001","metadata":{"$correlationId":"c","schemaVersion":1},"revision":"3","stream":"project-7","type":"ProjectChanged"}`,
  );
});

it('does not depend on the order of the fields', () => {
  const { data, metadata } = event;
  const other = { ...event, data: { a: data.a, name: data.name, b: data.b }, metadata: { ...metadata } };
  expect(leafOf(other)).toBe(leafOf(event));
});

it('has the bytes of what is not JSON, and leaves out what is not there', () => {
  const { data: _, ...rest } = event;
  expect(leafOf({ ...event, data: Buffer.from('hi'), metadata: undefined })).toContain('{"dataBase64":"aGk=","id"');
  expect(leafOf({ ...rest, data: undefined })).toMatch(/^\{"id":/);
  expect(leafOf({ ...event, metadata: undefined })).not.toContain('metadata');
});

it('has the hash of data that are too long for an entry', () => {
  const leaf = leafOf({ ...event, data: { name: 'x'.repeat(70_000) } });
  expect(leaf).toMatch(/^\{"dataSha256":"[0-9a-f]{64}","id":"[^"]+","metadataSha256":"[0-9a-f]{64}","revision":"3"/);
  expect(leafOf({ ...event, data: { name: 'y'.repeat(70_000) } })).not.toBe(leaf);
});

it('takes a number that JSON can write and a double cannot hold', () => {
  expect(leafOf({ ...event, data: JSON.parse('{"n":1e999}') })).toContain('{"n":null}');
});
