import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';
import { APPLEDGER_WEBHOOKS_KEY } from '../../support/webhooks-key.js';

const PATH = '/appledger/v1/webhooks';
/** Has no name that would have to be looked up. */
const URL = 'https://93.184.215.14/hooks';
const OTHER = '69629023906488334';
const LIMIT = /the limit is 2/;

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_WEBHOOKS_MAX: '2', APPLEDGER_WEBHOOKS_KEY } });
});
afterAll(cleanUp);

const add = (body: object = {}, options: object = {}) =>
  appledger.call(`POST ${PATH}`, { body: { url: URL, ...body }, ...options });

describe('the number of webhooks', () => {
  it('is limited for each organization, and for those of all, however many are added at once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => add()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    for (const answer of answers.filter(({ status }) => status !== 200)) expectRefused(answer, 'WEBHOOK-Mx6ny', LIMIT);
    const token = await tokenWith(appledger.development, { ORG_OWNER: [OTHER] });
    const elsewhere = { token, headers: { 'x-zitadel-orgid': OTHER } };
    for (const body of [{}, {}]) expect((await add(body, elsewhere)).status).toBe(200);
    expectRefused(await add({}, elsewhere), 'WEBHOOK-Mx6ny', LIMIT);
    for (const body of [{ allOrganizations: true }, { allOrganizations: true }]) {
      expect((await add(body)).status).toBe(200);
    }
    expectRefused(await add({ allOrganizations: true }), 'WEBHOOK-Mx6ny', LIMIT);
  });

  it('leaves room again when one is removed', async () => {
    const { result } = (await appledger.call(`GET ${PATH}`)).body;
    const own = result.find(({ allOrganizations }: { allOrganizations?: boolean }) => !allOrganizations);
    expectRefused(await add(), 'WEBHOOK-Mx6ny', LIMIT);
    expect((await appledger.call(`DELETE ${PATH}/${own.webhookId}`)).status).toBe(200);
    expect((await add()).status).toBe(200);
    expectRefused(await add(), 'WEBHOOK-Mx6ny', LIMIT);
  });
});
