import { type Appledger, startAppledger } from '../../support/appledger.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const MISSING = '1000000000000000000';

const projects = '/management/v1/projects';
const add = async (body: object): Promise<string> => (await appledger.call(`POST ${projects}`, { body })).body.id;
const get = (id: string) => appledger.call(`GET ${projects}/${id}`);
const update = (id: string, body: unknown) => appledger.call(`PUT ${projects}/${id}`, { body });
const deactivate = (id: string) => appledger.call(`POST ${projects}/${id}/_deactivate`, { body: {} });
const reactivate = (id: string) => appledger.call(`POST ${projects}/${id}/_reactivate`, { body: {} });
const remove = (id: string) => appledger.call(`DELETE ${projects}/${id}`);

describe('a project is changed', () => {
  it('in every setting, and returns them as they were set', async () => {
    const id = await add({ name: 'Shop', projectRoleCheck: true });
    const settings = {
      name: 'Web shop',
      projectRoleAssertion: true,
      hasProjectCheck: true,
      privateLabelingSetting: 'PRIVATE_LABELING_SETTING_ALLOW_LOGIN_USER_RESOURCE_OWNER_POLICY',
    };
    const { status, body } = await update(id, settings);
    expect(status).toBe(200);
    expect(body).toEqual({
      details: { sequence: '2', changeDate: expect.any(String), resourceOwner: appledger.development.organization },
    });
    const { project } = (await get(id)).body;
    expect(project).toEqual({
      id,
      state: 'PROJECT_STATE_ACTIVE',
      ...settings, // projectRoleCheck was not sent, so it has its zero value and is omitted
      details: { ...body.details, creationDate: expect.any(String) },
    });
  });

  it('and its former name becomes free', async () => {
    const id = await add({ name: 'Former' });
    await update(id, { name: 'Latter' });
    expect((await appledger.call(`POST ${projects}`, { body: { name: 'Former' } })).status).toBe(200);
    expectRefused(await update(id, { name: 'fORMER' }), 'COMMAND-opamwu');
    expect((await update(id, { name: 'LATTER' })).status).toBe(200);
  });
});

describe('a project update is refused', () => {
  it('when it changes nothing', async () => {
    const id = await add({ name: 'Still', hasProjectCheck: true });
    expectRefused(await update(id, { name: ' Still', hasProjectCheck: true }), 'COMMAND-2M0fs');
    expect((await get(id)).body.project.details.sequence).toBe('1');
  });

  it('when the name is empty after trimming', async () => {
    expectRefused(await update(await add({ name: 'Named' }), { name: ' ' }), 'PROJECT-IOVCC');
  });

  it('when the project does not exist, or belongs to another organization', async () => {
    expectRefused(await update(MISSING, { name: 'Any' }), 'COMMAND-3M9sd');
    const { project } = appledger.development;
    const headers = { 'x-zitadel-orgid': '2000000000000000000' };
    const change = { headers, body: { name: 'Any' } };
    expectRefused(await appledger.call(`PUT ${projects}/${project}`, change), 'COMMAND-3M9sd');
    expectRefused(await appledger.call(`DELETE ${projects}/${project}`, { headers }), 'COMMAND-3M9sd');
  });
});

describe('a project', () => {
  it('can be deactivated and reactivated, once each', async () => {
    const id = await add({ name: 'Sleeper' });
    expect((await deactivate(id)).body.details).toMatchObject({ sequence: '2' });
    expect((await get(id)).body.project.state).toBe('PROJECT_STATE_INACTIVE');
    expectRefused(await deactivate(id), 'COMMAND-mki55');
    expect((await reactivate(id)).body.details).toMatchObject({ sequence: '3' });
    expect((await get(id)).body.project.state).toBe('PROJECT_STATE_ACTIVE');
    expectRefused(await reactivate(id), 'COMMAND-5M9bs');
  });

  it('accepts new applications while it is inactive', async () => {
    const id = await add({ name: 'Quiet' });
    await deactivate(id);
    expect((await appledger.createApp({ name: 'Early' }, id)).status).toBe(200);
  });

  it('is removed with its applications', async () => {
    const id = await add({ name: 'Mortal' });
    const { appId } = (await appledger.createApp({ name: 'Passenger' }, id)).body;
    const app = (method: string, suffix: string, body?: unknown) =>
      appledger.call(`${method} ${projects}/${id}/apps/${appId}${suffix}`, { body });
    const { status, body } = await remove(id);
    expect(status).toBe(200);
    expect(body.details).toMatchObject({ sequence: '2', changeDate: expect.any(String) });

    for (const call of [get, remove, deactivate, reactivate]) expectRefused(await call(id), 'COMMAND-3M9sd');
    expectRefused(await update(id, { name: 'Risen' }), 'COMMAND-3M9sd');
    expectRefused(await appledger.createApp({ name: 'Late' }, id), 'COMMAND-EbFMN');
    expectRefused(await app('GET', ''), 'QUERY-pCP8P');
    expectRefused(await app('PUT', '', { name: 'Other' }), 'COMMAND-28di9');
    expectRefused(await app('PUT', '/api_config', { authMethodType: 1 }), 'COMMAND-2n8uU');
    expectRefused(await app('POST', '/api_config/_generate_client_secret', {}), 'COMMAND-2g66f');
    expectRefused(await app('POST', '/_deactivate', {}), 'COMMAND-ov9d3');
    expectRefused(await app('POST', '/_reactivate', {}), 'COMMAND-ov9d3');
    expectRefused(await app('DELETE', ''), 'COMMAND-0po9s');
    expect((await appledger.call(`POST ${projects}`, { body: { name: 'Mortal' } })).status).toBe(200);
  });
});
