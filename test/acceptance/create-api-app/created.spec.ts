import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const SECRET_PATTERN = /^[\w-]{43}$/; // 256 bits in base64url
const ID_PATTERN = /^\d{18}$/;

describe('an API client is created', () => {
  it('with BASIC: ids, a secret of 256 bits, and details of two events', async () => {
    const before = Date.now();
    const { status, body } = await appledger.createApp({
      name: 'Portal',
      authMethodType: 'API_AUTH_METHOD_TYPE_BASIC',
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      appId: expect.stringMatching(ID_PATTERN),
      clientId: expect.stringMatching(ID_PATTERN),
      clientSecret: expect.stringMatching(SECRET_PATTERN),
      details: {
        sequence: '2',
        creationDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
        changeDate: body.details.creationDate,
        resourceOwner: appledger.development.organization,
      },
    });
    expect(appledger.development.organization).toMatch(ID_PATTERN);
    expect(appledger.development.project).toMatch(ID_PATTERN);
    expect(Date.parse(body.details.creationDate)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(body.details.creationDate)).toBeLessThanOrEqual(Date.now());
  });

  it('with PRIVATE_KEY_JWT: a client id and no secret', async () => {
    const { status, body } = await appledger.createApp({
      name: 'Signer',
      authMethodType: 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT',
    });
    expect(status).toBe(200);
    expect(body.clientId).toMatch(ID_PATTERN);
    expect(body).not.toHaveProperty('clientSecret');
    const read = await appledger.getApp(body.appId);
    expect(read.body.app.apiConfig).toEqual({
      clientId: body.clientId,
      authMethodType: 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT',
    });
  });

  it('and is read with the same values to the millisecond, without zero values or the secret', async () => {
    const created = await appledger.createApp({ name: ' Reader ' });
    const { status, body } = await appledger.getApp(created.body.appId);
    expect(status).toBe(200);
    expect(body).toEqual({
      app: {
        id: created.body.appId,
        name: 'Reader',
        state: 'APP_STATE_ACTIVE',
        details: created.body.details,
        apiConfig: { clientId: created.body.clientId },
      },
    });
  });

  it.each([
    ['snake_case names', { name: 'Snake', auth_method_type: 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT' }],
    ['enum values by number', { name: 'Number', authMethodType: 1 }],
    ['unknown fields', { name: 'Unknown', authMethodType: 1, colour: { red: [1] }, __proto__: null }],
  ])('from a body with %s', async (_, request) => {
    const { status, body } = await appledger.createApp(request);
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('clientSecret');
  });

  it.each([
    ['200 four-byte characters', '𝔸'.repeat(200)],
    ['one character', 'x'],
    ['inner white space and punctuation', 'a b\u0301 "c" \\ / 日本語'],
  ])('with a name of %s', async (_, name) => {
    const { status, body } = await appledger.createApp({ name });
    expect(status).toBe(200);
    expect((await appledger.getApp(body.appId)).body.app.name).toBe(name);
  });

  it('with any content type', async () => {
    const body = JSON.stringify({ name: 'Form' });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await appledger.call(appledger.appsPath('POST'), { body, headers })).status).toBe(200);
  });

  it('with ids that sort by time', async () => {
    const ids = [];
    for (const name of ['First', 'Second', 'Third']) ids.push((await appledger.createApp({ name })).body.appId);
    expect([...ids].sort()).toEqual(ids);
  });
});
