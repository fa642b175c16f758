import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAppledger } from '../../support/appledger.js';
import { GatewayProcess } from '../../support/gateway-process.js';
import { cleanUp, ServerFailed, startServer } from '../../support/server.js';
import { tempFolder } from '../../support/temp-folder.js';

const PATHS = ['/debug/healthz', '/debug/ready', '/debug/ready/write', '/debug/ready/read', '/debug/metrics'];
const DEBUG_URL = /"url":"(http:\/\/[^"]+)"[^\n]*serving health and metrics/;

afterAll(cleanUp);

describe('/debug', () => {
  it('is on its separate port if one is configured, and not on the public one', async () => {
    const { server } = await startAppledger({ env: { APPLEDGER_DEBUG_PORT: '0' } });
    const url = DEBUG_URL.exec(await server.outputWith(DEBUG_URL))?.[1] ?? '';
    for (const path of PATHS) {
      expect([path, (await fetch(`${url}${path}`)).status]).not.toEqual([path, 404]); // ready a moment later
      expect([path, (await fetch(`${server.url}${path}`)).status]).toEqual([path, 404]);
    }
    expect((await fetch(`${url}/management/v1/healthz`)).status).toBe(404);
    expect((await fetch(`${server.url}/management/v1/healthz`)).status).toBe(200);
    for (const accept of ['text/html', 'application/json']) {
      expect(await (await fetch(server.url, { headers: { accept } })).text()).not.toContain('/debug');
    }
    await server.stop();
    await expect(fetch(`${url}/debug/healthz`)).rejects.toThrow();
  });

  it('is on the public port otherwise', async () => {
    const server = await startServer();
    for (const path of PATHS) expect([path, (await fetch(`${server.url}${path}`)).status]).not.toEqual([path, 404]);
  });

  it('names the variable of a port that is in use', async () => {
    const { url } = await startServer();
    const taken = new URL(url).port;
    const start = startServer({ env: { APPLEDGER_DEBUG_PORT: taken } });
    await expect(start).rejects.toThrow(`APPLEDGER_DEBUG_PORT ${taken} is in use on 127.0.0.1`);
    await expect(startServer({ env: { APPLEDGER_PORT: '4', APPLEDGER_DEBUG_PORT: '4' } })).rejects.toThrow(
      ServerFailed,
    );
  });
});

it('a server and a projector read the connection strings of their stores from files', async () => {
  const [events, folder] = [new GatewayProcess(), tempFolder()];
  await events.start();
  try {
    const file = join(folder, 'eventstore-url');
    writeFileSync(file, `${events.connectionString}\n`);
    const { createApp } = await startAppledger({ env: { APPLEDGER_EVENTSTORE_URL_FILE: file } });
    expect((await createApp({ name: 'on EventStoreDB' })).status).toBe(200);
    const mongo = join(folder, 'mongodb-url');
    writeFileSync(mongo, 'mongodb://user:word-of-a-secret@127.0.0.1:1/a?serverSelectionTimeoutMS=100');
    const files = { APPLEDGER_EVENTSTORE_URL_FILE: file, APPLEDGER_MONGODB_URL_FILE: mongo };
    const projector = await startServer({ app: 'projector', env: { ...files, APPLEDGER_DEBUG_PORT: '0' } });
    expect((await fetch(`${projector.url}/debug/healthz`)).status).toBe(200);
    expect(await projector.outputWith(/MongoDB cannot be used/)).not.toContain('word-of-a-secret');
  } finally {
    await events.end('SIGKILL');
  }
});
