import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { Metadata } from '@grpc/grpc-js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import {
  AppendReq,
  allOptions,
  Empty,
  identifier,
  outcomeOf,
  readRequest,
  TombstoneReq,
} from '../../support/gateway-wire.js';

const users = [
  { name: 'reader', password: 'open:sesame' },
  { name: 'other', password: 'x' },
];
const open: { gateway: TestGateway; client: EventStoreDBClient }[] = [];

async function start(options: Parameters<typeof startTestGateway>[0]) {
  const gateway = await startTestGateway(options);
  const client = EventStoreDBClient.connectionString(gateway.connectionString);
  open.push({ gateway, client });
  return { gateway, client };
}
afterAll(async () => {
  for (const { gateway, client } of open) {
    await client.dispose();
    await gateway.close();
  }
});

const event = () => jsonEvent({ type: 't', data: {} });
const as = (username: string, password: string) => ({ credentials: { username, password } });

async function readAll(client: EventStoreDBClient, options = {}) {
  const found: unknown[] = [];
  for await (const one of client.readAll(options)) found.push(one);
  return found;
}

describe('a gateway that is not writable', () => {
  it('refuses appends, deletes and tombstones, and writes nothing', async () => {
    const { gateway, client } = await start({ writable: false });
    const denied = { type: 'access-denied' };
    await expect(client.appendToStream('s', event())).rejects.toMatchObject(denied);
    await expect(client.appendToStream('s', event(), as('a', 'b'))).rejects.toMatchObject({ ...denied, code: 7 });
    await expect(client.deleteStream('s')).rejects.toMatchObject({ ...denied, code: 7 });
    await expect(client.tombstoneStream('s')).rejects.toMatchObject({ ...denied, code: 7 });
    await expect(client.setStreamMetadata('s', { maxCount: 1 })).rejects.toMatchObject(denied);
    expect(gateway.log.head).toBe(-1n);
    expect(await readAll(client)).toEqual([]);
  });

  it('refuses batch appends one by one, without ending the call', async () => {
    const { client } = await start({ writable: false });
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => client.appendToStream('s', event())));
    const types = outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.type);
    expect(types).toEqual(['access-denied', 'access-denied', 'access-denied']);
  });

  it('refuses an append before it has received the events', async () => {
    const { gateway } = await start({ writable: false });
    const ended = new Promise<number | undefined>((resolve) => {
      const call = gateway.wire.streams.append((error) => resolve(error?.code));
      const options = new AppendReq.Options();
      options.setStreamIdentifier(identifier('s'));
      options.setAny(new Empty());
      const request = new AppendReq();
      request.setOptions(options);
      call.write(request);
    });
    expect(await ended).toBe(7);
  });
});

describe('a gateway with users', () => {
  // EventStoreDB's Node client sends no credentials without TLS, so the test sets the header itself.
  async function read(gateway: TestGateway, authorization?: string) {
    const metadata = new Metadata();
    if (authorization !== undefined) metadata.set('authorization', authorization);
    const outcome = await outcomeOf(gateway.wire.streams.read(readRequest(allOptions()), metadata));
    return outcome;
  }

  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it('lets only its users read', async () => {
    const { gateway, client } = await start({ users });
    await gateway.log.append('s', [stored()], 'any');
    await expect(readAll(client)).rejects.toMatchObject({ type: 'access-denied', code: 7 });
    expect(await read(gateway)).toMatchObject({ code: 7, messages: [], trailers: { exception: 'access-denied' } });
    expect(await read(gateway, basic('reader:open:sesame'))).toMatchObject({ code: 0, messages: [{}] });
    expect(await read(gateway, basic('other:x'))).toMatchObject({ code: 0, messages: [{}] });
  });

  it.each([
    basic('reader:wrong'),
    basic('reader:open:sesam'),
    basic('nobody:x'),
    basic('reader'),
    'Basic',
    'Bearer abc',
    'reader:open:sesame',
  ])('answers UNAUTHENTICATED to %s', async (authorization) => {
    const { gateway } = await start({ users });
    expect(await read(gateway, authorization)).toMatchObject({ code: 16, messages: [] });
  });

  it('lets only its users write, and nobody if it is not writable', async () => {
    const { gateway, client } = await start({ users });
    await expect(client.appendToStream('s', event())).rejects.toMatchObject({ type: 'access-denied' });
    expect(await tombstone(gateway)).toBe(7);
    expect(await tombstone(gateway, basic('other:y'))).toBe(16);
    const closed = await start({ users, writable: false });
    expect(await tombstone(closed.gateway, basic('other:x'))).toBe(7);
    expect(gateway.log.head).toBe(-1n);
    expect(await tombstone(gateway, basic('other:x'))).toBe(0);
  });

  /** Tombstones a stream; returns the status code of the call. */
  async function tombstone(gateway: TestGateway, authorization?: string): Promise<number> {
    const metadata = new Metadata();
    if (authorization !== undefined) metadata.set('authorization', authorization);
    const options = new TombstoneReq.Options();
    options.setStreamIdentifier(identifier('s'));
    options.setAny(new Empty());
    const request = new TombstoneReq();
    request.setOptions(options);
    const code = await new Promise<number>((resolve) => {
      gateway.wire.streams.tombstone(request, metadata, (error) => resolve(error?.code ?? 0));
    });
    return code;
  }
});

function stored() {
  return { id: randomUUID(), type: 't', isJson: true, data: Buffer.from('{}'), metadata: Buffer.alloc(0) };
}
