import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const KEYS = 64;

it('64 keys added to one application at once are all added', async () => {
  const authMethodType = 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT';
  const { appId } = (await appledger.createApp({ name: 'Signer', authMethodType })).body;
  const answers = await Promise.all(
    Array.from({ length: KEYS }, () => appledger.app('POST', appId, '/keys', { type: 'KEY_TYPE_JSON' })),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const { body } = await appledger.app('POST', appId, '/keys/_search', {});
  const ids = (keys: readonly { id: string }[]) => keys.map(({ id }) => id).sort();
  expect(ids(body.result)).toEqual(ids(answers.map((answer) => answer.body)));
});
