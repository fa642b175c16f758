import { type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { MAX_STREAM_NAME_BYTES } from '#libs/engine/event-store/embedded/limits.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';

let gateway: TestGateway;
let client: EventStoreDBClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  ({ client } = gateway);
});
afterAll(() => gateway.close());

const event = () => jsonEvent({ type: 't', data: {} });
/** With credentials, EventStoreDB's Node client uses Append instead of BatchAppend. */
const credentials = { credentials: { username: 'someone', password: 'secret' } };

async function streamsRead(stream: string): Promise<readonly (string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for await (const { event: read } of client.readStream(stream)) found.push(read?.streamId);
  return found;
}

describe.each([
  ['1,025 bytes', 'n'.repeat(1_025)],
  ['5,000 bytes of non-ASCII text', 'ü'.repeat(2_500)],
  ['the maximum length', 'x'.repeat(MAX_STREAM_NAME_BYTES)],
])('a stream whose name has %s', (_, name) => {
  it('can be appended to, read, deleted and recreated, apart from a stream that differs in the last character', async () => {
    const other = `${name.slice(0, -1)}y`;
    await client.appendToStream(name, [event(), event()]);
    await client.appendToStream(other, event(), credentials);
    await client.setStreamMetadata(name, { maxCount: 1 });
    expect(await streamsRead(name)).toEqual([name]);
    expect(await streamsRead(other)).toEqual([other]);
    await client.deleteStream(name);
    await expect(streamsRead(name)).rejects.toMatchObject({ type: 'stream-not-found' });
    expect(await client.appendToStream(name, event())).toMatchObject({ nextExpectedRevision: 2n });
  });

  it('has revision conflicts, and can be tombstoned', async () => {
    for (const options of [{}, credentials]) {
      const append = client.appendToStream(name, event(), { ...options, expectedRevision: 77n });
      await expect(append).rejects.toMatchObject({ type: 'wrong-expected-version', streamName: name });
    }
    const remove = client.deleteStream(name, { expectedRevision: 77n });
    await expect(remove).rejects.toMatchObject({ type: 'wrong-expected-version', expectedVersion: 77n });
    await client.tombstoneStream(name);
    await expect(client.appendToStream(name, event())).rejects.toMatchObject({ type: 'stream-deleted' });
    await expect(streamsRead(name)).rejects.toMatchObject({ type: 'stream-deleted' });
  });
});

describe('a name that is too long', () => {
  const name = 'n'.repeat(MAX_STREAM_NAME_BYTES + 1);

  it('is a missing stream for readers', async () => {
    await expect(streamsRead(name)).rejects.toMatchObject({ type: 'stream-not-found' });
    expect((await client.getStreamMetadata(name)).metadata).toBeUndefined();
  });

  it('is refused by every write, and the message states the limit', async () => {
    const refusal = { code: 3, message: expect.stringMatching(/stream name must have 1 to 32768 bytes/) };
    await expect(client.appendToStream(name, event(), credentials)).rejects.toMatchObject(refusal);
    await expect(client.setStreamMetadata(name, {}, credentials)).rejects.toMatchObject(refusal);
    await expect(client.deleteStream(name)).rejects.toMatchObject(refusal);
    await expect(client.tombstoneStream(name)).rejects.toMatchObject(refusal);
    await expect(client.appendToStream(name, event())).rejects.toThrow('BadRequest');
  });
});
