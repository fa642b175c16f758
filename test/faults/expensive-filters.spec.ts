import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type Appledger, startAppledger } from '../support/appledger.js';
import { filteredRead, outcomeOf, wireClients } from '../support/gateway-wire.js';
import { cleanUp } from '../support/server.js';

/** Calls of another caller before and during the attack. */
const CALLS = 100;

/** Readers that send the filter at once, and again as soon as they are answered. */
const READERS = 4;

/** What a machine under load adds; the faults that this looks for cost seconds. */
const SLACK_FACTOR = 5;
const SLACK_MS = 250;

/** Names on which expressions that repeat what is repeated take for ever. */
const LONG_NAMES = Array.from({ length: 1_000 }, (_, n) => `${'a'.repeat(60)}-${n}`);

let appledger: Appledger;
let wire: ReturnType<typeof wireClients>;

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

/** The 99th percentile of another caller's calls, writes and reads, in milliseconds. */
async function p99(prefix: string): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < CALLS; n += 1) {
    const start = performance.now();
    const { status } = await appledger.createApp({ name: `${prefix} ${n}` });
    times.push(performance.now() - start);
    expect(status).toBe(200);
  }
  return times.sort((a, b) => a - b)[Math.ceil(CALLS * 0.99) - 1] as number;
}

/** Reads with a filter over and over; answers the codes with which the reads ended. */
function attack(filter: Parameters<typeof filteredRead>[1]) {
  const { path, responseDeserialize } = streamsService.StreamsService.read;
  // Serialized once: what measures others must not be held up by what it sends itself.
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
  ['a thousand repetitions, two hundred times', { regex: '(.?){1000}'.repeat(200) }, RESOURCE_EXHAUSTED],
  ['repetitions of repetitions', { regex: '^(([a-zA-Z0-9_-])+.?)+!$' }, RESOURCE_EXHAUSTED],
  ['(a*)*b', { regex: '(a*)*b' }, RESOURCE_EXHAUSTED],
  ['look-aheads that repeat', { regex: '^(?=(a+)+$)(?=(a|a)+!)' }, RESOURCE_EXHAUSTED],
  ['look-behinds that repeat', { regex: '(?<=!(a+)+)$' }, RESOURCE_EXHAUSTED],
  ['references', { regex: '^(a+)+(\\1)*!' }, RESOURCE_EXHAUSTED],
  ['loops of a thousand million rounds', { regex: '^((((.?){999}){999}){999})!' }, RESOURCE_EXHAUSTED],
  ['the dearest expression to compile', { regex: '[a-[b]]'.repeat(580) }, 0],
  ['a hundred thousand prefixes', { prefixes: prefixes(100_000) }, INVALID_ARGUMENT],
  ['as many prefixes as a message holds', { prefixes: prefixes(3_500_000) }, INVALID_ARGUMENT],
  ['as many prefixes as are taken', { prefixes: prefixes(1_000) }, 0],
])(
  '%s: others are served meanwhile',
  async (name, filter, code) => {
    const before = await p99(`Before ${name}`);
    const attacked = attack(filter);
    await delay(200);
    const during = await p99(`During ${name}`);
    expect(await attacked.end()).toEqual([code]);
    expect(during).toBeLessThan(before * SLACK_FACTOR + SLACK_MS);
  },
  120_000,
);

function prefixes(count: number): string[] {
  return Array.from({ length: count }, (_, n) => String.fromCharCode(0x61 + (n % 26)));
}
