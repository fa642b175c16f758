import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import {
  type AddAPIAppRequest,
  type ListAppChangesRequest,
  type ListAppsRequest,
  ManagementService,
} from '@zitadel/proto/zitadel/management_pb.js';
import fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { defaultRolePermissions } from '#libs/auth/permissions.js';
import { TokenVerifier } from '#libs/auth/token-verifier.js';
import { ContractError } from '#libs/contract/errors/contract-error.js';
import { contractServices } from '#libs/contract/served-calls.js';
import { EventStoreUnavailableError } from '#libs/event-store/port/event-store.errors.js';
import { systemClock } from '#libs/kernel/clock.js';
import { Admission } from '../admission.js';
import { bindCalls, Rpc, RpcService } from '../bind.js';
import type { RpcContext } from '../rpc-context.js';
import { fastifyOptions } from './fastify-options.js';
import { restRules } from './http-rule.js';
import { answerEverythingElse, restRoutes } from './rest-routes.js';

const ISSUER = 'https://issuer.test';
const { privateKey, publicKey } = await generateKeyPair('ES256');
const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] });

/** Answers what it was given, so that the tests see what arrives. */
@RpcService(ManagementService)
class EchoRpc {
  seen: { request: unknown; context: RpcContext } | undefined;
  failure: unknown;
  gate: Promise<void> | undefined;

  @Rpc(ManagementService.method.healthz)
  async healthz() {
    await this.gate;
    return {};
  }

  @Rpc(ManagementService.method.addAPIApp)
  async addApiApp(request: AddAPIAppRequest, context: RpcContext) {
    this.seen = { request, context };
    if (this.failure !== undefined) throw this.failure;
    context.setHeader('x-position', '7');
    return { appId: request.projectId, clientId: request.name, details: { sequence: 2n } };
  }

  @Rpc(ManagementService.method.listApps)
  async listApps(request: ListAppsRequest, context: RpcContext) {
    this.seen = { request, context };
    return {};
  }

  @Rpc(ManagementService.method.listAppChanges)
  async listAppChanges(request: ListAppChangesRequest, context: RpcContext) {
    this.seen = { request, context };
    return {};
  }

  // @ts-expect-error a method of another signature does not compile
  @Rpc(ManagementService.method.updateApp)
  async wrong(request: AddAPIAppRequest) {
    return request;
  }
}

const logged: { fields: object; message: string }[] = [];
const log = {
  info: () => {},
  warn: (fields: object, message: string) => void logged.push({ fields, message }),
  error: (fields: object, message: string) => void logged.push({ fields, message }),
};

let server: FastifyInstance;
let echo: EchoRpc;
let token: string;

beforeEach(async () => {
  logged.length = 0;
  echo = new EchoRpc();
  token = await tokenWith({ IAM_OWNER: 'o1' });
  const verifier = new TokenVerifier(() => ({ issuer: ISSUER, audience: 'appledger', keys }), systemClock);
  server = fastify(fastifyOptions(log));
  answerEverythingElse(server, log);
  restRoutes(server, {
    calls: bindCalls(
      contractServices.map(({ service }) => service),
      [echo],
    ),
    services: contractServices,
    admission: new Admission(verifier, defaultRolePermissions),
    log,
  });
  await server.ready();
});

afterEach(() => server.close());

function tokenWith(roles: Record<string, string>, claims: object = {}): Promise<string> {
  const claim = Object.fromEntries(Object.entries(roles).map(([role, org]) => [role, { [org]: 'x' }]));
  return new SignJWT({
    'urn:zitadel:iam:user:resourceowner:id': 'o1',
    'urn:zitadel:iam:org:project:roles': claim,
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .setIssuer(ISSUER)
    .setAudience('appledger')
    .setSubject('u1')
    .setExpirationTime('1h')
    .sign(privateKey);
}

async function call(url: string, options: InjectOptions = {}) {
  const { headers, ...rest } = options;
  const answer = await server.inject({
    method: 'POST',
    url,
    ...rest,
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
}

const APPS = '/management/v1/projects/p1/apps';

describe('every call of the contract', () => {
  it('has an answer: 501 where nothing is bound, with no token asked for', async () => {
    const bound = new Set(['Healthz', 'AddAPIApp', 'ListApps', 'ListAppChanges', 'UpdateApp']);
    for (const { service, restPrefix } of contractServices) {
      for (const method of service.methods) {
        if (service === ManagementService && bound.has(method.name)) continue;
        for (const { verb, url } of restRules(method as never)) {
          const path = `${restPrefix}${url.replaceAll(/:\w+/g, 'x').replace('*', 'a/b')}`;
          const answer = await server.inject({ method: verb, url: path });
          expect([path, answer.statusCode, answer.json().code]).toEqual([path, 501, 12]);
        }
      }
    }
  });

  it('is found by its path alone: other paths and other verbs are 404 in the same form', async () => {
    for (const [method, url] of [
      ['GET', '/nowhere'],
      ['PATCH', APPS],
      ['HEAD', '/management/v1/healthz'],
      ['POST', '/management/v1/__proto__'],
    ] as const) {
      const answer = await server.inject({ method, url });
      expect(answer.statusCode).toBe(404);
      if (method !== 'HEAD') expect(answer.json()).toMatchObject({ code: 5, details: [] });
    }
  });
});

describe('a call', () => {
  it('gets body, path and context, and answers with the headers of every answer', async () => {
    const answer = await call(`${APPS}/api`, {
      payload: { name: 'n', project_id: 'other', auth_method_type: 1, unknown: { a: 1 }, __proto__x: 1 },
      headers: { 'x-request-id': 'r-1', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    });
    expect(answer).toMatchObject({
      status: 200,
      body: { appId: 'p1', clientId: 'n', details: { sequence: '2' } },
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-request-id': 'r-1',
        'x-position': '7',
      },
    });
    expect(echo.seen?.request).toMatchObject({ projectId: 'p1', name: 'n', authMethodType: 1 });
    expect(echo.seen?.context).toMatchObject({
      organization: 'o1',
      requestId: 'r-1',
      correlationId: 'r-1',
      caller: { user: 'u1' },
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
  });

  it('makes a request id when the one that came cannot be taken', async () => {
    const answer = await call(`${APPS}/api`, { payload: {}, headers: { 'x-request-id': 'a b' } });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(['application/x-www-form-urlencoded', 'json', 'text/plain', ';;'])(
    'reads JSON that is called %s',
    async (type) => {
      const answer = await call(`${APPS}/api`, { payload: '{"name":"n"}', headers: { 'content-type': type } });
      expect(answer).toMatchObject({ status: 200, body: { clientId: 'n' } });
    },
  );

  it('takes its fields from the query string when it has no body', async () => {
    const query = 'query.limit=10&query.asc=true&query.sequence=9007199254740993&x=1';
    expect((await call(`${APPS}/a1/changes/_search?${query}`)).status).toBe(200);
    expect(echo.seen?.request).toMatchObject({
      projectId: 'p1',
      appId: 'a1',
      query: { limit: 10, asc: true, sequence: 9007199254740993n },
    });
  });

  it('needs no token when the contract asks for no permission', async () => {
    expect((await server.inject('/management/v1/healthz')).statusCode).toBe(200);
  });

  it('takes a project id of 10,000 characters, for the field rule to refuse', async () => {
    expect((await call(`/management/v1/projects/${'1'.repeat(10_000)}/apps/api`, { payload: {} })).status).toBe(200);
  });
});

describe('a bad request', () => {
  it.each([
    ['not JSON', '{"name":', /must be JSON/],
    ['a list', '[]', /JSON object/],
    ['not UTF-8', Buffer.from('7b226e616d65223a22ff227d', 'hex'), /UTF-8/],
    ['a wrong type', '{"name":7}', /^name: must be a string$/],
    ['a lone surrogate', '{"name":"\\ud800"}', /^name: /],
    ['deep nesting', `{"name":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, /^name: must be a string$/],
    [
      'an unknown enum name',
      '{"authMethodType":"X"}',
      /^authMethodType: must be one of API_AUTH_METHOD_TYPE_BASIC \(0\)/,
    ],
  ])('is code 3: %s', async (_, payload, says) => {
    const answer = await call(`${APPS}/api`, { payload });
    expect(answer).toMatchObject({ status: 400, body: { code: 3, details: [] } });
    expect(answer.body.message).toMatch(says);
    expect(answer.body.message).not.toMatch(/zitadel\./);
    expect(echo.seen).toBeUndefined();
  });

  it('names the place of a fault deep in a message', async () => {
    const payload = { queries: [{ nameQuery: { name: 'a' } }, { nameQuery: { name: 'a', method: 'NO' } }] };
    const answer = await call(`${APPS}/_search`, { payload });
    expect(answer.body.message).toMatch(/^queries\[1\]\.nameQuery\.method: must be one of TEXT_QUERY_METHOD_EQUALS/);
  });

  it('over 64 KiB is 413 and tells the limit', async () => {
    const answer = await call(`${APPS}/api`, { payload: JSON.stringify({ name: 'x'.repeat(65_536) }) });
    expect(answer).toMatchObject({ status: 413, body: { code: 8, message: expect.stringContaining('65536') } });
  });

  it('with a compressed body is told that none is taken, as over the other protocols', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    const { status, body } = await call(`${APPS}/api`, { headers, payload: gzipSync('{"name":"a"}') });
    expect([status, body.code, body.message]).toEqual([501, 12, expect.stringMatching(/^compressed messages are not/)]);
    const plain = { headers: { 'content-encoding': 'identity' }, payload: { name: 'a' } };
    expect((await call(`${APPS}/api`, plain)).status).toBe(200);
  });

  it('with a broken path is code 3', async () => {
    expect(await call('/management/v1/projects/%ff/apps/api')).toMatchObject({ status: 400, body: { code: 3 } });
  });
});

describe('a caller', () => {
  it('without a token, or with a bad one, is 401 and told how to come', async () => {
    const none = await server.inject({ method: 'POST', url: `${APPS}/api` });
    expect(none.statusCode).toBe(401);
    expect(none.headers['www-authenticate']).toBe('Bearer');
    expect(none.json()).toEqual({ code: 16, message: 'auth header missing', details: [] });
    expect(await call(`${APPS}/api`, { headers: { authorization: 'Bearer x.y.z' } })).toMatchObject({
      status: 401,
      body: {
        code: 16,
        message: 'invalid token (AUTH-7fs1e)',
        details: [
          { '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id: 'AUTH-7fs1e', message: 'invalid token' },
        ],
      },
    });
  });

  it('who lacks the permission, or holds no role in the organization of the header, is 403', async () => {
    token = await tokenWith({ ORG_OWNER_VIEWER: 'o1' });
    expect(await call(`${APPS}/api`, { payload: '{' })).toMatchObject({ status: 403, body: { code: 7 } });
    token = await tokenWith({ ORG_OWNER: 'o1' });
    expect((await call(`${APPS}/api`, { headers: { 'x-zitadel-orgid': 'o2' } })).status).toBe(403);
    expect((await call(`${APPS}/api`, { headers: { 'x-zitadel-orgid': 'o1' } })).status).toBe(200);
  });

  it('with a role in one project may work in that project alone', async () => {
    token = await tokenWith({}, { 'urn:zitadel:iam:org:project:p1:roles': { PROJECT_OWNER: { o1: 'x' } } });
    expect((await call(`${APPS}/api`)).status).toBe(200);
    expect((await call('/management/v1/projects/p2/apps/api')).status).toBe(403);
  });
});

describe('a failure', () => {
  it('that the contract knows is answered as it says', async () => {
    echo.failure = ContractError.refused('V3-DKcYh');
    expect(await call(`${APPS}/api`)).toMatchObject({
      status: 409,
      body: { code: 6, message: 'Application already exists (V3-DKcYh)' },
    });
  });

  it('of a store is 503, and logged', async () => {
    echo.failure = new EventStoreUnavailableError('disk full at /secret');
    const answer = await call(`${APPS}/api`);
    expect(answer).toMatchObject({ status: 503, body: { code: 14 } });
    expect(answer.body.message).not.toContain('secret');
    expect(logged).toHaveLength(1);
  });

  it('to answer within the deadline is 504, although the work goes on', async () => {
    echo.gate = new Promise(() => {});
    const answer = await server.inject({ url: '/management/v1/healthz', headers: { 'grpc-timeout': '1m' } });
    expect([answer.statusCode, answer.json().code]).toEqual([504, 4]);
  });

  it('that nobody foresaw is 500 without its text, and logged with the request id', async () => {
    echo.failure = new TypeError('secret internals');
    const answer = await call(`${APPS}/api`, { headers: { 'x-request-id': 'r-9' } });
    expect(answer).toMatchObject({ status: 500, body: { code: 13, details: [] } });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(logged[0]).toMatchObject({ fields: { requestId: 'r-9', err: echo.failure } });
  });
});

describe('on the wire', () => {
  let received = '';

  async function listen() {
    await server.listen({ host: '127.0.0.1', port: 0 });
    const address = server.server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const socket = connect(address.port, '127.0.0.1');
    await once(socket, 'connect');
    received = '';
    socket.on('data', (bytes) => {
      received += bytes;
    });
    return { socket };
  }

  it.each([
    ['headers that are too large', `GET / HTTP/1.1\r\nhost: x\r\na: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 8],
    ['bytes that are no HTTP', 'nonsense\r\n\r\n', 400, 3],
  ])('%s are answered in the same form', async (_, bytes, status, code) => {
    const { socket } = await listen();
    socket.write(bytes);
    await once(socket, 'close');
    expect(received).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(received.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code, details: [] });
  });

  it('closing lets what is under way finish, ends its connection, and takes no new one', async () => {
    const { socket } = await listen();
    const port = socket.remotePort ?? 0;
    let open = () => {};
    echo.gate = new Promise((resolve) => {
      open = resolve;
    });
    const began = once(server.server, 'request');
    socket.write('GET /management/v1/healthz HTTP/1.1\r\nhost: x\r\n\r\n');
    await began;
    const closed = server.close();
    while (server.server.listening) await setImmediate();
    const refused = connect(port, '127.0.0.1');
    await expect(once(refused, 'connect')).rejects.toThrow('ECONNREFUSED');
    open();
    await closed; // or the connection would stay open, and the test would not end
    await once(socket, 'close');
    expect(received).toMatch(/^HTTP\/1.1 200 [\s\S]*connection: close[\s\S]*\{\}$/i);
  });
});
