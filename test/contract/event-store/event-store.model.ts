import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { EventStore, EventToAppend, ExpectedRevision } from '#libs/engine/event-store/port/event-store.js';
import { all, type OpenStore, streamName } from './event-store-fixtures.js';

/** A model of an event store in memory, which the real store is compared with. */
class Model {
  readonly streams = new Map<string, EventToAppend[]>();
  readonly order: EventToAppend[] = [];
  readonly batches: { stream: string; batch: readonly EventToAppend[] }[] = [];
  /** The first position of each event id. */
  readonly #first = new Map<string, { stream: string; revision: number }>();

  /** Returns the new revision, or `conflict` with the actual revision. */
  append(stream: string, batch: readonly EventToAppend[], expected: ExpectedRevision): string {
    const events = this.streams.get(stream) ?? [];
    const conflict = `conflict ${events.length === 0 ? 'noStream' : events.length - 1}`;
    if (expected === 'streamExists' && events.length === 0) return conflict;
    const repeated = this.#repeated(stream, batch, expected);
    if (repeated !== undefined) return repeated === 'in part' ? conflict : `revision ${repeated}`;
    if (typeof expected === 'bigint' && BigInt(events.length - 1) !== expected) return conflict;
    if (expected === 'noStream' && events.length > 0) return conflict;
    for (const [index, { id }] of batch.entries()) {
      if (!this.#first.has(id)) this.#first.set(id, { stream, revision: events.length + index });
    }
    this.streams.set(stream, [...events, ...batch]);
    this.order.push(...batch);
    this.batches.push({ stream, batch });
    return `revision ${events.length + batch.length - 1}`;
  }

  /** The revision that an earlier append of the same events has reached, if this repeats it. */
  #repeated(
    stream: string,
    batch: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): number | 'in part' | undefined {
    if (expected === 'any' || expected === 'streamExists') {
      const places = batch.map(({ id }) => this.#first.get(id)).map((place) => place?.stream === stream && place);
      if (!places[0]) return undefined;
      const last = places.every(Boolean) && places.at(-1);
      return last ? last.revision : 'in part';
    }
    const from = expected === 'noStream' ? 0 : Number(expected) + 1;
    const stored = this.streams.get(stream)?.slice(from, from + batch.length) ?? [];
    return stored.length === batch.length && batch.every(({ id }, index) => stored[index]?.id === id)
      ? from + batch.length - 1
      : undefined;
  }
}

interface Real {
  store: EventStore;
  readonly reopen: () => Promise<EventStore>;
  /** Makes the streams of each run unique. */
  readonly prefix: string;
}

type Command = fc.AsyncCommand<Model, Real>;

async function outcome(
  real: Real,
  stream: string,
  batch: readonly EventToAppend[],
  expected: ExpectedRevision,
): Promise<string> {
  return real.store.append(`${real.prefix}-${stream}`, batch, expected).then(
    ({ revision }) => `revision ${revision}`,
    ({ actual }: { actual?: unknown }) => `conflict ${actual}`,
  );
}

const append = (stream: string, count: number, expected: ExpectedRevision): Command => ({
  check: () => true,
  async run(model, real) {
    const batch = Array.from({ length: count }, () => ({
      id: randomUUID(),
      type: 'Made',
      data: { stream },
      metadata: {},
    }));
    expect(await outcome(real, stream, batch, expected)).toBe(model.append(stream, batch, expected));
  },
  toString: () => `append(${stream}, ${count} events, ${expected})`,
});

/** Repeats some or all events of an earlier append, on the same stream or another one. */
const repeat = (stream: string, which: number, picked: readonly number[], expected: ExpectedRevision): Command => ({
  check: (model) => model.batches.length > 0,
  async run(model, real) {
    const { stream: own, batch } = model.batches[which % model.batches.length] ?? { stream, batch: [] };
    const again = picked.length === 0 ? batch : picked.map((index) => batch[index % batch.length] as EventToAppend);
    const target = stream === 'own' ? own : stream;
    expect(await outcome(real, target, again, expected)).toBe(model.append(target, again, expected));
  },
  toString: () => `repeat(append number ${which}, events ${picked.join() || 'all'}, to ${stream}, ${expected})`,
});

const readStream = (stream: string, from: bigint, limit: number, direction: 'forwards' | 'backwards'): Command => ({
  check: () => true,
  async run(model, real) {
    const events = (model.streams.get(stream) ?? []).map(({ id }) => id);
    const start = Number(from);
    const rest = direction === 'forwards' ? events.slice(start) : events.slice(0, start + 1).reverse();
    const read = await all(real.store.readStream(`${real.prefix}-${stream}`, { from, limit, direction }));
    expect(read.map(({ id }) => id)).toEqual(rest.slice(0, limit));
  },
  toString: () => `readStream(${stream}, ${direction} from ${from}, ${limit} events)`,
});

const readAll = (direction: 'forwards' | 'backwards'): Command => ({
  check: () => true,
  async run(model, real) {
    const read = await all(real.store.readAll({ direction, filter: { streamPrefixes: [real.prefix] } }));
    const ids = model.order.map(({ id }) => id);
    expect(read.map(({ id }) => id)).toEqual(direction === 'forwards' ? ids : ids.reverse());
  },
  toString: () => `readAll(${direction})`,
});

const reopen: Command = {
  check: () => true,
  async run(_, real) {
    real.store = await real.reopen();
  },
  toString: () => 'reopen',
};

const streams = fc.constantFrom('a', 'b', 'c');
const directions = fc.constantFrom('forwards' as const, 'backwards' as const);
const expectations = fc.oneof(
  fc.constantFrom('any' as const, 'noStream' as const, 'streamExists' as const),
  fc.bigInt({ min: 0n, max: 8n }),
);

const commands = fc.commands(
  [
    fc.tuple(streams, fc.integer({ min: 1, max: 4 }), expectations).map((args) => append(...args)),
    fc
      .tuple(fc.constantFrom('own', 'own', 'a', 'b'), fc.nat(20), fc.array(fc.nat(3), { maxLength: 3 }), expectations)
      .map((args) => repeat(...args)),
    fc
      .tuple(streams, fc.bigInt({ min: 0n, max: 12n }), fc.integer({ min: 1, max: 9 }), directions)
      .map((args) => readStream(...args)),
    directions.map(readAll),
    fc.constant(reopen),
  ],
  { maxCommands: 40 },
);

/** Runs random commands on the store and on the model; a failure prints the seed and the shortest counterexample. */
export function eventStoreModel(name: string, open: OpenStore): void {
  it(`the event store, ${name}, behaves like the model in memory`, async () => {
    const tested = await open();
    let { store } = tested;
    const reopenStore = async () => {
      store = await tested.reopen();
      return store;
    };
    await fc.assert(
      fc.asyncProperty(commands, async (run) => {
        const real = { store, reopen: reopenStore, prefix: streamName('model') };
        await fc.asyncModelRun(() => ({ model: new Model(), real }), run);
      }),
      { numRuns: 60 },
    );
    await tested.close();
  });
}
