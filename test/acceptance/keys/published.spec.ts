import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { assertionFields, introspectAt, tokenFor } from '../../support/introspecting.js';
import { cleanUp } from '../../support/server.js';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const jwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid });

let appledger: Appledger;
let introspect: ReturnType<typeof introspectAt>;
let token: string;
let owner: Server;
let jwksUri: string;
/** What the owner of the client answers. */
let published: { status: number; keys: readonly object[] };
beforeAll(async () => {
  owner = createServer((_, response) => {
    response.writeHead(published.status).end(JSON.stringify({ keys: published.keys }));
  });
  owner.listen(0, '127.0.0.1');
  await once(owner, 'listening');
  jwksUri = `http://127.0.0.1:${(owner.address() as AddressInfo).port}/jwks.json`;
  appledger = await startAppledger({
    env: { APPLEDGER_JWKS_PRIVATE_ADDRESSES: 'true', APPLEDGER_READ_PATIENCE_MS: '30000' },
  });
  await ready(appledger.call); // before that, introspection may answer 503
  introspect = introspectAt(appledger.server);
  token = await tokenFor(appledger.development, [appledger.development.project]);
});
beforeEach(() => {
  published = { status: 200, keys: [jwk(publicKey, 'mine')] };
});
afterAll(async () => {
  owner.closeAllConnections();
  owner.close();
  await cleanUp();
});

async function signer(name: string) {
  const authMethodType = 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT';
  const { appId, clientId } = (await appledger.createApp({ name, authMethodType })).body;
  return { appId, clientId, path: `/appledger/v1/applications/${appId}` };
}

/** The outcome of an introspection by a client that signs with a key. */
async function introspected(clientId: string, kid: string, key: KeyObject = privateKey) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: clientId, sub: clientId, aud: appledger.development.issuer, iat: now, exp: now + 3_600 };
  const signed = await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid }).sign(key);
  const { status, body } = await introspect({ token, ...assertionFields(signed) });
  return [status, body.error ?? body.active];
}

describe('a client whose owner publishes its public keys', () => {
  it('authenticates with them, and with no other, from the setting of the URL until its removal', async () => {
    const { clientId, path } = await signer('Publishes');
    expect(await introspected(clientId, 'mine')).toEqual([401, 'invalid_client']);
    await appledger.call(`PUT ${path}/jwks_uri`, { body: { jwksUri } });
    expect(await introspected(clientId, 'mine')).toEqual([200, true]);
    expect(await introspected(clientId, 'mine', other.privateKey)).toEqual([401, 'invalid_client']);
    expect(await introspected(clientId, 'other')).toEqual([401, 'invalid_client']);
    const { body } = await appledger.call(`GET ${path}/jwks_uri`);
    expect(body).toMatchObject({ jwksUri, clientId, lastUsedAt: expect.any(String) });
    await appledger.call(`DELETE ${path}/jwks_uri`);
    expect(await introspected(clientId, 'mine')).toEqual([401, 'invalid_client']);
  });

  it('is asked to try again while its keys cannot be fetched', async () => {
    const { clientId, path } = await signer('Is away');
    published = { status: 500, keys: [] };
    await appledger.call(`PUT ${path}/jwks_uri`, { body: { jwksUri: `${jwksUri}?away` } });
    expect(await introspected(clientId, 'mine')).toEqual([503, 'temporarily_unavailable']);
  });

  it('does not authenticate with the keys of another client', async () => {
    const [one, two] = [await signer('One'), await signer('Two')];
    await appledger.call(`PUT ${one.path}/jwks_uri`, { body: { jwksUri: `${jwksUri}?one` } });
    expect(await introspected(one.clientId, 'mine')).toEqual([200, true]);
    expect(await introspected(two.clientId, 'mine')).toEqual([401, 'invalid_client']);
  });
});

describe('a client with a registered public key', () => {
  it('authenticates with it, until it is removed', async () => {
    const { appId, clientId, path } = await signer('Registers');
    const { body } = await appledger.call(`POST ${path}/public_keys`, { body: { jwk: jwk(publicKey, 'ignored') } });
    expect(await introspected(clientId, body.keyId)).toEqual([200, true]);
    expect(await introspected(clientId, 'ignored')).toEqual([401, 'invalid_client']);
    await appledger.app('DELETE', appId, `/keys/${body.keyId}`);
    expect(await introspected(clientId, body.keyId)).toEqual([401, 'invalid_client']);
  });
});
