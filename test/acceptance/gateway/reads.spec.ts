import { randomUUID } from 'node:crypto';
import { END, type EventStoreDBClient, jsonEvent, type ResolvedEvent, START } from '@eventstore/db-client';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { Empty, filteredRead, Options, outcomeOf, readRequest, streamOptions } from '../../support/gateway-wire.js';

let gateway: TestGateway;
let client: EventStoreDBClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  ({ client } = gateway);
  await client.appendToStream(
    'first',
    [0, 1, 2, 3].map((i) => event(i)),
  );
  await client.appendToStream('second', [event(0, 'other'), event(1, 'other')]);
});
afterAll(() => gateway.close());

function event(i: number, type = 't') {
  return jsonEvent({ type, data: { i }, metadata: { by: 'me' } });
}

async function places(read: AsyncIterable<ResolvedEvent>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { event: one } of read) found.push(`${one?.streamId}@${one?.revision}`);
  return found;
}

describe('a read of a stream', () => {
  it.each([
    ['all of it', {}, [0, 1, 2, 3]],
    ['the first two', { maxCount: 2 }, [0, 1]],
    ['from a revision on', { fromRevision: 2n }, [2, 3]],
    ['backwards from the end', { direction: 'backwards', fromRevision: END, maxCount: 2 }, [3, 2]],
    ['backwards from a revision', { direction: 'backwards', fromRevision: 1n }, [1, 0]],
    ['backwards from the start', { direction: 'backwards', fromRevision: START }, [0]],
    ['from beyond the end', { fromRevision: 100n }, []],
    ['backwards from beyond the end', { direction: 'backwards', fromRevision: 100n }, [3, 2, 1, 0]],
  ] as const)('returns %s', async (_, options, revisions) => {
    expect(await places(client.readStream('first', options))).toEqual(revisions.map((n) => `first@${n}`));
  });

  it('that does not exist is an error', async () => {
    await expect(places(client.readStream('none'))).rejects.toMatchObject({
      type: 'stream-not-found',
      streamName: 'none',
    });
    const { messages, code } = await outcomeOf(gateway.wire.streams.read(readRequest(streamOptions('none'))));
    expect(code).toBe(0);
    expect(messages).toMatchObject([
      { streamNotFound: { streamIdentifier: { streamName: Buffer.from('none').toString('base64') } } },
    ]);
  });

  it('returns every field of an event', async () => {
    const before = Date.now();
    const stream = `fields-${randomUUID()}`;
    const sent = event(7);
    await client.appendToStream(stream, sent);
    const [read] = await readAll(client.readStream(stream));
    const position = gateway.log.head;
    expect(read).toMatchObject({
      commitPosition: position,
      event: {
        id: sent.id,
        streamId: stream,
        revision: 0n,
        type: 't',
        isJson: true,
        data: { i: 7 },
        metadata: { by: 'me' },
        position: { commit: position, prepare: position },
      },
    });
    const created = read?.event?.created.getTime() ?? 0;
    expect(created).toBeGreaterThanOrEqual(before);
    expect(created).toBeLessThanOrEqual(Date.now());
  });

  it('returns content type, time and type like EventStoreDB', async () => {
    const { messages } = await outcomeOf(gateway.wire.streams.read(readRequest(streamOptions('second'))));
    expect(messages[0]).toMatchObject({
      event: {
        event: {
          metadataMap: [
            ['content-type', 'application/json'],
            ['created', expect.stringMatching(/^\d{17}$/)],
            ['type', 'other'],
          ],
        },
      },
    });
  });

  it('returns structured UUIDs if the client requests them', async () => {
    const options = streamOptions('first');
    const uuids = new Options.UUIDOption();
    uuids.setStructured(new Empty());
    options.setUuidOption(uuids);
    const { messages } = await outcomeOf(gateway.wire.streams.read(readRequest(options)));
    const [stored] = await gateway.log.readStreamPage('first', { direction: 'forwards', from: 0n, maxEvents: 1 });
    const bytes = stored?.idBytes ?? Buffer.alloc(16);
    expect(messages[0]).toMatchObject({
      event: {
        event: {
          id: {
            structured: {
              mostSignificantBits: `${bytes.readBigInt64BE(0)}`,
              leastSignificantBits: `${bytes.readBigInt64BE(8)}`,
            },
          },
        },
      },
    });
  });

  it('resolves links, and returns the link without an event if its target does not exist', async () => {
    const stream = `links-${randomUUID()}`;
    await gateway.log.append(
      stream,
      ['2@first', '9@nowhere', 'no link'].map((target) => ({
        id: randomUUID(),
        type: '$>',
        isJson: false,
        data: Buffer.from(target),
        metadata: Buffer.alloc(0),
      })),
      'any',
    );
    const read = await readAll(client.readStream(stream, { resolveLinkTos: true }));
    expect(read.map(({ event: one, link: by }) => [one?.streamId, one?.revision, by?.streamId])).toEqual([
      ['first', 2n, stream],
      [undefined, undefined, stream],
      [stream, 2n, undefined],
    ]);
    expect(read.map(({ commitPosition }) => commitPosition)).toEqual([2n, 1n, 0n].map((n) => gateway.log.head - n));
    expect(await places(client.readStream(stream))).toEqual([0, 1, 2].map((revision) => `${stream}@${revision}`));
  });
});

describe('a read of $all', () => {
  const everything = ['first@0', 'first@1', 'first@2', 'first@3', 'second@0', 'second@1'];

  it('returns the events in order, or backwards', async () => {
    expect((await places(client.readAll())).slice(0, 6)).toEqual(everything);
    const backwards = await places(client.readAll({ direction: 'backwards', fromPosition: END }));
    expect(backwards.slice(-6)).toEqual(everything.toReversed());
  });

  it('from a position includes its event forwards, but not backwards', async () => {
    const fromPosition = { commit: 2n, prepare: 2n };
    expect(await places(client.readAll({ fromPosition, maxCount: 2 }))).toEqual(['first@2', 'first@3']);
    const backwards = client.readAll({ direction: 'backwards', fromPosition });
    expect(await places(backwards)).toEqual(['first@1', 'first@0']);
  });

  it.each([
    ['event type prefixes', 'type', { prefixes: ['oth'] }, ['second@0', 'second@1']],
    ['stream name prefixes', 'stream', { prefixes: ['nothing', 'sec'] }, ['second@0', 'second@1']],
    ['an event type expression', 'type', { regex: '^o.h' }, ['second@0', 'second@1']],
    ['a stream name expression', 'stream', { regex: '^f.rst$' }, ['first@0', 'first@1', 'first@2']],
  ] as const)('filters by %s, and applies the limit to matches', async (_, of, expression, found) => {
    const { messages } = await outcomeOf(gateway.wire.streams.read(filteredRead(of, expression, found.length)));
    const revisions = messages.map(({ event: read }) => revisionOf(read as RecordedMessage));
    expect(revisions).toEqual(found);
  });
});

interface RecordedMessage {
  readonly event: { readonly streamIdentifier: { readonly streamName: string }; readonly streamRevision: string };
}

function revisionOf({ event: { streamIdentifier, streamRevision } }: RecordedMessage): string {
  return `${Buffer.from(streamIdentifier.streamName, 'base64')}@${streamRevision}`;
}

async function readAll(read: AsyncIterable<ResolvedEvent>): Promise<readonly ResolvedEvent[]> {
  const found: ResolvedEvent[] = [];
  for await (const one of read) found.push(one);
  return found;
}
