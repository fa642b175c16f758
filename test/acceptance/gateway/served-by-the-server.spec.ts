import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { cleanUp, startServer } from '../../support/server.js';

afterAll(cleanUp);

it("the server's events are read by EventStoreDB's client, which may not write", async () => {
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

it('a taken port of the gateway ends the start, and the message names the variable', async () => {
  const server = await startServer();
  const { port } = new URL(await server.eventsUrl());
  await expect(startServer({ env: { APPLEDGER_GATEWAY_PORT: port } })).rejects.toThrow(
    /APPLEDGER_GATEWAY_PORT \d+ is in use/,
  );
});
