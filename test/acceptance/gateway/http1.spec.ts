import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { type CertificateFiles, readCertificate, selfSignedCertificate } from '../../support/certificate.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { gatewayUrlWithTls } from '../../support/gateway-url.js';
import { client } from '../../support/persistent-subscription.js';

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

let files: CertificateFiles;
let ca: Buffer;
let plain: TestGateway;
let secure: TestGateway;

beforeAll(async () => {
  files = await selfSignedCertificate();
  const tls = await readCertificate(files);
  ca = tls.cert;
  plain = await startTestGateway();
  secure = await startTestGateway({ tls, users: [{ name: 'reader', password: 'open' }] });
});
afterAll(async () => {
  await plain.close();
  await secure.close();
});

/** Sends an HTTP/1.1 request without credentials. */
async function ask(where: 'plain' | 'secure', path: string, method = 'GET', body = ''): Promise<Answer> {
  const options = { host: '127.0.0.1', path, method };
  const request =
    where === 'plain'
      ? httpRequest({ ...options, port: plain.port })
      : httpsRequest({ ...options, port: secure.port, ca });
  const answered = once(request, 'response');
  request.end(body);
  const [response] = await answered;
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, headers: response.headers, text };
}

/** Writes bytes to a new connection; returns what is received until it is closed. */
async function exchange(port: number, bytes: string, tls?: ConnectionOptions): Promise<string> {
  const socket = tls === undefined ? connect(port, '127.0.0.1') : connectTls({ ...tls, port, host: '127.0.0.1', ca });
  socket.on('error', () => {});
  socket.write(bytes);
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

const append = (store: EventStoreDBClient) => store.appendToStream('beside', jsonEvent({ type: 't', data: {} }));

describe.each(['plain', 'secure'] as const)("over HTTP/1.1 on the gateway's port, %s,", (where) => {
  it('/health/live answers 204, or the requested status', async () => {
    expect(await ask(where, '/health/live')).toMatchObject({ status: 204, text: '' });
    expect(await ask(where, '/health/live', 'HEAD')).toMatchObject({ status: 204, text: '' });
    expect(await ask(where, '/health/live?liveCode=200')).toMatchObject({ status: 200, text: '' });
    expect(await ask(where, '/health/live?liveCode=9999')).toMatchObject({ status: 204 });
  });

  it('/ping answers like EventStoreDB', async () => {
    const { status, headers, text } = await ask(where, '/ping');
    expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(JSON.parse(text)).toEqual({
      msgTypeId: expect.any(Number),
      text: 'Ping request successfully handled',
    });
  });

  it('/info reports the version and the type of authentication', async () => {
    const { status, text } = await ask(where, '/info');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      esVersion: '23.10.6',
      state: 'leader',
      authentication: { type: where === 'plain' ? 'insecure' : 'internal' },
    });
  });

  it.each(['/', '/nope', '/web', '/health/live/', '/__proto__', '/event_store.client.streams.Streams/Read', '//'])(
    '%s answers 404 and lists the endpoints',
    async (path) => {
      for (const method of ['GET', 'POST']) {
        const { status, text } = await ask(where, path, method, method === 'POST' ? 'a body' : '');
        expect([status, JSON.parse(text).message]).toEqual([404, expect.stringContaining('gRPC protocol over HTTP/2')]);
      }
    },
  );

  it('another method answers 405 and lists the allowed ones', async () => {
    expect(await ask(where, '/ping', 'DELETE')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it("EventStoreDB's clients are served on the same port", async () => {
    const authority = `reader:open@127.0.0.1:${secure.port}`;
    const store = client(where === 'plain' ? plain.connectionString : gatewayUrlWithTls(authority, files.cert));
    expect(await append(store)).toMatchObject({ success: true });
  });
});

const GET = 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n';

describe("the gateway's port", () => {
  it.each([
    ['that offers both versions, like curl', ['h2', 'http/1.1']],
    ['that offers HTTP/1.1', ['http/1.1']],
    ['that offers nothing', undefined],
  ])('answers a TLS client %s', async (_, ALPNProtocols) => {
    const text = await exchange(secure.port, GET, ALPNProtocols === undefined ? {} : { ALPNProtocols });
    expect(text).toMatch(/^HTTP\/1\.1 204 No Content\r\n/);
  });

  it.each([
    ['that is not HTTP', 'hello\r\n\r\n'],
    ['with too long headers', `GET / HTTP/1.1\r\nhost: x\r\nlong: ${'x'.repeat(40_000)}\r\n\r\n`],
  ])('answers 4xx to a request %s', async (_, bytes) => {
    expect(await exchange(plain.port, bytes)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it('answers a request that arrives byte by byte', async () => {
    const socket = connect(plain.port, '127.0.0.1').setNoDelay();
    for (const byte of GET) {
      socket.write(byte);
      await new Promise(setImmediate);
    }
    const [answer] = await once(socket, 'data');
    expect(`${answer}`).toMatch(/^HTTP\/1\.1 204 /);
    socket.destroy();
  });

  it('is open on every address of a host name', async () => {
    const gateway = await startTestGateway({ host: 'localhost' });
    const addresses = await lookup('localhost', { all: true });
    for (const { address } of addresses) {
      const socket = connect(gateway.port, address);
      await once(socket, 'connect');
      socket.destroy();
    }
    await gateway.close();
  });

  it('names the variable to change if its host name has no address', async () => {
    const starting = startTestGateway({ host: 'no-such-host.invalid' });
    await expect(starting).rejects.toThrow(
      /^APPLEDGER_GATEWAY_HOST no-such-host\.invalid with APPLEDGER_GATEWAY_PORT 0/,
    );
  });

  it('is closed even with silent connections and incomplete requests', async () => {
    const gateway = await startTestGateway();
    const sockets = ['', 'PRI * HT', 'GET / HTTP/1.1\r\n'].map((opening) => {
      const socket = connect(gateway.port, '127.0.0.1');
      if (opening !== '') socket.write(opening);
      return socket.on('error', () => {}).resume();
    });
    const closed = sockets.map((socket) => new Promise((resolve) => socket.on('close', resolve)));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    await gateway.close();
    await Promise.all(closed);
    await expect(exchange(gateway.port, GET)).rejects.toThrow('ECONNREFUSED');
  });
});
