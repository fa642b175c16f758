import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { binaryEvent, EventStoreDBClient } from '@eventstore/db-client';
import { all, events, streamName } from '../../../../test/contract/event-store/event-store-fixtures.js';
import { readCertificate, selfSignedCertificate } from '../../../../test/support/certificate.js';
import { startTestGateway, type TestGateway } from '../../../../test/support/gateway.js';
import { gatewayUrlWithTls } from '../../../../test/support/gateway-url.js';
import { silentLog } from '../../../../test/support/silent-log.js';
import { EventStoreUnavailableError, RevisionConflictError } from '../port/event-store.errors.js';
import { Driver } from './driver.js';
import { openEventStoreDb } from './eventstoredb-event-store.js';
import { readHead } from './read-head.js';
import { Session } from './session.js';

const wholeLog = { source: { from: 'start' }, direction: 'forwards', limit: Number.POSITIVE_INFINITY } as const;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function storeOn(gateway: TestGateway, options = '') {
  open.push(() => gateway.close());
  const store = await openEventStoreDb(`${gateway.connectionString}${options}`, silentLog);
  open.push(() => store.close());
  return store;
}

/** A gateway with TLS and one user, and stores on it that say who they are and trust a certificate; default: its own. */
async function secured() {
  const files = await selfSignedCertificate();
  const users = [{ name: 'app', password: 'pa:ss' }];
  const gateway = await startTestGateway({ users, tls: await readCertificate(files) });
  open.push(() => gateway.close());
  const storeAs = async (credentials: string, trusted = files.cert) => {
    const url = gatewayUrlWithTls(`${credentials}@127.0.0.1:${gateway.port}`, trusted);
    const store = await openEventStoreDb(url, silentLog);
    open.push(() => store.close());
    return store;
  };
  return { gateway, storeAs };
}

describe('the store on EventStoreDB', () => {
  it('reports a conflict even if the connection string tells the client not to throw', async () => {
    const store = await storeOn(await startTestGateway(), '&throwOnAppendFailure=false');
    const stream = streamName();
    await store.append(stream, events(3), 'noStream');
    const refusal = await store.append(stream, events(1), 0n).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RevisionConflictError);
    expect(refusal).toMatchObject({ stream, expected: 0n, actual: 2n });
    const missing = streamName();
    await expect(store.append(missing, events(1), 4n)).rejects.toMatchObject({ actual: 'noStream' });
  });

  it('is readable and not writable when appends are refused, and says what to check', async () => {
    const store = await storeOn(await startTestGateway({ writable: false }));
    await expect(store.append(streamName(), events(1), 'any')).rejects.toThrow(EventStoreUnavailableError);
    const detail = expect.stringContaining('denies access: check user and password in APPLEDGER_EVENTSTORE_URL');
    expect(await store.health()).toEqual({ readable: true, writable: false, detail });
    expect(await store.head()).toBe(-1n);
  });

  it('sends its credentials over TLS and is accepted', async () => {
    const { gateway, storeAs } = await secured();
    const store = await storeAs('app:pa%3Ass');
    const stream = streamName();
    const { revision } = await store.append(stream, events(3), 'noStream');
    expect(await all(store.readStream(stream))).toHaveLength(3);
    expect(await all(store.readAll())).toHaveLength(3);
    for await (const batch of store.subscribeToAll()) {
      if (batch.caughtUp) break;
    }
    expect(revision).toBe(2n);
    expect(await store.health()).toEqual({ readable: true, writable: true });
    expect(gateway.log.head).toBe(await store.head());
  });

  it('says what to check over TLS: credentials or trusted certificates', async () => {
    const { storeAs } = await secured();
    const detail = expect.stringContaining('denies access: check user and password in APPLEDGER_EVENTSTORE_URL');
    expect(await (await storeAs('app:other')).health()).toEqual({ readable: false, writable: false, detail });
    const { cert } = await selfSignedCertificate();
    const distrusts = expect.stringContaining('certificate');
    expect(await (await storeAs('app:pa%3Ass', cert)).health()).toMatchObject({ readable: false, detail: distrusts });
  });

  it('returns events of other programs that are not JSON as bytes', async () => {
    const gateway = await startTestGateway();
    const store = await storeOn(gateway);
    const client = EventStoreDBClient.connectionString(gateway.connectionString);
    const stream = streamName();
    await client.appendToStream(stream, binaryEvent({ type: 'Bytes', data: new Uint8Array([1, 2, 255]) }));
    await client.dispose();
    const [read] = await all(store.readStream(stream));
    expect(Buffer.from(read?.data as Uint8Array)).toEqual(Buffer.from([1, 2, 255]));
  });

  it('refuses data that is not JSON, without ending the process', async () => {
    const store = await storeOn(await startTestGateway());
    const nothing = { id: randomUUID(), type: 'Nothing', data: undefined, metadata: {} };
    await expect(store.append(streamName(), [nothing], 'any')).rejects.toThrow('not plain JSON');
    const big = { id: randomUUID(), type: 'Big', data: { number: 1n }, metadata: {} };
    await expect(store.append(streamName(), [big], 'any')).rejects.toThrow(TypeError);
  });

  it('ends reads whose iteration ends early', async () => {
    const gateway = await startTestGateway();
    const store = await storeOn(gateway);
    await store.append(streamName(), events(2_000), 'any');
    const session = new Session(await new Driver(gateway.connectionString, 0).connect());
    const ended: Promise<unknown>[] = [];
    for (let read = 0; read < 20; read += 1) {
      const pull = session.read(wholeLog);
      const { call } = pull as unknown as { call: Readable };
      ended.push(new Promise((closed) => call.once('close', closed)));
      await pull.changed();
      pull.leave();
    }
    await Promise.all(ended);
    session.end(new Error('done'));
  });

  it('buffers few events for a reader that does not request them', async () => {
    const gateway = await startTestGateway();
    const store = await storeOn(gateway);
    for (let part = 0; part < 10; part += 1) await store.append(streamName(), events(500), 'any');
    const session = new Session(await new Driver(gateway.connectionString, 0).connect());
    const pull = session.read({ ...wholeLog, limit: 'subscription' });
    await pull.changed();
    for (let roundTrip = 0; roundTrip < 50; roundTrip += 1) await readHead(session); // All could have come by now.
    expect((pull as unknown as { call: Readable }).call.readableLength).toBeLessThan(100);
    let taken = 0;
    while (taken < 5_000) {
      const answers = pull.take(100);
      taken += answers.filter(({ kind }) => kind === 'event').length;
      if (answers.length === 0) await pull.changed();
    }
    expect(taken).toBe(5_000);
    session.end(new Error('done'));
  });
});
