import { randomUUID } from 'node:crypto';
import { binaryEvent, type EventStoreDBClient, jsonEvent, NO_STREAM, STREAM_EXISTS } from '@eventstore/db-client';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { BatchAppendReq, Empty, identifier, UUID, withoutUnset } from '../../support/gateway-wire.js';

let gateway: TestGateway;
let client: EventStoreDBClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  ({ client } = gateway);
});
afterAll(() => gateway.close());

const event = (i = 0, type = 't') => jsonEvent({ type, data: { i } });
const credentials = { username: 'someone', password: 'secret' };
/** With credentials, EventStoreDB's Node client uses Append instead of BatchAppend. */
const calls = [
  ['BatchAppend', {}],
  ['Append', { credentials }],
] as const;

describe.each(calls)('an append by %s', (call, options) => {
  const name = () => `${call}-${randomUUID()}`;

  it('returns revision and position of its last event', async () => {
    const stream = name();
    const result = await client.appendToStream(stream, [event(0), event(1), event(2)], options);
    const { head } = gateway.log;
    expect(result).toEqual({ success: true, nextExpectedRevision: 2n, position: { commit: head, prepare: head } });
  });

  it.each([
    [NO_STREAM, 'no_stream'],
    [7n, 7n],
  ] as const)(
    'at the wrong revision (%s) is a conflict that reports the actual revision',
    async (expectedRevision, expected) => {
      const stream = name();
      await client.appendToStream(stream, [event(), event()], options);
      await expect(client.appendToStream(stream, event(), { ...options, expectedRevision })).rejects.toMatchObject({
        type: 'wrong-expected-version',
        streamName: stream,
        expectedVersion: expected,
        actualVersion: 1n,
      });
    },
  );

  it('to a missing stream with STREAM_EXISTS is a conflict', async () => {
    const stream = name();
    const append = client.appendToStream(stream, event(), { ...options, expectedRevision: STREAM_EXISTS });
    await expect(append).rejects.toMatchObject({
      type: 'wrong-expected-version',
      expectedVersion: 'stream_exists',
      actualVersion: 'no_stream',
    });
  });

  it('that is repeated with the same ids has the same result', async () => {
    const stream = name();
    const events = [event(9), event(10)];
    const first = await client.appendToStream(stream, events, options);
    expect(await client.appendToStream(stream, events, options)).toEqual(first);
    expect((await gateway.log.streamHead(stream))?.revision).toBe(1n);
  });

  it('of no events succeeds and creates no stream', async () => {
    const stream = name();
    const result = await client.appendToStream(stream, [], options);
    const { head } = gateway.log;
    expect(result).toMatchObject({ success: true, position: { commit: head, prepare: head } });
    expect(await gateway.log.streamHead(stream)).toBeUndefined();
  });

  it('of more than 1,048,576 bytes is refused as a whole, even with several smaller events', async () => {
    const stream = name();
    const half = () => binaryEvent({ type: 'b', data: Buffer.alloc(600_000) });
    for (const events of [[binaryEvent({ type: 'b', data: Buffer.alloc(1_048_577) })], [half(), half()]]) {
      await expect(client.appendToStream(stream, events, options)).rejects.toMatchObject({
        type: 'maximum-append-size-exceeded',
        maxAppendSize: 1_048_576,
      });
    }
    expect(await gateway.log.streamHead(stream)).toBeUndefined();
  });

  it('to a tombstoned stream is refused', async () => {
    const stream = name();
    await client.appendToStream(stream, event(), options);
    await client.tombstoneStream(stream);
    await expect(client.appendToStream(stream, event(), options)).rejects.toMatchObject({
      type: 'stream-deleted',
      streamName: stream,
    });
  });

  it('stores data and metadata byte by byte, JSON or not', async () => {
    const stream = name();
    const binary = binaryEvent({ type: 'b', data: Buffer.from([0, 255, 1]), metadata: Buffer.from([7, 0]) });
    await client.appendToStream(stream, [binary], options);
    await client.appendToStream(stream, [jsonEvent({ type: 'j', data: { ä: 1 }, metadata: { m: [2] } })], options);
    const page = await gateway.log.readStreamPage(stream, { direction: 'forwards', from: 0n, maxEvents: 9 });
    expect(page.map(({ type, isJson }) => [type, isJson])).toEqual([
      ['b', false],
      ['j', true],
    ]);
    expect(page.map(({ dataBytes }) => dataBytes.toString('latin1'))).toEqual([
      '\0\xff\x01',
      Buffer.from('{"ä":1}').toString('latin1'),
    ]);
    expect(page.map(({ metadataBytes }) => metadataBytes.toString('latin1'))).toEqual(['\x07\0', '{"m":[2]}']);
  });
});

describe('a batch append', () => {
  it('can consist of several messages and gets one response', async () => {
    const stream = `split-${randomUUID()}`;
    const result = await client.appendToStream(
      stream,
      [0, 1, 2, 3].map((i) => event(i)),
      { batchAppendSize: 1 },
    );
    expect(result.nextExpectedRevision).toBe(3n);
    expect((await gateway.log.streamHead(stream))?.revision).toBe(3n);
  });

  it('that is refused does not end the call', async () => {
    const stream = `goes-on-${randomUUID()}`;
    const outcomes = await Promise.allSettled([
      client.appendToStream(stream, event(), { expectedRevision: 5n }),
      client.appendToStream('', event()),
      client.appendToStream(stream, event(), { expectedRevision: NO_STREAM }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });

  it("is refused with EventStoreDB's error messages", async () => {
    const stream = `words-${randomUUID()}`;
    await client.appendToStream(stream, [event(), event(), event()]);
    await client.appendToStream(`${stream}-gone`, event());
    await client.tombstoneStream(`${stream}-gone`);
    const answers = await batch([
      [stream, (options) => options.setNoStream(new Empty())],
      [stream, (options) => options.setStreamPosition('7')],
      [`${stream}-missing`, (options) => options.setStreamExists(new Empty())],
      [`${stream}-gone`, (options) => options.setAny(new Empty())],
      ['', (options) => options.setAny(new Empty())],
    ]);
    expect(answers.map(({ error }) => error)).toMatchObject([
      { code: 6, message: 'WrongExpectedVersion', details: details('WrongExpectedVersion', 'CAIyAA==') },
      { code: 6, message: 'WrongExpectedVersion', details: details('WrongExpectedVersion', 'CAIYBw==') },
      { code: 6, message: 'WrongExpectedVersion', details: details('WrongExpectedVersion', 'EgAqAA==') },
      { code: 5, message: 'StreamDeleted', details: details('StreamDeleted') },
      { code: 3, message: 'BadRequest', details: details('BadRequest') },
    ]);
    expect(answers[0]?.streamIdentifier).toEqual({ streamName: Buffer.from(stream).toString('base64') });
  });
});

type BatchOptions = InstanceType<typeof BatchAppendReq.Options>;

/** Sends appends of one event each in one call; returns their responses in the order of the appends. */
async function batch(appends: readonly (readonly [string, (options: BatchOptions) => unknown])[]) {
  const call = gateway.wire.streams.batchAppend();
  const answers = new Map<string, Record<string, unknown>>();
  const ids = appends.map(([stream, expect]) => {
    const options = new BatchAppendReq.Options();
    options.setStreamIdentifier(identifier(stream));
    expect(options);
    const proposed = new BatchAppendReq.ProposedMessage();
    proposed.setId(uuid(randomUUID()));
    proposed.getMetadataMap().set('type', 't').set('content-type', 'application/json');
    const request = new BatchAppendReq();
    const id = randomUUID();
    request.setCorrelationId(uuid(id));
    request.setOptions(options);
    request.setIsFinal(true);
    request.addProposedMessages(proposed);
    call.write(request);
    return id;
  });
  call.end();
  for await (const answer of call)
    answers.set(answer.getCorrelationId()?.getString() ?? '', withoutUnset(answer.toObject()));
  return ids.map((id) => answers.get(id) ?? {});
}

function uuid(text: string) {
  const message = new UUID();
  message.setString(text);
  return message;
}

function details(name: string, value?: string) {
  return { typeUrl: `type.googleapis.com/event_store.client.${name}`, ...(value && { value }) };
}
