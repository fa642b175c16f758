import { once } from 'node:events';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type Client as ConnectClient,
  ConnectError,
  createClient,
  type Interceptor,
  type Transport,
} from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from '@connectrpc/connect-node';
import { createGrpcWebTransport as createBrowserTransport } from '@connectrpc/connect-web';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { CountRequestSchema, CountResponseSchema, SampleService } from '../../gen/sample/v1/sample_pb.js';
import { SampleServer } from '../../support/sample-server.js';
import { until } from '../../support/until.js';

let server: SampleServer;
let sessions: Http2SessionManager;
beforeEach(async () => {
  server = await new SampleServer().start();
  sessions = new Http2SessionManager(server.url);
});
afterEach(async () => {
  sessions.abort();
  await server.stop();
});

const named: Interceptor = (next) => (request) => {
  request.header.set('authorization', 'ann');
  return next(request);
};
const http1 = () => ({ baseUrl: server.url, httpVersion: '1.1' }) as const;
const http2 = () => ({ baseUrl: server.url, httpVersion: '2', sessionManager: sessions }) as const;

const transports: readonly (readonly [string, string, (interceptors: Interceptor[]) => Transport])[] = [
  ['gRPC', 'grpc', (interceptors) => createGrpcTransport({ ...http2(), interceptors })],
  ['gRPC-web over HTTP/1.1', 'grpc-web', (interceptors) => createGrpcWebTransport({ ...http1(), interceptors })],
  ['gRPC-web over HTTP/2', 'grpc-web', (interceptors) => createGrpcWebTransport({ ...http2(), interceptors })],
  [
    'gRPC-web as browsers speak it',
    'grpc-web',
    (interceptors) => createBrowserTransport({ baseUrl: server.url, interceptors }),
  ],
  [
    'Connect with protobuf over HTTP/1.1',
    'connect',
    (interceptors) => createConnectTransport({ ...http1(), interceptors, useBinaryFormat: true }),
  ],
  [
    'Connect with JSON over HTTP/1.1',
    'connect',
    (interceptors) => createConnectTransport({ ...http1(), interceptors, useBinaryFormat: false }),
  ],
  [
    'Connect with JSON over HTTP/2',
    'connect',
    (interceptors) => createConnectTransport({ ...http2(), interceptors, useBinaryFormat: false }),
  ],
];

describe.each(transports)('a client of %s', (_, protocol, transport) => {
  let client: ConnectClient<typeof SampleService>;
  beforeEach(() => {
    client = createClient(SampleService, transport([named]));
  });

  it('makes a call with one answer', async () => {
    expect((await client.greet({ name: 'Bo', titles: ['Dr'] })).greeting).toBe('ann greets Dr Bo');
  });

  it('reads a stream to its end', async () => {
    let headers = new Headers();
    const onHeader = (received: Headers) => {
      headers = received;
    };
    const answers = await all(client.count({ count: 3 }, { headers: { 'last-event-id': '4' }, onHeader }));
    expect(answers.map(({ number, kind }) => [number, kind])).toEqual([
      [5n, 'odd'],
      [6n, 'even'],
      [7n, 'odd'],
    ]);
    expect(headers.get('x-counted-for')).toBe('ann');
    await until(() => server.lines.length > 0);
    expect(server.lines.at(-1)).toMatchObject({ protocol, method: 'SampleService/Count', code: 'OK', user: 'ann' });
    const labels = { protocol, method: 'SampleService/Count', code: 'OK' };
    expect(await server.metric('appledger_requests_total', labels)).toBe(1);
  });

  it('gets the error of a refused stream, and of an interrupted one', async () => {
    const nobody = createClient(SampleService, transport([]));
    await expect(all(nobody.count({}))).rejects.toMatchObject({ code: 16, rawMessage: 'auth header missing' });
    await expect(all(client.count({}, { headers: { 'last-event-id': 'x' } }))).rejects.toMatchObject({ code: 3 });
    await expect(all(client.countForAll({}))).rejects.toMatchObject({
      code: 9,
      rawMessage: 'there is nothing to count',
    });
  });

  it('ends the work of the server when it disconnects, and is counted as cancelled', async () => {
    const leaving = new AbortController();
    const answers = client.count({ pauseMs: 5 }, { signal: leaving.signal })[Symbol.asyncIterator]();
    await answers.next();
    const labels = { protocol, method: 'SampleService/Count' };
    expect(await server.metric('appledger_open_streams', labels)).toBe(1);
    leaving.abort();
    await expect(exhaust(answers)).rejects.toBeInstanceOf(ConnectError);
    await until(() => server.rpc.streams.abandoned === 1);
    await until(async () => (await server.metric('appledger_open_streams', labels)) === 0);
    expect(await server.metric('appledger_requests_total', { ...labels, code: 'CANCELLED' })).toBe(1);
    await until(() => server.lines.length > 0);
    expect(server.lines.at(-1)).toMatchObject({ protocol, code: 'CANCELLED' });
  });

  it('gets an error when its deadline passes', async () => {
    await expect(all(client.count({ pauseMs: 5 }, { timeoutMs: 100 }))).rejects.toMatchObject({ code: 4 });
    await until(() => server.rpc.streams.abandoned === 1);
  });

  it('gets an error when the server stops, which does not wait for streams', async () => {
    const answers = client.count({ pauseMs: 5 })[Symbol.asyncIterator]();
    await answers.next();
    const rest = expect(exhaust(answers)).rejects.toMatchObject({ code: 14 });
    const stopped = server.stop();
    await rest;
    sessions.abort();
    await stopped;
  });
});

describe('grpc-js', () => {
  it('reads a stream, and cancels it', async () => {
    const client = new Client(new URL(server.url).host, credentials.createInsecure());
    const metadata = new Metadata();
    metadata.set('authorization', 'ann');
    const stream = client.makeServerStreamRequest(
      '/sample.v1.SampleService/Count',
      (request: Uint8Array) => Buffer.from(request),
      (answer: Buffer) => fromBinary(CountResponseSchema, answer),
      toBinary(CountRequestSchema, create(CountRequestSchema, { pauseMs: 5 })),
      metadata,
    );
    const failed = once(stream, 'error');
    const [first] = await once(stream, 'data');
    const [second] = await once(stream, 'data');
    expect([first.number, second.number]).toEqual([0n, 1n]);
    stream.cancel();
    expect((await failed)[0]).toMatchObject({ code: 1 });
    await until(() => server.rpc.streams.abandoned === 1);
    client.close();
  });
});

async function all<T>(answers: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const answer of answers) found.push(answer);
  return found;
}

async function exhaust<T>(answers: AsyncIterator<T>): Promise<void> {
  while (!(await answers.next()).done);
}
