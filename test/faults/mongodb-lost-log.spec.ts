import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ready, startAppledger } from '../support/appledger.js';
import { databaseUrl } from '../support/mongodb.js';
import { describeWithMongoDb, MongoDbProcess } from '../support/mongodb-process.js';
import { cleanUp } from '../support/server.js';
import { until } from '../support/until.js';

describeWithMongoDb('an embedded event log that is gone beside documents in MongoDB', () => {
  const mongo = new MongoDbProcess();
  beforeAll(() => mongo.start());
  afterAll(async () => {
    await cleanUp();
    await mongo.end();
  });

  it('is not begun anew unless that is asked for, nor while MongoDB does not answer', async () => {
    const env = { APPLEDGER_MONGODB_URL: databaseUrl('lost', mongo.url) };
    const before = await startAppledger({ env });
    await ready(before.call);
    const lost: string = (await before.createApp({ name: 'Lost' })).body.appId;
    expect((await before.getApp(lost)).status).toBe(200);
    await before.server.stop();
    const { dataDir } = before.server;
    const events = join(dataDir, 'events');
    rmSync(events, { recursive: true });

    const isGone =
      /the event log .* is gone, and documents in MongoDB were made from one: restore a back-up, or name a database of its own/;
    await expect(startAppledger({ dataDir, env })).rejects.toThrow(isGone);
    expect(existsSync(events)).toBe(false);

    await mongo.end();
    await expect(startAppledger({ dataDir, env })).rejects.toThrow(/MongoDB does not answer .*: start MongoDB first/);
    expect(existsSync(events)).toBe(false);
    await mongo.start();

    const after = await startAppledger({ dataDir, env: { ...env, APPLEDGER_NEW_EVENT_LOG: 'true' } });
    const kept: string = (await after.createApp({ name: 'Kept' })).body.appId;
    await until(async () => (await after.getApp(kept)).status === 200);
    expect((await after.getApp(lost)).status).toBe(404);
  });
});
