import { once } from 'node:events';
import { connect } from 'node:net';
import {
  type EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults as settings,
} from '@eventstore/db-client';
import { type CertificateFiles, readCertificate, selfSignedCertificate } from '../../support/certificate.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { gatewayUrlWithTls } from '../../support/gateway-url.js';
import { Consumer, client } from '../../support/persistent-subscription.js';
import { cleanUp, startServer } from '../../support/server.js';

const users = [{ name: 'reader', password: 'open' }];

let files: CertificateFiles;
let gateway: TestGateway;
let everywhere: TestGateway;

beforeAll(async () => {
  files = await selfSignedCertificate();
  const tls = await readCertificate(files);
  gateway = await startTestGateway({ users, tls });
  everywhere = await startTestGateway({ users, tls, host: '0.0.0.0' });
});
afterAll(async () => {
  await gateway.close();
  await everywhere.close();
  await cleanUp();
});

/** A client that trusts the certificate, with these credentials. */
const as = (credentials: string) => client(gatewayUrlWithTls(`${credentials}127.0.0.1:${gateway.port}`, files.cert));

async function typesOf(store: EventStoreDBClient) {
  const types: (string | undefined)[] = [];
  for await (const { event } of store.readAll()) types.push(event?.type);
  return types;
}

describe('over TLS, a client with credentials', () => {
  it('appends, reads and subscribes', async () => {
    const store = as('reader:open@');
    await store.appendToStream('s', jsonEvent({ type: 'First', data: {} }));
    expect(await typesOf(store)).toContain('First');
    const followed: (string | undefined)[] = [];
    for await (const { event } of store.subscribeToStream('s')) {
      followed.push(event?.type);
      if (followed.length === 1) await store.appendToStream('s', jsonEvent({ type: 'Second', data: {} }));
      else break;
    }
    expect(followed).toEqual(['First', 'Second']);
  });

  it('creates a persistent subscription and receives its events', async () => {
    const store = as('reader:open@');
    await store.appendToStream('p', jsonEvent({ type: 'Delivered', data: {} }));
    await store.createPersistentSubscriptionToStream('p', 'group', settings({ startFrom: 'start' }));
    const consumer = await Consumer.of(store.subscribeToPersistentSubscriptionToStream('p', 'group'));
    const delivered = await consumer.next();
    expect(delivered.event?.type).toBe('Delivered');
    await consumer.ack(delivered);
    await consumer.leave();
  });

  it.each([
    ['a wrong password', 'reader:shut@', 16],
    ['an unknown name', 'other:open@', 16],
    ['none', '', 7],
  ])('is denied access with %s', async (_, credentials, code) => {
    const denied = { type: 'access-denied' };
    const store = as(credentials);
    await expect(typesOf(store)).rejects.toMatchObject({ ...denied, code });
    await expect(store.appendToStream('s', jsonEvent({ type: 't', data: {} }))).rejects.toMatchObject(denied);
  });

  it('discovers the gateway by gossip under the host name it connected to', async () => {
    const { port } = everywhere;
    const store = client(gatewayUrlWithTls(`reader:open@localhost:${port},127.0.0.1:${port}`, files.cert));
    const { success } = await store.appendToStream('found', jsonEvent({ type: 't', data: {} }));
    expect(success).toBe(true);
  });
});

describe('over TLS, the gateway refuses without further effect', () => {
  afterEach(async () => expect(await typesOf(as('reader:open@'))).toContain('First'));

  it('a client without TLS', async () => {
    await expect(typesOf(client(gateway.connectionString))).rejects.toMatchObject({ type: 'unavailable' });
  });

  it('a client that does not trust the certificate', async () => {
    const other = await selfSignedCertificate();
    const stranger = client(gatewayUrlWithTls(`reader:open@127.0.0.1:${gateway.port}`, other.cert));
    await expect(typesOf(stranger)).rejects.toMatchObject({
      type: 'unavailable',
      message: expect.stringContaining('certificate'),
    });
  });

  it('a silent connection, and one that is reset during the handshake', async () => {
    const silent = connect(gateway.port, '127.0.0.1');
    await once(silent, 'connect');
    const gone = connect(gateway.port, '127.0.0.1');
    await once(gone, 'connect');
    gone.write(Buffer.from([22, 3, 1, 2, 0, 1])); // the beginning of a ClientHello
    gone.resetAndDestroy();
    await once(gone, 'close');
    silent.destroy();
  });
});

describe('the server', () => {
  it("serves its gateway with the API's certificate, and logs it", async () => {
    const env = {
      APPLEDGER_TLS_CERT: files.cert,
      APPLEDGER_TLS_KEY: files.key,
      APPLEDGER_GATEWAY_TLS: 'true',
      APPLEDGER_GATEWAY_USERS: 'reader:open',
    };
    const server = await startServer({ env });
    const { port } = new URL(await server.eventsUrl());
    expect(await server.outputWith(/EventStoreDB's clients/)).toMatch(/"tls":true,.*EventStoreDB's clients/);
    const store = client(gatewayUrlWithTls(`reader:open@127.0.0.1:${port}`, files.cert));
    expect(await typesOf(store)).toContain('ProjectAdded');
    const silent = connect(Number(port), '127.0.0.1');
    await once(silent, 'connect');
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    silent.destroy();
  });

  it('serves its gateway without TLS by default, even if the API uses TLS', async () => {
    const server = await startServer({ env: { APPLEDGER_TLS_CERT: files.cert, APPLEDGER_TLS_KEY: files.key } });
    expect(await typesOf(client(await server.eventsUrl()))).toContain('ProjectAdded');
  });

  it('does not start without a certificate for its gateway, and names the variables to set', async () => {
    await expect(startServer({ env: { APPLEDGER_GATEWAY_TLS: 'true' } })).rejects.toThrow(
      /APPLEDGER_GATEWAY_TLS goes with APPLEDGER_TLS_CERT and APPLEDGER_TLS_KEY/,
    );
  });
});
