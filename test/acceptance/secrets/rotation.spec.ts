import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import {
  basic,
  basicOf,
  introspectAt,
  type SecretClient,
  secretClient,
  tokenFor,
} from '../../support/introspecting.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';

/** Instances of a client, which get a new secret one after the other. */
const INSTANCES = 8;
const ROTATIONS = 5;

let appledger: Appledger;
let introspect: ReturnType<typeof introspectAt>;
let token: string;
beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_READ_PATIENCE_MS: '30000' } });
  await ready(appledger.call); // before that, introspection may answer 503
  introspect = introspectAt(appledger.server);
  token = await tokenFor(appledger.development, [appledger.development.project]);
});
afterAll(cleanUp);

const path = (appId: string, suffix = '') => `/appledger/v1/applications/${appId}/secrets${suffix}`;
const list = async (appId: string) => (await appledger.call(`GET ${path(appId)}`)).body.result;
const regenerate = async (appId: string, overlap: string) => {
  const { project } = appledger.development;
  const { status, body } = await appledger.call(
    `POST /management/v1/projects/${project}/apps/${appId}/api_config/_generate_client_secret`,
    { body: {}, headers: { 'x-appledger-overlap': overlap } },
  );
  expect(status).toBe(200);
  return body.clientSecret as string;
};
/** The status of an introspection by a client with a secret. */
const statusWith = async ({ clientId }: SecretClient, secret: string) =>
  (await introspect({ token }, basic(clientId, secret))).status;

it('a client introspects without a refusal while its secret is rotated with an overlap', async () => {
  const client = await secretClient(appledger);
  const held = Array.from({ length: INSTANCES }, () => client.clientSecret);
  let isOver = false;
  const statuses: number[] = [];
  const instances = held.map(async (_, instance) => {
    while (!isOver) statuses.push(await statusWith(client, held[instance] ?? ''));
  });
  for (let rotation = 0; rotation < ROTATIONS; rotation += 1) {
    const next = await regenerate(client.appId, '1h');
    for (let instance = 0; instance < INSTANCES; instance += 1) {
      const done = statuses.length;
      while (statuses.length < done + 4) await statusWith(client, next);
      held[instance] = next;
    }
  }
  isOver = true;
  await Promise.all(instances);
  expect(statuses.length).toBeGreaterThan(ROTATIONS * INSTANCES * 4);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
});

describe('a secret that a client uses', () => {
  it('is refused from the answer on: disabled, removed, replaced without an overlap, gone with the method', async () => {
    const client = await secretClient(appledger);
    const { appId } = client;
    const [first] = await list(appId);
    const added = (await appledger.call(`POST ${path(appId)}`, { body: { name: 'second' } })).body;
    const statuses = async (...secrets: readonly string[]) =>
      Promise.all(secrets.map((secret) => statusWith(client, secret)));
    expect(await statuses(client.clientSecret, added.clientSecret)).toEqual([200, 200]);
    const force = { body: { force: true } };
    await appledger.call(`POST ${path(appId, `/${first.secretId}/_disable`)}`, force);
    expect(await statuses(client.clientSecret, added.clientSecret)).toEqual([401, 200]);
    await appledger.call(`POST ${path(appId, `/${first.secretId}/_enable`)}`, { body: {} });
    expect(await statuses(client.clientSecret, added.clientSecret)).toEqual([200, 200]);
    await appledger.call(`DELETE ${path(appId, `/${added.secretId}`)}?force=true`);
    expect(await statuses(client.clientSecret, added.clientSecret)).toEqual([200, 401]);
    const next = await regenerate(appId, '0');
    expect(await statuses(client.clientSecret, next)).toEqual([401, 200]);
    await appledger.app('PUT', appId, '/api_config', { authMethodType: 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT' });
    expect(await statuses(next)).toEqual([401]);
  });

  it('is refused when it has expired, without an event', async () => {
    const client = await secretClient(appledger);
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const { body } = await appledger.call(`POST ${path(client.appId)}`, { body: { name: 'short', expiresAt } });
    while (Date.now() < Date.parse(expiresAt))
      expect([200, 401]).toContain(await statusWith(client, body.clientSecret));
    expect(await statusWith(client, body.clientSecret)).toBe(401);
    expect(await statusWith(client, client.clientSecret)).toBe(200);
  });

  it('is disabled and removed by force only, and is listed with its last use', async () => {
    const client = await secretClient(appledger);
    const { appId } = client;
    const { body } = await appledger.call(`POST ${path(appId)}`, { body: { name: 'unused' } });
    const before = Date.now();
    expect((await introspect({ token }, basicOf(client))).status).toBe(200);
    const [used, unused] = await list(appId);
    expect(Date.parse(used.lastUsedAt)).toBeGreaterThanOrEqual(before - 60_000);
    expect(Date.parse(used.lastUsedAt)).toBeLessThanOrEqual(Date.now());
    expect(unused).not.toHaveProperty('lastUsedAt');
    const lastUsed = new RegExp(`it was last used at ${used.lastUsedAt}; with "force": true`);
    for (const request of [
      `POST ${path(appId, `/${used.secretId}/_disable`)}`,
      `DELETE ${path(appId, `/${used.secretId}`)}`,
    ]) {
      expectRefused(
        await appledger.call(request, request.startsWith('POST') ? { body: {} } : {}),
        'SECRET-Us3dR',
        lastUsed,
      );
    }
    expect((await appledger.call(`DELETE ${path(appId, `/${body.secretId}`)}`)).status).toBe(200);
    expect((await appledger.call(`DELETE ${path(appId, `/${used.secretId}?force=true`)}`)).status).toBe(200);
  });
});
