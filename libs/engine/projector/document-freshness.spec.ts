import type { Source } from '#libs/engine/documents/port/source.js';
import { ServedDocuments } from '#libs/engine/documents/served/served-documents.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { applicationsCollection } from '#libs/registry/applications/projections/applications/applications.document.js';
import { features } from '#libs/registry/features.js';
import { except } from '../../../test/support/except.js';
import { LONG_MS, Projecting } from '../../../test/support/projecting.js';
import { until } from '../../../test/support/until.js';
import { LogIdentity } from './log-identity.js';
import { Projector } from './projector.js';

const NOTHING_APPENDED_HERE = -1n;
const someApplication: readonly Source[] = [{ collection: applicationsCollection }];

let projecting: Projecting;
beforeEach(async () => {
  projecting = await Projecting.open();
});
afterEach(() => projecting.close());

/** A projector that has built its documents, and how often $all of its store has been read. */
async function working(changes: Partial<EventStore> = {}) {
  let reads = 0;
  const { eventStore } = projecting;
  const counted = except(eventStore, {
    readAll: (options) => {
      reads += 1;
      return eventStore.readAll(options);
    },
  });
  const store = except(counted, changes);
  const identity = new LogIdentity(store, async () => projecting.logIdentity);
  const { readModel } = projecting;
  // On a slow machine the time would be over after which it is checked which generation serves.
  const documents = new ServedDocuments(
    readModel,
    () => identity.known,
    () => 0,
  );
  const projector = projecting.start(
    new Projector(features.projections, 'alone', {
      ...projecting.parts,
      eventStore: store,
      identity,
      documents,
      clock: Date.now,
      onOtherLog: () => undefined,
    }),
  );
  await until(() => projector.status().every(({ serving }) => serving?.state === 'live'));
  return { projector, documents, reads: () => reads };
}

const wanted = { sources: someApplication, position: NOTHING_APPENDED_HERE, asTheStore: true };

describe('the freshness of documents', () => {
  it('is known without a read while nothing is appended to a store in this process', async () => {
    await projecting.addApplication('1');
    const { projector, reads } = await working();
    expect(projector.isFresh(wanted)).toBe(false);
    expect(await projector.waitUntilFresh(wanted, LONG_MS)).toBe(true);
    const before = reads();
    expect(projector.isFresh(wanted)).toBe(true);
    for (let query = 0; query < 100; query += 1) await projector.waitUntilFresh(wanted, LONG_MS);
    expect(reads()).toBe(before);
  });

  it('is not known any more when something has been appended, and the documents hold it when it is again', async () => {
    const { projector, documents } = await working();
    for (let appId = 1; appId <= 20; appId += 1) {
      await projecting.addApplication(`${appId}`);
      expect(projector.isFresh(wanted)).toBe(false);
      expect(await projector.waitUntilFresh(wanted, LONG_MS)).toBe(true);
      expect(projector.isFresh(wanted)).toBe(true);
      expect(await documents.get(applicationsCollection, `${appId}`)).toMatchObject({ id: `${appId}` });
    }
  });

  it('is never known without a read of a store in another process', async () => {
    const { projector, reads } = await working({ localHead: undefined });
    expect(await projector.waitUntilFresh(wanted, LONG_MS)).toBe(true);
    const before = reads();
    expect(projector.isFresh(wanted)).toBe(false);
    expect(await projector.waitUntilFresh(wanted, LONG_MS)).toBe(true);
    expect(reads()).toBeGreaterThan(before);
  });

  it('is not known of a position that the store does not hold', async () => {
    const last = await projecting.addApplication('1');
    const { projector } = await working();
    expect(await projector.waitUntilFresh({ ...wanted, position: last }, LONG_MS)).toBe(true);
    expect(projector.isFresh({ ...wanted, position: last })).toBe(true);
    expect(projector.isFresh({ ...wanted, position: last + 1n })).toBe(false);
    expect(await projector.waitUntilFresh({ ...wanted, position: last + 1n }, 0)).toBe(false);
  });

  it('is not known over another connection until the log behind it has been compared', async () => {
    let connectionCount = 1;
    const { projector } = await working({
      get connectionCount() {
        return connectionCount;
      },
    });
    expect(await projector.waitUntilFresh(wanted, LONG_MS)).toBe(true);
    expect(projector.isFresh(wanted)).toBe(true);
    connectionCount = 2;
    expect(projector.isFresh(wanted)).toBe(false);
    await until(() => projector.waitUntilFresh(wanted, LONG_MS));
    expect(projector.isFresh(wanted)).toBe(true);
  });
});
