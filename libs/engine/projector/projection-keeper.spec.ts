import { type Generations, generationsRecord, inGeneration } from '#libs/engine/documents/port/generations.js';
import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import { ServedDocuments } from '#libs/engine/documents/served/served-documents.js';
import {
  type ApplicationDocument,
  applicationsCollection,
} from '#libs/registry/applications/projections/applications/applications.document.js';
import { applicationsProjection } from '#libs/registry/applications/projections/applications/applications.projection.js';
import { features } from '#libs/registry/features.js';
import { except } from '../../../test/support/except.js';
import { LONG_MS, Projecting } from '../../../test/support/projecting.js';
import { until } from '../../../test/support/until.js';
import { KEEP_RETIRED_MS } from './generations.js';
import { type KeeperReport, keeperReportRecord } from './keeper-report.js';
import type { Projection } from './projection.js';
import { type KeeperParts, ProjectionKeeper } from './projection-keeper.js';
import { recordSkip } from './skips.js';

/** The same documents under another definition, each name marked. */
const marked: Projection<ApplicationDocument> = {
  ...applicationsProjection,
  definition: 'marked',
  stepFor: (type) => {
    const step = applicationsProjection.stepFor(type);
    return (
      step && {
        ...step,
        document: (before, event) => {
          const document = step.document(before, event);
          return document && { ...document, name: `${document.name.replace(/!$/, '')}!` };
        },
      }
    );
  },
};

/** Ends a keeper that gives nobody else a turn. */
const MOST_LOOKS = 1_000;

let projecting: Projecting;
let documents: ServedDocuments;
let now: number;

beforeEach(async () => {
  projecting = await Projecting.open();
  documents = new ServedDocuments(projecting.readModel, () => projecting.logIdentity);
  now = 1_000;
});

afterEach(() => projecting.close());

function keep(projection: Projection<ApplicationDocument> = applicationsProjection, other: Partial<KeeperParts> = {}) {
  const onSwitch: KeeperParts['onSwitch'] = (collection) => documents.forget(collection);
  return projecting.start(
    new ProjectionKeeper(projection, {
      ...projecting.parts,
      clock: () => now,
      onSwitch,
      onOtherLog: () => undefined,
      ...other,
    }),
  );
}

const nameOf = async (id: string) => (await documents.get(applicationsCollection, id))?.name;
const record = async () =>
  (await projecting.readModel.record<Generations>(generationsRecord(applicationsCollection)))?.value;
const servingNumber = async () => (await record())?.serving?.number;
const isLive = (keeper: ProjectionKeeper) => keeper.status().serving?.state === 'live';

describe('projection keeper', () => {
  it('serves the first generation as soon as it holds everything there is', async () => {
    const position = await projecting.addApplication('1');
    const keeper = keep();
    expect(await keeper.waitFor(position, LONG_MS)).toBe(true);
    expect(await nameOf('1')).toBe('App 1');
    expect(await record()).toMatchObject({ newest: 1, serving: { number: 1 }, retired: [] });
    expect(keeper.status()).toMatchObject({ name: 'applications', serving: { generation: 1, state: 'live' } });
  });

  it('says that documents are being built as long as none serve', async () => {
    await expect(nameOf('1')).rejects.toThrow(ReadModelUnavailableError);
    await expect(nameOf('1')).rejects.toThrow(/applications are being built from the events/);
  });

  it('goes on with the generation that serves when it is started again', async () => {
    const first = keep();
    await first.waitFor(await projecting.addApplication('1'), LONG_MS);
    await first.stop();
    const position = await projecting.addApplication('2');
    const second = keep();
    expect(await second.waitFor(position, LONG_MS)).toBe(true);
    expect(await nameOf('2')).toBe('App 2');
    expect(await record()).toMatchObject({ newest: 1, serving: { number: 1 } });
  });

  it('builds documents of another definition beside the old ones, which are served meanwhile', async () => {
    const first = keep();
    await first.waitFor(await projecting.addApplication('1'), LONG_MS);
    await first.stop();

    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const second = inGeneration(applicationsCollection, 2).name;
    const slow = except(projecting.readModel, {
      async apply(batch) {
        if (batch.collection.name === second) await gate;
        return projecting.readModel.apply(batch);
      },
    });
    const keeper = keep(marked, { readModel: slow });
    await until(() => keeper.status().filling !== undefined);
    const position = await projecting.addApplication('2');
    expect(await keeper.waitFor(position, LONG_MS)).toBe(true);
    expect(await nameOf('1')).toBe('App 1');
    expect(await nameOf('2')).toBe('App 2!');
    expect(await servingNumber()).toBe(1);

    release();
    await until(async () => (await servingNumber()) === 2);
    await until(() => isLive(keeper));
    expect([await nameOf('1'), await nameOf('2')]).toEqual(['App 1!', 'App 2!']);
  });

  it('hides the switch from waiting callers, and never goes back in time', async () => {
    const first = keep();
    await first.waitFor(await projecting.addApplication('0'), LONG_MS);
    await first.stop();
    const keeper = keep(marked);
    for (let id = 1; id < 200; id += 1) {
      const position = await projecting.addApplication(`${id}`);
      expect(await keeper.waitFor(position, LONG_MS)).toBe(true);
      expect(await nameOf(`${id}`)).toBe(`App ${id}!`);
    }
    await until(async () => (await servingNumber()) === 2);
    expect(await nameOf('0')).toBe('App 0!');
  });

  it('drops the old generation when it has been kept long enough for every reader', async () => {
    const first = keep();
    await first.waitFor(await projecting.addApplication('1'), LONG_MS);
    await first.stop();
    const keeper = keep(marked);
    await until(async () => (await servingNumber()) === 2);
    const old = inGeneration(applicationsCollection, 1);
    expect(await projecting.readModel.get(old, '1')).toMatchObject({ name: 'App 1' });
    now += KEEP_RETIRED_MS;
    await until(async () => (await record())?.retired.length === 0);
    expect(await projecting.readModel.get(old, '1')).toBeUndefined();
    expect(await nameOf('1')).toBe('App 1!');
    await keeper.stop();
  });

  it('builds again what somebody has dropped, while it runs', async () => {
    const keeper = keep();
    await keeper.waitFor(await projecting.addApplication('1'), LONG_MS);
    await projecting.readModel.drop(inGeneration(applicationsCollection, 1));
    await until(async () => (await servingNumber()) === 2);
    expect(await nameOf('1')).toBe('App 1');
    const position = await projecting.addApplication('2');
    expect(await keeper.waitFor(position, LONG_MS)).toBe(true);
    expect(await nameOf('2')).toBe('App 2');
  });

  it('stops at an event that it cannot take, and goes on when an operator has it left out', async () => {
    const keeper = keep();
    await keeper.waitFor(await projecting.addApplication('1'), LONG_MS);
    const { id, position } = await projecting.addMalformed('2');
    const last = await projecting.addApplication('3');
    expect(await keeper.waitFor(last, LONG_MS)).toBe(false);
    expect(keeper.status().serving).toMatchObject({ state: 'failed', failure: { event: { id, position } } });
    expect(await nameOf('1')).toBe('App 1');

    const decision = { projection: 'applications', eventId: id, reason: 'a test', operator: 'ops', at: 0 };
    await recordSkip(projecting.eventStore, features.codec, decision);
    await until(() => isLive(keeper));
    expect(await keeper.waitFor(last, LONG_MS)).toBe(true);
    expect(await nameOf('3')).toBe('App 3');
  });

  it('reports which generation has stopped, one that is being built before the one that serves', async () => {
    const reported = async () =>
      (await projecting.readModel.record<KeeperReport>(keeperReportRecord(applicationsCollection)))?.value;
    const first = keep();
    await first.waitFor(await projecting.addApplication('1'), LONG_MS);
    const { id } = await projecting.addMalformed('2');
    await until(async () => (await reported())?.failure?.generation === 1);
    await first.stop();
    keep(marked);
    await until(async () => (await reported())?.failure?.generation === 2);
    expect(await reported()).toMatchObject({ failure: { event: { id } }, filling: { generation: 2 } });
  });

  it('leaves out the same event when everything is built again', async () => {
    const { id } = await projecting.addMalformed('2');
    const decision = { projection: 'applications', eventId: id, reason: 'a test', operator: 'ops', at: 0 };
    await recordSkip(projecting.eventStore, features.codec, decision);
    const last = await projecting.addApplication('3');
    const keeper = keep();
    expect(await keeper.waitFor(last, LONG_MS)).toBe(true);
  });

  it('comes to the same documents when two processes keep it at once, one of them twice', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `${index}`);
    const keepers = [keep(), keep()];
    await Promise.all(ids.map((id) => projecting.addApplication(id)));
    const last = await projecting.eventStore.head();
    for (const keeper of keepers) await until(() => keeper.waitFor(last, LONG_MS));
    for (const id of ids) expect(await nameOf(id)).toBe(`App ${id}`);
    expect((await record())?.serving).toMatchObject({ number: 1 });
  });

  it('waits out a read model that is away, and says so once', async () => {
    let away = true;
    const failing = except(projecting.readModel, {
      record(name) {
        return away ? Promise.reject(new ReadModelUnavailableError('away')) : projecting.readModel.record(name);
      },
    });
    const position = await projecting.addApplication('1');
    const keeper = keep(applicationsProjection, { readModel: failing });
    await until(() => projecting.lines.length > 0);
    away = false;
    expect(await keeper.waitFor(position, LONG_MS)).toBe(true);
    expect(projecting.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('lets everybody else work while the read model is away at the moment when a generation could serve', async () => {
    let looks = 0;
    let back = false;
    const bringBack = () => {
      back = true;
    };
    const failing = except(projecting.readModel, {
      record(name) {
        const caughtUp = keeper.status().filling?.state === 'live';
        // It comes back only when the event loop has a turn for it.
        if (caughtUp && looks === 0) setTimeout(bringBack, 0);
        if (!caughtUp || back || looks === MOST_LOOKS) return projecting.readModel.record(name);
        looks += 1;
        return Promise.reject(new ReadModelUnavailableError('away'));
      },
    });
    const position = await projecting.addApplication('1');
    const keeper = keep(applicationsProjection, { readModel: failing });
    expect(await keeper.waitFor(position, LONG_MS)).toBe(true);
    expect(looks).toBeGreaterThan(0);
    expect(looks).toBeLessThan(MOST_LOOKS);
  });
});
