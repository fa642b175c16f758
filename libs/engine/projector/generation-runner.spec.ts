import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import { NOTHING_PROJECTED, type ReadModel } from '#libs/engine/documents/port/read-model.js';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { applicationsCollection } from '#libs/registry/applications/projections/applications/applications.document.js';
import { applicationsProjection } from '#libs/registry/applications/projections/applications/applications.projection.js';
import { projectsCollection } from '#libs/registry/projects/projections/projects/projects.document.js';
import { projectsProjection } from '#libs/registry/projects/projections/projects/projects.projection.js';
import { except } from '../../../test/support/except.js';
import { type Line, LONG_MS, Projecting } from '../../../test/support/projecting.js';
import { toAppend } from '../../../test/support/projection.js';
import { until } from '../../../test/support/until.js';
import { GenerationRunner } from './generation-runner.js';
import type { WriterParts } from './generation-writer.js';

const FAR = 2n ** 60n;

let projecting: Projecting;
let eventStore: EventStore;
let readModel: ReadModel;
let folder: string;
let lines: readonly Line[];

beforeEach(async () => {
  projecting = await Projecting.open();
  ({ eventStore, readModel, folder, lines } = projecting);
});

afterEach(() => projecting.close());

function start(
  projection: typeof applicationsProjection | typeof projectsProjection,
  other: Partial<WriterParts> = {},
) {
  const parts = { ...projecting.parts, ...other };
  const place = { collection: projection.collection, generation: { number: 1, log: projecting.logIdentity } };
  return projecting.start(new GenerationRunner(projection, place, parts));
}

const applicationName = async (id: string) => (await readModel.get(applicationsCollection, id))?.name;

describe('generation runner', () => {
  it('projects what is there, then what comes', async () => {
    await projecting.addApplication('1');
    const runner = start(applicationsProjection);
    expect(await runner.waitFor(await projecting.addApplication('2'), LONG_MS)).toBe(true);
    await until(() => runner.status().state === 'live');
    for (let id = 3; id < 30; id += 1) {
      const position = await projecting.addApplication(`${id}`);
      expect(await runner.waitFor(position, LONG_MS)).toBe(true);
      expect(await applicationName(`${id}`)).toBe(`App ${id}`);
      expect(await readModel.checkpoint(applicationsCollection)).toBe(position);
    }
    expect(runner.status()).toEqual({ state: 'live', position: runner.position });
    expect([await applicationName('1'), await applicationName('2')]).toEqual(['App 1', 'App 2']);
  });

  it('goes on after its checkpoint when it is started again', async () => {
    const first = start(applicationsProjection);
    const before = await projecting.addApplication('1');
    await first.waitFor(before, LONG_MS);
    await first.stop();
    expect(first.status()).toMatchObject({ state: 'stopped', position: before });

    const position = await projecting.addApplication('2');
    let after: bigint | undefined;
    const watched = except(eventStore, {
      subscribeToAll(options) {
        after = options?.after;
        return eventStore.subscribeToAll(options);
      },
    });
    const second = start(applicationsProjection, { eventStore: watched });
    expect(await second.waitFor(position, LONG_MS)).toBe(true);
    expect(after).toBe(before);
    expect(await applicationName('2')).toBe('App 2');
    await first.stop();
    first.start();
    expect(await first.waitFor(position, LONG_MS)).toBe(true);
  });

  it('moves past events that do not concern it, and saves that when it stops', async () => {
    const runner = start(projectsProjection);
    await projecting.addApplication('1');
    const position = await projecting.addForeign();
    expect(await runner.waitFor(position, LONG_MS)).toBe(true);
    await runner.stop();
    expect(await readModel.checkpoint(projectsCollection)).toBe(position);
    expect(await readModel.get(projectsCollection, '1')).toBeUndefined();
  });

  it('saves while it runs how far it is past such events', async () => {
    const runner = start(projectsProjection);
    const position = await projecting.addForeign();
    expect(await runner.waitFor(position, LONG_MS)).toBe(true);
    await until(async () => (await readModel.checkpoint(projectsCollection)) === position);
  });

  it('does not touch documents that are ahead of its checkpoint', async () => {
    const position = await projecting.addApplication('1', 'in the event');
    const document = { name: 'already written' } as never;
    await readModel.apply({
      collection: applicationsCollection,
      writes: [{ id: '1', position, document }],
      after: NOTHING_PROJECTED,
      checkpoint: NOTHING_PROJECTED,
    });
    const last = await projecting.addApplication('2');
    expect(await start(applicationsProjection).waitFor(last, LONG_MS)).toBe(true);
    expect(await applicationName('1')).toBe('already written');
    expect(await applicationName('2')).toBe('App 2');
  });

  it('gives the same documents when two run at once', async () => {
    const runners = [start(applicationsProjection), start(applicationsProjection)];
    const ids = Array.from({ length: 200 }, (_, index) => `${index}`);
    await Promise.all(ids.map((id) => projecting.addApplication(id)));
    const last = await eventStore.head();
    for (const runner of runners) expect(await runner.waitFor(last, LONG_MS)).toBe(true);
    const twice = await readModel.getMany(applicationsCollection, ids);

    const other = openEmbeddedReadModel(join(folder, 'other'));
    const alone = start(applicationsProjection, { readModel: other });
    expect(await alone.waitFor(last, LONG_MS)).toBe(true);
    expect(twice.size).toBe(ids.length);
    expect(twice).toEqual(await other.getMany(applicationsCollection, ids));
    await alone.stop();
    await other.close();
  });

  it('stops at an event that cannot be projected, says which, and keeps what came before', async () => {
    const before = await projecting.addApplication('1');
    const { position } = await projecting.addMalformed('2');
    await projecting.addApplication('3');
    const runner = start(applicationsProjection);
    expect(await runner.waitFor(position, LONG_MS)).toBe(false);
    expect(runner.status()).toEqual({
      state: 'failed',
      position: before,
      failure: {
        message: expect.stringContaining('ApplicationAdded in stream application-2'),
        event: { id: expect.any(String), type: 'ApplicationAdded', stream: 'application-2', position },
      },
    });
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect([await applicationName('1'), await applicationName('3')]).toEqual(['App 1', undefined]);
    expect(await readModel.checkpoint(applicationsCollection)).toBe(before);
  });

  it("leaves out what other programs write to streams that begin as Appledger's do, and says so once", async () => {
    const added = toAppend({ type: 'ApplicationAdded', data: { appId: '7', projectId: '2001', name: 'Theirs' } });
    const foreign = [
      ['application-orders', { ...added, id: randomUUID() }],
      ['application-7', { ...added, id: randomUUID(), metadata: { by: 'them' } }],
      ['application-7', { ...added, id: randomUUID(), data: 7, metadata: {} }],
      ['project-x', { ...added, id: randomUUID(), type: 'SomethingElse' }],
    ] as const;
    for (const [stream, event] of foreign) await eventStore.append(stream, [event], 'any');
    const position = await projecting.addApplication('1');
    for (const projection of [applicationsProjection, projectsProjection]) {
      expect(await start(projection).waitFor(position, LONG_MS)).toBe(true);
    }
    expect(await applicationName('7')).toBeUndefined();
    expect(await applicationName('1')).toBe('App 1');
    expect(lines.map(({ fields, message }) => [fields, message])).toEqual([
      [{ stream: 'application-orders', type: 'ApplicationAdded', position: '0' }, expect.stringContaining('left out')],
      [{ stream: 'project-x', type: 'SomethingElse', position: '3' }, expect.stringContaining('left out')],
    ]);
    const counted = await projecting.registry.getSingleMetricAsString('appledger_foreign_events_total');
    expect(counted).toContain('{stream="application-"} 3');
    expect(counted).toContain('{stream="project-"} 1');
  });

  it('stops for an event that is not the first of its application but should be', async () => {
    const event = toAppend({
      type: 'ApiConfigAdded',
      data: { appId: '1', clientId: 'c', authMethod: 'privateKeyJwt' },
    });
    const { position } = await eventStore.append('application-1', [event], 'noStream');
    const runner = start(applicationsProjection);
    expect(await runner.waitFor(position, LONG_MS)).toBe(false);
    expect(runner.status()).toMatchObject({ state: 'failed', failure: { event: { position } } });
  });

  it('waits out a failing read model, and says so once', async () => {
    let failures = 3;
    const failing = except(readModel, {
      apply(batch) {
        if (failures === 0) return readModel.apply(batch);
        failures -= 1;
        return Promise.reject(new ReadModelUnavailableError('no room'));
      },
    });
    const position = await projecting.addApplication('1');
    const runner = start(applicationsProjection, { readModel: failing });
    await until(() => runner.status().failure !== undefined);
    expect(runner.status()).toMatchObject({ state: 'catchingUp', failure: { message: 'no room' } });
    expect(await runner.waitFor(position, LONG_MS)).toBe(true);
    expect(runner.status().failure).toBeUndefined();
    expect(await applicationName('1')).toBe('App 1');
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  it('waits out a failing event store', async () => {
    let failures = 2;
    const failing = except(eventStore, {
      subscribeToAll(options) {
        if (failures === 0) return eventStore.subscribeToAll(options);
        failures -= 1;
        throw new EventStoreUnavailableError('gone');
      },
    });
    const position = await projecting.addApplication('1');
    const runner = start(applicationsProjection, { eventStore: failing });
    expect(await runner.waitFor(position, LONG_MS)).toBe(true);
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  it('stops for a fault that is no outage', async () => {
    const faulty = except(readModel, { apply: () => Promise.reject(new RangeError('the id is too long')) });
    const runner = start(applicationsProjection, { readModel: faulty });
    expect(await runner.waitFor(await projecting.addApplication('1'), LONG_MS)).toBe(false);
    expect(runner.status()).toMatchObject({ state: 'failed', failure: { message: 'the id is too long' } });
  });

  it('ends when the documents hold more than the event log', async () => {
    await projecting.addApplication('1');
    await readModel.apply({
      collection: applicationsCollection,
      writes: [],
      after: NOTHING_PROJECTED,
      checkpoint: FAR,
    });
    const runner = start(applicationsProjection);
    await until(() => runner.status().state === 'foreign');
    expect(runner.status().failure?.message).toMatch(/they hold events up to position \d+, and it ends at 1/);
  });

  it('finishes the batch under way when it is stopped, and lets no one wait any longer', async () => {
    let writing = (): void => undefined;
    const entered = new Promise<void>((resolve) => {
      writing = resolve;
    });
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = except(readModel, {
      async apply(batch) {
        writing();
        await gate;
        return readModel.apply(batch);
      },
    });
    const runner = start(applicationsProjection, { readModel: slow });
    const position = await projecting.addApplication('1');
    const waiting = runner.waitFor(FAR, LONG_MS);
    await entered;
    const stopped = runner.stop();
    release();
    await stopped;
    expect(await waiting).toBe(false);
    expect(runner.status()).toMatchObject({ state: 'stopped', position });
    expect(await applicationName('1')).toBe('App 1');
  });
});
