import { createPublicKey, sign, verify } from 'node:crypto';
import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { eventsIn } from '../../support/event-log.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp, onGateway } from '../../support/server.js';

let appledger: Appledger;
let signer: string;
beforeAll(async () => {
  appledger = await startAppledger();
  signer = await create('Signer');
});
afterAll(cleanUp);

const MISSING = '1000000000000000000';
const JSON_KEY = 'KEY_TYPE_JSON';

async function create(name: string): Promise<string> {
  const authMethodType = 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT';
  return (await appledger.createApp({ name, authMethodType })).body.appId;
}
const add = (appId: string, body: object = { type: JSON_KEY }) => appledger.app('POST', appId, '/keys', body);
const get = (appId: string, keyId: string) => appledger.app('GET', appId, `/keys/${keyId}`);
const list = (appId: string, body: object = {}) => appledger.app('POST', appId, '/keys/_search', body);
const remove = (appId: string, keyId: string) => appledger.app('DELETE', appId, `/keys/${keyId}`);
const ids = (body: { result?: { id: string }[] }) => body.result?.map(({ id }) => id);

describe('a key', () => {
  it('is generated, its private key returned once, and read as it was added', async () => {
    const { status, body } = await add(signer);
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^\d{18}$/),
      details: {
        sequence: '3',
        creationDate: expect.any(String),
        changeDate: body.details.creationDate,
        resourceOwner: appledger.development.organization,
      },
      keyDetails: expect.any(String),
    });
    const file = JSON.parse(Buffer.from(body.keyDetails, 'base64').toString());
    const { apiConfig } = (await appledger.getApp(signer)).body.app;
    expect(file).toEqual({
      type: 'application',
      keyId: body.id,
      key: expect.stringMatching(/^-----BEGIN RSA PRIVATE KEY-----\n/),
      appId: signer,
      clientId: apiConfig.clientId,
    });
    expect((await get(signer, body.id)).body).toEqual({
      key: { id: body.id, type: JSON_KEY, expirationDate: '9999-12-31T23:59:59Z', details: body.details },
    });
  });

  it('expires at the requested time', async () => {
    const expirationDate = '2999-01-02T03:04:05.678Z';
    const { body } = await add(signer, { type: JSON_KEY, expirationDate });
    expect((await get(signer, body.id)).body.key.expirationDate).toBe(expirationDate);
  });

  it('can be removed once', async () => {
    const { id } = (await add(signer)).body;
    const { status, body } = await remove(signer, id);
    expect(status).toBe(200);
    expect(body).toEqual({
      details: {
        sequence: expect.any(String),
        changeDate: expect.any(String),
        resourceOwner: appledger.development.organization,
      },
    });
    expectRefused(await get(signer, id), 'COMMAND-4m77G');
    expectRefused(await remove(signer, id), 'COMMAND-4m77G');
    expect(ids((await list(signer)).body)).not.toContain(id);
  });

  it('that is missing or belongs to another application is not found', async () => {
    const { id } = (await add(signer)).body;
    const other = await create('Other signer');
    expectRefused(await get(signer, MISSING), 'COMMAND-4m77G');
    expectRefused(await get(other, id), 'COMMAND-4m77G');
    expectRefused(await get(MISSING, id), 'COMMAND-4m77G');
    expectRefused(await remove(other, id), 'COMMAND-4m77G');
    expectRefused(await remove(MISSING, id), 'COMMAND-4m77G');
  });

  it('is no longer found after its application was removed', async () => {
    const mortal = await create('Mortal signer');
    const { id } = (await add(mortal)).body;
    await appledger.app('DELETE', mortal);
    expectRefused(await get(mortal, id), 'COMMAND-4m77G');
    expect((await list(mortal)).body.result).toBeUndefined();
  });
});

describe('keys', () => {
  it('are listed in order of creation, in pages', async () => {
    const appId = await create('Many keys');
    const added: string[] = [];
    for (let count = 0; count < 3; count += 1) added.push((await add(appId)).body.id);
    const { body } = await list(appId, { query: { asc: true } });
    expect(ids(body)).toEqual(added);
    expect(body.details).toMatchObject({ totalResult: '3' });
    expect(ids((await list(appId)).body)).toEqual(added.toReversed());
    expect(ids((await list(appId, { query: { asc: true, offset: 1, limit: 1 } })).body)).toEqual(added.slice(1, 2));
    expect(ids((await list(await create('No keys'))).body)).toBeUndefined();
  });

  it('are refused with a limit above a thousand', async () => {
    const { status, body } = await list(signer, { query: { limit: 1_001 } });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 3, message: expect.stringContaining('1000'), details: [] });
  });
});

describe('adding a key is refused', () => {
  it('when the application does not exist', async () => {
    expectRefused(await add(MISSING), 'COMMAND-sak25');
  });

  it('for an application with a client secret', async () => {
    const { appId } = (await appledger.createApp({ name: 'Basic' })).body;
    expectRefused(await add(appId), 'COMMAND-Dff54');
  });

  it('when its expiration date has passed', async () => {
    const expirationDate = new Date().toISOString();
    expectRefused(await add(signer, { type: JSON_KEY, expirationDate }), 'COMMAND-5xP1d');
  });

  it.each([
    [{}, /type/],
    [{ type: 'KEY_TYPE_UNSPECIFIED' }, /type/],
    [{ type: JSON_KEY, expirationDate: 'tomorrow' }, /expirationDate/],
    [{ type: JSON_KEY, expirationDate: '10000-01-01T00:00:00Z' }, /expirationDate/],
  ])('as %j', async (body, says) => {
    const answer = await add(signer, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 3, message: expect.stringMatching(says), details: [] });
  });

  it('to a caller with read permission only', async () => {
    const { organization, project } = appledger.development;
    const token = await tokenWith(appledger.development, { ORG_OWNER_VIEWER: [organization] });
    const keys = `/management/v1/projects/${project}/apps/${signer}/keys`;
    expectRefused(await appledger.call(`POST ${keys}`, { token, body: { type: JSON_KEY } }), 'AUTH-5mWD2');
    expect((await appledger.call(`POST ${keys}/_search`, { token, body: {} })).status).toBe(200);
  });
});

const itOnEmbeddedStore = onGateway ? it.skip : it; // it reads the log, which must be in the server's data folder

itOnEmbeddedStore('only the public key is stored, and it matches the returned private key', async () => {
  const { body } = await add(signer);
  const { key } = JSON.parse(Buffer.from(body.keyDetails, 'base64').toString());

  await appledger.server.stop();
  const events = await eventsIn(appledger.server.dataDir);
  expect(JSON.stringify(events, (_, value) => (typeof value === 'bigint' ? `${value}` : value))).not.toContain(
    'PRIVATE',
  );
  const added = events.find(({ data }) => (data as { keyId?: string }).keyId === body.id);
  const publicKey = createPublicKey((added?.data as { publicKey: string } | undefined)?.publicKey ?? '');
  expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(2_048);
  const message = Buffer.from('an assertion');
  expect(verify('sha256', message, publicKey, sign('sha256', message, key))).toBe(true);
});
