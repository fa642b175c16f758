import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { GatewayProcess } from '../support/gateway-process.js';

const WRITERS = 16;
const credentials = { credentials: { username: 'someone', password: 'secret' } };

const gateway = new GatewayProcess();
const clients: EventStoreDBClient[] = [];

afterAll(async () => {
  await gateway.end();
  for (const client of clients) await client.dispose();
});

function connect(): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(gateway.connectionString);
  clients.push(client);
  return client;
}

/** Appends until an append fails; answers how many succeeded and the type of the failure. */
async function appendUntilFailure(client: EventStoreDBClient, stream: string, options: object) {
  for (let appended = 0; ; appended += 1) {
    try {
      await client.appendToStream(stream, jsonEvent({ type: 't', data: { appended } }), options);
    } catch (error) {
      return { stream, appended, failure: (error as { type?: string }).type };
    }
  }
}

it.each([
  ['BatchAppend', {}],
  ['Append', credentials],
] as const)(
  'SIGTERM during %s: what was answered is there, and the rest is unavailable',
  async (call, options) => {
    await gateway.start();
    const client = connect();
    const writers = Array.from({ length: WRITERS }, (_, n) => appendUntilFailure(client, `${call}-${n}`, options));
    await delay(300);
    await gateway.end('SIGTERM');
    const outcomes = await Promise.all(writers);
    expect(outcomes.map(({ failure }) => failure)).toEqual(outcomes.map(() => 'unavailable'));

    await gateway.start();
    const again = connect();
    for (const { stream, appended } of outcomes) {
      let stored = 0;
      for await (const { event } of again.readStream(stream)) stored += event === undefined ? 0 : 1;
      expect(stored).toBeGreaterThanOrEqual(appended);
      expect(stored).toBeLessThanOrEqual(appended + 1);
    }
    await gateway.end();
  },
  60_000,
);
