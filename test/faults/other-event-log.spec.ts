import { randomUUID } from 'node:crypto';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EVENT_STORE_FOLDER, openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { type Appledger, ready, startAppledger } from '../support/appledger.js';
import { appledger } from '../support/cli.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { cleanUp, type ServerOptions } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

afterAll(cleanUp);

const POLL_MS = 100;

/** The ledger contradicts another log, and then the server is never ready: test/faults/ledger-bad-days.spec.ts. */
function startWithoutLedger(options: ServerOptions = {}): Promise<Appledger> {
  return startAppledger({ ...options, env: { APPLEDGER_LEDGER: 'off', ...options.env } });
}

const create = async ({ createApp }: Appledger, name: string, project?: string): Promise<string> =>
  (await createApp({ name }, project)).body.appId;

async function names({ call, development }: Appledger, project = development.project): Promise<readonly string[]> {
  const { body } = await call(`POST /management/v1/projects/${project}/apps/_search`, { body: {} });
  return ((body.result ?? []) as { name: string }[]).map(({ name }) => name);
}

/** Waits until the documents of a projection have been set aside, and new documents serve. */
async function builtAgain({ call }: Appledger, projection = 'applications'): Promise<string> {
  for (;;) {
    const { status, body } = await call('GET /debug/ready');
    const why = (status === 200 ? body.details : body.error)?.[`projection ${projection}`]?.setAside?.why;
    if (status === 200 && why !== undefined) return why;
    await delay(POLL_MS);
  }
}

async function expectTold({ call, server }: Appledger): Promise<void> {
  const metrics = await fetch(`${server.url}/debug/metrics`);
  expect(await metrics.text()).toMatch(/appledger_projection_set_aside_total\{projection="applications"\} 1/);
  expect(await server.outputWith(/documents of applications are not of this event log/)).toMatch(/"reason":/);
  expect((await call('GET /debug/ready')).status).toBe(200);
}

describe('an older events file that was restored', () => {
  /** A server that has made and answered Kept and Lost, whose events are then those of before Lost. */
  async function restored(): Promise<{ readonly dataDir: string; readonly lost: string; readonly kept: string }> {
    const before = await startWithoutLedger();
    const { dataDir } = before.server;
    await ready(before.call);
    const kept = await create(before, 'Kept');
    await before.server.stop();
    const backup = join(tempFolder(), EVENT_STORE_FOLDER);
    await cp(join(dataDir, EVENT_STORE_FOLDER), backup, { recursive: true });
    const meanwhile = await startWithoutLedger({ dataDir });
    const lost = await create(meanwhile, 'Lost');
    expect((await meanwhile.getApp(lost)).status).toBe(200);
    await meanwhile.server.stop();
    await rm(join(dataDir, EVENT_STORE_FOLDER), { recursive: true });
    await cp(backup, join(dataDir, EVENT_STORE_FOLDER), { recursive: true });
    return { dataDir, lost, kept };
  }

  it('is detected when it ends before the checkpoint of the documents', async () => {
    const { dataDir, lost, kept } = await restored();
    const listed = await appledger(['projections', 'list'], { APPLEDGER_DATA_DIR: dataDir });
    expect(listed.stdout).toMatch(/^applications: generation 1 is of another event log: it is built again when/m);
    const after = await startWithoutLedger({ dataDir });
    expect(await builtAgain(after)).toMatch(/they hold events up to position \d+, and it ends at \d+/);
    expect((await after.getApp(lost)).status).toBe(404);
    expect((await after.getApp(kept)).status).toBe(200);
    expect(await names(after)).toEqual(['Kept']);
    await expectTold(after);
  });

  it('is detected even after further writes, however many', async () => {
    const { dataDir, lost, kept } = await restored();
    const store = await openEmbeddedEventStore({ path: dataDir, readOnly: false });
    for (let round = 0; round < 20; round += 1) {
      const event = { id: randomUUID(), type: 'SomethingElse', data: {}, metadata: {} };
      await store.append('elsewhere-1', [event], 'any');
    }
    await store.close();
    const after = await startWithoutLedger({ dataDir });
    const next = await create(after, 'Next');
    expect(await builtAgain(after)).toMatch(/event [\w-]+ is not at position \d+/);
    expect((await after.getApp(lost)).status).toBe(404);
    expect((await after.getApp(kept)).status).toBe(200);
    expect((await after.getApp(next)).status).toBe(200);
    expect((await names(after)).toSorted()).toEqual(['Kept', 'Next']);
    await expectTold(after);
  });

  it('and the next start finds nothing to set aside', async () => {
    const { dataDir } = await restored();
    const after = await startWithoutLedger({ dataDir });
    await builtAgain(after);
    await after.server.stop();
    const again = await startWithoutLedger({ dataDir });
    await ready(again.call);
    expect((await again.call('GET /debug/ready')).body.details['projection applications']).not.toHaveProperty(
      'setAside',
    );
  });
});

describe('an unrelated event log', () => {
  it('is detected at the start', async () => {
    const before = await startWithoutLedger();
    const { dataDir } = before.server;
    const phantom = await create(before, 'Phantom');
    expect((await before.getApp(phantom)).status).toBe(200);
    await before.server.stop();
    const other = await startWithoutLedger();
    await Promise.all(Array.from({ length: 5 }, (_, index) => create(other, `Other ${index}`)));
    const { organization, project } = other.development;
    await other.server.stop();
    await rm(join(dataDir, EVENT_STORE_FOLDER), { recursive: true });
    await cp(join(other.server.dataDir, EVENT_STORE_FOLDER), join(dataDir, EVENT_STORE_FOLDER), { recursive: true });
    const after = await startWithoutLedger({ dataDir });
    expect(await builtAgain(after)).toMatch(/they are of another one/);
    expect((await after.getApp(phantom)).status).toBe(404);
    const headers = { 'x-zitadel-orgid': organization };
    const list = await after.call(`POST /management/v1/projects/${project}/apps/_search`, { body: {}, headers });
    expect(list.body.details.totalResult).toBe('5');
    await expectTold(after);
  });
});

describe('an EventStoreDB that was replaced under a running server', () => {
  async function running(): Promise<{ readonly events: GatewayProcess; readonly appledger: Appledger }> {
    const events = new GatewayProcess();
    await events.start();
    const appledger = await startWithoutLedger({ env: { APPLEDGER_EVENTSTORE_URL: events.connectionString } });
    await ready(appledger.call);
    return { events, appledger };
  }

  async function project({ call }: Appledger, name: string): Promise<string> {
    for (;;) {
      const { status, body } = await call('POST /management/v1/projects', { body: { name } });
      if (status === 200) return body.id;
      await delay(POLL_MS);
    }
  }

  it('by another one: documents of the previous one are no longer returned', async () => {
    const { events, appledger } = await running();
    const phantom = await create(appledger, 'Phantom');
    expect((await appledger.getApp(phantom)).status).toBe(200);
    await events.end();
    events.restore();
    await events.start();
    const projectId = await project(appledger, 'Made on the other one');
    expect(await builtAgain(appledger)).toMatch(/they are of another one/);
    const appId = await create(appledger, 'New', projectId);
    expect(await names(appledger, projectId)).toEqual(['New']);
    expect((await appledger.call(`GET /management/v1/projects/${projectId}/apps/${appId}`)).status).toBe(200);
    expect((await appledger.getApp(phantom)).status).toBe(404);
    await expectTold(appledger);
    await appledger.server.stop();
    await events.end();
  });

  it('by an older back-up of itself with further writes', async () => {
    const { events, appledger } = await running();
    const kept = await create(appledger, 'Kept');
    expect((await appledger.getApp(kept)).status).toBe(200);
    await events.end();
    const backup = await events.backUp();
    await events.start();
    const lost = await project(appledger, 'Lost');
    expect((await appledger.call(`GET /management/v1/projects/${lost}`)).status).toBe(200);
    await events.end();
    events.restore(backup);
    await events.start();
    const next = await project(appledger, 'Next');
    // The documents of applications hold nothing of what was lost, and may agree with the log.
    await builtAgain(appledger, 'projects');
    expect((await appledger.call(`GET /management/v1/projects/${lost}`)).status).toBe(404);
    expect((await appledger.call(`GET /management/v1/projects/${next}`)).status).toBe(200);
    expect((await appledger.getApp(kept)).status).toBe(200);
    await appledger.server.stop();
    await events.end();
  });

  it('by itself after a restart: nothing is set aside', async () => {
    const { events, appledger } = await running();
    const kept = await create(appledger, 'Kept');
    await events.end();
    await events.start();
    await project(appledger, 'After');
    await ready(appledger.call);
    expect((await appledger.getApp(kept)).status).toBe(200);
    const { details } = (await appledger.call('GET /debug/ready')).body;
    expect(JSON.stringify(details)).not.toContain('setAside');
    await appledger.server.stop();
    await events.end();
  });
});
