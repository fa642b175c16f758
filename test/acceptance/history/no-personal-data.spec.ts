import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { features } from '#libs/registry/features.js';
import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp, onGateway } from '../../support/server.js';

/** A person, in the claims of a token and in the headers of a request. */
const CLAIMS = {
  name: 'Grace Brewster Hopper',
  given_name: 'Grace',
  family_name: 'Hopper',
  nickname: 'Amazing-Grace',
  preferred_username: 'ghopper',
  email: 'grace.hopper@navy.example',
  phone_number: '+1-202-555-0117',
  address: { formatted: '1906 Compiler Street, Arlington' },
  picture: 'https://pictures.example/ghopper.png',
  'urn:zitadel:iam:user:resourceowner:name': 'Hopper Household',
};
const HEADERS = {
  'user-agent': 'Hoppers-Browser/1906',
  'x-forwarded-for': '203.0.113.77',
  forwarded: 'for=203.0.113.78',
  from: 'hopper@home.example',
  cookie: 'who=hopper-cookie',
  referer: 'https://hopper.example/diary',
};

/** Types whose events no call of a user causes: what they hold is the server's own, or of an operator. */
const OF_NO_CALL = new Set([
  'SecretExpiring',
  'SecretExpired',
  'CreationAbandoned',
  'RenameAbandoned',
  'ProjectionEventSkipped',
  'StoreIdentified',
]);

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_WEBHOOKS_KEY: randomBytes(32).toString('base64') } });
});
afterAll(cleanUp);

it('the bytes of the log hold nothing of the person who makes every kind of change, but ids', async () => {
  if (onGateway) return; // the log is then in another process, and holds the same events
  const { development, server } = appledger;
  const client = 'client-of-the-console';
  const token = await tokenWith(
    development,
    { IAM_OWNER: [development.organization] },
    { ...CLAIMS, client_id: client },
  );
  const call = async (request: string, body?: object) => {
    const answer = await appledger.call(request, { token, headers: HEADERS, ...(body && { body }) });
    expect([request, answer.status, answer.body]).toMatchObject([request, 200, {}]);
    return answer.body;
  };
  const { id: project } = await call('POST /management/v1/projects', { name: 'Compilers' });
  const apps = `/management/v1/projects/${project}/apps`;
  const own = '/appledger/v1/applications';
  await call(`PUT /management/v1/projects/${project}`, { name: 'Linkers' });
  const { appId } = await call(`POST ${apps}/api`, { name: 'A-0' });
  await call(`PUT ${apps}/${appId}`, { name: 'A-1' });
  await call(`POST ${apps}/${appId}/_deactivate`, {});
  await call(`POST ${apps}/${appId}/_reactivate`, {});
  await call(`POST ${apps}/${appId}/api_config/_generate_client_secret`, {});
  const { secretId } = await call(`POST ${own}/${appId}/secrets`, { name: 'second' });
  await call(`POST ${own}/${appId}/secrets/${secretId}/_disable`, {});
  await call(`POST ${own}/${appId}/secrets/${secretId}/_enable`, {});
  await call(`DELETE ${own}/${appId}/secrets/${secretId}?force=true`);
  await call(`PUT ${apps}/${appId}/api_config`, { authMethodType: 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT' });
  const { id: keyId, keyDetails } = await call(`POST ${apps}/${appId}/keys`, { type: 'KEY_TYPE_JSON' });
  await call(`DELETE ${apps}/${appId}/keys/${keyId}`);
  const { createPublicKey } = await import('node:crypto');
  const { key } = JSON.parse(Buffer.from(keyDetails, 'base64').toString());
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' });
  await call(`POST ${own}/${appId}/public_keys`, { pem: publicKey });
  await call(`PUT ${own}/${appId}/jwks_uri`, { jwksUri: 'https://client.example/jwks.json' });
  await call(`DELETE ${own}/${appId}/jwks_uri`);
  await call(`DELETE ${apps}/${appId}`);
  const hooks = '/appledger/v1/webhooks';
  const { webhookId } = await call(`POST ${hooks}`, { url: 'https://93.184.215.14/hooks' });
  await call(`PUT ${hooks}/${webhookId}`, { url: 'https://93.184.215.14/hooks/2' });
  await call(`POST ${hooks}/${webhookId}:pause`, {});
  await call(`POST ${hooks}/${webhookId}:resume`, {});
  await call(`POST ${hooks}/${webhookId}:rotateSecret`, {});
  await call(`DELETE ${hooks}/${webhookId}`);
  await call(`POST /management/v1/projects/${project}/_deactivate`, {});
  await call(`POST /management/v1/projects/${project}/_reactivate`, {});
  await call(`DELETE /management/v1/projects/${project}`);
  await server.stop();

  const folder = join(server.dataDir, 'events');
  const log = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
    .join('\n');
  const missing = Object.keys(features.events).filter((type) => !OF_NO_CALL.has(type) && !log.includes(type));
  expect(missing).toEqual([]);
  expect(log).toContain(development.user);
  expect(log).toContain(client);
  const personal = [...Object.values(CLAIMS), ...Object.values(HEADERS)].map((value) =>
    typeof value === 'string' ? value : value.formatted,
  );
  expect(personal.filter((text) => log.includes(text))).toEqual([]);
  expect(log).not.toMatch(/hopper|grace|navy|203\.0\.113|127\.0\.0\.1/i);
});
