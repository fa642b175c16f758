import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
  for (const name of ['Alpha', 'Beta', 'alphabet']) {
    await appledger.call('POST /management/v1/projects', { body: { name } });
  }
});
afterAll(cleanUp);

const search = (body: unknown) => appledger.call('POST /management/v1/projects/_search', { body });
const names = async (body: unknown) =>
  ((await search(body)).body.result ?? []).map(({ name }: { name: string }) => name);

it('lists the projects of the organization in order of creation', async () => {
  expect(await names({ query: { asc: true } })).toEqual(['My first project', 'Alpha', 'Beta', 'alphabet']);
  expect(await names({ query: { limit: 2 } })).toEqual(['alphabet', 'Beta']);
});

it('finds projects by name', async () => {
  const nameQuery = { name: 'ALPHA', method: 'TEXT_QUERY_METHOD_STARTS_WITH_IGNORE_CASE' };
  expect(await names({ queries: [{ nameQuery }] })).toEqual(['alphabet', 'Alpha']);
});

it('finds projects by resource owner', async () => {
  const ownedBy = (resourceOwner: string) => ({ queries: [{ projectResourceOwnerQuery: { resourceOwner } }] });
  expect(await names(ownedBy(appledger.development.organization))).toHaveLength(4);
  expect(await names(ownedBy('1'))).toEqual([]);
});

it('shows nothing of another organization', async () => {
  const token = await tokenWith(appledger.development, { ORG_OWNER: ['77'] });
  const { status, body } = await appledger.call('POST /management/v1/projects/_search', {
    token,
    headers: { 'x-zitadel-orgid': '77' },
    body: {},
  });
  expect(status).toBe(200);
  expect(body.result).toBeUndefined();
});

it('refuses a limit above a thousand, and more than thirty conditions', async () => {
  const queries = Array.from({ length: 31 }, () => ({ nameQuery: { name: 'Shop' } }));
  for (const body of [{ query: { limit: 1001 } }, { queries }]) {
    expect(await search(body)).toMatchObject({ status: 400, body: { code: 3 } });
  }
});
