import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type EventStoreDBClient, jsonEvent, NO_STREAM, STREAM_EXISTS } from '@eventstore/db-client';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';

let gateway: TestGateway;
let client: EventStoreDBClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  ({ client } = gateway);
});
afterAll(() => gateway.close());

async function streamOf(events: number): Promise<string> {
  const stream = `s-${randomUUID()}`;
  await append(stream, events);
  return stream;
}

function append(stream: string, events = 1, options = {}) {
  return client.appendToStream(
    stream,
    Array.from({ length: events }, (_, i) => jsonEvent({ type: 't', data: { i } })),
    options,
  );
}

async function revisions(stream: string): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const { event } of client.readStream(stream)) found.push(Number(event?.revision));
  return found;
}

describe('a delete', () => {
  it('hides the stream, and new events continue its revisions', async () => {
    const stream = await streamOf(4);
    const { position } = await client.deleteStream(stream);
    expect(position?.commit).toBe(gateway.log.head);
    await expect(revisions(stream)).rejects.toMatchObject({ type: 'stream-not-found' });
    const { nextExpectedRevision } = await append(stream, 1, { expectedRevision: NO_STREAM });
    expect(nextExpectedRevision).toBe(4n);
    expect(await revisions(stream)).toEqual([4]);
    expect(await append(stream, 1, { expectedRevision: 4n })).toMatchObject({ nextExpectedRevision: 5n });
    expect(await revisions(stream)).toEqual([4, 5]);
  });

  it('is stored as metadata of the stream, and so is its end', async () => {
    const stream = await streamOf(2);
    await client.deleteStream(stream);
    const written = async () => {
      const [last] = await gateway.log.readStreamPage(`$$${stream}`, {
        direction: 'backwards',
        from: 9n,
        maxEvents: 5,
      });
      return [last?.type, last?.dataBytes.toString(), last?.position];
    };
    expect(await written()).toEqual(['$metadata', '{"$tb":9223372036854775807}', gateway.log.head]);
    const { position } = await append(stream);
    expect(await written()).toEqual(['$metadata', '{"$tb":2}', (position?.commit ?? 0n) + 1n]);
  });

  it('keeps the old events hidden if only metadata is written afterwards', async () => {
    const stream = await streamOf(3);
    await client.deleteStream(stream);
    await client.setStreamMetadata(stream, { maxCount: 5 });
    expect(await revisions(stream)).toEqual([]);
    await append(stream);
    expect(await revisions(stream)).toEqual([3]);
  });

  it('makes an append with STREAM_EXISTS fail', async () => {
    const stream = await streamOf(1);
    await client.deleteStream(stream);
    const again = append(stream, 1, { expectedRevision: STREAM_EXISTS });
    await expect(again).rejects.toMatchObject({ type: 'stream-deleted', streamName: stream });
  });

  it.each([
    ['at the wrong revision', 4, 44n, { expectedVersion: 44n, actualVersion: 3n }],
    ['of nothing', 0, undefined, { expectedVersion: -2n, actualVersion: -1n }],
  ] as const)('%s is a conflict', async (_, events, expectedRevision, versions) => {
    const stream = events === 0 ? `none-${randomUUID()}` : await streamOf(events);
    const remove = client.deleteStream(stream, expectedRevision === undefined ? {} : { expectedRevision });
    await expect(remove).rejects.toMatchObject({
      type: 'wrong-expected-version',
      code: 9,
      streamName: stream,
      ...versions,
      message: expect.stringContaining(
        `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${versions.expectedVersion}, Actual version: ${versions.actualVersion}`,
      ),
    });
  });
});

describe('a tombstone', () => {
  it('deletes a stream permanently', async () => {
    const stream = `grün-${randomUUID()}`;
    await append(stream);
    const { position } = await client.tombstoneStream(stream);
    expect(position?.commit).toBe(gateway.log.head);
    const gone = { type: 'stream-deleted', code: 9, message: expect.stringContaining('is deleted.') };
    await expect(revisions(stream)).rejects.toMatchObject(gone);
    await expect(client.tombstoneStream(stream)).rejects.toMatchObject(gone);
    await expect(client.deleteStream(stream)).rejects.toMatchObject(gone);
    await expect(client.getStreamMetadata(stream)).rejects.toMatchObject(gone);
  });

  it('at the wrong revision is a conflict', async () => {
    const stream = await streamOf(1);
    const remove = client.tombstoneStream(stream, { expectedRevision: 3n });
    await expect(remove).rejects.toMatchObject({ type: 'wrong-expected-version', actualVersion: 0n });
  });
});

describe('the metadata of a stream', () => {
  it('is read as it was written, and undefined before', async () => {
    const stream = await streamOf(1);
    expect(await client.getStreamMetadata(stream)).toMatchObject({ streamName: stream });
    expect((await client.getStreamMetadata(stream)).metadata).toBeUndefined();
    await client.setStreamMetadata(stream, { maxCount: 2, cacheControl: 3, acl: { readRoles: ['$all'] }, own: 'x' });
    const { metadata } = await client.getStreamMetadata(stream);
    expect(metadata).toMatchObject({ maxCount: 2, cacheControl: 3, own: 'x' });
  });

  it('with $maxCount limits reads to the newest events', async () => {
    const stream = await streamOf(4);
    await client.setStreamMetadata(stream, { maxCount: 2 });
    expect(await revisions(stream)).toEqual([2, 3]);
    await append(stream);
    expect(await revisions(stream)).toEqual([3, 4]);
  });

  it('with $tb hides events below a revision', async () => {
    const stream = await streamOf(4);
    await client.setStreamMetadata(stream, { truncateBefore: 3 });
    expect(await revisions(stream)).toEqual([3]);
    const backwards = client.readStream(stream, { direction: 'backwards', fromRevision: 'end' });
    const found: bigint[] = [];
    for await (const { event } of backwards) if (event) found.push(event.revision);
    expect(found).toEqual([3n]);
  });

  it('with $maxAge hides older events', async () => {
    const stream = await streamOf(2);
    await client.setStreamMetadata(stream, { maxAge: 1 });
    while ((await revisions(stream)).length > 0) await delay(20);
    await append(stream);
    expect(await revisions(stream)).toEqual([2]);
  });
});
