import { binaryEvent, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
let projectId: string;
let appId: string;

/** Appends events of another program, which Appledger cannot read, to one of its streams. */
async function appendFromOutside(client: EventStoreDBClient, stream: string, type: string): Promise<void> {
  await client.appendToStream(stream, [
    binaryEvent({ type, data: Buffer.from('no JSON') }),
    jsonEvent({ type, data: { id: 7 } }),
    jsonEvent({ type: 'SomethingElse', data: {} }),
  ]);
}

beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_GATEWAY_WRITABLE: 'true' } });
  projectId = (await appledger.call('POST /management/v1/projects', { body: { name: 'Kept' } })).body.id;
  appId = (await appledger.createApp({ name: 'Kept' }, projectId)).body.appId;
  const client = EventStoreDBClient.connectionString(await appledger.server.eventsUrl());
  await appendFromOutside(client, `application-${appId}`, 'ApplicationChanged');
  await appendFromOutside(client, `project-${projectId}`, 'ProjectChanged');
  await client.dispose();
});
afterAll(cleanUp);

const APP = ['project.application.added', 'project.application.config.api.added'];

describe('unreadable events do not hide others', () => {
  it.each([
    ['of the whole event store', () => ({ limit: 3 }), ['project.added', ...APP]],
    ['of an application', () => ({ aggregateId: appId }), APP],
    ['of their type', () => ({ eventTypes: ['project.changed', 'project.application.changed'] }), []],
  ])('in the list of events %s', async (_, request, types) => {
    const { status, body } = await appledger.call('POST /admin/v1/events/_search', { body: request() });
    expect(status).toBe(200);
    const listed = (body.events ?? []).map(({ type }: { type: { type: string } }) => type.type);
    expect(listed).toEqual(types.toReversed());
  });

  it.each([
    ['an application', () => `projects/${projectId}/apps/${appId}`, APP],
    ['a project', () => `projects/${projectId}`, ['project.added']],
  ])('in the changes of %s', async (_, path, types) => {
    const { status, body } = await appledger.call(`POST /management/v1/${path()}/changes/_search`);
    expect(status).toBe(200);
    const listed = body.result.map(({ eventType }: { eventType: { key: string } }) => eventType.key);
    expect(listed).toEqual(types.toReversed().map((type) => `EventTypes.${type}`));
  });
});
