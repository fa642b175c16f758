import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { cleanUp, startServer } from '../../support/server.js';

afterAll(cleanUp);

it("EventStoreDB's client can read the server's events, but not write", async () => {
  const server = await startServer();
  const client = EventStoreDBClient.connectionString(await server.eventsUrl());
  const types: (string | undefined)[] = [];
  for await (const { event } of client.readAll()) types.push(event?.type);
  expect(types).toContain('ProjectAdded');
  const append = client.appendToStream('s', jsonEvent({ type: 't', data: {} }));
  await expect(append).rejects.toMatchObject({ type: 'access-denied' });
  await client.dispose();
  expect(await server.stop()).toEqual({ code: 0, signal: null });
});

it("the server does not start if the gateway's port is in use, and names the variable to change", async () => {
  const server = await startServer();
  const { port } = new URL(await server.eventsUrl());
  await expect(startServer({ env: { APPLEDGER_GATEWAY_PORT: port } })).rejects.toThrow(
    /APPLEDGER_GATEWAY_PORT \d+ is in use/,
  );
});
