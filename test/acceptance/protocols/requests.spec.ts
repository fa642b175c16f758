import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectHttp2, constants } from 'node:http2';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { AddAPIAppRequestSchema, AddAPIAppResponseSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';
import { framed, frames, onSession, overHttp1, overHttp2, type WireRequest } from '../../support/wire.js';

const ADD = '/zitadel.management.v1.ManagementService/AddAPIApp';
const GRPC = 'application/grpc';
const WEB = 'application/grpc-web+proto';
const TOO_LARGE = 65_536;

let appledger: Appledger;
let authorization: string;
beforeAll(async () => {
  appledger = await startAppledger();
  const { development } = appledger;
  authorization = `Bearer ${await tokenWith(development, { IAM_OWNER: [development.organization] })}`;
});
afterAll(cleanUp);

function addRequest(projectId = appledger.development.project, name: string = randomUUID()): Uint8Array {
  return toBinary(AddAPIAppRequestSchema, create(AddAPIAppRequestSchema, { projectId, name }));
}

/** A creation in gRPC or gRPC-web, with any part overridden. */
function creation(
  type: string,
  { headers = {}, body = framed(addRequest()), path = ADD }: Partial<WireRequest> = {},
): WireRequest {
  return { path, body, headers: { authorization, 'content-type': type, te: 'trailers', ...headers } };
}

function restPath(): string {
  return `/management/v1/projects/${appledger.development.project}/apps/api`;
}

function created(body: Buffer) {
  return fromBinary(AddAPIAppResponseSchema, frames(body)[0]?.data ?? Buffer.alloc(0));
}

/** The gRPC status, from the trailers, the headers or gRPC-web's last frame. */
function grpcStatus({ headers, trailers, body }: Awaited<ReturnType<typeof overHttp2>>): string | undefined {
  const inBody = /grpc-status: (\d+)/.exec(body.toString('latin1'))?.[1];
  return trailers['grpc-status'] ?? headers['grpc-status'] ?? inBody;
}

describe('the REST path of the creation', () => {
  it.each([GRPC, WEB, 'application/grpc-web-text'])(
    'accepts %s; the project in the path takes precedence',
    async (type) => {
      const isText = type.endsWith('text');
      const bytes = framed(addRequest('1000'));
      const body = isText ? Buffer.from(bytes.toString('base64')) : bytes;
      const result = await overHttp2(appledger.server.url, creation(type, { path: restPath(), body }));
      const answer = isText ? Buffer.from(result.body.toString(), 'base64') : result.body;
      expect(result.headers['content-type']).toMatch(type);
      expect(created(answer)).toMatchObject({ clientId: expect.any(String), clientSecret: expect.any(String) });
      expect(grpcStatus({ ...result, body: answer })).toBe('0');
    },
  );

  it('accepts gRPC-web over HTTP/1.1, and answers errors in the same form', async () => {
    expect(
      created((await overHttp1(appledger.server.url, creation(WEB, { path: restPath() }))).body).clientId,
    ).not.toBe('');
    for (const type of [GRPC, WEB]) {
      const request = creation(type, { path: restPath(), headers: { authorization: '' } });
      expect(grpcStatus(await overHttp2(appledger.server.url, request))).toBe('16');
    }
  });
});

describe('metadata', () => {
  it('is read and returned by every protocol', async () => {
    const headers = { 'x-request-id': 'r-7' };
    const json = Buffer.from(JSON.stringify({ projectId: appledger.development.project, name: randomUUID() }));
    for (const request of [
      creation(GRPC, { headers }),
      creation(WEB, { headers }),
      creation('application/proto', { headers, body: addRequest() }),
      creation('application/json', { headers, body: json }),
      {
        ...creation('application/json', { headers }),
        path: restPath(),
        body: Buffer.from(`{"name":"${randomUUID()}"}`),
      },
    ]) {
      const { headers: answered } = await overHttp2(appledger.server.url, request);
      expect(answered).toMatchObject({
        'x-request-id': 'r-7',
        'x-appledger-position': expect.stringMatching(/^\d+$/),
        'cache-control': 'no-store',
      });
    }
  });

  it('names the organization', async () => {
    const { development } = appledger;
    authorization = `Bearer ${await tokenWith(development, { ORG_OWNER: [development.organization] })}`;
    const elsewhere = creation(GRPC, { headers: { 'x-zitadel-orgid': 'elsewhere' } });
    expect(grpcStatus(await overHttp2(appledger.server.url, elsewhere))).toBe('7');
    const here = creation(GRPC, { headers: { 'x-zitadel-orgid': development.organization } });
    expect(grpcStatus(await overHttp2(appledger.server.url, here))).toBe('0');
  });
});

describe('a deadline that has passed', () => {
  it.each([
    [GRPC, { 'grpc-timeout': '0n' }],
    [WEB, { 'grpc-timeout': '0m' }],
    ['application/proto', { 'connect-timeout-ms': '0' }],
  ])('begins no work: %s', async (type, headers) => {
    const name = randomUUID();
    const message = addRequest(undefined, name);
    const body = type === 'application/proto' ? message : framed(message);
    const result = await overHttp2(appledger.server.url, creation(type, { headers, body }));
    if (type === 'application/proto') expect(JSON.parse(result.body.toString()).code).toBe('deadline_exceeded');
    else expect(grpcStatus(result)).toBe('4');
    expect((await appledger.createApp({ name })).status).toBe(200);
  });

  it.each(['1', '1x', '123456789S', '-1S'])('is refused if it is invalid: %s', async (timeout) => {
    const request = creation(GRPC, { headers: { 'grpc-timeout': timeout } });
    expect(grpcStatus(await overHttp2(appledger.server.url, request))).toBe('3');
  });
});

describe('an invalid request', () => {
  it.each([
    ['no message', '3', () => Buffer.alloc(0)],
    ['half a head', '3', () => Buffer.from([0, 0])],
    ['half a message', '3', () => framed(addRequest()).subarray(0, -1)],
    ['two messages', '3', () => Buffer.concat([framed(addRequest()), framed(addRequest())])],
    ['unknown flags', '3', () => framed(addRequest(), 4)],
    ['bytes that are no protobuf', '3', () => framed(Buffer.from('ffffffff', 'hex'))],
    ['a text that is no UTF-8', '3', () => framed(Buffer.from('1201ff', 'hex'))],
    ['a compressed message', '12', () => framed(gzipSync(addRequest()), 1)],
    ['a message that is too large', '8', () => framed(Buffer.alloc(TOO_LARGE + 1))],
    ['a message that says it is too large', '8', () => Buffer.from([0, 0xff, 0xff, 0xff, 0xff])],
  ])('is refused in the protocol’s own form: %s', async (_, code, body) => {
    for (const type of [GRPC, WEB]) {
      const result = await overHttp2(appledger.server.url, creation(type, { body: body() }));
      expect([type, result.status, grpcStatus(result)]).toEqual([type, 200, code]);
      expect(result.headers['grpc-accept-encoding']).toBe('identity');
    }
  });

  it('is refused over Connect with the status of Connect', async () => {
    for (const [headers, body, status, code] of [
      [{ 'content-type': 'application/json' }, Buffer.from('{'), 400, 'invalid_argument'],
      [{ 'content-type': 'application/proto' }, Buffer.from('ff', 'hex'), 400, 'invalid_argument'],
      [{ 'content-type': 'application/proto' }, Buffer.alloc(TOO_LARGE + 1), 429, 'resource_exhausted'],
      [{ 'content-type': 'application/proto', 'content-encoding': 'gzip' }, gzipSync('x'), 501, 'unimplemented'],
      [{ 'content-type': 'text/plain' }, Buffer.from('x'), 415, 'invalid_argument'],
    ] as const) {
      const result = await overHttp1(appledger.server.url, { path: ADD, headers: { authorization, ...headers }, body });
      expect([result.status, JSON.parse(result.body.toString()).code]).toEqual([status, code]);
    }
  });

  it('to an unknown path is UNIMPLEMENTED in gRPC’s form, and 404 otherwise', async () => {
    for (const path of ['/nowhere', '/zitadel.management.v1.ManagementService/Nothing', '/a.B/C']) {
      for (const type of [GRPC, WEB]) {
        expect(grpcStatus(await overHttp2(appledger.server.url, creation(type, { path })))).toBe('12');
      }
      const result = await overHttp2(appledger.server.url, creation('application/proto', { path }));
      expect([result.status, JSON.parse(result.body.toString())]).toMatchObject([404, { code: 5, details: [] }]);
    }
  });
});

describe('a client that behaves badly', () => {
  it('may reset streams before their end: no call runs, and other streams of its connection are served', async () => {
    const session = connectHttp2(appledger.server.url);
    const headers = { ':method': 'POST', ':path': ADD, authorization, 'content-type': GRPC };
    const name = randomUUID();
    const ends = Array.from({ length: 20 }, async (_, index) => {
      const stream = session.request(headers);
      stream.on('error', () => {});
      stream.write(framed(addRequest(undefined, name)).subarray(0, index + 1));
      stream.close(constants.NGHTTP2_CANCEL);
      await once(stream, 'close');
    });
    await Promise.all(ends);
    expect(grpcStatus(await onSession(session, creation(GRPC, { body: framed(addRequest(undefined, name)) })))).toBe(
      '0',
    );
    session.close();
  });

  it.each(['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense, nonsense, nonsense', 'PRI * HTTP/2.0\r\n\r\nXX'])(
    'and begins like HTTP/2 only to go on otherwise is hung up on: %j',
    async (bytes) => {
      const socket = connect(Number(new URL(appledger.server.url).port), '127.0.0.1');
      socket.on('error', () => {}); // the server is expected to close the connection
      socket.write(bytes);
      socket.resume();
      await once(socket, 'close');
      expect(grpcStatus(await overHttp2(appledger.server.url, creation(GRPC)))).toBe('0');
    },
  );

  it('and disconnects before its protocol is known leaves nothing behind', async () => {
    for (const bytes of ['', 'PRI * HT']) {
      const socket = connect(Number(new URL(appledger.server.url).port), '127.0.0.1');
      socket.end(bytes);
      socket.resume();
      await once(socket, 'close');
    }
  });
});

describe('a connection', () => {
  it('whose first bytes arrive one by one is served, in either version of HTTP', async () => {
    const { port } = new URL(appledger.server.url);
    for (const bytes of [
      Buffer.from('POST /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'),
      Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.from('000000040000000000', 'hex')]),
    ]) {
      const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      const answer = once(socket, 'data');
      for (const byte of bytes) {
        await new Promise((written) => socket.write(Buffer.of(byte), written));
      }
      const [first] = (await answer) as [Buffer];
      const isHttp1 = first.toString('latin1').startsWith('HTTP/1.1 404');
      const isSettings = first[3] === 4;
      expect(isHttp1 || isSettings).toBe(true);
      socket.destroy();
    }
  });

  it('over HTTP/2 gets GOAWAY when the server stops, and requests in flight are answered', async () => {
    const other = await startAppledger();
    const session = connectHttp2(other.server.url);
    const { development } = other;
    const token = `Bearer ${await tokenWith(development, { IAM_OWNER: [development.organization] })}`;
    const goneAway = once(session, 'goaway');
    const stream = session.request({ ':method': 'POST', ':path': ADD, authorization: token, 'content-type': GRPC });
    const answered = once(stream, 'response');
    const body = framed(addRequest(development.project));
    stream.write(body.subarray(0, 5));
    await onSession(session, { path: '/management/v1/healthz', method: 'GET' });
    const stopped = other.server.stop();
    await goneAway;
    stream.end(body.subarray(5));
    stream.resume();
    const trailers = once(stream, 'trailers');
    await answered;
    expect((await trailers)[0]).toMatchObject({ 'grpc-status': '0' });
    expect(await stopped).toEqual({ code: 0, signal: null });
    session.close();
  });
});
