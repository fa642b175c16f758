import { createClient } from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from '@connectrpc/connect-node';
import { EventSource } from 'eventsource';
import { EventService } from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';
import { messagesOf } from '../../support/server-sent-events.js';
import { until } from '../../support/until.js';

const ADDED = 'project.application.added';

let appledger: Appledger;
let token: string;
beforeAll(async () => {
  appledger = await startAppledger();
  token = await tokenWith(appledger.development, { IAM_OWNER: [appledger.development.organization] });
});
afterAll(cleanUp);

const url = (query = '') => `${appledger.server.url}/appledger/v1/events${query}`;
const stream = (query: string, headers: Record<string, string> = {}, bearer = token, signal?: AbortSignal) =>
  fetch(url(query), {
    headers: { authorization: `Bearer ${bearer}`, accept: 'text/event-stream', ...headers },
    ...(signal && { signal }),
  });
/** What an EventSource needs of an answer. */
async function answerOf(sent: Promise<Response>) {
  const { body, url, status, redirected, headers } = await sent;
  return { body, url, status, redirected, headers };
}

const create = async (name: string): Promise<string> => (await appledger.createApp({ name })).body.appId;

describe('the stream of events', () => {
  it('sends the past and then what happens, each message with its cursor and type', async () => {
    const first = await create('Before the stream');
    const leaving = new AbortController();
    const answer = await stream(`?types=${ADDED}`, {}, token, leaving.signal);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const subjects: string[] = [];
    let second: string | undefined;
    for await (const { id, event, data, retry } of messagesOf(answer)) {
      if (retry !== undefined) continue;
      expect(id).toMatch(/^[\w-]{23}$/);
      if (event === 'cursor') {
        expect(data).toEqual({ type: 'cursor', cursor: id });
        continue;
      }
      expect([event, data.type, data.specversion]).toEqual([ADDED, ADDED, '1.0']);
      subjects.push(data.subject);
      if (second === undefined) second = await create('During the stream');
      else break;
    }
    leaving.abort();
    expect(subjects).toEqual([first, second]);
  });

  it('says at once how to continue: when to connect again, and with which id', async () => {
    const leaving = new AbortController();
    const messages: unknown[] = [];
    for await (const message of messagesOf(await stream('?after=now', {}, token, leaving.signal))) {
      if (messages.push(message) === 2) break;
    }
    leaving.abort();
    const cursor = expect.stringMatching(/^[\w-]{23}$/);
    expect(messages).toEqual([{ retry: '1000' }, { id: cursor, event: 'cursor', data: { cursor, type: 'cursor' } }]);
  });

  it('continues after Last-Event-ID, which takes precedence over `after`', async () => {
    const { nextCursor } = (await appledger.call('GET /appledger/v1/events?after=now')).body;
    const appId = await create('After the cursor');
    const leaving = new AbortController();
    const answer = await stream('?after=beginning', { 'last-event-id': nextCursor }, token, leaving.signal);
    for await (const { event, data } of messagesOf(answer)) {
      if (event !== ADDED) continue;
      expect(data.subject).toBe(appId);
      break;
    }
    leaving.abort();
  });

  it.each([
    ['?types=user.added', {}, 400, 3],
    ['?after=x', {}, 400, 3],
    ['', { 'last-event-id': 'x' }, 400, 3],
    ['', { authorization: 'Bearer x' }, 401, 16],
  ])('refuses %s with %j before it begins', async (query, headers, status, code) => {
    const answer = await stream(query, headers as Record<string, string>);
    expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining({ code })]);
  });

  it('shows an organization nothing of another one', async () => {
    const elsewhere = await tokenWith(
      appledger.development,
      { ORG_OWNER: ['elsewhere'] },
      {
        'urn:zitadel:iam:user:resourceowner:id': 'elsewhere',
      },
    );
    const leaving = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { event, data } of messagesOf(await stream('', {}, elsewhere, leaving.signal))) {
        if (event !== 'cursor' && data !== undefined) seen.push(data.resourceowner);
        if (seen.length > 0) return;
      }
    })();
    await create('Not shown elsewhere');
    const owner = { token, headers: { 'x-zitadel-orgid': 'elsewhere' }, body: { name: 'P' } };
    await appledger.call('POST /management/v1/projects', owner);
    await reading;
    leaving.abort();
    expect(seen).toEqual(['elsewhere']);
  });

  it('ends when the token expires, and says so', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 2;
    const roles = { IAM_OWNER: [appledger.development.organization] };
    const short = await tokenWith(appledger.development, roles, { exp });
    const text = await (await stream('?after=now', {}, short)).text();
    expect(text).toMatch(/event: error\ndata: \{"code":16,"message":"the token has expired[^\n]*\n\n$/);
  });

  it('is resumed by an EventSource without a loss and without a repetition', async () => {
    let connections = 0;
    let cut = (): void => undefined;
    const source = new EventSource(url(`?after=now&types=${ADDED}`), {
      fetch: async (input, init) => {
        connections += 1;
        const headers = { ...init?.headers, authorization: `Bearer ${token}` };
        const { body, ...answer } = await answerOf(fetch(input, { ...init, headers }));
        const wire = new TransformStream<Uint8Array, Uint8Array>({
          start(controller) {
            cut = () => controller.terminate();
          },
        });
        return { ...answer, body: body?.pipeThrough(wire) ?? null };
      },
    });
    const seen: string[] = [];
    let begun = 0;
    source.addEventListener('cursor', () => {
      begun += 1;
    });
    source.addEventListener(ADDED, ({ data }) => seen.push(JSON.parse(data).subject));
    await until(() => begun > 0);
    const created: string[] = [];
    for (let index = 0; index < 4; index += 1) {
      created.push(await create(`Seen by a browser ${index}`));
      await until(() => seen.length >= created.length);
      cut(); // while it is away, the next one is created
    }
    source.close();
    expect(seen).toEqual(created);
    expect(connections).toBeGreaterThan(1);
  });
});

describe('WatchEvents', () => {
  it('streams the same over gRPC, gRPC-web and Connect', async () => {
    const sessionManager = new Http2SessionManager(appledger.server.url);
    const baseUrl = appledger.server.url;
    const transports = {
      gRPC: createGrpcTransport({ baseUrl, sessionManager }),
      'gRPC-web': createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
      'Connect as JSON': createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: false }),
      'Connect as protobuf': createConnectTransport({ baseUrl, httpVersion: '2', sessionManager }),
    };
    const appId = await create('Watched');
    for (const [protocol, transport] of Object.entries(transports)) {
      const leaving = new AbortController();
      const answers = createClient(EventService, transport).watchEvents(
        { application: appId },
        { headers: { authorization: `Bearer ${token}` }, signal: leaving.signal },
      );
      const seen: unknown[] = [];
      for await (const { type, event } of answers) {
        seen.push([type, event?.subject]);
        if (seen.length === 3) break;
      }
      leaving.abort();
      expect([protocol, seen]).toEqual([
        protocol,
        [
          ['cursor', undefined],
          [ADDED, appId],
          ['project.application.config.api.added', appId],
        ],
      ]);
    }
    sessionManager.abort();
  });
});

it('a stopping server ends streams and held requests, which say where to continue', async () => {
  const other = await startAppledger();
  const owner = await tokenWith(other.development, { IAM_OWNER: [other.development.organization] });
  const headers = { authorization: `Bearer ${owner}` };
  const path = `${other.server.url}/appledger/v1/events`;
  const { nextCursor } = (await other.call('GET /appledger/v1/events?after=now')).body;
  const held = fetch(`${path}?after=${nextCursor}&wait=60s`, { headers }).then((answer) => answer.json());
  const watched = await fetch(path, { headers: { ...headers, accept: 'text/event-stream' } });
  const text = watched.text();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await other.server.stop();
  expect(await held).toMatchObject({ nextCursor });
  expect(await text).toMatch(/event: error\ndata: \{"code":14/);
});
