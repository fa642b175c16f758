import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { KeyService } from '#libs/registry/contract/gen/appledger/v1/keys_pb.js';
import type { Appledger } from '../../support/appledger.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';
import { type Speaking, startSpeaking } from '../../support/speaking.js';

const MISSING = '1000000000000000000';
const JWT = 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT';
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' }) as Record<string, string>;

let speaking: Speaking;
let appledger: Appledger;
beforeAll(async () => {
  speaking = await startSpeaking();
  ({ appledger } = speaking);
});
afterAll(async () => {
  speaking.close();
  await cleanUp();
});

const signing = async (name: string) => (await appledger.createApp({ name, authMethodType: JWT })).body;
const register = (appId: string, body: unknown) =>
  appledger.call(`POST /appledger/v1/applications/${appId}/public_keys`, { body });
const uri = (verb: string, appId: string, body?: unknown) =>
  appledger.call(`${verb} /appledger/v1/applications/${appId}/jwks_uri`, { body });

describe('a public key of the caller', () => {
  it('is registered as PEM and as JWK, and is listed, read and removed like others', async () => {
    const { appId, clientId } = await signing('Registers');
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString().replace('.000Z', 'Z');
    const first = await register(appId, { pem, expiresAt });
    expect([first.status, first.body]).toEqual([
      200,
      {
        keyId: expect.stringMatching(/^\d{18}$/),
        clientId,
        details: { sequence: '3', changeDate: expect.any(String), resourceOwner: appledger.development.organization },
      },
    ]);
    const second = await register(appId, { jwk: { ...jwkOf(publicKey), kid: 'mine', use: 'sig' } });
    expect(second.status).toBe(200);
    const listed = await appledger.app('POST', appId, '/keys/_search', { query: { asc: true } });
    expect(listed.body.result).toMatchObject([
      { id: first.body.keyId, expirationDate: expiresAt },
      { id: second.body.keyId, expirationDate: '9999-12-31T23:59:59Z' },
    ]);
    expect(listed.body.result[0]).not.toHaveProperty('type'); // JSON is the type of keys that the server has made
    const read = await appledger.app('GET', appId, `/keys/${first.body.keyId}`);
    expect(read.body.key).toEqual(listed.body.result[0]);
    expect((await appledger.app('DELETE', appId, `/keys/${first.body.keyId}`)).status).toBe(200);
    expectRefused(await appledger.app('GET', appId, `/keys/${first.body.keyId}`), 'COMMAND-4m77G');
  });

  it('is registered on every protocol', async () => {
    const { appId: applicationId } = await signing('Everywhere');
    for (const speaker of speaking.speakers) {
      for (const fields of [{ pem }, { jwk: jwkOf(publicKey) }]) {
        const outcome = await speaker.call(
          KeyService.method.addPublicKey,
          { applicationId, ...fields },
          speaking.headers,
        );
        expect([speaker.protocol, outcome]).toMatchObject([
          speaker.protocol,
          { answer: { keyId: expect.any(String) } },
        ]);
      }
    }
  });

  it('is refused without being repeated when it holds a private key', async () => {
    const { appId } = await signing('Private');
    for (const body of [{ pem: privatePem }, { pem: pem + privatePem }, { jwk: jwkOf(privateKey) }]) {
      const answer = await register(appId, body);
      expectRefused(answer, 'KEY-Pk7vR', /contains a private key, which must not leave its owner/);
      expect(JSON.stringify(answer.body)).not.toContain(jwkOf(privateKey).d);
    }
    expect((await appledger.getApp(appId)).body.app.details.sequence).toBe('2');
    const output = await appledger.server.outputWith(/AddPublicKey/);
    expect(output).not.toContain(jwkOf(privateKey).d);
    expect(output).not.toContain(privatePem.split('\n')[1]);
  });

  it.each([
    [{}, /send the key either in pem or in jwk/],
    [{ pem, jwk: jwkOf(publicKey) }, /send the key either in pem or in jwk/],
    [{ pem: 'x' }, /pem must be one block/],
    [{ pem: pem.replace('BEGIN PUBLIC', 'BEGIN RSA PUBLIC') }, /pem must be one block/],
    [
      { pem: generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey.export({ type: 'spki', format: 'pem' }) },
      /2048/,
    ],
    [{ jwk: {} }, /cannot be read/],
    [{ jwk: { kty: 'oct', k: 'AAAA' } }, /contains a private key/],
  ])('is refused when it is none that is accepted: %j', async (body, text) => {
    const { appId } = await signing(`Bad ${JSON.stringify(body).slice(0, 80)}`);
    expectRefused(await register(appId, body), 'KEY-Pk7vR', text);
  });

  it.each([
    [{ pem: 'x'.repeat(10_001) }, 'pem'],
    [{ pem: 7 }, 'pem'],
    [{ jwk: 'text' }, 'jwk'],
    [{ pem, expiresAt: 'soon' }, 'expiresAt'],
  ])('is refused when the field is wrong: %#', async (body, field) => {
    const { appId } = await signing(`Wrong ${JSON.stringify(body).slice(0, 60)}${field}`);
    const answer = await register(appId, body);
    expect([answer.status, answer.body]).toEqual([
      400,
      { code: 3, message: expect.stringContaining(field), details: [] },
    ]);
  });

  it('is refused for a missing application, a client with a secret, and with an expiry in the past', async () => {
    expectRefused(await register(MISSING, { pem }), 'COMMAND-sak25');
    const { appId } = (await appledger.createApp({ name: 'Basic' })).body;
    expectRefused(await register(appId, { pem }), 'COMMAND-Dff54');
    const signs = await signing('Late');
    expectRefused(await register(signs.appId, { pem, expiresAt: '2020-01-01T00:00:00Z' }), 'COMMAND-5xP1d');
  });
});

describe('the URL of public keys', () => {
  const jwksUri = 'https://client.example/jwks.json';

  it('is set, read, replaced and removed', async () => {
    const { appId, clientId } = await signing('Publishes');
    expectRefused(await uri('GET', appId), 'KEY-Jw5mX');
    expect((await uri('PUT', appId, { jwksUri })).body.details.sequence).toBe('3');
    expectRefused(await uri('PUT', appId, { jwksUri }), 'KEY-Jw3cN');
    expect((await uri('GET', appId)).body).toEqual({
      jwksUri,
      clientId,
      details: expect.objectContaining({ sequence: '3' }),
    });
    expect((await uri('PUT', appId, { jwksUri: `${jwksUri}?v=2` })).status).toBe(200);
    expect((await uri('GET', appId)).body.jwksUri).toBe(`${jwksUri}?v=2`);
    expect((await uri('DELETE', appId)).status).toBe(200);
    expectRefused(await uri('GET', appId), 'KEY-Jw5mX');
    expectRefused(await uri('DELETE', appId), 'KEY-Jw5mX');
  });

  it.each([
    ['http://client.example/', /https/],
    ['https://169.254.169.254/latest', /metadata of a cloud/],
    ['https://localhost:8080/', /public address/],
    ['https://user:pass@client.example/', /no user/],
    ['client.example', /must be a URL/],
  ])('is refused: %s', async (url, text) => {
    const { appId } = await signing(`Refuses ${url}`);
    expectRefused(await uri('PUT', appId, { jwksUri: url }), 'KEY-Ju2fB', text);
  });

  it('is refused for a missing application, and for a client with a secret', async () => {
    for (const verb of ['PUT', 'GET', 'DELETE']) {
      expectRefused(await uri(verb, MISSING, verb === 'PUT' ? { jwksUri } : undefined), 'COMMAND-sak25');
    }
    const { appId } = (await appledger.createApp({ name: 'Has a secret' })).body;
    expectRefused(await uri('PUT', appId, { jwksUri }), 'COMMAND-Dff54');
  });
});
