import { setTimeout as delay } from 'node:timers/promises';
import type { RecordStore } from '#libs/engine/kernel/record-store.js';
import { bothEventStores } from '../../../test/support/both-event-stores.js';
import { except } from '../../../test/support/except.js';
import { Projecting } from '../../../test/support/projecting.js';
import { silentLog } from '../../../test/support/silent-log.js';
import { until } from '../../../test/support/until.js';
import { StreamRecords } from '../event-store/records/stream-records.js';
import { type Holding, Lease, type LeaseTimes, type Renewal } from './lease.js';

const NAME = 'a lease';

const TIMES: LeaseTimes = { leaseMs: 2_500, renewMs: 100, askAfterMs: 500 };
const LONG_TIMES: LeaseTimes = { ...TIMES, leaseMs: 60_000 };

/** Where the leases of a test lie. */
interface Place {
  readonly records: RecordStore;
  close(): Promise<void>;
}

const places: readonly [string, Renewal, () => Promise<Place>][] = [
  [
    'beside documents',
    'always',
    async () => {
      const projecting = await Projecting.open();
      return { records: projecting.readModel, close: () => projecting.close() };
    },
  ],
  ...Object.entries(bothEventStores).map(([name, open]): (typeof places)[number] => [
    `in a stream of ${name}`,
    'whenAsked',
    async () => {
      const store = await open();
      return { records: new StreamRecords(store, '', silentLog), close: () => store.close() };
    },
  ]),
];

/** One who wants the lease, and keeps count of what happens. */
class Candidate {
  readonly history: ('taken' | 'ended')[] = [];
  readonly lease: Lease;
  private running: Promise<void> | undefined;
  private reachable = true;
  /** Writes that were made. */
  writes = 0;
  /** Whether it was still allowed to work when its work was ended. */
  wasValidAtEnd: boolean | undefined;

  constructor(records: RecordStore, name: string, renewal: Renewal, times: LeaseTimes) {
    const outOfReach = () => Promise.reject(new Error('out of reach'));
    const cut = except(records, {
      record: (...args) => (this.reachable ? records.record(...args) : outOfReach()),
      putRecord: (...args) => {
        this.writes += 1;
        return this.reachable ? records.putRecord(...args) : outOfReach();
      },
    });
    const worker = {
      taken: () => this.history.push('taken'),
      ended: async () => {
        this.wasValidAtEnd = this.lease.isValid;
        this.history.push('ended');
      },
    };
    this.lease = new Lease(cut, NAME, name, worker, renewal, times);
  }

  start(): void {
    this.running = this.lease.run();
  }

  async stop(): Promise<void> {
    this.lease.stop();
    await this.running;
  }

  /** It cannot reach the records any more, as a process that has been stopped or cut off. */
  cutOff(): void {
    this.reachable = false;
  }
}

describe.each(places)('a lease %s', (_, renewal, open) => {
  let place: Place;
  let candidates: Candidate[] = [];
  beforeEach(async () => {
    place = await open();
    candidates = [];
  });
  afterEach(async () => {
    await Promise.all(candidates.map((each) => each.stop()));
    await place.close();
  });

  const candidate = (name: string, times = TIMES) => {
    const made = new Candidate(place.records, name, renewal, times);
    candidates.push(made);
    made.start();
    return made;
  };

  it('is held by one', async () => {
    const all = ['a', 'b', 'c'].map((name) => candidate(name));
    const holders = () => all.filter(({ lease }) => lease.isHeld).length;
    await until(() => holders() > 0);
    expect(holders()).toBe(1);
    await until(() => all.some(({ lease }) => lease.isValid));
    expect(all.filter(({ lease }) => lease.isValid)).toHaveLength(1);
  });

  it('stays with a holder that lives, however long another one waits', async () => {
    const first = candidate('a');
    await until(() => first.lease.isHeld);
    const second = candidate('b');
    await delay(TIMES.askAfterMs + 2 * TIMES.leaseMs);
    await until(() => first.lease.isValid);
    expect([first.history, second.history]).toEqual([['taken'], []]);
    expect(second.lease.current.holder).toBe('a');
  });

  it('goes to another when it is given back, and is valid until its work has ended', async () => {
    const first = candidate('a', LONG_TIMES);
    await until(() => first.lease.isHeld);
    const second = candidate('b', LONG_TIMES);
    await first.stop();
    expect(first.history).toEqual(['taken', 'ended']);
    expect([first.wasValidAtEnd, first.lease.isValid]).toEqual([true, false]);
    await until(() => second.lease.isHeld);
  });

  it('goes to another when its holder is cut off, which is not allowed to work any more by then', async () => {
    const first = candidate('a');
    await until(() => first.lease.isHeld);
    first.cutOff();
    const second = candidate('b');
    await until(() => second.lease.isHeld);
    expect(first.lease.isValid).toBe(false);
    await until(() => !first.lease.isHeld);
    expect(first.history).toEqual(['taken', 'ended']);
    expect(first.wasValidAtEnd).toBe(false);
  });

  it('is taken at once by a process whose own write was answered with an error', async () => {
    await place.records.putRecord<Holding>(NAME, { holder: 'a' }, undefined);
    const first = candidate('a');
    await until(() => first.lease.isHeld);
    expect((await place.records.record<Holding>(NAME))?.value).toMatchObject({ holder: 'a' });
  });

  if (renewal === 'whenAsked')
    it('is written only when another process asks', async () => {
      const first = candidate('a');
      await until(() => first.lease.isHeld);
      const { writes } = first;
      await delay(1.5 * TIMES.leaseMs);
      await until(() => first.lease.isValid);
      expect(first.writes).toBe(writes);
      const second = candidate('b');
      await until(() => second.writes > 0);
      await until(() => first.writes > writes);
      expect(first.lease.isHeld).toBe(true);
    });
});
