import { randomUUID } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { status } from '@grpc/grpc-js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { framed, sendFrames } from '../../support/gateway-frames.js';
import { AppendReq, BatchAppendReq, DeleteReq, Empty, identifier, UUID } from '../../support/gateway-wire.js';

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
  const requests = Array.from({ length: 500 }, () => batch());
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
    const request = new streams.ReadReq();
    const options = new streams.ReadReq.Options();
    const all = new streams.ReadReq.Options.AllOptions();
    all.setStart(new Empty());
    options.setAll(all);
    options.setNoFilter(new Empty());
    options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
    request.setOptions(options);
    expect(await send('Read', [framed(request)], { 'grpc-timeout': timeout })).toMatchObject({ code });
  });
});

function uuid() {
  const id = new UUID();
  id.setString(randomUUID());
  return id;
}

/** The messages of an Append of so many events. */
function append(events: number) {
  const options = new AppendReq.Options();
  options.setStreamIdentifier(identifier(stream));
  options.setNoStream(new Empty());
  const first = new AppendReq();
  first.setOptions(options);
  const others = Array.from({ length: events }, () => {
    const proposed = new AppendReq.ProposedMessage();
    proposed.setId(uuid());
    proposed.getMetadataMap().set('type', 't').set('content-type', 'application/json');
    const request = new AppendReq();
    request.setProposedMessage(proposed);
    return request;
  });
  return [first, ...others];
}

/** A whole append of BatchAppend, of one event. */
function batch() {
  const options = new BatchAppendReq.Options();
  options.setStreamIdentifier(identifier(stream));
  options.setAny(new Empty());
  const proposed = new BatchAppendReq.ProposedMessage();
  proposed.setId(uuid());
  proposed.getMetadataMap().set('type', 't').set('content-type', 'application/json');
  const request = new BatchAppendReq();
  request.setCorrelationId(uuid());
  request.setOptions(options);
  request.setIsFinal(true);
  request.addProposedMessages(proposed);
  return request;
}
