import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

const NAMES = ['Shop', 'shop window', 'Backshop', 'Ümläut (a+b)', 'Übung', 'Zebra'];

let appledger: Appledger;
let apps: string;
let projectId: string;
let ids: string[];

beforeAll(async () => {
  appledger = await startAppledger();
  projectId = (await appledger.call('POST /management/v1/projects', { body: { name: 'Of lists' } })).body.id;
  apps = `POST /management/v1/projects/${projectId}/apps/_search`;
  ids = [];
  for (const name of NAMES) ids.push((await appledger.createApp({ name }, projectId)).body.appId);
  await appledger.createApp({ name: 'Shop of another project' });
});
afterAll(cleanUp);

const search = (body: unknown) => appledger.call(apps, { body });
const named = (name: string, method: string) =>
  search({ queries: [{ nameQuery: { name, method: `TEXT_QUERY_METHOD_${method}` } }] });
const namesOf = ({ body }: Awaited<ReturnType<typeof search>>) =>
  (body.result ?? []).map(({ name }: { name: string }) => name);

it('lists the applications of one project, newest first by default', async () => {
  expect(namesOf(await search({}))).toEqual(NAMES.toReversed());
  expect(namesOf(await search({ query: { asc: true } }))).toEqual(NAMES);
});

it('lists each application with the same fields as GET', async () => {
  const { body } = await search({ query: { asc: true, limit: 1 } });
  const read = await appledger.call(`GET /management/v1/projects/${projectId}/apps/${ids[0]}`);
  expect(body.result).toEqual([read.body.app]);
});

it.each([
  ['Shop', 'EQUALS', ['Shop']],
  ['SHOP', 'EQUALS', []],
  ['SHOP', 'EQUALS_IGNORE_CASE', ['Shop']],
  ['shop', 'STARTS_WITH', ['shop window']],
  ['shop', 'STARTS_WITH_IGNORE_CASE', ['shop window', 'Shop']],
  ['shop', 'CONTAINS', ['Backshop', 'shop window']],
  ['SHOP', 'CONTAINS_IGNORE_CASE', ['Backshop', 'shop window', 'Shop']],
  ['shop', 'ENDS_WITH', ['Backshop']],
  ['SHOP', 'ENDS_WITH_IGNORE_CASE', ['Backshop', 'Shop']],
  ['ü', 'STARTS_WITH_IGNORE_CASE', ['Übung', 'Ümläut (a+b)']],
  ['(a+b)', 'ENDS_WITH', ['Ümläut (a+b)']],
  ['.', 'CONTAINS', []],
])('finds names: %j %s', async (name, method, expected) => {
  const answer = await named(name, method);
  expect(namesOf(answer)).toEqual(expected);
  expect(answer.body.details.totalResult).toBe(expected.length === 0 ? undefined : `${expected.length}`);
});

it('combines several conditions with AND', async () => {
  const both = ['Back', 'hop'].map((name) => ({ nameQuery: { name, method: 'TEXT_QUERY_METHOD_CONTAINS' } }));
  expect(namesOf(await search({ queries: both }))).toEqual(['Backshop']);
});

it('returns a page, and the total', async () => {
  const { body } = await search({ query: { asc: true, offset: '2', limit: 3 } });
  expect(namesOf({ body } as never)).toEqual(NAMES.slice(2, 5));
  expect(body.details.totalResult).toBe(`${NAMES.length}`);
  expect((await search({ query: { offset: '100' } })).body).toEqual({
    details: expect.objectContaining({ totalResult: `${NAMES.length}` }),
  });
});

it('reports the position and time of the last projected event', async () => {
  const created = await appledger.createApp({ name: 'Late' });
  const { details } = (await search({})).body;
  expect(details.processedSequence).toMatch(/^\d+$/);
  expect(BigInt(details.processedSequence)).toBeGreaterThanOrEqual(
    BigInt(created.headers.get('x-appledger-position') ?? ''),
  );
  const apart = Math.abs(Date.parse(details.viewTimestamp) - Date.parse(created.body.details.changeDate));
  expect(apart).toBeLessThan(60_000);
});

it('refuses a limit above a thousand, with advice', async () => {
  const { status, body } = await search({ query: { limit: 1001 } });
  expect(status).toBe(400);
  expect(body).toEqual({
    code: 3,
    message: 'query.limit: must be at most 1000 (got 1001): ask for the rest with offset',
    details: [],
  });
  expect((await search({ query: { limit: 1000 } })).status).toBe(200);
});

it('refuses more than thirty conditions', async () => {
  const conditions = (count: number) => Array.from({ length: count }, () => ({ nameQuery: { name: 'Shop' } }));
  const { status, body } = await search({ queries: conditions(31) });
  expect(status).toBe(400);
  expect(body).toEqual({ code: 3, message: 'queries: must have at most 30 items (got 31)', details: [] });
  expect(namesOf(await search({ queries: conditions(30) }))).toEqual(['Shop']);
});

it('accepts an offset far beyond the end', async () => {
  expect((await search({ query: { offset: '18446744073709551615' } })).status).toBe(200);
});

it('lists nothing for a missing project, or one of another organization', async () => {
  const nowhere = await appledger.call('POST /management/v1/projects/1/apps/_search', { body: {} });
  expect(nowhere.status).toBe(200);
  expect(nowhere.body.result).toBeUndefined();
});
