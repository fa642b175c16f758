import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { basic, introspectAt, tokenFor } from '../../support/introspecting.js';
import { cleanUp, onGateway, onMongoDb } from '../../support/server.js';

let appledger: Appledger;
/** Every secret that the server has answered, and its private key. */
const issued: string[] = [];
/** Every other answer, errors included. */
const answers: string[] = [];
let appId: string;
let clientId: string;

beforeAll(async () => {
  const APPLEDGER_WEBHOOKS_KEY = randomBytes(32).toString('base64');
  appledger = await startAppledger({ env: { APPLEDGER_LOG_LEVEL: 'debug', APPLEDGER_WEBHOOKS_KEY } });
  await ready(appledger.call); // before that, introspection may answer 503
  await exercise();
});
afterAll(cleanUp);

const call = async (request: string, body?: unknown, headers: Record<string, string> = {}) => {
  const answer = await appledger.call(request, { ...(body !== undefined && { body }), headers });
  const { clientSecret, keyDetails, signingSecret, ...rest } = answer.body ?? {};
  if (clientSecret !== undefined) issued.push(clientSecret);
  if (signingSecret !== undefined) issued.push(signingSecret);
  if (keyDetails !== undefined) issued.push(...linesOfKey(keyDetails));
  answers.push(JSON.stringify(rest), JSON.stringify([...answer.headers]));
  return answer.body;
};

/** Lines at the end of the private key that AddAppKey answers: those at its beginning hold the public half. */
function linesOfKey(keyDetails: string): readonly string[] {
  const { key } = JSON.parse(Buffer.from(keyDetails, 'base64').toString());
  return key
    .split('\n')
    .filter((line: string) => /^[A-Za-z0-9+/]{64}$/.test(line))
    .slice(-5, -2);
}

/** Issues secrets in every way, uses them rightly and wrongly, and calls what tells of them. */
async function exercise(): Promise<void> {
  const { project, development } = { project: appledger.development.project, ...appledger };
  const apps = `/management/v1/projects/${project}/apps`;
  ({ appId, clientId } = await call(`POST ${apps}/api`, { name: 'Portal' }));
  const secrets = `/appledger/v1/applications/${appId}/secrets`;
  for (const name of ['one', 'two', 'three']) await call(`POST ${secrets}`, { name });
  await call(`POST ${apps}/${appId}/api_config/_generate_client_secret`, {}, { 'x-appledger-overlap': '1h' });
  const signer = await call(`POST ${apps}/api`, {
    name: 'Signer',
    authMethodType: 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT',
  });
  await call(`POST ${apps}/${signer.appId}/keys`, { type: 'KEY_TYPE_JSON' });
  const introspect = introspectAt(appledger.server);
  const token = await tokenFor(development, [project]);
  // Failed authentications of one client are answered ever later: a secret of each kind is enough.
  for (const secret of [issued[0] ?? '', issued.at(-1) ?? '']) {
    // A person who mixes things up: the secret as the id, in the body, as a token, in a path, in a query, as a key.
    for (const [form, headers] of [
      [{ token }, basic(clientId, secret)],
      [{ token }, basic(secret, clientId)],
      [{ token: secret }, basic(clientId, secret)],
      [{ token, client_id: clientId, client_secret: secret }, {}],
      [{ token, client_assertion: secret }, {}],
    ] as const) {
      const { body } = await introspect(form, headers);
      answers.push(JSON.stringify(body));
    }
    await call(`POST ${secrets}/${encodeURIComponent(secret)}/_disable`, {});
    await call(`GET ${secrets}?secret=${encodeURIComponent(secret)}`);
    await call(`POST /appledger/v1/applications/${signer.appId}/public_keys`, { pem: secret });
  }
  const webhooks = '/appledger/v1/webhooks';
  const { webhookId } = await call(`POST ${webhooks}`, { url: 'https://93.184.215.14/', types: ['project.removed'] });
  await call(`POST ${webhooks}/${webhookId}:rotateSecret`, { overlap: '3600s' });
  await call(`GET ${webhooks}/${webhookId}`);
  await call('GET /appledger/v1/events?types=webhook.added,webhook.secret.rotated');
  await call(`GET ${secrets}`);
  await call(`POST ${apps}/_search`, {});
  await call(`POST ${apps}/${signer.appId}/keys/_search`, {});
  await call(`POST ${apps}/${appId}/changes/_search`);
  await call('POST /admin/v1/events/_search', {});
  await call('GET /debug/health');
}

/** Fails when a text contains one of the secrets, in full or but for a few characters. */
function expectNoneIn(text: string): void {
  expect(issued.filter((secret) => text.includes(secret.slice(0, 32)) || text.includes(secret.slice(8)))).toEqual([]);
}

it('secrets were issued in every way', () => {
  expect(issued.length).toBe(5 + 3 + 2);
  expect(new Set(issued).size).toBe(issued.length);
});

it('no answer but the one that issues a secret contains it, errors and events included', () => {
  for (const type of ['project.application.config.api.secret.added', 'webhook.secret.rotated']) {
    expect(answers.some((text) => text.includes(type))).toBe(true);
  }
  expectNoneIn(answers.join('\n'));
});

it('no log line contains a secret', async () => {
  const output = await appledger.server.outputWith(/ListAppChanges/);
  expect(output).toContain('SecretService/AddSecret');
  expectNoneIn(output);
});

it('no metric contains a secret', async () => {
  const text = await (await fetch(`${appledger.server.url}/debug/metrics`)).text();
  expect(text).toContain('appledger_');
  expectNoneIn(text);
});

const inFolder = onGateway || onMongoDb ? it.skip : it;
inFolder('no file contains a secret: neither events nor documents', async () => {
  await appledger.server.stop();
  const files = readdirSync(appledger.server.dataDir, { recursive: true, withFileTypes: true });
  const stored = files
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'));
  expect(stored.filter((text) => text.includes(clientId)).length).toBeGreaterThanOrEqual(2);
  for (const text of stored) expectNoneIn(text);
});
