import { type Appledger, startAppledger } from '../../support/appledger.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const MISSING = '1000000000000000000';

const create = async (body: object): Promise<string> => (await appledger.createApp(body)).body.appId;
const configure = (appId: string, authMethodType?: string) =>
  appledger.app('PUT', appId, '/api_config', { authMethodType });
const regenerate = (appId: string) => appledger.app('POST', appId, '/api_config/_generate_client_secret', {});
const BASIC = 'API_AUTH_METHOD_TYPE_BASIC';
const JWT = 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT';

describe('the authentication method', () => {
  it('can be changed, and is read as it was set', async () => {
    const appId = await create({ name: 'Changes' });
    const { status, body } = await configure(appId, JWT);
    expect(status).toBe(200);
    expect(body).toEqual({
      details: { sequence: '3', changeDate: expect.any(String), resourceOwner: appledger.development.organization },
    });
    expect((await appledger.getApp(appId)).body.app.apiConfig.authMethodType).toBe(JWT);
    expect((await configure(appId)).status).toBe(200); // BASIC is the zero value
    expect((await appledger.getApp(appId)).body.app.apiConfig).not.toHaveProperty('authMethodType');
  });

  it.each([BASIC, JWT])('cannot be changed to %s if it has this value', async (authMethodType) => {
    const appId = await create({ name: `Is ${authMethodType}`, authMethodType });
    expectRefused(await configure(appId, authMethodType), 'COMMAND-1m88i');
    expect((await appledger.getApp(appId)).body.app.details.sequence).toBe('2');
  });

  it('is refused if it is unknown', async () => {
    const { status, body } = await appledger.app('PUT', MISSING, '/api_config', { authMethodType: 7 });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 3, message: expect.stringContaining('authMethodType'), details: [] });
  });

  it('is refused if the application does not exist', async () => {
    expectRefused(await configure(MISSING, JWT), 'COMMAND-2n8uU');
  });
});

describe('a client secret', () => {
  it('is regenerated and returned once', async () => {
    const created = (await appledger.createApp({ name: 'Renews' })).body;
    const { status, body } = await regenerate(created.appId);
    expect(status).toBe(200);
    expect(body).toEqual({
      clientSecret: expect.stringMatching(/^[\w-]{43}$/),
      details: { sequence: '3', changeDate: expect.any(String), resourceOwner: appledger.development.organization },
    });
    expect(body.clientSecret).not.toBe(created.clientSecret);
    const read = await appledger.getApp(created.appId);
    expect(JSON.stringify(read.body)).not.toContain(body.clientSecret);
    expect(read.body.app.details.sequence).toBe('3');
  });

  it('is refused for an application with PRIVATE_KEY_JWT', async () => {
    expectRefused(await regenerate(await create({ name: 'Signs', authMethodType: JWT })), 'COMMAND-7gKw2');
  });

  it('is refused if the application does not exist', async () => {
    expectRefused(await regenerate(MISSING), 'COMMAND-2g66f');
  });
});
