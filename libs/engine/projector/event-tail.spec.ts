import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { features } from '#libs/registry/features.js';
import { except } from '../../../test/support/except.js';
import { Projecting } from '../../../test/support/projecting.js';
import { until } from '../../../test/support/until.js';
import { EventTail } from './event-tail.js';

let projecting: Projecting;
beforeEach(async () => {
  projecting = await Projecting.open();
});
afterEach(() => projecting.close());

const NOTHING = -1n;

function tailOf(eventStore: EventStore = projecting.eventStore, held = async () => NOTHING): EventTail {
  return new EventTail(features.projections, eventStore, features.codec.streams.prefixes, held);
}

/** The store, with what is asked of its $all. */
function watched(): { readonly store: EventStore; readonly reads: (bigint | undefined)[] } {
  const reads: (bigint | undefined)[] = [];
  const { eventStore } = projecting;
  const store = except(eventStore, {
    readAll: (options = {}) => {
      reads.push(options.from);
      return eventStore.readAll(options);
    },
  });
  return { store, reads };
}

describe('the tail of the log', () => {
  it('says what each projection needs, for any document and for those of one stream', async () => {
    const tail = tailOf();
    const one = await projecting.addApplication('1');
    const two = await projecting.addApplication('2');
    await tail.look();
    const applications = tail.of('applications');
    expect(applications.needed()).toBe(two);
    expect(applications.needed('application-1')).toBe(one);
    expect(applications.needed('application-3')).toBe(NOTHING);
    expect(tail.of('applicationKeys').needed()).toBe(NOTHING);
    expect(tail.of('projects').needed()).toBe(NOTHING);
  });

  it('reads each event once, and none of other programs', async () => {
    const { store, reads } = watched();
    const tail = tailOf(store);
    const last = await projecting.addApplication('1');
    await tail.look();
    await projecting.addForeign(3);
    await tail.look();
    expect(tail.position).toBe(last);
    expect(reads).toEqual([undefined, last]);
  });

  it('begins behind what all documents hold', async () => {
    await projecting.addApplication('1');
    const foreign = await projecting.addForeign();
    const { store, reads } = watched();
    const tail = tailOf(store, async () => foreign);
    const last = await projecting.addApplication('2');
    await tail.look();
    expect(reads).toEqual([foreign]);
    expect(tail.of('applications').needed('application-1')).toBe(NOTHING);
    expect(tail.of('applications').needed('application-2')).toBe(last);
  });

  it('asks once for all who come while it is asking, and they see what was appended before they came', async () => {
    const { store, reads } = watched();
    const tail = tailOf(store);
    const first = tail.look();
    const last = await projecting.addApplication('1');
    const later = Array.from({ length: 50 }, () => tail.look());
    await Promise.all([first, ...later]);
    expect(reads.length).toBeLessThanOrEqual(3);
    expect(tail.position).toBe(last);
  });

  it('is current until something is appended, and again when that has been read', async () => {
    const tail = tailOf();
    expect(tail.isCurrent).toBe(false);
    for (const append of [() => projecting.addApplication('1'), () => projecting.addForeign()]) {
      await append();
      expect(tail.isCurrent).toBe(false);
      await tail.look();
      expect(tail.isCurrent).toBe(true);
    }
    tail.reset();
    expect(tail.isCurrent).toBe(false);
  });

  it('is not current after a read during which something was appended', async () => {
    const { eventStore } = projecting;
    const store = except(eventStore, {
      async *readAll(options) {
        yield* eventStore.readAll(options);
        await projecting.addApplication('2');
      },
    });
    await projecting.addApplication('1');
    const tail = tailOf(store);
    await tail.look();
    expect(tail.isCurrent).toBe(false);
  });

  it('keeps what it knows while it reads everything again over another connection', async () => {
    const { eventStore } = projecting;
    let connectionCount = 1;
    let release: () => void = () => undefined;
    let isReading = false;
    const store = except(eventStore, {
      get connectionCount() {
        return connectionCount;
      },
      async *readAll(options) {
        if (connectionCount > 1) {
          isReading = true;
          await new Promise<void>((resolve) => {
            release = resolve;
          });
        }
        yield* eventStore.readAll(options);
      },
    });
    const tail = tailOf(store);
    const last = await projecting.addApplication('1');
    await tail.look();
    connectionCount = 2;
    const again = tail.look();
    await until(() => isReading);
    expect(tail.of('applications').needed('application-1')).toBe(last);
    release();
    await again;
    expect(tail.of('applications').needed('application-1')).toBe(last);
    expect(tail.position).toBe(last);
  });

  it('reads a page and then the newest event, when there is more than a page', async () => {
    const last = await addApplications(600);
    const { store, reads } = watched();
    const tail = tailOf(store);
    await tail.look();
    expect(reads).toHaveLength(2);
    expect(tail.position).toBe(last);
    // Each application may be among those that were not read.
    expect(tail.of('applications').needed('application-7')).toBe(last);
    expect(tail.of('projects').needed('project-1')).toBe(last);
    await tail.look();
    expect(reads.at(-1)).toBe(last);
  });

  it('remembers so many streams, and takes it that any of the others may have events when there are more', async () => {
    const tail = tailOf();
    for (let round = 0; round < 21; round += 1) {
      await addApplications(490, round * 490);
      await tail.look();
    }
    const applications = tail.of('applications');
    const untold = applications.needed('application-1');
    expect(untold).toBe(applications.needed('application-2'));
    expect(applications.needed('application-10200')).toBeGreaterThan(untold);
    expect(applications.needed()).toBeGreaterThan(applications.needed('application-10200'));
  });
});

async function addApplications(count: number, from = 0): Promise<bigint> {
  const added = Array.from({ length: count }, (_, index) => projecting.addApplication(`${from + index}`));
  return (await Promise.all(added)).at(-1) ?? NOTHING;
}
