import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { EventStore, EventToAppend, ExpectedRevision } from '#libs/event-store/port/event-store.js';
import { all, type OpenStore, streamName } from './event-store-fixtures.js';

/** A store in memory, as plain as can be: what the real one is compared with. */
class Model {
  readonly streams = new Map<string, EventToAppend[]>();
  readonly order: EventToAppend[] = [];
  readonly batches: { stream: string; batch: EventToAppend[]; expected: ExpectedRevision }[] = [];

  /** The revision afterwards, or `conflict` with the actual revision. */
  append(stream: string, batch: EventToAppend[], expected: ExpectedRevision): string {
    const events = this.streams.get(stream) ?? [];
    const at = placeOf(events, batch, expected);
    const same = at >= 0 && batch.every(({ id }, index) => events[at + index]?.id === id);
    if (same) return `revision ${at + batch.length - 1}`;
    const idKnown = typeof expected === 'string' && expected !== 'noStream' && at >= 0;
    if (idKnown || !holds(events.length, expected)) {
      return `conflict ${events.length === 0 ? 'noStream' : events.length - 1}`;
    }
    this.streams.set(stream, [...events, ...batch]);
    this.order.push(...batch);
    this.batches.push({ stream, batch, expected });
    return `revision ${events.length + batch.length - 1}`;
  }
}

/** Where the events of a repeated append would stand, or -1. */
function placeOf(events: EventToAppend[], batch: EventToAppend[], expected: ExpectedRevision): number {
  if (expected === 'noStream') return 0;
  if (typeof expected === 'bigint') return Number(expected) + 1;
  return events.findIndex(({ id }) => id === batch[0]?.id);
}

/** Such an append is recognised by its ids alone, which a store need keep only for appends of this kind. */
function isLoose(expected: ExpectedRevision): boolean {
  return expected === 'any' || expected === 'streamExists';
}

function holds(length: number, expected: ExpectedRevision): boolean {
  if (expected === 'any') return true;
  if (expected === 'noStream') return length === 0;
  return expected === 'streamExists' ? length > 0 : BigInt(length - 1) === expected;
}

interface Real {
  store: EventStore;
  readonly reopen: () => Promise<EventStore>;
  /** Keeps the streams of one run apart from those of all others. */
  readonly prefix: string;
}

type Command = fc.AsyncCommand<Model, Real>;

async function outcome(
  real: Real,
  stream: string,
  batch: EventToAppend[],
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

/** Repeats an append. Not where it would be taken as a new one: what the same ids twice in a stream mean is up to the store. */
const repeat = (which: number, expected: ExpectedRevision): Command => ({
  check(model) {
    const known = model.batches[which % Math.max(1, model.batches.length)];
    if (known === undefined) return false;
    if (isLoose(expected)) return isLoose(known.expected);
    return !holds(model.streams.get(known.stream)?.length ?? 0, expected);
  },
  async run(model, real) {
    const known = model.batches[which % model.batches.length];
    if (known === undefined) return;
    const { stream, batch } = known;
    expect(await outcome(real, stream, batch, expected)).toBe(model.append(stream, batch, expected));
  },
  toString: () => `repeat(append number ${which}, ${expected})`,
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
    fc.tuple(fc.nat(20), expectations).map((args) => repeat(...args)),
    fc
      .tuple(streams, fc.bigInt({ min: 0n, max: 12n }), fc.integer({ min: 1, max: 9 }), directions)
      .map((args) => readStream(...args)),
    directions.map(readAll),
    fc.constant(reopen),
  ],
  { maxCommands: 40 },
);

/** Runs random commands against the store and a plain model of it; a failure prints the seed and the shortest run. */
export function eventStoreModel(name: string, open: OpenStore): void {
  it(`the event store, ${name}, does what a list in memory does`, async () => {
    const tested = await open();
    let { store } = tested;
    const reopenStore = async () => {
      store = (await tested.reopen?.()) ?? store;
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
