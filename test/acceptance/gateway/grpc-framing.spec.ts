import { randomUUID } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { status } from '@grpc/grpc-js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { framed, sendFrames } from '../../support/gateway-frames.js';
import {
  AppendReq,
  appendRequests,
  batchAppendRequest,
  DeleteReq,
  subscriptionToAll,
} from '../../support/gateway-wire.js';

const STREAMS = '/event_store.client.streams.Streams';
const MEBIBYTE = 1_048_576;
const COMPRESSED = 1;

let gateway: TestGateway;
let stream: string;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  stream = `s-${randomUUID()}`;
});

const send = (method: string, pieces: readonly Buffer[], headers = {}) =>
  sendFrames(gateway.port, `${STREAMS}/${method}`, pieces, headers);
const append = (events: number) => appendRequests(stream, events, 'noStream');
const storedRevision = async () => (await gateway.log.streamHead(stream))?.revision;

it('a request in pieces of one byte is one request', async () => {
  const bytes = Buffer.concat(append(2).map((message) => framed(message)));
  const { code, messages } = await send(
    'Append',
    Array.from(bytes, (byte) => Buffer.of(byte)),
  );
  expect(code).toBe(0);
  expect(messages).toHaveLength(1);
  expect(await storedRevision()).toBe(1n);
});

it('a request that ends within a message is refused, and nothing of it is written', async () => {
  const bytes = Buffer.concat(append(2).map((message) => framed(message)));
  expect(await send('Append', [bytes.subarray(0, -1)])).toMatchObject({ code: status.INTERNAL, messages: [] });
  expect(await storedRevision()).toBeUndefined();
});

it('many appends in one piece are all answered, in order', async () => {
  const requests = Array.from({ length: 500 }, () => batchAppendRequest(stream));
  const { code, messages } = await send('BatchAppend', [Buffer.concat(requests.map((request) => framed(request)))]);
  expect(code).toBe(0);
  const answers = messages.map((message) => streams.BatchAppendResp.deserializeBinary(message));
  expect(answers.map((answer) => answer.getCorrelationId()?.getString())).toEqual(
    requests.map((request) => request.getCorrelationId()?.getString()),
  );
  expect(answers.map((answer) => answer.getSuccess()?.getCurrentRevision())).toEqual(requests.map((_, n) => `${n}`));
});

describe('a compressed message', () => {
  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ] as const)('in %s is read, and those after it remain in order', async (encoding, compress) => {
    const messages = append(3);
    const frames = messages.map((message, index) =>
      index % 2 === 1 ? framed(compress(message.serializeBinary()), COMPRESSED) : framed(message),
    );
    const { code } = await send('Append', [Buffer.concat(frames)], { 'grpc-encoding': encoding });
    expect(code).toBe(0);
    expect(await storedRevision()).toBe(2n);
  });

  it.each([
    ['br', gzipSync(Buffer.alloc(9)), status.UNIMPLEMENTED],
    ['constructor', gzipSync(Buffer.alloc(9)), status.UNIMPLEMENTED],
    ['identity', gzipSync(Buffer.alloc(9)), status.UNIMPLEMENTED],
    ['gzip', Buffer.from('no gzip'), status.INTERNAL],
    ['gzip', gzipSync(Buffer.alloc(17 * MEBIBYTE)), status.RESOURCE_EXHAUSTED],
  ])('in %s that cannot be read ends the call', async (encoding, message, code) => {
    const answer = await send('Append', [framed(message, COMPRESSED)], { 'grpc-encoding': encoding });
    expect(answer).toMatchObject({ code, messages: [] });
  });
});

it('a frame with unknown flags ends the call', async () => {
  expect(await send('Append', [framed(new AppendReq(), 2)])).toMatchObject({ code: status.INTERNAL });
});

it.each([
  ['no message', []],
  ['two messages', [framed(new DeleteReq()), framed(new DeleteReq())]],
])('a call of one message with %s is refused', async (_, pieces) => {
  expect(await send('Delete', pieces)).toMatchObject({ code: status.UNIMPLEMENTED, messages: [] });
});

it('a method that does not exist is UNIMPLEMENTED', async () => {
  expect(await send('Rename', [framed(new DeleteReq())])).toMatchObject({ status: 200, code: status.UNIMPLEMENTED });
});

it.each(['application/json', 'application/grpc-web+proto', ''])(
  'another content type is refused: %j',
  async (contentType) => {
    expect(await send('Append', [], { 'content-type': contentType })).toMatchObject({ status: 415, messages: [] });
  },
);

describe('a timeout', () => {
  it.each(['99999999H', '600000H', '10S', '60000000u'])('of %s is kept', async (timeout) => {
    const frames = append(1).map((message) => framed(message));
    expect(await send('Append', frames, { 'grpc-timeout': timeout })).toMatchObject({ code: 0 });
  });

  it.each([
    ['1n', status.DEADLINE_EXCEEDED],
    ['soon', status.INTERNAL],
    ['-1S', status.INTERNAL],
  ])('of %s ends the call', async (timeout, code) => {
    // The subscription itself would last.
    expect(await send('Read', [framed(subscriptionToAll())], { 'grpc-timeout': timeout })).toMatchObject({ code });
  });
});
