import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { inGeneration } from '#libs/engine/documents/port/generations.js';
import { NOTHING_PROJECTED, type ReadModel } from '#libs/engine/documents/port/read-model.js';
import {
  type ApplicationDocument,
  applicationsCollection,
} from '#libs/registry/applications/projections/applications/applications.document.js';
import { features } from '#libs/registry/features.js';
import { appendTo } from '../../support/append-to.js';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { appledger as run } from '../../support/cli.js';
import { cleanUp } from '../../support/server.js';
import { until } from '../../support/until.js';

let server: Appledger;
let dataDir: string;
let appId: string;

afterAll(cleanUp);

async function start(): Promise<void> {
  server = await startAppledger();
  dataDir = server.server.dataDir;
  appId = (await server.createApp({ name: 'Verified' })).body.appId;
}

const projections = (...args: readonly string[]) => run(['projections', ...args], { APPLEDGER_DATA_DIR: dataDir });

/** Changes the documents behind the server's back, while it is stopped. */
async function byHand(change: (readModel: ReadModel) => Promise<void>): Promise<void> {
  await ready(server.call);
  await server.server.stop();
  await appendTo(dataDir, 'elsewhere-1', 'SomethingElse', {}); // For the position that the forged document bears.
  const readModel = openEmbeddedReadModel(join(dataDir, 'read-model'));
  await change(readModel);
  await readModel.close();
}

const served = inGeneration(applicationsCollection, 1);

async function forge(readModel: ReadModel, id: string, document: ApplicationDocument): Promise<void> {
  const position = (await readModel.checkpoint(served)) + 1n; // later than what is there, or it would stay
  const writes = [{ id, position, document }];
  await readModel.apply({ collection: served, writes, after: NOTHING_PROJECTED, checkpoint: position });
}

describe('appledger projections', () => {
  beforeEach(start);

  it('lists the state of each, with and without a running server', async () => {
    await ready(server.call);
    const running = await projections('list');
    expect(running).toMatchObject({ code: 0, stderr: '' });
    expect(running.stdout).toMatch(/^applications: generation 1 serves, at position \d+, up to date$/m);
    await server.server.stop();
    expect((await projections('list')).stdout).toMatch(/^applications: generation 1 serves/m);
  });

  it('rebuilds documents while the server answers queries', async () => {
    const { code, stdout } = await projections('rebuild', 'applications');
    expect(stdout).toBe('applications: generation 2 has been built and serves\n');
    expect(code).toBe(0);
    expect((await server.getApp(appId)).status).toBe(200);
  });

  it('rebuilds documents without a running server', async () => {
    await server.server.stop();
    expect(await projections('rebuild', 'applications')).toMatchObject({
      code: 0,
      stdout: 'applications: generation 2 has been built and serves\n',
    });
  });

  it('finds no difference in unchanged documents', async () => {
    for (const name of ['applications', 'projects']) {
      const { code, stdout } = await projections('verify', name);
      expect(stdout).toMatch(/: \d+ documents compared, all are what their events say\n$/);
      expect(code).toBe(0);
    }
    const all = await projections('verify', 'all');
    expect(all.stdout.match(/all are what their events say$/gm)).toHaveLength(features.projections.length);
    expect(all).toMatchObject({ code: 0, stderr: '' });
  });

  it('finds and names a document that was edited, and a rebuild corrects it', async () => {
    await byHand(async (readModel) => {
      const document = (await readModel.get(served, appId)) as ApplicationDocument;
      await forge(readModel, appId, { ...document, name: 'Edited' });
    });
    const found = await projections('verify', 'applications');
    expect(found.stdout).toContain(`applications ${appId} is not what its events say`);
    expect(found.stdout).toContain('projections rebuild applications');
    expect(found.code).toBe(1);
    await projections('rebuild', 'applications');
    expect((await projections('verify', 'applications')).code).toBe(0);
  });

  it('finds a document without events', async () => {
    await byHand(async (readModel) => {
      const document = (await readModel.get(served, appId)) as ApplicationDocument;
      await forge(readModel, '4711', { ...document, id: '4711' });
    });
    const { code, stdout } = await projections('verify', 'applications');
    expect(stdout).toContain('applications 4711 has no event that it comes from');
    expect(code).toBe(1);
  });

  it('prints JSON for programs', async () => {
    await ready(server.call);
    const json = async (...args: string[]) => JSON.parse((await projections(...args, '--json')).stdout).projections;
    const serving = {
      generation: 1,
      position: expect.stringMatching(/^\d+$/),
      ofThisLog: true,
      lagEvents: 0,
      lagSeconds: 0,
    };
    expect(await json('list', 'projects')).toEqual([{ name: 'projects', serving }]);
    expect((await json('list')).map(({ name }: { name: string }) => name)).toContain('applicationKeys');
    expect(await json('verify', 'applications')).toEqual([
      { name: 'applications', documents: 1, differing: 0, differences: [] },
    ]);
    const rebuilt = await json('rebuild', 'all');
    expect(rebuilt.map(({ generation }: { generation: number }) => generation)).toEqual(
      features.projections.map(() => 2),
    );
    expect((await server.getApp(appId)).status).toBe(200);
  });

  it('skips an event in all projections by one decision, which ListEvents shows', async () => {
    await ready(server.call);
    await server.server.stop();
    const eventId = await appendTo(dataDir, 'application-7', 'ApplicationAdded', { appId: 7 });
    server = await startAppledger({ dataDir });
    const advised = async () => ((await projections('list')).stdout.match(/to leave it out/g) ?? []).length;
    await until(async () => (await advised()) >= 3);
    const args = ['skip', 'all', '--event', eventId, '--reason', 'written by hand', '--json'];
    expect(JSON.parse((await projections(...args)).stdout)).toMatchObject({
      projections: expect.arrayContaining(['applications', 'clients']),
      event: { id: eventId, stream: 'application-7' },
      stream: 'projection-all',
      operator: 'tester',
    });
    await until(async () => !(await projections('list')).stdout.includes('stopped'));
    const later = await server.createApp({ name: 'Later' });
    expect((await server.getApp(later.body.appId)).status).toBe(200);
    expect((await projections('rebuild', 'clients')).code).toBe(0);
    expect((await projections('verify', 'all')).code).toBe(0);

    const search = { eventTypes: ['projection.event.skipped'] };
    const { events } = (await server.call('POST /admin/v1/events/_search', { body: search })).body;
    expect(events).toMatchObject([
      {
        editor: { userId: 'tester' },
        aggregate: { id: 'all', type: { type: 'projection' } },
        payload: { projection: 'all', eventId, reason: 'written by hand' },
      },
    ]);
  });

  it('shows the event at which a projection has stopped, and skips it by a recorded decision', async () => {
    await ready(server.call);
    await server.server.stop();
    const eventId = await appendTo(dataDir, 'application-7', 'ApplicationAdded', { appId: 7 });
    server = await startAppledger({ dataDir });
    const later = await server.createApp({ name: 'Later' });

    // The clients and the lives are made of the event too, and it is left out of each kind of document by a decision of its own.
    const advice = ['applications', 'clients', 'applicationLives'].map(
      (name) => `projections skip ${name} --event ${eventId}`,
    );
    let listed = '';
    await until(async () => {
      listed = (await projections('list')).stdout;
      return advice.every((line) => listed.includes(line));
    });
    expect(listed).toContain('ApplicationAdded in stream application-7');
    const stopped = { status: 'up', state: 'failed', event: { id: eventId } };
    const whole = await server.call('GET /debug/ready');
    expect(whole).toMatchObject({ status: 200, body: { details: { 'projection applications': stopped } } });
    for (const purpose of ['write', 'read', 'any']) {
      expect((await server.call(`GET /debug/ready/${purpose}`)).status).toBe(200);
    }
    const metrics = async () => (await fetch(`${server.server.url}/debug/metrics`)).text();
    expect(await metrics()).toMatch(/^appledger_projection_stopped\{projection="applications"\} 1$/m);
    expect(await metrics()).toMatch(/^appledger_projection_stopped\{projection="projects"\} 0$/m);

    const other = await projections('skip', 'applications', '--event', randomUUID(), '--reason', 'a test');
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining(eventId) });
    const skipped = await projections('skip', 'applications', '--event', eventId, '--reason', 'written by hand');
    expect(skipped.stdout).toContain('as decided by tester: written by hand');
    expect(skipped.code).toBe(0);
    for (const name of ['clients', 'applicationLives']) {
      expect((await projections('skip', name, '--event', eventId, '--reason', 'written by hand')).code).toBe(0);
    }
    await until(async () => (await server.getApp(later.body.appId)).status === 200);
    await ready(server.call);
    expect(await metrics()).toMatch(/^appledger_projection_stopped\{projection="applications"\} 0$/m);
  });
});

it('appledger prints its version', async () => {
  const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../package.json'), 'utf8'));
  expect(await run(['--version'], {})).toEqual({ code: 0, stdout: `appledger ${version}\n`, stderr: '' });
});

describe('appledger projections, used wrongly', () => {
  beforeAll(start);

  it.each([
    [['rebuild', 'nothing'], 1, 'there is no projection "nothing"; there are: projects, projectLives, applications, '],
    [['skip', 'applications', '--event', '1', '--reason', 'x'], 1, 'has not stopped at an event'],
    [['skip', 'applications'], 2, 'requires --event ID and --reason TEXT'],
    [['rebuild'], 2, "requires a projection's name"],
    [['list', 'nothing'], 1, 'there is no projection "nothing"'],
    [['list', 'applications', 'projects'], 2, 'unexpected argument projects'],
    [['skip', 'all', '--event', '1', '--reason', 'x'], 1, 'no projection has stopped at an event'],
    [['truncate'], 2, 'unknown operation "truncate"'],
    [['list', '--force'], 2, '--force'],
  ])('says what is wrong with %j', async (args, code, stderr) => {
    expect(await projections(...args)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(stderr) });
  });
});
