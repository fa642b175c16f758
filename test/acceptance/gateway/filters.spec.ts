import { randomUUID } from 'node:crypto';
import {
  type EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  streamNameFilter,
} from '@eventstore/db-client';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { filteredRead, outcomeOf } from '../../support/gateway-wire.js';
import { Consumer } from '../../support/persistent-subscription.js';

/** The default filter of EventStoreDB's Python clients for reads of $all. */
const PYTHON_DEFAULT = '^(?!(\\$.+$|PersistentConfig\\d+$))';

/** Nested quantifiers: the number of paths doubles with every character. */
const ENDLESS = '^(([a-zA-Z0-9_-])+.?)+!$';

const STREAMS = ['order-1', 'order-2', 'Order-3', 'zähler-ü', '$system'];

let gateway: TestGateway;
let client: EventStoreDBClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  ({ client } = gateway);
  for (const stream of STREAMS) await client.appendToStream(stream, jsonEvent({ type: `${stream}-type`, data: {} }));
});
afterAll(() => gateway.close());

/** The streams whose events a filtered read returns, and the status code of the call. */
async function read(regex: string, of: 'stream' | 'type' = 'stream') {
  const { messages, code, details } = await outcomeOf(gateway.wire.streams.read(filteredRead(of, { regex })));
  const names = messages.map((message) => {
    const { event } = (message as { event: { event: { streamIdentifier: { streamName: string } } } }).event;
    return Buffer.from(event.streamIdentifier.streamName, 'base64').toString();
  });
  return { names: names.filter((name) => STREAMS.includes(name)), code, details };
}

describe("a filter's expression", () => {
  it.each([
    [PYTHON_DEFAULT, ['order-1', 'order-2', 'Order-3', 'zähler-ü']],
    ['^order-(?!1)', ['order-2']],
    ['(?<=r-)\\d$', ['order-1', 'order-2', 'Order-3']],
    ['^(o)rder', ['order-1', 'order-2']],
    ['(?i)^ORDER', ['order-1', 'order-2', 'Order-3']],
    ['^\\w+-\\w$', ['order-1', 'order-2', 'Order-3', 'zähler-ü']],
    ['^(?<letters>[a-z]+)-(?<digit>\\d)$', ['order-1', 'order-2']],
    ['^(?>order)-1$', ['order-1']],
    ['^(O)?rder-(?(1)3|1)$', ['Order-3']],
    ['^[a-z-[o]]', ['zähler-ü']],
    ['(.)\\1|^\\$', ['$system']],
  ])('%s matches as in .NET', async (regex, names) => {
    expect(await read(regex)).toMatchObject({ code: 0, names });
  });

  it('of the Python clients also matches event types', async () => {
    expect((await read(PYTHON_DEFAULT, 'type')).names).not.toContain('$system');
  });

  it.each([
    ['(', 2, /not valid in \.NET/],
    ['a*+', 2, /not valid in \.NET/],
    ['(?P<x>a)', 2, /not valid in \.NET/],
    ['(?<open>a)(?<-open>b)', 3, /balancing groups/],
    ['x'.repeat(5_000), 3, /at most 4096 characters \(got 5000\)/],
    [ENDLESS, 8, /takes too many steps/],
  ])('%s ends the read with code %i', async (regex, code, says) => {
    await client.appendToStream(`stream-with-a-long-name-${'a'.repeat(40)}`, jsonEvent({ type: 't', data: {} }));
    const refusal = await read(regex);
    expect(refusal).toMatchObject({ code, details: expect.stringMatching(says) });
  });

  it('that takes too many steps ends the subscription, but not the connection', async () => {
    await client.appendToStream(`other-long-name-${'a'.repeat(40)}`, jsonEvent({ type: 't', data: {} }));
    const subscription = client.subscribeToAll({ filter: streamNameFilter({ regex: ENDLESS }) });
    const error = await new Promise((resolve) => subscription.on('error', resolve));
    expect(error).toMatchObject({ code: 8 });
    expect((await client.appendToStream('after', jsonEvent({ type: 't', data: {} }))).success).toBe(true);
  });

  it('that takes too many steps drops the subscribers of a group', async () => {
    await client.createPersistentSubscriptionToAll(
      'endless',
      persistentSubscriptionToAllSettingsFromDefaults({ startFrom: 'start' }),
      { filter: streamNameFilter({ regex: ENDLESS }) },
    );
    const consumer = await Consumer.of(client.subscribeToPersistentSubscriptionToAll('endless'));
    expect(await consumer.ended).toMatchObject({ code: 8 });
  });

  it.each([
    ['(', 2],
    ['(?<open>a)(?<-open>b)', 3],
  ])('%s is refused for a group', async (regex, code) => {
    const group = `bad-${randomUUID()}`;
    const settings = persistentSubscriptionToAllSettingsFromDefaults();
    const created = client.createPersistentSubscriptionToAll(group, settings, { filter: streamNameFilter({ regex }) });
    await expect(created).rejects.toMatchObject({ code });
    await expect(client.getPersistentSubscriptionToAllInfo(group)).rejects.toMatchObject({
      type: 'persistent-subscription-does-not-exist',
    });
  });
});

describe("a filter's prefixes", () => {
  it('can number a thousand', async () => {
    const prefixes = Array.from({ length: 1_000 }, (_, n) => `order-${n + 2}`);
    const { code, messages } = await outcomeOf(gateway.wire.streams.read(filteredRead('stream', { prefixes })));
    expect([code, messages.length]).toEqual([0, 1]);
  });

  it.each([
    [1_001, /at most 1000 prefixes \(got 1001\)/],
    [100_000, /at most 98304 bytes \(got \d+\): use fewer or shorter prefixes/],
  ])('are refused if there are %i', async (count, says) => {
    const prefixes = Array.from({ length: count }, (_, n) => `p${n}`);
    const read = await outcomeOf(gateway.wire.streams.read(filteredRead('stream', { prefixes })));
    expect(read).toMatchObject({ code: 3, details: expect.stringMatching(says) });
  });
});

describe('the checkpoints of a live filtered subscription', () => {
  it.each([true, false])('are sent whether or not events match: %s', async (matching) => {
    const type = `counted-${randomUUID()}`;
    const checkpoints: bigint[] = [];
    const filter = eventTypeFilter({
      prefixes: [matching ? type : 'nothing'],
      maxSearchWindow: 5,
      checkpointInterval: 2,
      checkpointReached: async (_, { commit }) => {
        checkpoints.push(commit);
        if (checkpoints.length === 3) enough();
      },
    });
    let enough = () => {};
    const three = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const subscription = client.subscribeToAll({ fromPosition: 'end', filter });
    subscription.on('data', () => {});
    await new Promise((resolve) => subscription.on('caughtUp', () => resolve(undefined)));
    const before = gateway.log.head;
    const events = Array.from({ length: 35 }, () => jsonEvent({ type, data: {} }));
    await client.appendToStream(`counted-${randomUUID()}`, events);
    await three;
    expect(checkpoints.map((commit) => commit - before)).toEqual([10n, 20n, 30n]);
    await subscription.unsubscribe();
  });
});
