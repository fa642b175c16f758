import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import eventstore from '@eventstore/db-client';
import { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import { encodeEvent } from '#libs/engine/event-store-gateway/streams/read-responses.js';
import { median } from './load.js';
import { startProgram, withFolder } from './program.js';
import { lines, type PartResult } from './report.js';

const { EventStoreDBClient, jsonEvent } = eventstore;
type Client = InstanceType<typeof EventStoreDBClient>;

const SECONDS_PER_LOAD = 3;
const EVENTS = 500_000;
const EVENTS_PER_FILL = 500;
const WARM_UP_EVENTS = 100_000;
const READ_ROUNDS = 2;
const IN_FLIGHT = [1, 16, 64] as const;

/** The least appends a second, by appends in flight. A real EventStoreDB 23.10.6 gave 1,100, 4,200 and 5,000 on two cores. */
const APPENDS_AIM = { 1: 1_200, 16: 6_000, 64: 10_000 } as const;
/** The least share of what the client reads from a server that does nothing but send. */
const SHARE_OF_BARE_AIM = 0.95;

/**
 * Measures the gateway in a process of its own with the unmodified client of EventStoreDB in this one: durable appends
 * of one event, reading $all, and a subscription that catches up, beside what that client appends to and reads from a
 * bare grpc-js server.
 */
export async function benchGateway(): Promise<PartResult> {
  return withFolder(async (folder) => {
    const answer = (await fill(folder)).toString('base64');
    return withClient('test/bench/targets/gateway.js', { BENCH_FOLDER: folder }, (client) =>
      withClient('test/bench/targets/bare-gateway.js', { BENCH_ANSWER: answer }, (bare) => measure(client, bare)),
    );
  });
}

/** Starts a server and gives the work a client of it. */
async function withClient<T>(
  program: string,
  env: Readonly<Record<string, string>>,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const server = await startProgram(program, env);
  const client = EventStoreDBClient.connectionString`esdb://${new URL(server.url).host}?tls=false`;
  try {
    return await work(client);
  } finally {
    await client.dispose();
    await server.stop();
  }
}

async function measure(client: Client, bare: Client): Promise<PartResult> {
  // The client is compiled as it goes: whoever came first would bear that.
  for (const each of [client, bare]) await readEventsPerSecond(each, WARM_UP_EVENTS);
  const reads: { readonly gateway: number; readonly bare: number }[] = [];
  for (let round = 0; round < READ_ROUNDS; round += 1) {
    reads.push({ gateway: await readEventsPerSecond(client), bare: await readEventsPerSecond(bare) });
  }
  const read = median(reads.map(({ gateway }) => gateway));
  const bareRead = median(reads.map((rates) => rates.bare));
  const caughtUp = await catchUpEventsPerSecond(client);
  const appends: number[] = [];
  const bareAppends: number[] = [];
  for (const inFlight of IN_FLIGHT) {
    appends.push(await appendsPerSecond(client, inFlight));
    bareAppends.push(await appendsPerSecond(bare, inFlight));
  }
  const figures = Object.fromEntries([
    ...IN_FLIGHT.map((inFlight, index) => [`appends a second, ${inFlight} in flight`, appends[index]]),
    ...IN_FLIGHT.map((inFlight, index) => [
      `appends a second to a bare grpc-js server, which stores nothing, ${inFlight} in flight`,
      bareAppends[index],
    ]),
    ['events a second read from $all', read],
    ['events a second read from a bare grpc-js server, the same message each time', bareRead],
    [`events a second to a subscription catching up over ${EVENTS}`, caughtUp],
  ]);
  const aims = [
    ...IN_FLIGHT.map((inFlight, index) => ({
      what: `appends a second through the gateway, ${inFlight} in flight`,
      value: appends[index],
      atLeast: APPENDS_AIM[inFlight],
    })),
    {
      what: 'read, of what the client reads from a bare grpc-js server',
      value: read / bareRead,
      atLeast: SHARE_OF_BARE_AIM,
    },
    { what: 'caught up, of the same', value: caughtUp / bareRead, atLeast: SHARE_OF_BARE_AIM },
  ];
  return { part: 'gateway', figures, aims };
}

async function appendsPerSecond(client: Client, inFlight: number): Promise<number> {
  const start = performance.now();
  const end = start + SECONDS_PER_LOAD * 1000;
  let appends = 0;
  const append = async () => {
    while (performance.now() < end) {
      const event = jsonEvent({ type: 'ApplicationAdded', data: payload });
      await client.appendToStream(`application-${randomUUID()}`, event, { expectedRevision: 'no_stream' });
      appends += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, append));
  return Math.round((appends * 1000) / (performance.now() - start));
}

async function readEventsPerSecond(client: Client, events = EVENTS): Promise<number> {
  const start = performance.now();
  let read = 0;
  for await (const { event } of client.readAll({ maxCount: events })) read += event === undefined ? 0 : 1;
  return rate(read, events, start);
}

async function catchUpEventsPerSecond(client: Client): Promise<number> {
  const start = performance.now();
  const subscription = client.subscribeToAll();
  let read = 0;
  for await (const { event } of subscription) {
    if (event !== undefined) read += 1;
    if (read === EVENTS) break;
  }
  return rate(read, EVENTS, start);
}

function rate(read: number, events: number, start: number): number {
  if (read !== events) throw new Error(`read ${read} events instead of ${events}`);
  return Math.round((read * 1000) / (performance.now() - start));
}

/** Puts events into a log that no one serves yet, and answers one of them as the gateway sends it. */
async function fill(folder: string): Promise<Buffer> {
  const log = await EmbeddedLog.open({ folder: join(folder, 'events'), readOnly: false });
  const data = Buffer.from(JSON.stringify(payload));
  const newEvent = () => ({
    id: randomUUID(),
    type: 'ApplicationAdded',
    isJson: true,
    data,
    metadata: Buffer.alloc(0),
  });
  while (log.head + 1n < BigInt(EVENTS)) {
    await log.append(`filler-${randomUUID()}`, Array.from({ length: EVENTS_PER_FILL }, newEvent), 'noStream');
  }
  const [last] = await log.readAllPage({ direction: 'forwards', from: log.head, maxEvents: 1 });
  await log.close();
  if (last === undefined) throw new Error('the log is empty');
  return encodeEvent({ event: last }, 'string');
}

/** About 200 bytes of JSON. */
const payload = {
  projectId: '257845123698745123',
  appId: '257845123698745999',
  name: 'billing service',
  clientId: '257845123698746000@billing',
  authMethodType: 'API_AUTH_METHOD_TYPE_BASIC',
  hash: '$2a$10$aaaaaaaaaaaaaaaaaaaaa',
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(lines(await benchGateway()));
