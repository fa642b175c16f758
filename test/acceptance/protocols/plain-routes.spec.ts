import { once } from 'node:events';
import { connect } from 'node:http2';
import { MAX_BODY_BYTES } from '#libs/engine/rpc/limits/limits.js';
import { ORIGIN, SampleServer } from '../../support/sample-server.js';
import { until } from '../../support/until.js';

const CLIENT = { authorization: 'Basic c2FtcGxl' };
const LABELS = { protocol: 'rest', method: 'Sample/Introspect' };

let server: SampleServer;
beforeEach(async () => {
  server = await new SampleServer().start();
});
afterEach(() => server.stop());

const introspect = (token: string, headers: Record<string, string> = CLIENT) =>
  fetch(`${server.url}/sample/oauth/introspect`, { method: 'POST', body: new URLSearchParams({ token }), headers });

const errorIn = async (answer: Response) => ((await answer.json()) as { readonly error: string }).error;

const counted = (code: string) => server.metric('appledger_requests_total', { ...LABELS, code });

describe('a route that is not a call of a contract', () => {
  it('reads a form, and is counted and logged', async () => {
    const answer = await introspect('good', { ...CLIENT, 'x-request-id': 'r-1' });
    expect([answer.status, await answer.json()]).toEqual([200, { active: true }]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': 'r-1',
    });
    expect(await counted('OK')).toBe(1);
    await until(() => server.lines.length > 0);
    expect(server.lines.at(-1)).toMatchObject({ ...LABELS, requestId: 'r-1', code: 'OK', bytes: 15 });
  });

  it('authenticates its callers itself, and answers errors in its own form', async () => {
    const answer = await introspect('good', {});
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Basic']);
    expect(await answer.json()).toEqual({ error: 'invalid_client', error_description: 'the client is not known' });
    expect(await counted('UNAUTHENTICATED')).toBe(1);
  });

  it('reports the cause of an internal error only in the log', async () => {
    const answer = await introspect('break');
    expect(answer.status).toBe(500);
    expect(JSON.stringify(await answer.json())).not.toContain('secret');
    expect(server.errors).toHaveLength(1);
    expect(await counted('INTERNAL')).toBe(1);
  });

  it('refuses bodies that are too large, or of another type', async () => {
    const large = await introspect('x'.repeat(MAX_BODY_BYTES));
    expect([large.status, await errorIn(large)]).toEqual([413, 'invalid_request']);
    const json = await fetch(`${server.url}/sample/oauth/introspect`, {
      method: 'POST',
      body: '{}',
      headers: { ...CLIENT, 'content-type': 'application/json' },
    });
    expect([json.status, await errorIn(json)]).toEqual([415, 'invalid_request']);
    expect([await counted('RESOURCE_EXHAUSTED'), await counted('INVALID_ARGUMENT')]).toEqual([1, 1]);
  });

  it('may be called by pages, takes no other method, and works over HTTP/2', async () => {
    const page = await introspect('good', { ...CLIENT, origin: ORIGIN });
    expect(page.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    const preflight = { origin: ORIGIN, 'access-control-request-method': 'POST' };
    const options = await fetch(`${server.url}/sample/oauth/introspect`, { method: 'OPTIONS', headers: preflight });
    expect([options.status, options.headers.get('access-control-allow-origin')]).toEqual([204, ORIGIN]);
    const get = await fetch(`${server.url}/sample/oauth/introspect`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);

    const session = connect(server.url);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const stream = session.request({ ':method': 'POST', ':path': '/sample/oauth/introspect', ...CLIENT, ...form });
    stream.end('token=bad');
    const [headers] = await once(stream, 'response');
    const [body] = await once(stream, 'data');
    expect([headers[':status'], JSON.parse(`${body}`)]).toEqual([200, { active: false }]);
    session.close();
  });

  it('is notified when the server stops, and does not delay it', async () => {
    const waiting = introspect('wait');
    await until(() => server.waiting === 1);
    await server.stop();
    expect((await waiting).status).toBe(200);
  });
});
