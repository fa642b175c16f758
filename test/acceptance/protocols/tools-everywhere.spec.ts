import { once } from 'node:events';
import { connect } from 'node:net';
import { create, type DescMethod, type DescService, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError, type Transport } from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from '@connectrpc/connect-node';
import { Health } from '#libs/engine/contract/gen/grpc/health/v1/health_pb.js';
import { reflections } from '#libs/engine/rpc/protocols/grpc/reflection.js';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { methodOf, describe as outline } from '../../support/describe.js';
import { sendRaw } from '../../support/raw-http.js';
import { cleanUp } from '../../support/server.js';
import { framed, frames, overHttp1, overHttp2 } from '../../support/wire.js';

const MANAGEMENT = 'zitadel.management.v1.ManagementService';
const WATCH = '/grpc.health.v1.Health/Watch';
const REFLECT = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
const END_STREAM = 2;
const TRAILERS = 0x80;

/** An unknown service, and a known service with an unknown method. */
const strangers = [
  ['no.such', 'Service'],
  ['grpc.health.v1', 'Health'],
  ['grpc.reflection.v1', 'ServerReflection'],
].map(([packageName = '', name = '']) =>
  outline({
    name: `${packageName}.proto`,
    package: packageName,
    messages: { Nothing: { text: 'string 1' } },
    services: {
      [name]: {
        Ask: { input: 'Nothing', output: 'Nothing' },
        Follow: { input: 'Nothing', output: 'Nothing', streams: 'answers' },
      },
    },
  }).service(name),
);

let appledger: Appledger;
let sessionManager: Http2SessionManager;
beforeAll(async () => {
  appledger = await startAppledger();
  await ready(appledger.call);
  sessionManager = new Http2SessionManager(appledger.server.url);
});
afterAll(async () => {
  sessionManager.abort();
  await cleanUp();
});

const http1 = () => ({ baseUrl: appledger.server.url, httpVersion: '1.1' }) as const;
const http2 = () => ({ baseUrl: appledger.server.url, httpVersion: '2', sessionManager }) as const;

const overBoth: readonly (readonly [string, () => Transport])[] = [
  ['Connect with protobuf over HTTP/2', () => createConnectTransport({ ...http2(), useBinaryFormat: true })],
  ['Connect with JSON over HTTP/2', () => createConnectTransport({ ...http2(), useBinaryFormat: false })],
  ['gRPC', () => createGrpcTransport({ baseUrl: appledger.server.url, sessionManager })],
  ['gRPC-web over HTTP/2', () => createGrpcWebTransport(http2())],
];

const everywhere: typeof overBoth = [
  ...overBoth,
  ['Connect with protobuf over HTTP/1.1', () => createConnectTransport({ ...http1(), useBinaryFormat: true })],
  ['Connect with JSON over HTTP/1.1', () => createConnectTransport({ ...http1(), useBinaryFormat: false })],
  ['gRPC-web over HTTP/1.1', () => createGrpcWebTransport(http1())],
];

// biome-ignore lint/suspicious/noExplicitAny: messages of services that are described while the program runs
type Fields = any;

async function ask(transport: Transport, method: DescMethod, fields: Fields): Promise<Fields> {
  const unary = method as DescMethod & { methodKind: 'unary' };
  return (await transport.unary(unary, undefined, undefined, undefined, fields)).message;
}

/** The first answers of a streaming call; the rest is not read. */
async function follow(
  transport: Transport,
  method: DescMethod,
  questions: readonly Fields[],
  count = 1,
): Promise<Fields[]> {
  const leave = new AbortController();
  async function* input() {
    yield* questions;
  }
  const streaming = method as DescMethod & { methodKind: 'bidi_streaming' };
  const { message } = await transport.stream(streaming, leave.signal, undefined, undefined, input());
  const answers: Fields[] = [];
  for await (const answer of message) {
    if (answers.push(answer) === count) break;
  }
  leave.abort();
  return answers;
}

async function codeOf(attempt: Promise<unknown>): Promise<Code> {
  return ConnectError.from(await attempt.catch((error: unknown) => error)).code;
}

describe.each(everywhere)('over %s', (_, transport) => {
  const check = methodOf(Health, 'Check');
  const watch = methodOf(Health, 'Watch');

  it('health is checked and watched', async () => {
    expect(await ask(transport(), check, { service: MANAGEMENT })).toMatchObject({ status: 1 });
    expect(await codeOf(ask(transport(), check, { service: 'nobody' }))).toBe(Code.NotFound);
    expect(await follow(transport(), watch, [{ service: '' }])).toMatchObject([{ status: 1 }]);
    expect(await follow(transport(), watch, [{ service: 'nobody' }])).toMatchObject([{ status: 3 }]);
  });

  it('unknown services and methods are unimplemented', async () => {
    for (const service of strangers) {
      expect(await codeOf(ask(transport(), methodOf(service, 'Ask'), {}))).toBe(Code.Unimplemented);
      expect(await codeOf(follow(transport(), methodOf(service, 'Follow'), [{}]))).toBe(Code.Unimplemented);
    }
  });

  it('a watch ends with its deadline', async () => {
    const streaming = watch as DescMethod & { methodKind: 'bidi_streaming' };
    async function* input() {
      yield {};
    }
    const { message } = await transport().stream(streaming, undefined, 300, undefined, input());
    const all = async () => {
      for await (const _answer of message);
    };
    expect(await codeOf(all())).toBe(Code.DeadlineExceeded);
  });
});

describe.each(overBoth)('over %s', (_, transport) => {
  it.each(reflections.map((service) => [service.typeName, service] as const))(
    'questions of %s are answered one after the other on one stream',
    async (_name: string, service: DescService) => {
      const questions = [
        { messageRequest: { case: 'listServices', value: '' } },
        { messageRequest: { case: 'fileContainingSymbol', value: MANAGEMENT } },
        { messageRequest: { case: 'fileContainingSymbol', value: 'nowhere.Nothing' } },
        { host: 'h' },
      ];
      const answers = await follow(transport(), methodOf(service, 'ServerReflectionInfo'), questions, questions.length);
      expect(answers).toMatchObject([
        { messageResponse: { case: 'listServicesResponse' } },
        {
          messageResponse: { case: 'fileDescriptorResponse' },
          originalRequest: { messageRequest: questions[1]?.messageRequest },
        },
        { messageResponse: { case: 'errorResponse', value: { errorCode: 5 } } },
        { validHost: 'h', messageResponse: { case: 'errorResponse', value: { errorCode: 3 } } },
      ]);
    },
  );
});

/** A question for the services, in a frame. */
function question(): Buffer {
  const [service] = reflections;
  if (service === undefined) throw new Error('no reflection');
  const { input } = methodOf(service, 'ServerReflectionInfo');
  return framed(toBinary(input, create(input, { messageRequest: { case: 'listServices', value: '' } } as Fields)));
}

describe('a bidirectional call over HTTP/1.1', () => {
  it.each([
    ['application/connect+proto', END_STREAM, '{}'],
    ['application/grpc-web+proto', TRAILERS, 'grpc-status: 0\r\n'],
  ])('is answered when all of its requests are on their way: %s', async (type, flags, end) => {
    const body = Buffer.concat([question(), question()]);
    const answer = await overHttp1(appledger.server.url, { path: REFLECT, headers: { 'content-type': type }, body });
    const found = frames(answer.body);
    expect([answer.headers['content-type'], found.map((frame) => frame.flags)]).toEqual([type, [0, 0, flags]]);
    expect(`${found[0]?.data}`).toContain(MANAGEMENT);
    expect(`${found.at(-1)?.data}`).toBe(end);
  });

  it('accepts JSON too', async () => {
    const answer = await overHttp1(appledger.server.url, {
      path: REFLECT,
      headers: { 'content-type': 'application/connect+json' },
      body: framed(Buffer.from('{"listServices":""}')),
    });
    const [message, end] = frames(answer.body);
    expect(JSON.parse(`${message?.data}`)).toMatchObject({
      originalRequest: { listServices: '' },
      listServicesResponse: { service: expect.arrayContaining([{ name: MANAGEMENT }]) },
    });
    expect(JSON.parse(`${end?.data}`)).toEqual({});
  });

  it('is refused if more requests may follow, because client and server could wait for each other', async () => {
    const request = (type: string) =>
      `POST ${REFLECT} HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n`;
    const connectAnswer = await sendRaw(appledger.server.url, request('application/connect+proto'));
    expect(connectAnswer.status).toBe(200);
    const socket = connect(Number(new URL(appledger.server.url).port), '127.0.0.1');
    socket.write(request('application/connect+json'));
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
    });
    await once(socket, 'close');
    expect(received).toMatch(/"code":"unimplemented","message":"this call streams both ways, which needs HTTP\/2/);
  });
});

describe('gRPC-web as text', () => {
  const type = 'application/grpc-web-text';
  const pieces = (body: Buffer) =>
    Buffer.concat(Array.from(body.toString('latin1').matchAll(/[^=]+=*/g), ([piece]) => Buffer.from(piece, 'base64')));

  it.each([
    ['HTTP/1.1', overHttp1],
    ['HTTP/2', overHttp2],
  ] as const)('streams over %s, however the text is cut', async (_, send) => {
    const text = question().toString('base64') + question().toString('base64');
    const answer = await send(appledger.server.url, {
      path: REFLECT,
      headers: { 'content-type': type },
      body: Buffer.from(text),
    });
    const found = frames(pieces(answer.body));
    expect(answer.headers['content-type']).toBe('application/grpc-web-text+proto');
    expect(found.map(({ flags }) => flags)).toEqual([0, 0, TRAILERS]);
    expect(`${found[0]?.data}`).toContain(MANAGEMENT);
  });

  it('checks health', async () => {
    const body = Buffer.from(framed(new Uint8Array()).toString('base64'));
    const answer = await overHttp1(appledger.server.url, {
      path: '/grpc.health.v1.Health/Check',
      headers: { 'content-type': type },
      body,
    });
    expect(frames(pieces(answer.body)).map(({ data }) => `${data}`)).toEqual(['\b\u0001', 'grpc-status: 0\r\n']);
  });
});

describe('an invalid stream', () => {
  it.each([
    ['half a head', Buffer.from([0, 0]), 'invalid_argument'],
    ['a compressed message', framed(Buffer.from('x'), 1), 'unimplemented'],
    ['a message that is no protobuf', framed(Buffer.from('ffffffff', 'hex')), 'invalid_argument'],
    ['a message that is too large', Buffer.from([0, 0xff, 0xff, 0xff, 0xff]), 'resource_exhausted'],
  ])('is told so at its end: %s', async (_, body, code) => {
    for (const send of [overHttp1, overHttp2]) {
      const answer = await send(appledger.server.url, {
        path: WATCH,
        headers: { 'content-type': 'application/connect+proto' },
        body,
      });
      const last = frames(answer.body).at(-1);
      expect([answer.status, last?.flags, JSON.parse(`${last?.data}`).error.code]).toEqual([200, END_STREAM, code]);
    }
  });

  it('is 415 with a content type of unary calls, and vice versa', async () => {
    for (const [path, type] of [
      [WATCH, 'application/json'],
      [REFLECT, 'application/proto'],
      ['/grpc.health.v1.Health/Check', 'application/connect+json'],
    ] as const) {
      for (const send of [overHttp1, overHttp2]) {
        const answer = await send(appledger.server.url, {
          path,
          headers: { 'content-type': type },
          body: Buffer.from('{}'),
        });
        expect([answer.status, JSON.parse(`${answer.body}`).code]).toEqual([415, 'invalid_argument']);
        expect(answer.headers['accept-post']).toMatch(/application\//);
      }
    }
  });
});

it('health over Connect with JSON names its field', async () => {
  const answer = await appledger.call('POST /grpc.health.v1.Health/Check', { token: undefined, body: {} });
  expect([answer.status, answer.body]).toEqual([200, { status: 'SERVING' }]);
});
