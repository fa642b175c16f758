import { type Appledger, startAppledger } from '../../support/appledger.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';

const MISSING = '1000000000000000000';
const DAY_MS = 86_400_000;
const JWT = 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const create = async (name: string, authMethodType?: string) =>
  (await appledger.createApp({ name, authMethodType })).body;
const path = (appId: string, suffix = '') => `/appledger/v1/applications/${appId}/secrets${suffix}`;
const add = (appId: string, body: unknown) => appledger.call(`POST ${path(appId)}`, { body });
const list = async (appId: string) => (await appledger.call(`GET ${path(appId)}`)).body.result ?? [];
const disable = (appId: string, id: string, body: unknown = {}) =>
  appledger.call(`POST ${path(appId, `/${id}/_disable`)}`, { body });
const enable = (appId: string, id: string) => appledger.call(`POST ${path(appId, `/${id}/_enable`)}`, { body: {} });
const remove = (appId: string, id: string) => appledger.call(`DELETE ${path(appId, `/${id}`)}`);
const added = async (appId: string, name: string) => (await add(appId, { name })).body.secretId;

describe('a secret', () => {
  it('is added beside the first one, answered once, and listed without itself', async () => {
    const { appId, clientId, clientSecret } = await create('Adds');
    // Answers have no fraction of a whole second.
    const expiresAt = new Date(Date.now() + DAY_MS).toISOString().replace('.000Z', 'Z');
    const { status, body } = await add(appId, { name: ' Billing ', expiresAt });
    expect([status, body]).toEqual([
      200,
      {
        secretId: expect.stringMatching(/^\d{18}$/),
        clientSecret: expect.stringMatching(/^[\w-]{43}$/),
        clientId,
        details: { sequence: '3', changeDate: expect.any(String), resourceOwner: appledger.development.organization },
      },
    ]);
    const listed = await appledger.call(`GET ${path(appId)}`);
    const createdBy = { userId: appledger.development.user };
    const state = 'SECRET_STATE_ACTIVE';
    const time = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(listed.body).toMatchObject({
      clientId,
      projectId: appledger.development.project,
      details: { sequence: '3', changeDate: body.details.changeDate },
      result: [
        { secretId: expect.any(String), hint: clientSecret.slice(-4), state, createdAt: time, createdBy },
        {
          secretId: body.secretId,
          name: 'Billing',
          hint: body.clientSecret.slice(-4),
          state,
          createdAt: body.details.changeDate,
          createdBy,
          expiresAt,
        },
      ],
    });
    const text = JSON.stringify(listed.body);
    for (const secret of [clientSecret, body.clientSecret]) expect(text).not.toContain(secret.slice(0, 20));
    expect(text).not.toContain('sha256');
  });

  it.each([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(201) }, 'name'],
    [{ name: 'a\0b' }, 'name'],
    [{ name: 7 }, 'name'],
    [{ name: 'x', expiresAt: 'tomorrow' }, 'expiresAt'],
    [{ name: 'x', expiresAt: 1 }, 'expiresAt'],
    [{ name: 'x', expiresAt: '10000-01-01T00:00:00Z' }, 'expiresAt'],
  ])('is refused for the body %j, naming the field', async (body, field) => {
    const { appId } = await create(`Bad ${JSON.stringify(body).slice(0, 60)}`);
    const answer = await add(appId, body);
    expect([answer.status, answer.body]).toEqual([
      400,
      { code: 3, message: expect.stringContaining(field), details: [] },
    ]);
    expect(await list(appId)).toHaveLength(1);
  });

  it('is refused without a visible name, with a name that is taken, and with an expiry in the past', async () => {
    const { appId } = await create('Refuses');
    await add(appId, { name: 'Süd 𝔸' });
    expectRefused(await add(appId, { name: ' \u2003 ' }), 'SECRET-Bf9zK');
    expectRefused(await add(appId, { name: 'SÜD 𝔸'.normalize('NFD') }), 'SECRET-Nm4tA');
    expectRefused(await add(appId, { name: 'x', expiresAt: new Date().toISOString() }), 'SECRET-Ex2pD');
    expectRefused(await add(appId, { name: 'x', expiresAt: '1970-01-01T00:00:00Z' }), 'SECRET-Ex2pD');
  });

  it('is refused for a missing application, and for one that signs assertions', async () => {
    expectRefused(await add(MISSING, { name: 'x' }), 'SECRET-3qLt8');
    expectRefused(await add('no%20id', { name: 'x' }), 'SECRET-3qLt8');
    const { appId } = await create('Signs', JWT);
    expectRefused(await add(appId, { name: 'x' }), 'COMMAND-7gKw2');
    expect(await list(appId)).toEqual([]);
  });

  it('is one of 20 at most, also when they are added at once; the refusal names one to remove', async () => {
    const { appId } = await create('Twenty');
    const answers = await Promise.all(Array.from({ length: 24 }, (_, index) => add(appId, { name: `n${index}` })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
    const [first] = await list(appId);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expectRefused(answer, 'SECRET-Fu11s', new RegExp(`remove one that is not used, such as ${first.secretId}$`));
    }
    await remove(appId, first.secretId);
    expect((await add(appId, { name: 'again' })).status).toBe(200);
    expect(await list(appId)).toHaveLength(20);
  });

  it('is added once when the same name is asked for many times at once', async () => {
    const { appId } = await create('Once');
    const answers = await Promise.all(Array.from({ length: 8 }, () => add(appId, { name: 'same' })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) expectRefused(answer, 'SECRET-Nm4tA');
  });
});

describe('a secret of a client', () => {
  it('is disabled, enabled and removed', async () => {
    const { appId } = await create('Takes');
    const id = await added(appId, 'Billing');
    const states = async () => (await list(appId)).map(({ state }: { state: string }) => state.slice(13));
    expect((await disable(appId, id)).body.details.sequence).toBe('4');
    expect(await states()).toEqual(['ACTIVE', 'DISABLED']);
    expectRefused(await disable(appId, id), 'SECRET-Ds4bL');
    expect((await enable(appId, id)).status).toBe(200);
    expect(await states()).toEqual(['ACTIVE', 'ACTIVE']);
    expectRefused(await enable(appId, id), 'SECRET-En5bL');
    expect((await remove(appId, id)).status).toBe(200);
    expect(await states()).toEqual(['ACTIVE']);
    for (const take of [disable, enable, remove]) expectRefused(await take(appId, id), 'SECRET-w3Lq7');
    for (const take of [disable, enable, remove]) expectRefused(await take(MISSING, id), 'SECRET-3qLt8');
  });

  it('is another for each client: one is not taken by the id of the other', async () => {
    const [one, other] = [await create('One'), await create('Other')];
    const id = await added(one.appId, 'Billing');
    expectRefused(await remove(other.appId, id), 'SECRET-w3Lq7');
    expect(await list(one.appId)).toHaveLength(2);
  });

  it('is gone with the method that needs it, and after regeneration without an overlap', async () => {
    const { appId } = await create('Changes');
    await added(appId, 'Billing');
    const { clientSecret } = (await appledger.app('POST', appId, '/api_config/_generate_client_secret', {})).body;
    expect(await list(appId)).toMatchObject([{ hint: clientSecret.slice(-4), state: 'SECRET_STATE_ACTIVE' }]);
    await appledger.app('PUT', appId, '/api_config', { authMethodType: JWT });
    expect(await list(appId)).toEqual([]);
    await appledger.app('PUT', appId, '/api_config', {});
    expect(await list(appId)).toEqual([]);
    await added(appId, 'Billing');
    expect(await list(appId)).toMatchObject([{ name: 'Billing' }]);
  });

  it('is gone with the application, and with its project', async () => {
    const { appId } = await create('Removed');
    await appledger.app('DELETE', appId);
    expectRefused(await appledger.call(`GET ${path(appId)}`), 'SECRET-3qLt8');
    const project = (await appledger.call('POST /management/v1/projects', { body: { name: 'Short-lived' } })).body.id;
    const { body } = await appledger.createApp({ name: 'Inside' }, project);
    expect(await list(body.appId)).toHaveLength(1);
    await appledger.call(`DELETE /management/v1/projects/${project}`);
    expectRefused(await appledger.call(`GET ${path(body.appId)}`), 'SECRET-3qLt8');
    expectRefused(await add(body.appId, { name: 'x' }), 'SECRET-3qLt8');
  });

  it('is as it was after the server was killed', async () => {
    const { appId } = await create('Survives');
    const id = await added(appId, 'Billing');
    await disable(appId, id);
    const before = await list(appId);
    await appledger.server.stop('SIGKILL');
    appledger = await startAppledger({ dataDir: appledger.server.dataDir });
    expect(await list(appId)).toEqual(before);
    expect((await enable(appId, id)).status).toBe(200);
  });
});
