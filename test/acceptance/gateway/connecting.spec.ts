import { once } from 'node:events';
import { createServer } from 'node:net';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import serverFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { withoutUnset } from '../../support/gateway-wire.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

it('a client discovers the gateway by gossip, as a cluster of one node', async () => {
  const client = new EventStoreDBClient(
    { endpoints: [{ address: '127.0.0.1', port: gateway.port }], discoveryInterval: 10 },
    { insecure: true },
  );
  const { success } = await client.appendToStream('found', jsonEvent({ type: 't', data: {} }));
  expect(success).toBe(true);
  await client.dispose();
});

it('gossip reports one node, the leader', async () => {
  const cluster = await new Promise<object>((resolve, reject) => {
    gateway.wire.gossip.read(new shared.Empty(), (error, answer) =>
      error ? reject(error) : resolve(answer.toObject()),
    );
  });
  expect(withoutUnset(cluster)).toEqual({
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

it('reports exactly the supported methods', async () => {
  const answer = await new Promise<InstanceType<typeof serverFeatures.SupportedMethods>>((resolve, reject) => {
    gateway.wire.serverFeatures.getSupportedMethods(new shared.Empty(), (error, methods) =>
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

it('answers UNIMPLEMENTED for other services', async () => {
  const client = EventStoreDBClient.connectionString(gateway.connectionString);
  await expect(client.listProjections()).rejects.toMatchObject({ code: 12 });
  await client.dispose();
});

it('names the variable to change if its port is in use', async () => {
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
