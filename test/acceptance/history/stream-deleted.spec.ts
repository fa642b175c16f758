import { EventStoreDBClient } from '@eventstore/db-client';
import { applicationStream } from '#libs/registry/applications/application.events.js';
import { projectStream } from '#libs/registry/projects/project.events.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp, startServer } from '../../support/server.js';

const writable = { APPLEDGER_GATEWAY_WRITABLE: 'true' };

let appledger: Appledger;
let store: EventStoreDBClient;

beforeAll(async () => {
  appledger = await startAppledger({ env: writable });
  store = EventStoreDBClient.connectionString(await appledger.server.eventsUrl());
});
afterAll(async () => {
  await store.dispose();
  await cleanUp();
});

async function addProject(name: string): Promise<string> {
  return (await appledger.call('POST /management/v1/projects', { body: { name } })).body.id;
}

async function addApp(name: string, projectId: string): Promise<string> {
  return (await appledger.createApp({ name }, projectId)).body.appId;
}

async function listed(request: unknown): Promise<string[]> {
  const { status, body } = await appledger.call('POST /admin/v1/events/_search', { body: request });
  expect(status).toBe(200);
  return (body.events ?? []).map(({ type }: { type: { type: string } }) => type.type);
}

const refused = (status: number, id: string) => ({ status, body: { details: [{ id }] } });

describe('an application whose stream another client has tombstoned', () => {
  let projectId: string;
  let appId: string;
  beforeAll(async () => {
    projectId = await addProject('Of the application');
    appId = await addApp('Gone', projectId);
    await store.tombstoneStream(applicationStream(appId));
  });

  it('does not exist for commands and in the list of its changes', async () => {
    const app = `/management/v1/projects/${projectId}/apps/${appId}`;
    const changes = await appledger.call(`POST ${app}/changes/_search`);
    expect(changes).toMatchObject(refused(404, 'QUERY-pCP8P'));
    const renamed = await appledger.call(`PUT ${app}`, { body: { name: 'Other' } });
    expect(renamed).toMatchObject(refused(404, 'COMMAND-28di9'));
    expect(await appledger.call(`DELETE ${app}`)).toMatchObject({ status: 404 });
  });

  it.each([true, false])('keeps its events in the list of events (ascending: %s)', async (asc) => {
    const types = ['project.application.added', 'project.application.config.api.added'];
    const expected = asc ? types : types.toReversed();
    expect(await listed({ aggregateId: appId, asc })).toEqual(expected);
    expect((await listed({ aggregateTypes: ['application'], asc })).sort()).toEqual(types);
  });

  it('releases its name immediately', async () => {
    expect(await appledger.createApp({ name: 'gone' }, projectId)).toMatchObject({ status: 200 });
  });
});

describe('a project whose stream another client has tombstoned', () => {
  let projectId: string;
  let appId: string;
  beforeAll(async () => {
    projectId = await addProject('Gone');
    appId = await addApp('Of a project that is gone', projectId);
    await store.tombstoneStream(projectStream(projectId));
  });

  it('does not exist for commands and in the list of its changes, and neither do its applications', async () => {
    const project = `/management/v1/projects/${projectId}`;
    expect(await appledger.call(`POST ${project}/changes/_search`)).toMatchObject(refused(404, 'COMMAND-3M9sd'));
    const renamed = await appledger.call(`PUT ${project}`, { body: { name: 'Other' } });
    expect(renamed).toMatchObject(refused(404, 'COMMAND-3M9sd'));
    const changes = await appledger.call(`POST ${project}/apps/${appId}/changes/_search`);
    expect(changes).toMatchObject(refused(404, 'QUERY-pCP8P'));
  });

  it('releases its name immediately', async () => {
    expect(await appledger.call('POST /management/v1/projects', { body: { name: 'gone' } })).toMatchObject({
      status: 200,
    });
  });
});

it('a name whose reservation stream another client has tombstoned stays taken', async () => {
  const projectId = await addProject('Of the name');
  await addApp('Lost', projectId);
  const streams = new Set<string>();
  for await (const { event } of store.readAll()) if (event?.type === 'NameReserved') streams.add(event.streamId);
  await store.tombstoneStream([...streams].at(-1) ?? '');
  expect(await appledger.createApp({ name: 'lost' }, projectId)).toMatchObject(refused(409, 'V3-DKcYh'));
  expect(await appledger.createApp({ name: 'Found' }, projectId)).toMatchObject({ status: 200 });
});

it('a server starts even if its first project was tombstoned', async () => {
  const { server, development } = await startAppledger({ env: writable });
  const client = EventStoreDBClient.connectionString(await server.eventsUrl());
  await client.tombstoneStream(projectStream(development.project));
  await client.dispose();
  await server.stop();
  const again = await startServer({ dataDir: server.dataDir });
  expect(await again.stop()).toMatchObject({ code: 0 });
});
