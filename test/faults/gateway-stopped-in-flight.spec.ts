import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { GatewayProcess } from '../support/gateway-process.js';

const WRITERS = 16;
const credentials = { credentials: { username: 'someone', password: 'secret' } };

const gateway = new GatewayProcess();
const clients: EventStoreDBClient[] = [];

afterEach(() => gateway.end());
afterAll(async () => {
  for (const client of clients) await client.dispose();
});

function connect(): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(gateway.connectionString);
  clients.push(client);
  return client;
}

/** Appends to a stream until an append fails. */
class Writer {
  appended = 0;
  /** Resolves to the type of the error that ended it. */
  readonly failure: Promise<string | undefined>;

  constructor(
    private readonly client: EventStoreDBClient,
    readonly stream: string,
    private readonly options: object,
  ) {
    this.failure = this.#run();
  }

  async #run(): Promise<string | undefined> {
    for (;;) {
      try {
        const event = jsonEvent({ type: 't', data: { appended: this.appended } });
        await this.client.appendToStream(this.stream, event, this.options);
        this.appended += 1;
      } catch (error) {
        return (error as { type?: string }).type;
      }
    }
  }
}

it.each([
  ['BatchAppend', {}],
  ['Append', credentials],
] as const)(
  'SIGTERM during %s: confirmed appends are stored, the others fail as unavailable',
  async (call, options) => {
    await gateway.start();
    const client = connect();
    const writers = Array.from({ length: WRITERS }, (_, n) => new Writer(client, `${call}-${n}`, options));
    while (writers.some(({ appended }) => appended === 0)) await delay(20);
    await gateway.end('SIGTERM');
    const failures = await Promise.all(writers.map(({ failure }) => failure));
    expect(failures).toEqual(writers.map(() => 'unavailable'));

    await gateway.start();
    const again = connect();
    for (const { stream, appended } of writers) {
      let stored = 0;
      for await (const { event } of again.readStream(stream)) stored += event === undefined ? 0 : 1;
      expect(stored).toBeGreaterThanOrEqual(appended);
      expect(stored).toBeLessThanOrEqual(appended + 1);
    }
  },
);
