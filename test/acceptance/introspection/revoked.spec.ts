import { setTimeout as delay } from 'node:timers/promises';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import {
  assertion,
  assertionFields,
  basicOf,
  introspectAt,
  type KeyClient,
  keyClient,
  type SecretClient,
  secretClient,
  tokenFor,
} from '../../support/introspecting.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
let introspect: ReturnType<typeof introspectAt>;
let token: string;
beforeAll(async () => {
  appledger = await startAppledger();
  await ready(appledger.call); // before that, introspection may answer 503
  introspect = introspectAt(appledger.server);
});
afterAll(cleanUp);
beforeEach(async () => {
  token = await tokenFor(appledger.development, [appledger.development.project]);
});

const bySecret = async (client: SecretClient, text = token) =>
  (await introspect({ token: text }, basicOf(client))).status;

/** A client that signs, and what it answers with an assertion that the server has verified before. */
async function knownSigner(): Promise<{ readonly signer: KeyClient; readonly ask: () => Promise<number> }> {
  const signer = await keyClient(appledger);
  const fields = assertionFields(await assertion(signer, appledger.server.url));
  const ask = async () => (await introspect({ token, ...fields })).status;
  expect([await ask(), await ask()]).toEqual([200, 200]);
  return { signer, ask };
}

describe('a client is refused from the answer on', () => {
  it('when its application is deactivated, and accepted again when it is reactivated', async () => {
    const client = await secretClient(appledger);
    const { signer, ask } = await knownSigner();
    expect(await bySecret(client)).toBe(200);
    for (const appId of [client.appId, signer.appId]) await appledger.app('POST', appId, '/_deactivate', {});
    expect(await Promise.all([bySecret(client), ask()])).toEqual([401, 401]);
    for (const appId of [client.appId, signer.appId]) await appledger.app('POST', appId, '/_reactivate', {});
    expect(await Promise.all([bySecret(client), ask()])).toEqual([200, 200]);
  });

  it('when its application is removed', async () => {
    const client = await secretClient(appledger);
    const { signer, ask } = await knownSigner();
    expect(await bySecret(client)).toBe(200);
    for (const appId of [client.appId, signer.appId]) await appledger.app('DELETE', appId);
    expect(await Promise.all([bySecret(client), ask()])).toEqual([401, 401]);
  });

  it('with its former secret when that is regenerated', async () => {
    const client = await secretClient(appledger);
    expect(await bySecret(client)).toBe(200);
    const { body } = await appledger.app('POST', client.appId, '/api_config/_generate_client_secret', {});
    expect(await bySecret(client)).toBe(401);
    expect(await bySecret({ ...client, clientSecret: body.clientSecret })).toBe(200);
  });

  it('with a key that is removed', async () => {
    const { signer, ask } = await knownSigner();
    await appledger.app('DELETE', signer.appId, `/keys/${signer.keyId}`);
    expect(await ask()).toBe(401);
  });

  it('with its former method when that is changed', async () => {
    const client = await secretClient(appledger);
    const { signer, ask } = await knownSigner();
    expect(await bySecret(client)).toBe(200);
    const become = (appId: string, method: string) =>
      appledger.app('PUT', appId, '/api_config', { authMethodType: `API_AUTH_METHOD_TYPE_${method}` });
    await become(client.appId, 'PRIVATE_KEY_JWT');
    await become(signer.appId, 'BASIC');
    expect(await Promise.all([bySecret(client), ask()])).toEqual([401, 401]);
  });

  it('when its project is deactivated or removed', async () => {
    const { id } = (await appledger.call('POST /management/v1/projects', { body: { name: 'Revoked' } })).body;
    const client = await secretClient(appledger, id);
    const text = await tokenFor(appledger.development, id);
    expect(await bySecret(client, text)).toBe(200);
    const project = `/management/v1/projects/${id}`;
    await appledger.call(`POST ${project}/_deactivate`, { body: {} });
    expect(await bySecret(client, text)).toBe(401);
    await appledger.call(`POST ${project}/_reactivate`, { body: {} });
    expect(await bySecret(client, text)).toBe(200);
    await appledger.call(`DELETE ${project}`);
    expect(await bySecret(client, text)).toBe(401);
  });

  it('with a secret from the time on at which it expires', async () => {
    const client = await secretClient(appledger);
    const { expiresAt, clientSecret } = await expiringSecret(client.appId);
    const expiring = { ...client, clientSecret };
    let last = 200;
    while (last === 200) {
      const asked = Date.now();
      last = await bySecret(expiring);
      if (asked >= expiresAt) expect(last).toBe(401);
    }
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt);
    expect(await bySecret(client)).toBe(200);
  });
});

/** Adds a secret that expires soon: a busy machine may need longer than that to add it. */
async function expiringSecret(appId: string): Promise<{ readonly expiresAt: number; readonly clientSecret: string }> {
  for (let ahead = 2_000; ahead < 100_000; ahead *= 2) {
    const expiresAt = Date.now() + ahead;
    const body = { name: `until ${expiresAt}`, expiresAt: new Date(expiresAt).toISOString() };
    const added = await appledger.call(`POST /appledger/v1/applications/${appId}/secrets`, { body });
    if (added.status === 200) return { expiresAt, clientSecret: added.body.clientSecret };
  }
  throw new Error('no secret could be added before it expired');
}

it('a client works from the answer of its creation on', async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => secretClient(appledger)));
  expect(await Promise.all(clients.map((client) => bySecret(client)))).toEqual(clients.map(() => 200));
});

it('a client is not refused once while its secret is rotated with an overlap', async () => {
  let client = await secretClient(appledger);
  const statuses = new Set<number>();
  for (let rotated = 0; rotated < 3; rotated += 1) {
    const path = `POST /management/v1/projects/${appledger.development.project}/apps/${client.appId}/api_config/_generate_client_secret`;
    const asking = Promise.all(Array.from({ length: 20 }, () => bySecret(client)));
    const { body } = await appledger.call(path, { body: {}, headers: { 'x-appledger-overlap': '1h' } });
    for (const status of await asking) statuses.add(status);
    statuses.add(await bySecret(client));
    client = { ...client, clientSecret: body.clientSecret };
    statuses.add(await bySecret(client));
  }
  expect([...statuses]).toEqual([200]);
});

it('a revocation outlives a server that is killed right after it', async () => {
  const client = await secretClient(appledger);
  expect(await bySecret(client)).toBe(200);
  await appledger.app('POST', client.appId, '/_deactivate', {});
  await appledger.server.stop('SIGKILL');
  appledger = await startAppledger({ dataDir: appledger.server.dataDir });
  introspect = introspectAt(appledger.server);
  let answer = await introspect({ token }, basicOf(client));
  while (answer.status === 503) {
    await delay(100);
    answer = await introspect({ token }, basicOf(client));
  }
  expect(answer.status).toBe(401);
});
