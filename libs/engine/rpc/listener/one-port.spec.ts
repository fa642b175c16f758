import { EventEmitter, once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import { finished } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { sendRaw } from '../../../../test/support/raw-http.js';
import { silentLog } from '../../../../test/support/silent-log.js';
import { onSession } from '../../../../test/support/wire.js';
import { AccessLog } from '../access-log/access-log.js';
import { logRequests } from '../access-log/fastify-access-log.js';
import { takeAnyBody } from '../core/any-body.js';
import { serveEdge } from '../edge/edge.js';
import { fastifyOptions } from '../protocols/rest/fastify-options.js';
import { OnePort, type StreamHandler } from './one-port.js';
import { streamRefusal } from './stream-refusal.js';

const ORIGIN = 'https://console.example';
const edge = { cors: { origins: [ORIGIN], requestHeaders: [], answerHeaders: [] }, tls: false };
const TIMEOUT_MS = 100;

let fastify: FastifyInstance;
let url: string;
let lines: object[];
/** The requests that have arrived; `closed` resolves when it is known that nobody waits for their answers any more. */
let arrived: { readonly closed: Promise<unknown> }[];
let firstLine: Promise<unknown>;
beforeEach(async () => {
  const log = new EventEmitter();
  const info = (fields: object) => {
    lines.push(fields);
    log.emit('line');
  };
  lines = [];
  firstLine = once(log, 'line');
  const accessLog = new AccessLog({ ...silentLog, info });
  const serveGrpc: StreamHandler = (stream, headers) => {
    if (headers['content-type'] !== 'application/grpc') return false;
    accessLog.begin(() => ({ requestId: 'id', protocol: 'grpc', method: 'POST /' }), stream);
    return true;
  };
  const port = new OnePort(undefined, serveGrpc, streamRefusal(edge, accessLog), TIMEOUT_MS);
  const options = { ...fastifyOptions(silentLog, edge, accessLog), requestTimeout: TIMEOUT_MS };
  fastify = Fastify({ ...options, serverFactory: port.serverFactory });
  logRequests(fastify, accessLog);
  serveEdge(fastify, edge);
  takeAnyBody(fastify);
  fastify.post('/', async () => 'read');
  arrived = [];
  fastify.addHook('onRequest', async (_, { raw }) => {
    arrived.push({ closed: new Promise((resolve) => finished(raw, { readable: false }, resolve)) });
  });
  fastify.get('/read', async () => 'read');
  fastify.get('/never', () => new Promise(() => undefined));
  fastify.addHook('preClose', async () => port.close());
  await fastify.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(fastify.server.address() as AddressInfo).port}`;
});
afterEach(() => fastify.close());

const readable = { 'access-control-allow-origin': ORIGIN, 'x-request-id': expect.any(String) };

describe('a request that does not arrive completely in time', () => {
  it('is 408 over HTTP/1.1, with CORS headers', async () => {
    const answer = await sendRaw(url, `POST / HTTP/1.1\r\nhost: x\r\norigin: ${ORIGIN}\r\ncontent-length: 9\r\n\r\n{`);
    expect([answer.status, answer.headers, JSON.parse(answer.body)]).toMatchObject([408, readable, { code: 4 }]);
    await firstLine;
    await fastify.close();
    expect(lines).toMatchObject([{ method: 'POST /', code: 'DEADLINE_EXCEEDED', bytes: answer.body.length }]);
  });

  it.each([
    ['application/json', 408, undefined],
    ['application/grpc-web+proto', 200, '4'],
    ['application/grpc', 200, '4'],
  ])('is answered over HTTP/2 in its protocol’s form: %s', async (type, status, grpcStatus) => {
    const session = connectHttp2(url);
    const stream = session.request({ ':method': 'POST', ':path': '/', origin: ORIGIN, 'content-type': type });
    stream.write('{');
    const chunks: Buffer[] = [];
    const headers = new Promise<object>((resolve) => stream.once('response', resolve));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    await new Promise((resolve) => stream.once('close', resolve));
    const body = Buffer.concat(chunks).toString('latin1');
    expect(await headers).toMatchObject({ ':status': status, ...readable });
    if (grpcStatus === undefined) expect(JSON.parse(body)).toMatchObject({ code: 4, details: [] });
    else if (type === 'application/grpc') expect(await headers).toMatchObject({ 'grpc-status': grpcStatus });
    else expect(body).toContain(`grpc-status: ${grpcStatus}`);
    session.close();
    await firstLine;
    await fastify.close();
    expect(lines).toMatchObject([{ method: 'POST /', code: 'DEADLINE_EXCEEDED', bytes: body.length }]);
  });
});

describe('pipelined requests whose connection breaks', () => {
  const pipelined = ['/never', '/read', '/never', '/read']
    .map((path) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`)
    .join('');

  it.each([
    ['at the client', (socket: Socket) => socket.destroy()],
    ['by a reset', (socket: Socket) => socket.resetAndDestroy()],
    ['at the server', () => fastify.server.closeAllConnections()],
  ])('%s have a line each, and their answers are closed', async (_, breakOff) => {
    const { port } = fastify.server.address() as AddressInfo;
    const socket = connectTcp(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(pipelined);
    while (arrived.length < 4) await nextTurn();
    breakOff(socket);
    while (lines.length < 4) await nextTurn();
    await Promise.all(arrived.map(({ closed }) => closed));
    await fastify.close();
    expect(lines.map((line) => (line as { method: string }).method).sort()).toEqual([
      'GET /never',
      'GET /never',
      'GET /read',
      'GET /read',
    ]);
  });
});

it('an HTTP/2 stream without a path is refused in the same form', async () => {
  const session = connectHttp2(url);
  const stream = session.request({ ':method': 'CONNECT', ':authority': 'x', origin: ORIGIN });
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const headers = new Promise((resolve) => stream.once('response', resolve));
  await new Promise((resolve) => stream.once('end', resolve));
  expect(await headers).toMatchObject({ ':status': 400, ...readable });
  expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({ code: 3, details: [] });
  expect(await onSession(session, { path: '/', body: Buffer.from('{}') })).toMatchObject({ status: 200 });
  session.destroy();
});
