import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { callName } from '#libs/engine/rpc/core/call-name.js';
import { EventService } from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { builtProgram } from '../../support/built-program.js';
import { LEVELS, linesWith, requestLine } from '../../support/log-lines.js';
import { sendRaw } from '../../support/raw-http.js';
import { cleanUp, type Server } from '../../support/server.js';
import { speakersOf } from '../../support/speakers.js';
import { tempFolder } from '../../support/temp-folder.js';
import { overHttp2 } from '../../support/wire.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${TRACE}-b7ad6b7169203331-01`;

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_LOG_LEVEL: 'debug' } });
});
afterAll(cleanUp);

async function bearer(roles = ['IAM_OWNER']) {
  const { development } = appledger;
  const grants = Object.fromEntries(roles.map((role) => [role, [development.organization]]));
  return { authorization: `Bearer ${await tokenWith(development, grants)}` };
}

/** The number of lines about bytes that were not taken for requests. */
async function othersIn(server: Server): Promise<number> {
  return (await linesWith(server, /./)).filter(({ msg, method }) => msg === 'request' && method === 'other').length;
}

describe('a request has one line', () => {
  it('in every protocol, with caller, call and result', async () => {
    const { server, development } = appledger;
    const headers = await bearer();
    const { speakers, close } = speakersOf(server.url);
    try {
      for (const { protocol, call } of speakers) {
        const id = randomUUID();
        const sent = { ...headers, 'x-request-id': id, traceparent };
        await call(ManagementService.method.getProjectByID, { id: development.project }, sent);
        const line = await requestLine(server, id);
        expect([protocol, line]).toMatchObject([
          protocol,
          {
            level: LEVELS.info,
            protocol: (protocol.split(' ')[0] ?? '').toLowerCase(),
            method: 'ManagementService/GetProjectByID',
            user: development.user,
            organization: development.organization,
            code: 'OK',
            traceId: TRACE,
            ms: expect.any(Number),
          },
        ]);
        expect(line.bytes).toBeGreaterThan(50);
      }
    } finally {
      close();
    }
  });

  it('when it is refused, in every protocol', async () => {
    const { server, development } = appledger;
    const viewer = await bearer(['ORG_OWNER_VIEWER']);
    const { speakers, close } = speakersOf(server.url);
    const refusals = [
      ['NOT_FOUND', ManagementService.method.getProjectByID, await bearer(), development.user],
      ['UNAUTHENTICATED', ManagementService.method.getProjectByID, {}, undefined],
      ['PERMISSION_DENIED', ManagementService.method.addProject, viewer, development.user],
      ['UNIMPLEMENTED', ManagementService.method.listUsers, await bearer(), undefined],
    ] as const;
    try {
      for (const { protocol, call } of speakers) {
        for (const [code, method, headers, user] of refusals) {
          const id = randomUUID();
          await call(method as never, { id: '1', name: 'x' }, { ...headers, 'x-request-id': id });
          const line = await requestLine(server, id);
          expect([protocol, line.code, line.user, line.method]).toEqual([
            protocol,
            code,
            user,
            `ManagementService/${method.name}`,
          ]);
        }
      }
    } finally {
      close();
    }
  });

  it('when its path is unknown, or it cannot be parsed', async () => {
    const { server } = appledger;
    const long = 'x'.repeat(43);
    const requests = [
      ['GET /nowhere', 'GET /nowhere', 'NOT_FOUND', 'rest'],
      [`GET /nowhere/${long}/a?b=${long}`, 'GET /nowhere/…/a', 'NOT_FOUND', 'rest'],
      ['POST /management/v1/healthz', 'POST /management/v1/healthz', 'UNIMPLEMENTED', 'rest'],
      ['GET /%zz', 'GET /%zz', 'INVALID_ARGUMENT', 'rest'],
      ['GET /docs', 'GET /docs', 'OK', 'rest'],
    ] as const;
    for (const [request, method, code, protocol] of requests) {
      const [verb = '', path = ''] = request.split(' ');
      for (const version of ['1.1', '2'] as const) {
        const id = randomUUID();
        const headers = { 'x-request-id': id };
        if (version === '2') await overHttp2(server.url, { method: verb, path, headers });
        else await fetch(`${server.url}${path}`, { method: verb, headers });
        expect(await requestLine(server, id)).toMatchObject({ level: LEVELS.info, method, code, protocol });
      }
    }
    const tooLarge = `GET / HTTP/1.1\r\nhost: x\r\nx-request-id: large\r\nlong: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect((await sendRaw(server.url, tooLarge)).status).toBe(431);
    expect(await requestLine(server, 'large')).toMatchObject({ method: 'GET /', code: 'RESOURCE_EXHAUSTED' });
    const answer = await sendRaw(server.url, 'NONSENSE\r\n\r\n');
    expect(await requestLine(server, answer.headers['x-request-id'] ?? '')).toMatchObject({
      method: 'other',
      code: 'INVALID_ARGUMENT',
      bytes: answer.body.length,
    });
  });

  it('when an HTTP/2 stream has no path', async () => {
    const { server } = appledger;
    const session = connect(server.url);
    try {
      const stream = session.request({ ':method': 'CONNECT', ':authority': 'x', 'x-request-id': 'pathless' });
      stream.on('error', () => {});
      await once(stream.resume(), 'close');
      expect(await requestLine(server, 'pathless')).toMatchObject({ method: 'CONNECT ', code: 'INVALID_ARGUMENT' });
    } finally {
      session.destroy();
    }
  });

  it('when its client does not wait for the answer', async () => {
    const { server } = appledger;
    const { authorization } = await bearer();
    const session = connect(server.url);
    try {
      const path = '/zitadel.management.v1.ManagementService/AddAppKey';
      const head = { 'content-type': 'application/grpc', authorization };
      const stream = session.request({ ':method': 'POST', ':path': path, ...head, 'x-request-id': 'left-grpc' });
      stream.on('error', () => {});
      await once(session, 'remoteSettings');
      await delay(100);
      stream.destroy(); // `close` would end the request before it is cancelled, as one with an empty body
      expect(await requestLine(server, 'left-grpc')).toMatchObject({ protocol: 'grpc', code: 'CANCELLED', bytes: 0 });
    } finally {
      session.destroy();
    }
    const socket = connectTcp({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
    socket.write(
      `POST ${appledger.appsPath('POST').split(' ')[1]} HTTP/1.1\r\nhost: x\r\nx-request-id: left-rest\r\ncontent-length: 9\r\n\r\n{`,
    );
    await delay(100);
    socket.destroy();
    expect(await requestLine(server, 'left-rest')).toMatchObject({ protocol: 'rest', code: 'CANCELLED', bytes: 0 });
  });

  it.each([
    ['grpc', 'application/grpc', ManagementService.method.addAppKey],
    ['grpc', 'application/grpc', EventService.method.watchEvents],
    ['grpc-web', 'application/grpc-web+proto', ManagementService.method.addAppKey],
    ['connect', 'application/json', ManagementService.method.addAppKey],
    ['connect', 'application/connect+json', EventService.method.watchEvents],
  ])('when its connection breaks in the middle of its body: %s, %s, %s', async (protocol, type, method) => {
    const { server } = appledger;
    const { authorization } = await bearer();
    const { hostname: host, port } = new URL(server.url);
    const path = `/${method.parent.typeName}/${method.name}`;
    const head = { authorization, 'content-type': type };
    const overHttp2 = { socket: connectTcp({ host, port: Number(port) }), id: randomUUID() };
    const session = connect(server.url, { createConnection: () => overHttp2.socket });
    session.on('error', () => {});
    const stream = session.request({ ':method': 'POST', ':path': path, ...head, 'x-request-id': overHttp2.id });
    stream.on('error', () => {});
    stream.write('{"a');
    const requests = [overHttp2];
    if (protocol !== 'grpc') {
      const overHttp1 = { socket: connectTcp({ host, port: Number(port) }), id: randomUUID() };
      const headers = Object.entries({ host, 'x-request-id': overHttp1.id, 'content-length': 9, ...head });
      const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      overHttp1.socket.write(`POST ${path} HTTP/1.1\r\n${lines}\r\n{"a`);
      requests.push(overHttp1);
    }
    const before = await othersIn(server);
    for (const { socket, id } of requests) {
      await delay(100);
      socket.destroy();
      const line = await requestLine(server, id);
      expect(line).toMatchObject({ protocol, method: callName(method), code: 'CANCELLED', bytes: 0 });
    }
    expect(await othersIn(server)).toBe(before);
  });

  it('at level debug when it is a probe', async () => {
    const { server } = appledger;
    for (const path of ['/debug/healthz', '/debug/ready', '/debug/metrics', '/management/v1/healthz']) {
      const id = randomUUID();
      await fetch(`${server.url}${path}`, { headers: { 'x-request-id': id } });
      expect(await requestLine(server, id)).toMatchObject({ level: LEVELS.debug });
    }
  });
});

describe("a request's id", () => {
  it('is in every log line of the request, in its answer and in its events', async () => {
    const { server } = appledger;
    const headers = { 'x-request-id': 'id-of-the-client', traceparent };
    const refused = await appledger.call('GET /management/v1/projects/1', { token: 'none', headers });
    expect(refused.headers.get('x-request-id')).toBe('id-of-the-client');
    const lines = await linesWith(server, /"requestId":"id-of-the-client"[^\n]*"msg":"request"}\n/);
    const ours = lines.filter(({ requestId }) => requestId === 'id-of-the-client');
    expect(ours.map(({ msg }) => msg)).toEqual(['a token was refused', 'request']);
    await appledger.call(appledger.appsPath('POST'), { body: { name: 'identified' }, headers });
    const { EventStoreDBClient } = await import('@eventstore/db-client');
    const client = EventStoreDBClient.connectionString(await server.eventsUrl());
    const metadata: unknown[] = [];
    for await (const { event } of client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 2 })) {
      metadata.push(event?.metadata);
    }
    await client.dispose();
    const expected = { $causationId: 'id-of-the-client', $correlationId: 'id-of-the-client', traceparent };
    expect(metadata).toMatchObject([expected, expected]);
  });

  it('is replaced if the client sends one that is too long or not printable', async () => {
    for (const id of ['x'.repeat(129), 'a b']) {
      const { headers } = await appledger.call('GET /management/v1/healthz', { headers: { 'x-request-id': id } });
      expect(await requestLine(appledger.server, headers.get('x-request-id') ?? '')).toMatchObject({ code: 'OK' });
    }
  });
});

it('no line contains a secret, a token, a body or a query string', async () => {
  const { server, development } = appledger;
  const { authorization } = await bearer();
  const token = authorization.slice('Bearer '.length);
  const created = await appledger.call(appledger.appsPath('POST'), { token, body: { name: 'name-in-a-body' } });
  const hidden = ['name-in-a-body', 'word-of-a-query', created.body.clientSecret, token, token.split('.')[2] ?? ''];
  await appledger.call(`GET /${token}?q=word-of-a-query`, { token });
  await appledger.call(`POST /${created.body.clientSecret}`, { token: `${token}x`, body: { name: hidden[0] } });
  await appledger.call(`GET /management/v1/projects/${development.project}?q=word-of-a-query`, { token });
  const headers = { 'x-zitadel-orgid': token, 'x-request-id': 'last-of-these' };
  await appledger.call(`GET /management/v1/projects/${development.project}`, { token, headers });
  await requestLine(server, 'last-of-these');
  const output = await server.outputWith(/last-of-these/);
  for (const word of hidden) expect(output).not.toContain(word);
});

it('there is no line when the access log is off', async () => {
  const quiet = await startAppledger({ env: { APPLEDGER_ACCESS_LOG: 'off' } });
  await quiet.createApp({ name: 'a' });
  await quiet.server.stop();
  expect(await quiet.server.outputWith(/listens on/)).not.toContain('"msg":"request"');
});

it.each(['SIGTERM', 'SIGINT'] as const)(
  'the lines of the last requests are written when %s ends the server',
  async (signal) => {
    const stopped = await startAppledger();
    for (const name of ['a', 'b', 'c']) await stopped.createApp({ name });
    await stopped.server.stop(signal);
    const output = await stopped.server.outputWith(/listens on/);
    expect(output.match(/"method":"ManagementService\/AddAPIApp"/g)).toHaveLength(3);
  },
);

const CTRL_C = '\u0003';

describe('the form of the log', () => {
  /** Everything that a server prints until it has been stopped after a moment, its output being a terminal. */
  async function onTerminal(env: Readonly<Record<string, string>>): Promise<string> {
    const settings = { APPLEDGER_PORT: '0', APPLEDGER_GATEWAY_PORT: '0', APPLEDGER_DATA_DIR: tempFolder(), ...env };
    const command = `${process.execPath} ${builtProgram('api')}`;
    const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      env: { PATH: process.env.PATH, TERM: 'xterm', ...settings },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    let isStopping = false;
    for await (const chunk of child.stdout) {
      output += chunk;
      const isStarted = ['Stop with Ctrl+C', 'reach the embedded event store'].every((text) => output.includes(text));
      if (isStarted && !isStopping) child.stdin.write(CTRL_C);
      isStopping = isStarted;
    }
    return output;
  }

  it('is readable text on a terminal, without JSON lines', async () => {
    const output = await onTerminal({});
    expect(output).toMatch(/\d\d:\d\d:\d\d\.\d{3}.*INFO.*EventStoreDB's clients reach the embedded event store here/);
    expect(output).not.toMatch(/^\{"level"/m);
  });

  it('is JSON on a terminal if that is configured', async () => {
    expect(await onTerminal({ APPLEDGER_LOG_FORMAT: 'json' })).toMatch(/^\{"level":30/m);
  });

  it('is readable text elsewhere if that is configured', async () => {
    const { server: pretty, createApp } = await startAppledger({ env: { APPLEDGER_LOG_FORMAT: 'pretty' } });
    await createApp({ name: 'a' });
    const output = await pretty.outputWith(/AddAPIApp/);
    expect(output).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: request \{.*"method":"ManagementService\/AddAPIApp"/m);
  });
});
