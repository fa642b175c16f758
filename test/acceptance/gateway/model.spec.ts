import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import fc from 'fast-check';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';

/** A stream in memory, as plain as can be: what the gateway's is compared with. */
interface PlainStream {
  /** The revision that the next event takes: numbers go on after a delete. */
  next: number;
  /** What a reader sees. */
  visible: number[];
  state: 'missing' | 'there' | 'deleted' | 'tombstoned';
}

class Model {
  readonly #streams = new Map<string, PlainStream>();

  stream(name: string): PlainStream {
    const known = this.#streams.get(name) ?? { next: 0, visible: [], state: 'missing' };
    this.#streams.set(name, known);
    return known;
  }
}

interface Real {
  readonly gateway: TestGateway;
  client: EventStoreDBClient;
  /** Keeps the streams of one run apart from those of all others. */
  readonly prefix: string;
}

type Command = fc.AsyncCommand<Model, Real>;

/** What came of an operation: its result as text, or the type of the client's error. */
async function outcome(operation: Promise<string>): Promise<string> {
  return operation.catch((error: { type?: string }) => `${error.type}`);
}

const append = (name: string, count: number): Command => ({
  check: () => true,
  async run(model, { client, prefix }) {
    const stream = model.stream(name);
    const events = Array.from({ length: count }, (_, index) => jsonEvent({ type: 'Made', data: { index } }));
    const appended = await outcome(
      client.appendToStream(`${prefix}-${name}`, events).then(({ nextExpectedRevision }) => `${nextExpectedRevision}`),
    );
    if (stream.state === 'tombstoned') {
      expect(appended).toBe('stream-deleted');
      return;
    }
    for (let index = 0; index < count; index += 1) stream.visible.push(stream.next++);
    stream.state = 'there';
    expect(appended).toBe(`${stream.next - 1}`);
  },
  toString: () => `append(${name}, ${count})`,
});

const remove = (name: string): Command => ({
  check: (model) => model.stream(name).state === 'there',
  async run(model, { client, prefix }) {
    await client.deleteStream(`${prefix}-${name}`);
    Object.assign(model.stream(name), { state: 'deleted', visible: [] });
  },
  toString: () => `delete(${name})`,
});

const tombstone = (name: string): Command => ({
  check: (model) => model.stream(name).state !== 'tombstoned',
  async run(model, { client, prefix }) {
    await client.tombstoneStream(`${prefix}-${name}`);
    Object.assign(model.stream(name), { state: 'tombstoned', visible: [] });
  },
  toString: () => `tombstone(${name})`,
});

const read = (name: string): Command => ({
  check: () => true,
  async run(model, { client, prefix }) {
    const revisions = async () => {
      const found: number[] = [];
      for await (const { event } of client.readStream(`${prefix}-${name}`)) found.push(Number(event?.revision));
      return found.join();
    };
    const { state, visible } = model.stream(name);
    const expected = { missing: 'stream-not-found', deleted: 'stream-not-found', tombstoned: 'stream-deleted' };
    expect(await outcome(revisions())).toBe(state === 'there' ? visible.join() : expected[state]);
  },
  toString: () => `read(${name})`,
});

const restart: Command = {
  check: () => true,
  async run(_, real) {
    await real.client.dispose();
    await real.gateway.restart();
    real.client = EventStoreDBClient.connectionString(real.gateway.connectionString);
  },
  toString: () => 'restart',
};

const names = fc.constantFrom('a', 'b', 'c');
const commands = fc.commands(
  [
    fc.tuple(names, fc.integer({ min: 1, max: 4 })).map((args) => append(...args)),
    names.map(remove),
    names.map(tombstone),
    names.map(read),
    names.map(read),
    fc.constant(restart),
  ],
  { maxCommands: 30 },
);

it('appends, deletes, tombstones, reads and restarts do what a list in memory does', async () => {
  const gateway = await startTestGateway();
  let client = EventStoreDBClient.connectionString(gateway.connectionString);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(commands, async (chosen) => {
      const real: Real = { gateway, client, prefix: `run${run++}` };
      await fc
        .asyncModelRun(() => ({ model: new Model(), real }), chosen)
        .finally(() => {
          client = real.client;
        });
    }),
    { numRuns: 40 },
  );
  await client.dispose();
  await gateway.close();
}, 60_000);
