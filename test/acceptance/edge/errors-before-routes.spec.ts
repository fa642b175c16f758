import { readFile } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { selfSignedCertificate } from '../../support/certificate.js';
import { type RawAnswer, sendRaw } from '../../support/raw-http.js';
import { cleanUp, type Server, startServer } from '../../support/server.js';
import { onSession, type WireResult } from '../../support/wire.js';

const ORIGIN = 'https://console.example';
const OTHER = 'https://evil.example';
const APPLEDGER_CORS_ORIGINS = `https://first.example,${ORIGIN}`;
const HEALTHZ = '/management/v1/healthz';
const RPC = '/zitadel.management.v1.ManagementService/AddAPIApp';
const LONG = 'x'.repeat(20_000);

let plain: Server;
let secure: Server;
let ca: Buffer;
beforeAll(async () => {
  const files = await selfSignedCertificate();
  ca = await readFile(files.cert);
  plain = await startServer({ env: { APPLEDGER_CORS_ORIGINS } });
  secure = await startServer({
    env: { APPLEDGER_CORS_ORIGINS, APPLEDGER_TLS_CERT: files.cert, APPLEDGER_TLS_KEY: files.key },
  });
});
afterAll(cleanUp);

interface Case {
  readonly name: string;
  readonly status: number;
  readonly code: number;
  /** The bytes of a request from a page. */
  readonly bytes: (origin: string) => string | readonly string[];
}

const head = (line: string, origin: string, ...headers: readonly string[]) =>
  [`${line} HTTP/1.1`, 'host: x', `Origin: ${origin}`, ...headers, '', ''].join('\r\n');

const cases: readonly Case[] = [
  { name: 'a path with %zz', status: 400, code: 3, bytes: (origin) => head('GET /%zz', origin) },
  {
    name: 'a known path that goes on with %',
    status: 400,
    code: 3,
    bytes: (origin) => head(`POST ${HEALTHZ}/%`, origin),
  },
  { name: 'headers that are too long', status: 431, code: 8, bytes: (origin) => head('GET /', origin, `a: ${LONG}`) },
  {
    name: 'headers that are much too long',
    status: 431,
    code: 8,
    // So long that Node itself refuses them; it hands over what it received last.
    bytes: (origin) => [`GET / HTTP/1.1\r\nhost: x\r\na: ${LONG.repeat(3)}`, `${LONG}\r\norigin: ${origin}\r\n\r\n`],
  },
  { name: 'a path that is too long', status: 431, code: 8, bytes: (origin) => head(`GET /${LONG}`, origin) },
  {
    name: 'an id that is too long for a path',
    status: 431,
    code: 8,
    bytes: (origin) => head(`GET /management/v1/projects/${LONG}`, origin),
  },
  {
    name: 'no host',
    status: 400,
    code: 3,
    bytes: (origin) => `GET ${HEALTHZ} HTTP/1.1\r\norigin: ${origin}\r\n\r\n`,
  },
  { name: 'two hosts', status: 400, code: 3, bytes: (origin) => head(`GET ${HEALTHZ}`, origin, 'host: y') },
  {
    name: 'a host that is none',
    status: 400,
    code: 3,
    bytes: (origin) => `GET ${HEALTHZ} HTTP/1.1\r\nhost: a b\r\norigin: ${origin}\r\n\r\n`,
  },
  { name: 'an expectation', status: 417, code: 3, bytes: (origin) => head(`GET ${HEALTHZ}`, origin, 'expect: tea') },
  {
    name: 'a body that is too long',
    status: 413,
    code: 8,
    bytes: (origin) => head('POST /management/v1/projects', origin, 'content-length: 70000'),
  },
  {
    name: 'a body that is not chunked as it says',
    status: 400,
    code: 3,
    bytes: (origin) => [head('POST /management/v1/projects', origin, 'transfer-encoding: chunked'), 'zz\r\n'],
  },
  {
    name: 'a header that is none',
    status: 400,
    code: 3,
    bytes: (origin) => head(`GET ${HEALTHZ}`, origin, 'bad header: x', 'no colon'),
  },
  { name: 'an unknown path', status: 404, code: 5, bytes: (origin) => head('GET /nowhere', origin) },
  { name: 'another verb', status: 405, code: 12, bytes: (origin) => head(`DELETE ${HEALTHZ}`, origin) },
];

function expectReadable(answer: Pick<RawAnswer, 'status' | 'headers' | 'body'>, { status, code }: Case): void {
  expect([answer.status, JSON.parse(answer.body)]).toMatchObject([status, { code, details: [] }]);
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': ORIGIN,
    'access-control-expose-headers': expect.stringContaining('x-request-id'),
    vary: 'Origin',
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-request-id': expect.any(String),
  });
}

describe('over HTTP/1.1, an error before any route', () => {
  it.each(cases.map((each) => [each.name, each] as const))(
    'can be read by a page that may call: %s',
    async (_, each) => {
      const answer = await sendRaw(plain.url, each.bytes(ORIGIN));
      expectReadable(answer, each);
      expect(answer.headers['strict-transport-security']).toBeUndefined();
      const other = await sendRaw(plain.url, each.bytes(OTHER));
      expect([other.status, other.headers['access-control-allow-origin'], other.headers.vary]).toEqual([
        each.status,
        undefined,
        'Origin',
      ]);
    },
  );

  // Over TLS what came last is a record of 16 KiB at most, and the origin may have been in an earlier one.
  const seenOverTls = cases.filter(({ name }) => name !== 'headers that are much too long');

  it.each(seenOverTls.map((each) => [each.name, each] as const))('is the same over TLS: %s', async (_, each) => {
    const answer = await sendRaw(secure.url, each.bytes(ORIGIN), ca);
    expectReadable(answer, each);
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=/);
  });
});

interface StreamCase {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expected: (result: WireResult) => unknown;
}

const json = (status: number, code: unknown) => (result: WireResult) => {
  expect([result.status, JSON.parse(result.body.toString()).code]).toEqual([status, code]);
};
const framed = (code: string) => (result: WireResult) => {
  const inBody = /grpc-status: (\d+)/.exec(result.body.toString('latin1'))?.[1];
  expect([result.status, result.trailers['grpc-status'] ?? result.headers['grpc-status'] ?? inBody]).toEqual([
    200,
    code,
  ]);
};

const streamCases: readonly StreamCase[] = [
  { name: 'a path with %zz', headers: { ':path': '/%zz' }, expected: json(400, 3) },
  {
    name: 'the same in gRPC-web',
    headers: { ':path': '/%zz', 'content-type': 'application/grpc-web+proto' },
    expected: framed('3'),
  },
  { name: 'the same in gRPC', headers: { ':path': '/%zz', 'content-type': 'application/grpc' }, expected: framed('3') },
  { name: 'headers that are too long', headers: { ':path': HEALTHZ, a: LONG }, expected: json(431, 8) },
  {
    name: 'the same in gRPC',
    headers: { ':path': RPC, 'content-type': 'application/grpc', a: LONG },
    expected: framed('8'),
  },
  {
    name: 'the same in gRPC-web',
    headers: { ':path': RPC, 'content-type': 'application/grpc-web', a: LONG },
    expected: framed('8'),
  },
  {
    name: 'the same in Connect',
    headers: { ':path': RPC, 'content-type': 'application/proto', a: LONG },
    expected: json(429, 'resource_exhausted'),
  },
  {
    name: 'a media type that is none',
    headers: { ':path': RPC, 'content-type': 'text/plain' },
    expected: json(415, 'invalid_argument'),
  },
  { name: 'an expectation', headers: { ':path': HEALTHZ, expect: 'tea' }, expected: json(417, 3) },
  { name: 'an unknown path', headers: { ':path': '/nowhere' }, expected: json(404, 5) },
  { name: 'another verb', headers: { ':path': HEALTHZ }, expected: json(405, 12) },
  {
    name: 'a gRPC call without token',
    headers: { ':path': RPC, 'content-type': 'application/grpc' },
    expected: framed('16'),
  },
];

describe.each(['without TLS', 'over TLS'])('over HTTP/2 %s, an error before any route', (which) => {
  it.each(streamCases.map((each) => [each.name, each] as const))(
    'can be read by a page that may call: %s',
    async (_, each) => {
      const session = which === 'over TLS' ? connectHttp2(secure.url, { ca }) : connectHttp2(plain.url);
      const ask = (origin: string) => {
        const { ':path': path = '', ...headers } = each.headers;
        return onSession(session, { path, headers: { ...headers, origin } });
      };
      try {
        const result = await ask(ORIGIN);
        each.expected(result);
        expect(result.headers).toMatchObject({ 'access-control-allow-origin': ORIGIN, vary: 'Origin' });
        const other = await ask(OTHER);
        each.expected(other);
        expect(other.headers['access-control-allow-origin']).toBeUndefined();
      } finally {
        session.close();
      }
    },
  );
});

describe('a preflight', () => {
  it.each(['/%zz', '/nowhere', `${HEALTHZ}/%`, RPC])('to %s is answered over both versions of HTTP', async (path) => {
    const asks = ['access-control-request-method: POST'];
    const expected = { 'access-control-allow-origin': ORIGIN, 'access-control-allow-methods': expect.any(String) };
    const first = await sendRaw(plain.url, head(`OPTIONS ${path}`, ORIGIN, ...asks));
    expect([first.status, first.headers]).toMatchObject([204, expected]);
    const session = connectHttp2(plain.url);
    const headers = { origin: ORIGIN, 'access-control-request-method': 'POST' };
    const second = await onSession(session, { path, method: 'OPTIONS', headers });
    session.close();
    expect([second.status, second.headers]).toMatchObject([204, expected]);
    const other = await sendRaw(plain.url, head(`OPTIONS ${path}`, OTHER, ...asks));
    expect([other.status, other.headers['access-control-allow-origin']]).toEqual([204, undefined]);
  });
});

describe('an unknown path', () => {
  const ask = (method: string, path: string, body?: string) =>
    fetch(plain.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
    });

  it.each(['GET', 'OPTIONS', 'DELETE', 'POST', 'PUT', 'PATCH', 'HEAD', 'PROPFIND'])(
    'is 404 to %s, whatever the body is called',
    async (method) => {
      const answer = await ask(method, '/nope');
      expect(answer.status).toBe(404);
      if (method !== 'HEAD') expect(await answer.json()).toMatchObject({ code: 5, details: [] });
    },
  );

  it('is answered 404 before the body is read', async () => {
    for (const body of ['{', '', 'x'.repeat(60_000)]) {
      const answer = await ask('POST', '/nope', body);
      expect([answer.status, await answer.json()]).toMatchObject([404, { code: 5 }]);
    }
  });
});

describe('a path with other methods', () => {
  it.each([
    ['OPTIONS', HEALTHZ, 'GET, HEAD'],
    ['DELETE', HEALTHZ, 'GET, HEAD'],
    ['PROPFIND', HEALTHZ, 'GET, HEAD'],
    ['PATCH', '/management/v1/projects/1', 'DELETE, GET, HEAD, PUT'],
    ['GET', RPC, 'POST'],
    ['HEAD', RPC, 'POST'],
    ['PUT', '/openapi.json', 'GET, HEAD'],
    ['POST', '/debug/healthz', 'GET, HEAD'],
  ])('answers %s to %s with the allowed methods, over both versions of HTTP', async (method, path, allow) => {
    const answer = await fetch(plain.url + path, { method, headers: { 'content-type': 'application/json' } });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    if (method !== 'HEAD') expect(await answer.json()).toMatchObject({ code: 12, details: [] });
    const session = connectHttp2(plain.url);
    const result = await onSession(session, { path, method, headers: { 'content-type': 'application/json' } });
    session.close();
    expect([result.status, result.headers.allow]).toEqual([405, allow]);
  });
});
