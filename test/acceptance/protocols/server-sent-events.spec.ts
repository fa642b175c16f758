import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:http2';
import { EventSource } from 'eventsource';
import { ORIGIN, SampleServer } from '../../support/sample-server.js';
import { until } from '../../support/until.js';

const ANN = { authorization: 'ann' };
const STREAM = { ...ANN, accept: 'text/event-stream' };
const LABELS = { protocol: 'rest', method: 'SampleService/Count' };

let server: SampleServer;
beforeEach(async () => {
  server = await new SampleServer({ heartbeatMs: 200, maxStallMs: 500 }).start();
});
afterEach(() => server.stop());

const numbers = (query = '') => `${server.url}/sample/v1/numbers${query}`;

describe('a streaming call over REST', () => {
  it('answers server-sent events with id, type and data', async () => {
    const answer = await fetch(numbers('?count=2'), { headers: { ...STREAM, origin: ORIGIN } });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-counted-for': 'ann',
      'x-request-id': expect.any(String),
      'access-control-allow-origin': ORIGIN,
      'access-control-expose-headers': expect.stringContaining('x-counted-for'),
    });
    expect(await answer.text()).toBe(
      'id: 0\nevent: even\ndata: {"kind":"even"}\n\n' + 'id: 1\nevent: odd\ndata: {"number":"1","kind":"odd"}\n\n',
    );
    await until(() => server.lines.length > 0);
    expect(server.lines.at(-1)).toMatchObject({ ...LABELS, code: 'OK', user: 'ann', bytes: expect.any(Number) });
    expect(await server.metric('appledger_requests_total', { ...LABELS, code: 'OK' })).toBe(1);
  });

  it('shares its path with a unary call, selected by the accept header', async () => {
    const answer = await fetch(numbers('?count=2'), { headers: ANN });
    expect(await answer.json()).toEqual({ numbers: ['0', '1'] });
    await until(() => server.lines.length > 0);
    expect(server.lines.at(-1)).toMatchObject({ method: 'SampleService/ListNumbers' });
  });

  it('accepts a body if its rule has one, and needs no token if it is public', async () => {
    const body = JSON.stringify({ count: 1 });
    const answer = await fetch(`${server.url}/sample/v1/numbers/_count`, { method: 'POST', body });
    expect(await answer.text()).toBe('data: {}\n\n');
  });

  it('answers an error with its status when it is refused before the stream begins', async () => {
    const cases = [
      [{ accept: STREAM.accept }, 401, 16],
      [{ ...STREAM, 'last-event-id': 'x' }, 400, 3],
    ] as const;
    for (const [headers, status, code] of cases) {
      const answer = await fetch(numbers(), { headers });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/json']);
      expect(await answer.json()).toMatchObject({ code });
    }
    const wrong = await fetch(numbers('?count=-1'), { headers: STREAM });
    expect([wrong.status, await wrong.json()]).toEqual([400, expect.objectContaining({ code: 3 })]);
    expect(await server.metric('appledger_requests_total', { ...LABELS, code: 'INVALID_ARGUMENT' })).toBe(2);
  });

  it('answers an error as a separate event when it is interrupted', async () => {
    const answer = await fetch(`${server.url}/sample/v1/numbers/_count`, { method: 'POST', body: '{}' });
    const error = { code: 9, message: 'there is nothing to count', details: [] };
    expect(await answer.text()).toBe(`event: error\ndata: ${JSON.stringify(error)}\n\n`);
  });

  it('works over HTTP/2', async () => {
    const session = connect(server.url);
    const stream = session.request({ ':path': '/sample/v1/numbers?pause_ms=5', ...STREAM });
    const [headers] = await once(stream, 'response');
    expect(headers).toMatchObject({ ':status': 200, 'content-type': 'text/event-stream' });
    const [chunk] = await once(stream, 'data');
    expect(`${chunk}`).toMatch(/^id: 0\n/);
    stream.close();
    await until(() => server.rpc.streams.abandoned === 1);
    session.destroy();
  });
});

describe("a browser's EventSource", () => {
  it('resumes after the last event when the connection is lost', async () => {
    let connections = 0;
    const source = new EventSource(numbers('?count=2'), {
      fetch: (url, init) => {
        connections += 1;
        return fetch(url, { ...init, headers: { ...init?.headers, ...ANN } });
      },
    });
    const seen: string[] = [];
    for (const kind of ['even', 'odd']) source.addEventListener(kind, ({ lastEventId }) => seen.push(lastEventId));
    await until(() => seen.length >= 4); // each stream has two events: the client has reconnected
    source.close();
    expect(seen.slice(0, 4)).toEqual(['0', '1', '2', '3']);
    expect(connections).toBeGreaterThan(1);
  });
});

describe('a stream of events', () => {
  it('ends the work of the call when its reader disconnects', async () => {
    const leaving = new AbortController();
    const answer = await fetch(numbers('?pauseMs=5'), { headers: STREAM, signal: leaving.signal });
    await answer.body?.getReader().read();
    expect(await server.metric('appledger_open_streams', LABELS)).toBe(1);
    leaving.abort();
    await until(() => server.rpc.streams.abandoned === 1);
    await until(async () => (await server.metric('appledger_open_streams', LABELS)) === 0);
    expect(await server.metric('appledger_requests_total', { ...LABELS, code: 'CANCELLED' })).toBe(1);
  });

  it('is ended when the server stops, which does not wait for it', async () => {
    const answer = await fetch(numbers('?pauseMs=5'), { headers: STREAM });
    const text = answer.text();
    await until(() => server.rpc.produced > 1);
    await server.stop();
    expect(await text).toMatch(/event: error\ndata: \{"code":14,.*\}\n\n$/);
    expect(server.rpc.streams.abandoned).toBe(1);
  });

  it('has comments as heartbeats while it is idle', async () => {
    const answer = await fetch(numbers('?pauseMs=60000'), { headers: STREAM });
    const reader = answer.body?.getReader();
    const read = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(await read()).toMatch(/^id: 0\n/);
    expect(await read()).toBe(':\n\n');
    await reader?.cancel();
  });

  it('is written no faster than it is read, and aborted if it is not read at all', async () => {
    const slow = request(numbers('?padding=100000'), { headers: STREAM });
    slow.end();
    const [answer] = await once(slow, 'response');
    answer.pause();
    await until(() => server.rpc.streams.abandoned === 1);
    expect(server.rpc.produced * 100_000).toBeLessThan(32_000_000); // the socket's buffers in the kernel, and one answer
    expect(await server.metric('appledger_requests_total', { ...LABELS, code: 'RESOURCE_EXHAUSTED' })).toBe(1);
    answer.on('error', () => {});
    slow.destroy();
  });
});
