import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp, onGateway, onMongoDb } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

/** Making a key takes a tenth of a second of a processor, whatever the store. */
const KEYS = onGateway || onMongoDb ? 16 : 64;
const JSON_KEY = { type: 'KEY_TYPE_JSON' };

async function signer(name: string): Promise<string> {
  const authMethodType = 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT';
  return (await appledger.createApp({ name, authMethodType })).body.appId;
}

async function keysOf(appId: string): Promise<readonly string[]> {
  const { body } = await appledger.app('POST', appId, '/keys/_search', {});
  return body.result.map(({ id }: { id: string }) => id).sort();
}

it(`${KEYS} keys added to one application concurrently are all added`, async () => {
  const appId = await signer('Signer');
  const answers = await Promise.all(
    Array.from({ length: KEYS }, () => appledger.app('POST', appId, '/keys', JSON_KEY)),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(await keysOf(appId)).toEqual(answers.map(({ body }) => body.id).sort());
});

it('a key whose deadline passes while it waits for others is not added', async () => {
  const appId = await signer('Patient');
  const others = Array.from({ length: 20 }, () => appledger.app('POST', appId, '/keys', JSON_KEY));
  const path = `/management/v1/projects/${appledger.development.project}/apps/${appId}/keys`;
  const headers = { 'connect-timeout-ms': '200' };
  const late = await appledger.call(`POST ${path}`, { body: JSON_KEY, headers });
  expect(late.body).toMatchObject({ code: 4, message: expect.stringContaining('deadline') });
  const ids = (await Promise.all(others)).map(({ body }) => body.id);
  expect((await appledger.app('POST', appId, '/keys', JSON_KEY)).status).toBe(200);
  expect(await keysOf(appId)).toEqual(expect.arrayContaining(ids));
  expect(await keysOf(appId)).toHaveLength(ids.length + 1);
});
