import { type Appledger, startAppledger } from '../../support/appledger.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const MISSING = '1000000000000000000';

const create = async (name: string): Promise<string> => (await appledger.createApp({ name })).body.appId;
const deactivate = (appId: string) => appledger.app('POST', appId, '/_deactivate', {});
const reactivate = (appId: string) => appledger.app('POST', appId, '/_reactivate', {});
const remove = (appId: string) => appledger.app('DELETE', appId);

describe('an application', () => {
  it('can be deactivated and reactivated, once each', async () => {
    const appId = await create('Sleeper');
    const deactivated = await deactivate(appId);
    expect(deactivated.body).toEqual({
      details: { sequence: '3', changeDate: expect.any(String), resourceOwner: appledger.development.organization },
    });
    expect((await appledger.getApp(appId)).body.app.state).toBe('APP_STATE_INACTIVE');
    expectRefused(await deactivate(appId), 'COMMAND-dsh35');

    expect((await reactivate(appId)).body.details.sequence).toBe('4');
    expect((await appledger.getApp(appId)).body.app).toMatchObject({
      state: 'APP_STATE_ACTIVE',
      details: { sequence: '4' },
    });
    expectRefused(await reactivate(appId), 'COMMAND-1n8cM');
  });

  it('is no longer found after its removal, and its name becomes free', async () => {
    const appId = await create('Mortal');
    const { status, body } = await remove(appId);
    expect(status).toBe(200);
    expect(body.details).toMatchObject({ sequence: '3', changeDate: expect.any(String) });
    expectRefused(await appledger.getApp(appId), 'QUERY-pCP8P');
    expectRefused(await remove(appId), 'COMMAND-0po9s');
    expectRefused(await deactivate(appId), 'COMMAND-ov9d3');
    expectRefused(await reactivate(appId), 'COMMAND-ov9d3');
    expectRefused(await appledger.app('PUT', appId, '', { name: 'Risen' }), 'COMMAND-28di9');
    expectRefused(await appledger.app('PUT', appId, '/api_config', { authMethodType: 1 }), 'COMMAND-2n8uU');
    expectRefused(await appledger.app('POST', appId, '/api_config/_generate_client_secret', {}), 'COMMAND-2g66f');
    expect((await appledger.createApp({ name: 'Mortal' })).status).toBe(200);
  });

  it('that is missing is not found, and neither is one of another project or organization', async () => {
    const appId = await create('Here');
    const elsewhere = await appledger.call('POST /management/v1/projects', { body: { name: 'Elsewhere' } });
    const ofAnother = (method: string, suffix: string, body?: unknown) =>
      appledger.call(`${method} /management/v1/projects/${elsewhere.body.id}/apps/${appId}${suffix}`, { body });
    expectRefused(await deactivate(MISSING), 'COMMAND-ov9d3');
    expectRefused(await remove(MISSING), 'COMMAND-0po9s');
    expectRefused(await ofAnother('POST', '/_deactivate', {}), 'COMMAND-ov9d3');
    expectRefused(await ofAnother('POST', '/_reactivate', {}), 'COMMAND-ov9d3');
    expectRefused(await ofAnother('DELETE', ''), 'COMMAND-0po9s');
    const path = `/management/v1/projects/${appledger.development.project}/apps/${appId}`;
    const headers = { 'x-zitadel-orgid': '2000000000000000000' };
    expectRefused(await appledger.call(`DELETE ${path}`, { headers }), 'COMMAND-0po9s');
    expectRefused(await appledger.call(`GET ${path}`, { headers }), 'QUERY-pCP8P');
    expect((await appledger.getApp(appId)).body.app.details.sequence).toBe('2');
  });
});
