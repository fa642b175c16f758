import { EventStoreDBClient, jsonEvent, START } from '@eventstore/db-client';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { GatewayProcess } from '../../support/gateway-process.js';
import { cleanUp } from '../../support/server.js';

const PREFIXES = ['', 'team-a.', 'b-'] as const;

const events = new GatewayProcess();
let client: EventStoreDBClient;
let installations: Appledger[];

beforeAll(async () => {
  await events.start();
  client = EventStoreDBClient.connectionString(events.connectionString);
  installations = [];
  for (const APPLEDGER_STREAM_PREFIX of PREFIXES) {
    const env = { APPLEDGER_EVENTSTORE_URL: events.connectionString, APPLEDGER_STREAM_PREFIX };
    installations.push(await startAppledger({ env }));
  }
});
afterAll(async () => {
  await client.dispose();
  await cleanUp();
  await events.end('SIGKILL');
});

async function listed(installation: Appledger, request: object): Promise<string[]> {
  const { body } = await installation.call('POST /admin/v1/events/_search', { body: request });
  return (body.events ?? []).map(({ aggregate }: { aggregate: { id: string } }) => aggregate.id);
}

describe('several installations on one event store', () => {
  it('do not see each other in documents, lists, histories and events', async () => {
    const apps: string[] = [];
    for (const installation of installations) {
      const { status, body } = await installation.createApp({ name: 'Portal' });
      expect(status).toBe(200);
      apps.push(body.appId);
    }
    for (const [index, installation] of installations.entries()) {
      for (const [other, appId] of apps.entries()) {
        const isOwn = other === index;
        expect((await installation.getApp(appId)).status).toBe(isOwn ? 200 : 404);
        expect(await listed(installation, { aggregateId: appId })).toHaveLength(isOwn ? 2 : 0);
      }
      const type = { eventTypes: ['project.application.added'] };
      expect(await listed(installation, { ...type, limit: 1 })).toEqual([apps[index]]);
      expect(await listed(installation, { ...type, asc: true })).toEqual([apps[index]]);
      expect((await listed(installation, {})).filter((id) => apps.includes(id))).toEqual([apps[index], apps[index]]);
      expect((await installation.createApp({ name: 'portal' })).body.details[0].id).toBe('V3-DKcYh');
      const { body } = await installation.app('POST', apps[index] ?? '', '/changes/_search');
      expect(body.result).toHaveLength(2);
    }
  });

  it('write streams with their prefix, and record it in the event that identifies the store', async () => {
    for (const prefix of PREFIXES) {
      for await (const { event } of client.readStream(`${prefix}appledger-store`)) {
        expect(event?.type).toBe('StoreIdentified');
        expect((event?.data ?? {}) as { streamPrefix?: string }).toMatchObject(
          prefix === '' ? {} : { streamPrefix: prefix },
        );
      }
    }
    const names = new Set<string>();
    for await (const { event } of client.readAll({ fromPosition: START })) names.add(event?.streamId ?? '');
    for (const prefix of PREFIXES.filter((each) => each !== '')) {
      const kinds = [...names].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
      expect(new Set(kinds.map((name) => name.split('-')[0]))).toEqual(
        new Set(['appledger', 'application', 'applicationName', 'project', 'projectName']),
      );
    }
  });

  it('are not blocked by streams of other programs with the same prefix', async () => {
    const data = { appId: '1', projectId: '2', name: 'Theirs' };
    for (const prefix of PREFIXES) {
      await client.appendToStream(`${prefix}application-orders`, jsonEvent({ type: 'ApplicationAdded', data }));
      await client.appendToStream(`${prefix}application-1`, jsonEvent({ type: 'ApplicationAdded', data }));
      await client.appendToStream(`${prefix}project-x`, jsonEvent({ type: 'ProjectRemoved', data: {} }));
    }
    for (const installation of installations) {
      const { appId } = (await installation.createApp({ name: 'Later' })).body;
      expect((await installation.getApp(appId)).status).toBe(200);
      await ready(installation.call);
      const metrics = await (await fetch(`${installation.server.url}/debug/metrics`)).text();
      expect(metrics).toMatch(/appledger_foreign_events_total\{stream="application-"\} 2/);
      expect(metrics).toMatch(/appledger_foreign_events_total\{stream="project-"\} 1/);
      expect(await listed(installation, { aggregateId: '1' })).toEqual([]);
    }
  });

  it('do not wait for events of other programs, even if a caller sends their position', async () => {
    const foreign = await client.appendToStream('elsewhere', [
      jsonEvent({ type: 'Foreign', data: {} }),
      jsonEvent({ type: 'Foreign', data: {} }),
    ]);
    const newest = foreign.position?.commit ?? 0n;
    for (const { call, development } of installations) {
      const stale = async (position: bigint) => {
        const headers = { 'x-appledger-position': position.toString() };
        return (await call(`GET /management/v1/projects/${development.project}`, { headers })).headers.get(
          'x-appledger-stale',
        );
      };
      expect([await stale(newest), await stale(newest - 1n), await stale(0n)]).toEqual([null, null, null]);
      expect(await stale(newest + 1_000_000n)).toMatch(/^\d+$/);
    }
  });
});
