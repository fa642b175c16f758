import { join } from 'node:path';
import { ready, startAppledger } from '../support/appledger.js';
import { appledger } from '../support/cli.js';
import { databaseUrl } from '../support/mongodb.js';
import { cleanUp } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';
import { until } from '../support/until.js';

afterAll(cleanUp);

it('documents in MongoDB that are newer than the restored events are rebuilt', async () => {
  const env = { APPLEDGER_MONGODB_URL: databaseUrl('restored') };
  const first = await startAppledger({ env });
  const { dataDir } = first.server;
  const operate = (...args: string[]) => appledger(args, { ...env, APPLEDGER_DATA_DIR: dataDir });
  const kept = (await first.createApp({ name: 'Kept' })).body.appId;
  const copy = join(tempFolder(), 'copy');
  expect((await operate('backup', copy)).stdout).toContain('no documents: they are built from the events');
  const lost = (await first.createApp({ name: 'Lost' })).body.appId;
  expect((await first.getApp(lost)).status).toBe(200);
  await ready(first.call);
  await first.server.stop();

  expect(await operate('restore', copy, '--replace')).toMatchObject({ code: 0, stderr: '' });
  const second = await startAppledger({ dataDir, env });
  const later = (await second.createApp({ name: 'Later' })).body.appId; // at the positions of what is lost
  await second.server.outputWith(/are not of this event log/);
  await until(async () => (await second.getApp(later)).status === 200);
  expect((await second.getApp(kept)).body.app.name).toBe('Kept');
  expect((await second.getApp(lost)).status).toBe(404);
  expect((await operate('projections', 'verify', 'all')).code).toBe(0);
});
