import { setTimeout as delay } from 'node:timers/promises';
import type { Appledger } from '../support/appledger.js';
import { describeWithMongoDb } from '../support/mongodb-process.js';
import type { Server } from '../support/server.js';
import { SplitDeployment } from '../support/split-deployment.js';

const DATABASE = 'freshness';
const ROUNDS = 40;
/** Long enough that only an answer that is never new enough is stale. */
const PATIENCE_MS = '20000';

describeWithMongoDb('reads across apis', () => {
  let deployment: SplitDeployment;
  let writer: Appledger;
  let reader: Appledger;
  let projector: Server;

  beforeAll(async () => {
    deployment = await SplitDeployment.start(DATABASE, { APPLEDGER_READ_PATIENCE_MS: PATIENCE_MS });
    [writer, reader] = deployment.apis;
    projector = await deployment.startProjector();
    while ((await reader.call(`GET /management/v1/projects/${reader.development.project}`)).status !== 200) {
      await delay(50);
    }
  });

  afterAll(async () => {
    await deployment?.end();
  });

  const create = async (body: object): Promise<string> => (await writer.createApp(body)).body.appId;

  it('find an application that the other api has just created, also in the list', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = `Across ${round}`;
      const appId = await create({ name });
      const list = `POST /management/v1/projects/${reader.development.project}/apps/_search`;
      const [got, listed] = await Promise.all([
        reader.getApp(appId),
        reader.call(list, { body: { queries: [{ nameQuery: { name } }] } }),
      ]);
      expect([got.status, got.headers.get('x-appledger-stale')]).toEqual([200, null]);
      expect(listed.body.result).toMatchObject([{ id: appId, name }]);
    }
  });

  it('find projects and keys that the other api has just created', async () => {
    for (let round = 0; round < ROUNDS / 10; round += 1) {
      const name = `Project ${round}`;
      const project = (await writer.call('POST /management/v1/projects', { body: { name } })).body.id;
      expect(await reader.call(`GET /management/v1/projects/${project}`)).toMatchObject({ status: 200 });
      const projects = await reader.call('POST /management/v1/projects/_search', {
        body: { queries: [{ nameQuery: { name } }] },
      });
      expect(projects.body.result).toMatchObject([{ id: project }]);
      const method = { authMethodType: 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT' };
      const appId = (await writer.createApp({ name, ...method }, project)).body.appId;
      const keys = `/management/v1/projects/${project}/apps/${appId}/keys`;
      const keyId = (await writer.call(`POST ${keys}`, { body: { type: 'KEY_TYPE_JSON' } })).body.id;
      expect(await reader.call(`GET ${keys}/${keyId}`)).toMatchObject({ status: 200 });
      expect((await reader.call(`POST ${keys}/_search`, { body: {} })).body.result).toMatchObject([{ id: keyId }]);
      expect((await writer.call(`DELETE /management/v1/projects/${project}`)).status).toBe(200);
      expect((await reader.call(`GET /management/v1/projects/${project}/apps/${appId}`)).status).toBe(404);
    }
  });

  it('find the writes of their own api, and those up to a given position, with consistency node', async () => {
    const env = { APPLEDGER_READ_CONSISTENCY: 'node', APPLEDGER_READ_PATIENCE_MS: PATIENCE_MS };
    const own = await deployment.startApi(env);
    for (let round = 0; round < ROUNDS / 10; round += 1) {
      const { appId } = (await own.createApp({ name: `Own ${round}` })).body;
      expect((await own.getApp(appId)).status).toBe(200);
      const created = await writer.createApp({ name: `Of another ${round}` });
      const position = created.headers.get('x-appledger-position') ?? '';
      const path = `GET /management/v1/projects/${own.development.project}/apps/${created.body.appId}`;
      const { status, headers } = await own.call(path, { headers: { 'x-appledger-position': position } });
      expect([status, headers.get('x-appledger-stale')]).toEqual([200, null]);
    }
  });

  it('wait only for the documents in their answer', async () => {
    const unrelated = await create({ name: 'Unrelated' });
    await reader.getApp(unrelated);
    process.kill(projector.pid, 'SIGSTOP');
    try {
      const appId = await create({ name: 'Not in the documents yet' });
      const list = `POST /management/v1/projects/${reader.development.project}/apps/_search`;
      const concerned = [reader.getApp(appId), writer.getApp(appId), reader.call(list, { body: {} })];
      expect(await reader.getApp(unrelated)).toMatchObject({ status: 200 }); // it would wait for the projector otherwise
      process.kill(projector.pid, 'SIGCONT');
      for (const { status, headers } of await Promise.all(concerned)) {
        expect([status, headers.get('x-appledger-stale')]).toEqual([200, null]);
      }
      expect((await concerned[2])?.body.result).toContainEqual(expect.objectContaining({ id: appId }));
    } finally {
      process.kill(projector.pid, 'SIGCONT');
    }
  });
});
