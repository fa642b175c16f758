import { randomUUID } from 'node:crypto';
import { END, type EventStoreDBClient, jsonEvent, type ResolvedEvent, START } from '@eventstore/db-client';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import {
  Empty,
  filteredRead,
  Options,
  outcomeOf,
  readRequest,
  streamOptions,
  wireClients,
} from '../../support/gateway-wire.js';

let gateway: TestGateway;
let client: EventStoreDBClient;
let wire: ReturnType<typeof wireClients>;

beforeAll(async () => {
  gateway = await startTestGateway();
  ({ client } = gateway);
  wire = wireClients(gateway.port);
  await client.appendToStream(
    'first',
    [0, 1, 2, 3].map((i) => event(i)),
  );
  await client.appendToStream('second', [event(0, 'other'), event(1, 'other')]);
});
afterAll(async () => {
  wire.close();
  await gateway.close();
});

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
  ] as const)('gives %s', async (_, options, revisions) => {
    expect(await places(client.readStream('first', options))).toEqual(revisions.map((n) => `first@${n}`));
  });

  it('that is not there says so', async () => {
    await expect(places(client.readStream('none'))).rejects.toMatchObject({
      type: 'stream-not-found',
      streamName: 'none',
    });
    const { messages, code } = await outcomeOf(wire.streams.read(readRequest(streamOptions('none'))));
    expect(code).toBe(0);
    expect(messages).toMatchObject([
      { streamNotFound: { streamIdentifier: { streamName: Buffer.from('none').toString('base64') } } },
    ]);
  });

  it('gives every field of an event', async () => {
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

  it('tells of content type, time and type as EventStoreDB does', async () => {
    const { messages } = await outcomeOf(wire.streams.read(readRequest(streamOptions('second'))));
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

  it('answers structured UUIDs to whom asks for them', async () => {
    const options = streamOptions('first');
    const uuids = new Options.UUIDOption();
    uuids.setStructured(new Empty());
    options.setUuidOption(uuids);
    const { messages } = await outcomeOf(wire.streams.read(readRequest(options)));
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

  it('follows links, and gives the link without an event where nothing is behind it', async () => {
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

  it('gives the events in their order, or backwards', async () => {
    expect((await places(client.readAll())).slice(0, 6)).toEqual(everything);
    const backwards = await places(client.readAll({ direction: 'backwards', fromPosition: END }));
    expect(backwards.slice(-6)).toEqual(everything.toReversed());
  });

  it('from a position includes its event forwards, and not backwards', async () => {
    const fromPosition = { commit: 2n, prepare: 2n };
    expect(await places(client.readAll({ fromPosition, maxCount: 2 }))).toEqual(['first@2', 'first@3']);
    const backwards = client.readAll({ direction: 'backwards', fromPosition });
    expect(await places(backwards)).toEqual(['first@1', 'first@0']);
  });

  it.each([
    ['prefixes of types', 'type', { prefixes: ['oth'] }, ['second@0', 'second@1']],
    ['prefixes of streams', 'stream', { prefixes: ['nothing', 'sec'] }, ['second@0', 'second@1']],
    ['an expression for types', 'type', { regex: '^o.h' }, ['second@0', 'second@1']],
    ['an expression for streams', 'stream', { regex: '^f.rst$' }, ['first@0', 'first@1', 'first@2']],
  ] as const)('keeps to %s, and counts what it keeps', async (_, of, expression, found) => {
    const { messages } = await outcomeOf(wire.streams.read(filteredRead(of, expression, found.length)));
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
