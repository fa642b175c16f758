import { randomUUID } from 'node:crypto';
import { tokenWith } from '../../support/api.js';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
let authorization: string;
beforeAll(async () => {
  appledger = await startAppledger();
  await ready(appledger.call);
  const { development } = appledger;
  authorization = `Bearer ${await tokenWith(development, { IAM_OWNER: [development.organization] })}`;
});
afterAll(cleanUp);

interface JsonAnswer {
  readonly status: number;
  readonly message: string;
}

/** Sends JSON to a call over REST and Connect. The project is in the path of REST, and in the message of Connect. */
const ways = {
  REST: {
    create: (json: string) => post(`/management/v1/projects/${appledger.development.project}/apps/api`, json),
    list: (json: string) => post(`/management/v1/projects/${appledger.development.project}/apps/_search`, json),
  },
  Connect: {
    create: (json: string) => post('/zitadel.management.v1.ManagementService/AddAPIApp', withProject(json)),
    list: (json: string) => post('/zitadel.management.v1.ManagementService/ListApps', withProject(json)),
  },
};

async function post(path: string, body: string): Promise<JsonAnswer> {
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(appledger.server.url + path, { method: 'POST', headers, body });
  const { code, message } = (await answer.json()) as { readonly code?: unknown; readonly message?: string };
  if (answer.status !== 200) expect(['invalid_argument', 3]).toContain(code);
  return { status: answer.status, message: message ?? '' };
}

function withProject(json: string): string {
  return json.replace('{', `{"projectId":"${appledger.development.project}",`);
}

describe.each(Object.entries(ways))('JSON over %s', (_, { create, list }) => {
  it.each([
    ['{"name":"a","name":"b"}', 'name'],
    ['{"name":"a","name":null}', 'name'],
    ['{"name":"a","\\u006eame":"b"}', 'name'],
    ['{"name":"a","authMethodType":1,"auth_method_type":1}', 'auth_method_type'],
    ['{"name":"a","authMethodType":null,"auth_method_type":1}', 'auth_method_type'],
    ['{"name":"a","unknown":{"x":1,"x":1}}', 'unknown.x'],
  ])('with a field twice is refused: %s', async (json, field) => {
    const { status, message } = await create(json);
    expect([status, message]).toEqual([400, expect.stringMatching(new RegExp(`^${field}: `))]);
  });

  it.each([
    ['{"query":{"limit":1,"limit":2}}', 'query.limit'],
    ['{"queries":[{"nameQuery":{"name":"a","name":"b"}}]}', 'queries[0].nameQuery.name'],
    ['{"queries":[{"nameQuery":{"name":"a"},"name_query":{"name":"a"}}]}', 'queries[0].name_query'],
    ['{"queries":[{"nameQuery":{"name":"a"},"nameQuery":null}]}', 'queries[0].nameQuery'],
  ])('with a field twice in its depth is refused: %s', async (json, field) => {
    const { status, message } = await list(json);
    expect([status, message.slice(0, field.length)]).toEqual([400, field]);
  });

  it.each(['10', '"10"', '1e1', '"1e1"', '10.0', '"10.0"', '"1.00e1"'])('accepts %s as a limit', async (limit) => {
    expect(await list(`{"query":{"limit":${limit}}}`)).toMatchObject({ status: 200 });
  });

  it.each(['"0x10"', '"+1"', '" 1 "', '"01"', '"0b10"', '"2."', '""', '1.5', '-1', '4294967296', '1e10', 'true'])(
    'does not take %s as a limit',
    async (limit) => {
      expect(await list(`{"query":{"limit":${limit}}}`)).toEqual({
        status: 400,
        message: 'query.limit: must be a whole number from 0 to 4294967295',
      });
    },
  );

  it('accepts an enum by name and by number, but not as a text of digits', async () => {
    for (const type of ['"API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT"', '1', '1.0']) {
      expect(await create(`{"name":"${randomUUID()}","authMethodType":${type}}`)).toMatchObject({ status: 200 });
    }
    expect(await create(`{"name":"${randomUUID()}","authMethodType":"1"}`)).toMatchObject({ status: 400 });
  });
});
