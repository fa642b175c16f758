import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { type Appledger, ready, startAppledger } from '../support/appledger.js';
import { FaultyProxy } from '../support/faulty-proxy/faulty-proxy.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { latencies } from '../support/latency.js';
import { cleanUp } from '../support/server.js';

const EVENTS_A_SECOND = 5_000;
const EVERY_MS = 50;
const TEXT = 'x'.repeat(200);
const QUIET_MS = 3_000;
const LOAD_MS = 4_000;

const events = new GatewayProcess();
let proxy: FaultyProxy;
let writer: EventStoreDBClient;
let appledger: Appledger;

beforeAll(async () => {
  await events.start();
  proxy = await FaultyProxy.start(events.port);
  writer = EventStoreDBClient.connectionString(events.connectionString);
  appledger = await startAppledger({ env: { APPLEDGER_EVENTSTORE_URL: proxy.connectionString } });
  await ready(appledger.call);
});
afterAll(async () => {
  await writer.dispose();
  await cleanUp();
  await proxy.close();
  await events.end('SIGKILL');
});

/**
 * Appends another program's events at its rate while the work is done.
 *
 * @param work is given a function that returns the number of events written so far
 * @returns the number of events, and the result of the work
 */
async function beside<R>(work: (written: () => number) => Promise<R>): Promise<{ written: number; result: R }> {
  let written = 0;
  const perAppend = (EVENTS_A_SECOND * EVERY_MS) / 1_000;
  const appends: Promise<unknown>[] = [];
  const timer = setInterval(() => {
    const foreign = Array.from({ length: perAppend }, () => jsonEvent({ type: 'Measured', data: { text: TEXT } }));
    written += perAppend;
    appends.push(writer.appendToStream(`readings-${randomUUID()}`, foreign));
  }, EVERY_MS);
  const result = await work(() => written).finally(() => clearInterval(timer));
  await Promise.all(appends);
  return { written, result };
}

let names = 0;
async function create(): Promise<void> {
  names += 1;
  const { status } = await appledger.createApp({ name: `App ${names}` });
  if (status !== 200) throw new Error(`a creation answered ${status}`);
}

it('a program that writes thousands of events a second to the same store causes next to no traffic to Appledger', async () => {
  const before = proxy.bytesSent;
  const { written } = await beside(async (soFar) => {
    await delay(QUIET_MS);
    while (soFar() <= EVENTS_A_SECOND) await delay(EVERY_MS); // a loaded machine writes more slowly
  });
  const received = proxy.bytesSent - before;
  expect(written).toBeGreaterThan(EVENTS_A_SECOND);
  expect(received / written).toBeLessThan(1); // Each event has more than 200 bytes.
});

it('and refuses no creation meanwhile', async () => {
  const { result } = await beside(() => latencies(create, LOAD_MS, 1));
  expect(result.length).toBeGreaterThan(1);
});
