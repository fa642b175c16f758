import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { type Appledger, startAppledger } from '../support/appledger.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { lastOfEach, lateEvents } from '../support/late-events.js';
import { cleanUp } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';
import { until } from '../support/until.js';

const ROUNDS = 20;
const projects = '/management/v1/projects';

let events: GatewayProcess;
let one: Appledger;
let other: Appledger;
beforeAll(async () => {
  events = new GatewayProcess();
  await events.start();
  one = await startOnEvents(tempFolder());
  const folder = tempFolder();
  await cp(join(one.server.dataDir, 'development-issuer.json'), join(folder, 'development-issuer.json'));
  other = await startOnEvents(folder);
});
afterAll(async () => {
  await cleanUp();
  await events.end('SIGKILL');
});

function startOnEvents(dataDir: string): Promise<Appledger> {
  return startAppledger({ dataDir, env: { APPLEDGER_EVENTSTORE_URL: events.connectionString } });
}

async function newProject(name: string): Promise<string> {
  return (await one.call(`POST ${projects}`, { body: { name } })).body.id;
}

it('32 renames of one application by each of two processes at once all succeed', async () => {
  const { appId } = (await one.createApp({ name: 'Popular' })).body;
  const answers = await Promise.all(
    Array.from({ length: 32 }, (_, index) =>
      [one, other].map((api, node) => api.app('PUT', appId, '', { name: `Name ${index} of ${node}` })),
    ).flat(),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect((await one.getApp(appId)).body.app.details.sequence).toBe('66');
});

it('a project that one process removes while another one creates in it has no active application', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const projectId = await newProject(`Removed ${round}`);
    await other.createApp({ name: 'First' }, projectId); // The process knows the project.
    const [removal, created] = await Promise.all([
      one.call(`DELETE ${projects}/${projectId}`),
      other.createApp({ name: 'Late' }, projectId),
    ]);
    expect(removal.status).toBe(200);
    const late = (await lateEvents(events.connectionString)).filter((event) => event.projectId === projectId);
    if (created.status === 200) expect(late).toEqual([]);
    else expect(created.body.details[0].id).toBe('COMMAND-EbFMN');
    expect(lastOfEach(late)).toEqual(lastOfEach(late).map(() => 'ApplicationRemoved'));
    const next = await other.createApp({ name: 'Later' }, projectId);
    expect(next.body.details[0].id).toBe('COMMAND-EbFMN');
  }
});

it('a process killed while it creates in projects that another one removes leaves no active application', async () => {
  const { dataDir, pid } = other.server;
  const ids = await Promise.all(Array.from({ length: 16 }, (_, index) => newProject(`Killed ${index}`)));
  const seen: { projectId: string; appId: string }[] = [];
  const create = async (projectId: string) => {
    for (let count = 0; ; count += 1) {
      const answer = await other.createApp({ name: `App ${count}` }, projectId).catch(() => undefined);
      if (answer?.status !== 200) return;
      seen.push({ projectId, appId: answer.body.appId });
    }
  };
  const creating = Promise.all(ids.map(create));
  await until(() => seen.length >= ids.length);
  const removing = ids.map((id) => one.call(`DELETE ${projects}/${id}`));
  await Promise.any(removing);
  process.kill(pid, 'SIGKILL');
  expect((await Promise.all(removing)).map(({ status }) => status)).toEqual(ids.map(() => 200));
  await Promise.all([creating, other.server.stop('SIGKILL')]);

  other = await startOnEvents(dataDir);
  const late = await lateEvents(events.connectionString);
  const left = late.map(({ projectId, stream }) => ({ projectId, appId: stream.replace('application-', '') }));
  for (const { projectId, appId } of [...seen, ...left]) {
    expect((await other.call(`GET ${projects}/${projectId}/apps/${appId}`)).status).toBe(404);
    const renaming = await other.call(`PUT ${projects}/${projectId}/apps/${appId}`, { body: { name: 'Alive' } });
    expect(renaming.status).toBe(404);
  }
  const created = await Promise.all(ids.map((id) => other.createApp({ name: 'Alive' }, id)));
  expect(created.map(({ body }) => body.details[0].id)).toEqual(ids.map(() => 'COMMAND-EbFMN'));
});
