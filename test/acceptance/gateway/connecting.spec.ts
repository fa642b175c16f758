import { once } from 'node:events';
import { createServer } from 'node:net';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import serverFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { told, wireClients } from '../../support/gateway-wire.js';

let gateway: TestGateway;
let wire: ReturnType<typeof wireClients>;

beforeAll(async () => {
  gateway = await startTestGateway();
  wire = wireClients(gateway.port);
});
afterAll(async () => {
  wire.close();
  await gateway.close();
});

it('a client finds its way by gossip, as in a cluster of one', async () => {
  const client = new EventStoreDBClient(
    { endpoints: [{ address: '127.0.0.1', port: gateway.port }], discoveryInterval: 10 },
    { insecure: true },
  );
  const { success } = await client.appendToStream('found', jsonEvent({ type: 't', data: {} }));
  expect(success).toBe(true);
  await client.dispose();
});

it('gossip tells of one node that leads', async () => {
  const cluster = await new Promise<object>((resolve, reject) => {
    wire.gossip.read(new shared.Empty(), (error, answer) => (error ? reject(error) : resolve(answer.toObject())));
  });
  expect(told(cluster)).toEqual({
    membersList: [
      {
        instanceId: {
          structured: {
            mostSignificantBits: expect.stringMatching(/^-?\d+$/),
            leastSignificantBits: expect.stringMatching(/^-?\d+$/),
          },
          string: '',
        },
        timeStamp: expect.stringMatching(/^\d{17}$/),
        state: 8,
        isAlive: true,
        httpEndPoint: { address: '127.0.0.1', port: gateway.port },
      },
    ],
  });
});

it('tells what it serves, and nothing that it does not', async () => {
  const answer = await new Promise<InstanceType<typeof serverFeatures.SupportedMethods>>((resolve, reject) => {
    wire.serverFeatures.getSupportedMethods(new shared.Empty(), (error, methods) =>
      error ? reject(error) : resolve(methods),
    );
  });
  expect(answer.getEventStoreServerVersion()).toBe('23.10.6');
  const methods = answer.getMethodsList().map((method) => {
    const name = `${method.getServiceName()}/${method.getMethodName()}`;
    return [name.replace('event_store.client.', ''), method.getFeaturesList()] as const;
  });
  expect(new Map(methods).get('streams.streams/read')).toEqual(['position', 'events']);
  expect(new Map(methods).get('streams.streams/batchappend')).toEqual(['deadline_duration']);
  const persistent = methods.filter(([name]) => name.startsWith('persistent_subscriptions.'));
  for (const [, features] of persistent) expect(features).toEqual(['stream', 'all']);
  expect(methods.map(([name]) => name).join()).not.toMatch(/projections|users|redaction|monitoring|operations/);
});

it('answers UNIMPLEMENTED for what it does not have', async () => {
  const client = EventStoreDBClient.connectionString(gateway.connectionString);
  await expect(client.listProjections()).rejects.toMatchObject({ code: 12 });
  await client.dispose();
});

it('names the variable when its port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const { log } = gateway;
  const { startGateway } = await import('#libs/engine/event-store-gateway/gateway.js');
  const logger = { info() {}, warn() {}, error() {} };
  await expect(startGateway({ log, port, logger })).rejects.toThrow(
    `APPLEDGER_GATEWAY_PORT ${port} is in use on 127.0.0.1: stop what listens there, choose another port, or set it to off`,
  );
  taken.close();
});
