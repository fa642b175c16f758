import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { features } from '#libs/registry/features.js';
import { APPS, EchoServer } from '../../../../../test/support/echo-server.js';
import { restRules } from './http-rule.js';

let server: EchoServer;
beforeEach(async () => {
  server = await EchoServer.start();
});
afterEach(() => server.close());

describe('every call of the contract', () => {
  it('has an answer: 501 without authentication if it is not bound', async () => {
    const bound = new Set(['Healthz', 'AddAPIApp', 'ListApps', 'ListAppChanges', 'UpdateApp']);
    for (const { service, restPrefix } of features.contract.services) {
      for (const method of service.methods) {
        if (service === ManagementService && bound.has(method.name)) continue;
        for (const { verb, url } of restRules(method as never)) {
          const path = `${restPrefix}${url
            .replaceAll(/(?<!:):\w+/g, 'x')
            .replace('::', ':')
            .replace('*', 'a/b')}`;
          const answer = await server.fastify.inject({ method: verb, url: path });
          expect([path, answer.statusCode, answer.json().code]).toEqual([path, 501, 12]);
        }
      }
    }
  });

  it('is found only by its path: another path is 404 in the same form', async () => {
    for (const [method, url] of [
      ['GET', '/nowhere'],
      ['PATCH', APPS],
      ['POST', '/management/v1/__proto__'],
      ['GET', '/management/v1/projects/a/b/c/d'],
    ] as const) {
      const answer = await server.fastify.inject({ method, url });
      expect([url, answer.statusCode, answer.json()]).toMatchObject([url, 404, { code: 5, details: [] }]);
      expect(answer.headers.allow).toBeUndefined();
    }
  });

  it('answers an unsupported verb with the supported ones', async () => {
    for (const [method, url, allow] of [
      ['PATCH', `${APPS}/api`, 'POST'],
      ['OPTIONS', `${APPS}/_search`, 'POST'],
      ['POST', '/management/v1/healthz?a=b', 'GET, HEAD'],
      ['HEAD', '/management/v1/projects/p1/_deactivate', 'POST'],
      ['POST', '/management/v1/projects/p%201', 'DELETE, GET, HEAD, PUT'],
    ] as const) {
      const answer = await server.fastify.inject({
        method,
        url,
        payload: '{',
        headers: { 'content-type': 'application/json' },
      });
      expect([url, answer.statusCode, answer.headers.allow]).toEqual([url, 405, allow]);
      if (method !== 'HEAD') expect(answer.json()).toMatchObject({ code: 12, details: [] });
    }
  });
});

describe('a call', () => {
  it('receives body, path and context, and answers with the common headers', async () => {
    const answer = await server.call(`${APPS}/api`, {
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
    expect(server.echo.seen?.request).toMatchObject({ projectId: 'p1', name: 'n', authMethodType: 1 });
    expect(server.echo.seen?.context).toMatchObject({
      identity: { organization: 'o1', caller: { user: 'u1' } },
      requestId: 'r-1',
      correlationId: 'r-1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
  });

  it('generates a request id if the client sends an invalid one', async () => {
    const answer = await server.call(`${APPS}/api`, { payload: {}, headers: { 'x-request-id': 'a b' } });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(['application/x-www-form-urlencoded', 'json', 'text/plain', ';;'])(
    'reads JSON with the content type %s',
    async (type) => {
      const answer = await server.call(`${APPS}/api`, { payload: '{"name":"n"}', headers: { 'content-type': type } });
      expect(answer).toMatchObject({ status: 200, body: { clientId: 'n' } });
    },
  );

  it('reads its fields from the query string if it has no body', async () => {
    const query = 'query.limit=10&query.asc=true&query.sequence=9007199254740993&x=1';
    expect((await server.call(`${APPS}/a1/changes/_search?${query}`)).status).toBe(200);
    expect(server.echo.seen?.request).toMatchObject({
      projectId: 'p1',
      appId: 'a1',
      query: { limit: 10, asc: true, sequence: 9007199254740993n },
    });
  });

  it('needs no token if the contract requires no permission', async () => {
    expect((await server.fastify.inject('/management/v1/healthz')).statusCode).toBe(200);
  });

  it('passes a project id of 10,000 characters to the field rule, which refuses it', async () => {
    expect((await server.call(`/management/v1/projects/${'1'.repeat(10_000)}/apps/api`, { payload: {} })).status).toBe(
      200,
    );
  });
});

describe('on the wire', () => {
  let received = '';

  async function listen() {
    await server.fastify.listen({ host: '127.0.0.1', port: 0 });
    const address = server.fastify.server.address();
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

  it('closing waits for requests in flight, closes their connections, and accepts no new ones', async () => {
    const { socket } = await listen();
    const port = socket.remotePort ?? 0;
    let open = () => {};
    server.echo.gate = new Promise((resolve) => {
      open = resolve;
    });
    const began = once(server.fastify.server, 'request');
    socket.write('GET /management/v1/healthz HTTP/1.1\r\nhost: x\r\n\r\n');
    await began;
    const closed = server.fastify.close();
    while (server.fastify.server.listening) await setImmediate();
    const refused = connect(port, '127.0.0.1');
    await expect(once(refused, 'connect')).rejects.toThrow('ECONNREFUSED');
    open();
    await closed; // otherwise the connection would stay open, and the test would not end
    await once(socket, 'close');
    expect(received).toMatch(/^HTTP\/1.1 200 [\s\S]*connection: close[\s\S]*\{\}$/i);
  });
});
