import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type Appledger, startAppledger } from '../support/appledger.js';
import { filteredRead, outcomeOf, type WireClients, wireClients } from '../support/gateway-wire.js';
import { percentile } from '../support/latency.js';
import { cleanUp } from '../support/server.js';

/** Number of calls of the measured client, before and during the attack. */
const CALLS = 100;

/** Number of readers that send the filter concurrently, again and again. */
const READERS = 4;

/** Tolerance for a loaded machine. The faults that this test detects cost every call seconds. */
const SLACK_FACTOR = 5;
const SLACK_MS = 250;

/** Names on which nested quantifiers need exponential time. */
const LONG_NAMES = Array.from({ length: 1_000 }, (_, n) => `${'a'.repeat(60)}-${n}`);

let appledger: Appledger;
let wire: WireClients;

beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_GATEWAY_WRITABLE: 'true' } });
  const eventsUrl = await appledger.server.eventsUrl();
  wire = wireClients(Number(new URL(eventsUrl).port));
  const client = EventStoreDBClient.connectionString(eventsUrl);
  for (let i = 0; i < LONG_NAMES.length; i += 50) {
    const names = LONG_NAMES.slice(i, i + 50);
    await Promise.all(names.map((name) => client.appendToStream(name, jsonEvent({ type: name, data: {} }))));
  }
  await client.dispose();
}, 120_000);
afterAll(async () => {
  wire.close();
  await cleanUp();
});

/** The median duration of the measured client's calls, in milliseconds. */
async function median(prefix: string): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < CALLS; n += 1) {
    const start = performance.now();
    const { status } = await appledger.createApp({ name: `${prefix} ${n}` });
    times.push(performance.now() - start);
    expect(status).toBe(200);
  }
  return percentile(times, 0.5);
}

/** Sends reads with a filter again and again; `end` returns their status codes. */
function attack(filter: Parameters<typeof filteredRead>[1]) {
  const { path, responseDeserialize } = streamsService.StreamsService.read;
  // Serialized once, because the measurement runs in the same process.
  const request = Buffer.from(filteredRead('stream', filter).serializeBinary());
  const read = () => wire.streams.makeServerStreamRequest(path, (bytes: Buffer) => bytes, responseDeserialize, request);
  const codes = new Set<number>();
  let over = false;
  const reader = async () => {
    while (!over) codes.add((await outcomeOf(read())).code);
  };
  const readers = Array.from({ length: READERS }, reader);
  return {
    async end() {
      over = true;
      await Promise.all(readers);
      return [...codes];
    },
  };
}

const INVALID_ARGUMENT = 3;
const RESOURCE_EXHAUSTED = 8;

it.each([
  ['two hundred groups of a thousand repetitions', { regex: '(.?){1000}'.repeat(200) }, RESOURCE_EXHAUSTED],
  ['nested quantifiers', { regex: '^(([a-zA-Z0-9_-])+.?)+!$' }, RESOURCE_EXHAUSTED],
  ['(a*)*b', { regex: '(a*)*b' }, RESOURCE_EXHAUSTED],
  ['lookaheads with nested quantifiers', { regex: '^(?=(a+)+$)(?=(a|a)+!)' }, RESOURCE_EXHAUSTED],
  ['lookbehinds with nested quantifiers', { regex: '(?<=!(a+)+)$' }, RESOURCE_EXHAUSTED],
  ['backreferences', { regex: '^(a+)+(\\1)*!' }, RESOURCE_EXHAUSTED],
  ['nested loops of a billion iterations', { regex: '^((((.?){999}){999}){999})!' }, RESOURCE_EXHAUSTED],
  ['the most expensive expression to compile', { regex: '[a-[b]]'.repeat(580) }, 0],
  ['a hundred thousand prefixes', { prefixes: prefixes(100_000) }, INVALID_ARGUMENT],
  ['as many prefixes as a message can hold', { prefixes: prefixes(3_500_000) }, INVALID_ARGUMENT],
  ['the maximum number of prefixes', { prefixes: prefixes(1_000) }, 0],
])(
  '%s: other clients are served meanwhile',
  async (name, filter, code) => {
    const before = await median(`Before ${name}`);
    const attacked = attack(filter);
    await delay(200);
    const during = await median(`During ${name}`);
    expect(await attacked.end()).toEqual([code]);
    expect(during).toBeLessThan(before * SLACK_FACTOR + SLACK_MS);
  },
  120_000,
);

function prefixes(count: number): string[] {
  return Array.from({ length: count }, (_, n) => String.fromCharCode(0x61 + (n % 26)));
}
