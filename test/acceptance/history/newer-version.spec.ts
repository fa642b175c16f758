import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { metadata } from '../../support/event-versions.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
let projectId: string;
let appId: string;

beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_GATEWAY_WRITABLE: 'true' } });
  projectId = (await appledger.call('POST /management/v1/projects', { body: { name: 'Updated' } })).body.id;
  appId = (await appledger.createApp({ name: 'Updated' }, projectId)).body.appId;
  const client = EventStoreDBClient.connectionString(await appledger.server.eventsUrl());
  const data = { appId, title: 'As only a newer version writes it' };
  const newer = jsonEvent({ type: 'ApplicationChanged', data, metadata: { schemaVersion: 2, ...metadata } });
  await client.appendToStream(`application-${appId}`, [newer]);
  await client.dispose();
});
afterAll(cleanUp);

const REFUSED = {
  status: 503,
  body: {
    code: 14,
    message: expect.stringContaining('a newer version of the server has written events that this one cannot read'),
  },
};

describe('a server that meets an event of a newer version', () => {
  it.each([
    ['a command on its application', () => `PUT /management/v1/projects/${projectId}/apps/${appId}`, { name: 'Other' }],
    [
      'the changes of its application',
      () => `POST /management/v1/projects/${projectId}/apps/${appId}/changes/_search`,
      {},
    ],
    ['the list of all events', () => 'POST /admin/v1/events/_search', {}],
  ])('refuses %s, and says why', async (_, path, body) => {
    expect(await appledger.call(path(), { body })).toMatchObject(REFUSED);
    await appledger.server.outputWith(
      /ApplicationChanged in stream application-\d+ at position \d+ has schema version 2/,
    );
  });

  it('answers what does not need the event', async () => {
    const path = `POST /management/v1/projects/${projectId}/changes/_search`;
    expect(await appledger.call(path)).toMatchObject({ status: 200 });
    expect(await appledger.createApp({ name: 'Another' }, projectId)).toMatchObject({ status: 200 });
  });

  it('stops the projection at the event, shows which, and logs why', async () => {
    await appledger.server.outputWith(/cannot be projected: .* a newer version of this program has written it, update/);
    const { body } = await appledger.call('GET /debug/ready');
    expect(JSON.stringify(body)).toMatch(/"state":"failed"[^}]*"event":\{[^}]*"type":"ApplicationChanged"/);
  });
});
