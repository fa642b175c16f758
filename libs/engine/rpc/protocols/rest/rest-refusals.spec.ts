import { gzipSync } from 'node:zlib';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import { applicationRefusals } from '#libs/registry/applications/application.refusals.js';
import { refused } from '#libs/registry/shared/refused.js';
import { APPS, EchoServer, tokenWith } from '../../../../../test/support/echo-server.js';

let server: EchoServer;
beforeEach(async () => {
  server = await EchoServer.start();
});
afterEach(() => server.close());

describe('an invalid request', () => {
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
    const answer = await server.call(`${APPS}/api`, { payload });
    expect(answer).toMatchObject({ status: 400, body: { code: 3, details: [] } });
    expect(answer.body.message).toMatch(says);
    expect(answer.body.message).not.toMatch(/zitadel\./);
    expect(server.echo.seen).toBeUndefined();
  });

  it('is answered with the path of an invalid nested field', async () => {
    const payload = { queries: [{ nameQuery: { name: 'a' } }, { nameQuery: { name: 'a', method: 'NO' } }] };
    const answer = await server.call(`${APPS}/_search`, { payload });
    expect(answer.body.message).toMatch(/^queries\[1\]\.nameQuery\.method: must be one of TEXT_QUERY_METHOD_EQUALS/);
  });

  it('over 64 KiB is 413, and the message contains the limit', async () => {
    const answer = await server.call(`${APPS}/api`, { payload: JSON.stringify({ name: 'x'.repeat(65_536) }) });
    expect(answer).toMatchObject({ status: 413, body: { code: 8, message: expect.stringContaining('65536') } });
  });

  it('with a compressed body is code 12, as over the other protocols', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    const payload = gzipSync('{"name":"a"}');
    const { status, body } = await server.call(`${APPS}/api`, { headers, payload });
    expect([status, body.code, body.message]).toEqual([501, 12, expect.stringMatching(/^compressed messages are not/)]);
    const plain = { headers: { 'content-encoding': 'identity' }, payload: { name: 'a' } };
    expect((await server.call(`${APPS}/api`, plain)).status).toBe(200);
  });

  it('with an invalid path is code 3', async () => {
    expect(await server.call('/management/v1/projects/%ff/apps/api')).toMatchObject({ status: 400, body: { code: 3 } });
  });
});

describe('a caller', () => {
  it('without a valid token is 401, with the authentication scheme', async () => {
    const none = await server.fastify.inject({ method: 'POST', url: `${APPS}/api` });
    expect(none.statusCode).toBe(401);
    expect(none.headers['www-authenticate']).toBe('Bearer');
    expect(none.json()).toEqual({ code: 16, message: 'auth header missing', details: [] });
    expect(await server.call(`${APPS}/api`, { headers: { authorization: 'Bearer x.y.z' } })).toMatchObject({
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

  it('without the permission, or without a role in the organization of the header, is 403', async () => {
    server.token = await tokenWith({ ORG_OWNER_VIEWER: 'o1' });
    expect(await server.call(`${APPS}/api`, { payload: '{' })).toMatchObject({ status: 403, body: { code: 7 } });
    server.token = await tokenWith({ ORG_OWNER: 'o1' });
    expect((await server.call(`${APPS}/api`, { headers: { 'x-zitadel-orgid': 'o2' } })).status).toBe(403);
    expect((await server.call(`${APPS}/api`, { headers: { 'x-zitadel-orgid': 'o1' } })).status).toBe(200);
  });

  it('with a role in one project may make calls only in that project', async () => {
    server.token = await tokenWith({}, { 'urn:zitadel:iam:org:project:p1:roles': { PROJECT_OWNER: { o1: 'x' } } });
    expect((await server.call(`${APPS}/api`)).status).toBe(200);
    expect((await server.call('/management/v1/projects/p2/apps/api')).status).toBe(403);
  });
});

describe('a failure', () => {
  it('in the error catalogue is answered with its code and id', async () => {
    server.echo.failure = refused(applicationRefusals, 'V3-DKcYh');
    expect(await server.call(`${APPS}/api`)).toMatchObject({
      status: 409,
      body: { code: 6, message: 'Application already exists (V3-DKcYh)' },
    });
  });

  it('of a store is 503, and is logged', async () => {
    server.echo.failure = new EventStoreUnavailableError('disk full at /secret');
    const answer = await server.call(`${APPS}/api`);
    expect(answer).toMatchObject({ status: 503, body: { code: 14 } });
    expect(answer.body.message).not.toContain('secret');
    expect(server.logged).toHaveLength(1);
  });

  it('to answer within the deadline is 504, although the work continues', async () => {
    server.echo.gate = new Promise(() => {});
    const answer = await server.fastify.inject({ url: '/management/v1/healthz', headers: { 'grpc-timeout': '1m' } });
    expect([answer.statusCode, answer.json().code]).toEqual([504, 4]);
  });

  it('that is unexpected is 500 without its text, and is logged with the request id', async () => {
    server.echo.failure = new TypeError('secret internals');
    const answer = await server.call(`${APPS}/api`, { headers: { 'x-request-id': 'r-9' } });
    expect(answer).toMatchObject({ status: 500, body: { code: 13, details: [] } });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(server.logged[0]).toMatchObject({ fields: { requestId: 'r-9', err: server.echo.failure } });
  });
});
