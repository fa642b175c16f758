import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { BEFORE_FIRST_POSITION, type EventStore } from '#libs/engine/event-store/port/event-store.js';
import { bothEventStores } from '../../../test/support/both-event-stores.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { CLOCK_SKEW_MS, placeOfTime } from './place-of-time.js';

const HOUR = 3_600_000;
const BEGIN = Date.UTC(2026, 0, 1);

/** When an event occurred, and when the store records it. */
interface Times {
  readonly occurredAt: number;
  readonly recordedAt: number;
}

/** Appends an event with these times, and answers its position. */
async function append(store: EventStore, { occurredAt, recordedAt }: Times, stream = 'own-1'): Promise<bigint> {
  jest.setSystemTime(recordedAt);
  const event = { id: randomUUID(), type: 'T', data: { occurredAt }, metadata: {} };
  return (await store.append(stream, [event], 'any')).position;
}

async function appendAll(store: EventStore, all: readonly Times[]): Promise<readonly (Times & { position: bigint })[]> {
  const appended: (Times & { position: bigint })[] = [];
  for (const times of all) appended.push({ ...times, position: await append(store, times) });
  return appended;
}

function place(store: EventStore, time: number): Promise<bigint | undefined> {
  return placeOfTime(store, {
    time,
    timeOf: ({ data }) => (data as { occurredAt?: number }).occurredAt,
    streamPrefixes: ['own-'],
  });
}

/** The first event at a time or later, found by looking at each. */
const firstSince = (events: readonly (Times & { position: bigint })[], time: number) =>
  events.find(({ occurredAt }) => occurredAt >= time)?.position;

describe('the place of a time', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: [...NOT_FAKED], now: BEGIN });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each(Object.entries(bothEventStores))(
    'in %s is before the first event of that time or later, and after the one before',
    async (_, open) => {
      const store = await open();
      const events = await appendAll(
        store,
        Array.from({ length: 40 }, (_, hour) => ({ occurredAt: BEGIN + hour * HOUR, recordedAt: BEGIN + hour * HOUR })),
      );
      await append(store, { occurredAt: BEGIN + 100 * HOUR, recordedAt: BEGIN + 100 * HOUR }, 'elsewhere');
      for (const hour of [0, 1, 17, 38, 39]) {
        const found = await place(store, BEGIN + hour * HOUR);
        expect(found).toBe(events[hour - 1]?.position ?? BEFORE_FIRST_POSITION);
      }
      expect(await place(store, BEGIN + 39 * HOUR + 1)).toBeUndefined();
      await store.close();
    },
  );

  it('loses no event whose time is older or newer than that of its neighbours, and none that was imported', async () => {
    const skew = fc.integer({ min: 0, max: CLOCK_SKEW_MS / 2 });
    const times = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 * HOUR }), skew, skew, fc.boolean()), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: -HOUR, max: 40 * HOUR }), async (steps, wanted) => {
        const store = await openEmbeddedEventStore({ path: tempFolder(), readOnly: false });
        let now = BEGIN;
        const disordered = steps.map(([step, late, early, isImported]) => {
          now += step;
          const occurredAt = isImported ? BEGIN - 1_000 * HOUR + late : now + early;
          return { occurredAt, recordedAt: now - late };
        });
        const events = await appendAll(store, disordered);
        const found = await place(store, BEGIN + wanted);
        const first = firstSince(events, BEGIN + wanted);
        if (first === undefined) expect(found).toBeUndefined();
        else expect(events.filter(({ position }) => position > (found ?? first))[0]?.position).toBe(first);
        await store.close();
      }),
      { numRuns: 30 },
    );
  });

  it('is found by looking at few events of a long log', async () => {
    const store = await openEmbeddedEventStore({ path: tempFolder(), readOnly: false });
    const minutes = (count: number) => count * 60_000;
    const events = await appendAll(
      store,
      Array.from({ length: 2_000 }, (_, n) => ({ occurredAt: BEGIN + minutes(n), recordedAt: BEGIN + minutes(n) })),
    );
    let looked = 0;
    const counting: EventStore = Object.assign(Object.create(store) as EventStore, {
      readAll: async function* (options: Parameters<EventStore['readAll']>[0]) {
        for await (const event of store.readAll(options)) {
          looked += 1;
          yield event;
        }
      },
    });
    expect(await place(counting, BEGIN + minutes(700))).toBe(events[699]?.position);
    expect(looked).toBeLessThan(30);
    await store.close();
  });
});

/** Stores and gateways need real timers: only the clock is moved. */
const NOT_FAKED = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;
