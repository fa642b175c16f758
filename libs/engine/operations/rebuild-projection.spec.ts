import { type Generations, generationsRecord } from '#libs/engine/documents/port/generations.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { type KeeperReport, keeperReportRecord } from '#libs/engine/projector/keeper-report.js';
import { applicationsProjection } from '#libs/registry/applications/projections/applications/applications.projection.js';
import { features } from '#libs/registry/features.js';
import { Projecting } from '../../../test/support/projecting.js';
import { ProjectionOperations } from './projection-operations.js';

const projection = applicationsProjection;
const beyond = { generation: 1, message: 'the checkpoint is beyond the newest event' };

let projecting: Projecting;
beforeEach(async () => {
  projecting = await Projecting.open();
});
afterEach(() => projecting.close());

async function put(name: string, value: object): Promise<void> {
  const { readModel } = projecting;
  await readModel.putRecord(name, value, (await readModel.record(name))?.version);
}

const report = (value: KeeperReport) => put(keeperReportRecord(projection.collection), value);
const generations = (value: Generations) => put(generationsRecord(projection.collection), value);

/** Rebuilds, beside a keeper that at first reports a failure while it builds, and then has the new documents serve. */
async function rebuild(failure: NonNullable<KeeperReport['failure']>) {
  const {
    eventStore,
    readModel,
    parts: { codec, identity },
  } = projecting;
  const withScratch = () => Promise.reject(new Error('a rebuild needs no scratch'));
  const parts = { eventStore, codec, readModel, identity, clock: systemClock, withScratch };
  const operations = new ProjectionOperations(features.projections, parts);
  return operations.run({ operation: 'rebuild', projection: projection.name }, (line) => {
    if (line.includes('waiting')) void report({ failure, filling: { generation: 2, progress: '1 of 2 events' } });
    else void generations({ newest: 2, serving: { number: 2, definition: 'd' }, retired: [] });
  });
}

beforeEach(async () => {
  await generations({ newest: 1, serving: { number: 1, definition: 'd' }, retired: [] });
  await report({ failure: beyond });
});

it('a rebuild continues when the generation that serves has stopped at an event', async () => {
  const { lines, ok } = await rebuild(beyond);
  expect([lines, ok]).toEqual([[`${projection.name}: generation 2 has been built and serves`], true]);
});

it('a rebuild ends with an error when the generation that is being built stops at an event', async () => {
  await expect(rebuild({ ...beyond, generation: 2 })).rejects.toThrow(beyond.message);
});
