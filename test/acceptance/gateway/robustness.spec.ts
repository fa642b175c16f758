import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { Client, credentials, status } from '@grpc/grpc-js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { framed } from '../../support/gateway-frames.js';
import {
  allOptions,
  appendRequests,
  batchAppendRequest,
  Options,
  readRequest,
  streamOptions,
  subscriptionToAll,
} from '../../support/gateway-wire.js';

const POLL_MS = 5;
const BATCH_APPEND = '/event_store.client.streams.Streams/BatchAppend';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(() => gateway.close());

function stored(bytes = 10) {
  return { id: randomUUID(), type: 't', isJson: false, data: Buffer.alloc(bytes), metadata: Buffer.alloc(0) };
}

/** Appends an event through the gateway, to show that it still serves. */
async function serves() {
  const client = EventStoreDBClient.connectionString(gateway.connectionString);
  const append = await client.appendToStream(`alive-${randomUUID()}`, jsonEvent({ type: 't', data: {} }));
  expect(append.success).toBe(true);
  await client.dispose();
}

/** Counts the pages that the gateway reads from its log from now on. */
function countReads(): () => number {
  const { log } = gateway;
  const read = log.readAllPage.bind(log);
  let pages = 0;
  log.readAllPage = (page) => {
    pages += 1;
    return read(page);
  };
  return () => pages;
}

async function fill(appends: number, bytes: number): Promise<void> {
  for (let n = 0; n < appends; n += 1) await gateway.log.append(`s-${n}`, [stored(bytes), stored(bytes)], 'any');
}

/** Waits until a number has not changed for 40 polls. */
async function settled(figure: () => number): Promise<number> {
  let same = 0;
  let last = figure();
  while (same < 40) {
    await delay(POLL_MS);
    same = figure() === last ? same + 1 : 0;
    last = figure();
  }
  return last;
}

it('stops reading from the log while a client does not read', async () => {
  await fill(60, 400_000);
  const pages = countReads();
  const call = gateway.wire.streams.read(readRequest(allOptions()));
  const events: unknown[] = [];
  call.on('data', (event) => events.push(event));
  await once(call, 'data');
  call.pause();
  const held = await settled(pages);
  expect(held).toBeLessThan(30);
  call.resume();
  await once(call, 'end');
  expect(events).toHaveLength(120);
  expect(pages()).toBeGreaterThan(held);
});

it('stops reading from the log when the client cancels', async () => {
  await fill(60, 400_000);
  const pages = countReads();
  const call = gateway.wire.streams.read(readRequest(allOptions()));
  call.on('error', () => {});
  await once(call, 'data');
  call.cancel();
  expect(await settled(pages)).toBeLessThan(30);
  await serves();
});

it('writes nothing of a cancelled append', async () => {
  const append = gateway.wire.streams.append(() => {});
  for (const message of appendRequests('half', 1)) append.write(message);
  const batch = gateway.wire.streams.batchAppend();
  batch.on('error', () => {});
  batch.write(batchAppendRequest('half', false));
  // The response to a complete append in the same call shows that the gateway has read the incomplete one before it.
  batch.write(batchAppendRequest('whole'));
  await once(batch, 'data');
  append.cancel();
  batch.cancel();
  await serves();
  expect(await gateway.log.streamHead('half')).toBeUndefined();
  expect((await gateway.log.streamHead('whole'))?.revision).toBe(0n);
});

it.each(['Append', 'BatchAppend'])('writes nothing of an %s whose connection breaks', async (method) => {
  const session = connect(`http://127.0.0.1:${gateway.port}`);
  const request = session.request({
    ':method': 'POST',
    ':path': `/event_store.client.streams.Streams/${method}`,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  request.on('error', () => {}); // The connection is broken on purpose.
  await once(request, 'ready');
  const messages = method === 'Append' ? appendRequests('half', 1) : [batchAppendRequest('half', false)];
  await new Promise((resolve) => request.write(Buffer.concat(messages.map((message) => framed(message))), resolve));
  // The ping is answered after everything that was sent before it has been received.
  await new Promise<void>((resolve) => session.ping(() => resolve()));
  session.destroy();
  await serves();
  expect(await gateway.log.streamHead('half')).toBeUndefined();
});

it('refuses a message above the size limit, and continues to serve', async () => {
  const batch = gateway.wire.streams.batchAppend();
  const failed = once(batch, 'error');
  const request = batchAppendRequest('half');
  request.getProposedMessagesList()[0]?.setData(Buffer.alloc(17 * 1_048_576));
  batch.write(request);
  const [error] = await failed.catch((failure) => [failure]);
  expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
  await serves();
});

it.each([Buffer.from('ffffff', 'hex'), Buffer.from('0a7f00', 'hex')])(
  'ends a call with a malformed message, and continues to serve',
  async (message) => {
    const client = new Client(`127.0.0.1:${gateway.port}`, credentials.createInsecure());
    const asItIs = (bytes: Buffer) => bytes;
    const call = client.makeBidiStreamRequest(BATCH_APPEND, asItIs, asItIs);
    call.write(message);
    const [error] = await once(call, 'error');
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    client.close();
    await serves();
  },
);

it('serves a thousand idle subscriptions and delivers to the right one', async () => {
  const calls = Array.from({ length: 1_000 }, (_, n) => {
    const options = streamOptions(`idle-${n}`);
    options.clearCount();
    options.setSubscription(new Options.SubscriptionOptions());
    const call = gateway.wire.streams.read(readRequest(options));
    call.on('error', () => {});
    return call;
  });
  await Promise.all(calls.map((call) => once(call, 'data')));
  const heard = new Promise<{ hasEvent(): boolean }>((resolve) => calls[777]?.once('data', resolve));
  await gateway.log.append('idle-777', [stored()], 'any');
  expect((await heard).hasEvent()).toBe(true);
  for (const call of calls) call.cancel();
  await serves();
});

it('ends subscriptions with UNAVAILABLE when it closes', async () => {
  const call = gateway.wire.streams.read(subscriptionToAll());
  await once(call, 'data');
  const failed = once(call, 'error').catch((failure) => [failure]);
  call.resume();
  await gateway.restart();
  expect((await failed)[0].code).toBe(status.UNAVAILABLE);
  await serves();
});
