import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const MISSING = '1000000000000000000';

const changesOf = (appId: string, query = '') => appledger.app('POST', appId, `/changes/_search${query}`);
const changesOfProject = (id: string, query = '') =>
  appledger.call(`POST /management/v1/projects/${id}/changes/_search${query}`);
const keys = (body: { result?: { eventType: { key: string } }[] }) =>
  body.result?.map(({ eventType }) => eventType.key);

describe('the changes of an application', () => {
  let appId: string;
  beforeAll(async () => {
    appId = (await appledger.createApp({ name: 'Changing' })).body.appId;
    await appledger.app('PUT', appId, '', { name: 'Changed' });
    await appledger.app('POST', appId, '/_deactivate', {});
  });
  const PREFIX = 'EventTypes.project.application';

  it('are returned newest first, with time, type, editor and resource owner', async () => {
    const { status, body } = await changesOf(appId);
    expect(status).toBe(200);
    const { details } = (await appledger.getApp(appId)).body.app;
    const { user, organization } = appledger.development;
    expect(body.result[0]).toEqual({
      sequence: '4',
      changeDate: details.changeDate,
      eventType: { key: `${PREFIX}.deactivated`, localizedMessage: 'Application deactivated' },
      editorId: user,
      editorDisplayName: user,
      resourceOwnerId: organization,
    });
    expect(keys(body)).toEqual([
      `${PREFIX}.deactivated`,
      `${PREFIX}.changed`,
      `${PREFIX}.config.api.added`,
      `${PREFIX}.added`,
    ]);
  });

  it.each([
    ['?query.asc=true', ['1', '2', '3', '4']],
    ['?query.limit=2', ['4', '3']],
    ['?query.limit=2&query.sequence=3', ['2', '1']],
    ['?query.limit=2&query.sequence=1', undefined],
    ['?query.asc=true&query.limit=2&query.sequence=2', ['3', '4']],
    ['?query.asc=true&query.sequence=4', undefined],
    ['?query.asc=true&query.sequence=18446744073709551615', undefined],
    ['?query.sequence=18446744073709551615&query.limit=1', ['4']],
  ])('are paged by %s', async (query, sequences) => {
    const { status, body } = await changesOf(appId, query);
    expect(status).toBe(200);
    expect(body.result?.map(({ sequence }: { sequence: string }) => sequence)).toEqual(sequences);
  });

  it('are refused with a limit above a thousand', async () => {
    const { status, body } = await changesOf(appId, '?query.limit=1001');
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 3, message: expect.stringContaining('1000'), details: [] });
  });

  it('are not found for a missing or removed application', async () => {
    expectRefused(await changesOf(MISSING), 'QUERY-pCP8P');
    const ended = (await appledger.createApp({ name: 'Ended' })).body.appId;
    await appledger.app('DELETE', ended);
    expectRefused(await changesOf(ended), 'QUERY-pCP8P');
    const path = `POST /management/v1/projects/${appledger.development.project}/apps/${appId}/changes/_search`;
    const headers = { 'x-zitadel-orgid': '2000000000000000000' };
    expectRefused(await appledger.call(path, { headers }), 'QUERY-pCP8P');
  });

  it('require permission to read the application', async () => {
    const { project, organization } = appledger.development;
    const path = `POST /management/v1/projects/${project}/apps/${appId}/changes/_search`;
    const viewer = await tokenWith(appledger.development, { ORG_OWNER_VIEWER: [organization] });
    expect((await appledger.call(path, { token: viewer })).status).toBe(200);
    const creator = await tokenWith(appledger.development, { ORG_PROJECT_CREATOR: [organization] });
    expectRefused(await appledger.call(path, { token: creator }), 'AUTH-5mWD2');
  });
});

describe('the changes of a project', () => {
  it('do not include those of its applications', async () => {
    const { id } = (await appledger.call('POST /management/v1/projects', { body: { name: 'Watched' } })).body;
    await appledger.createApp({ name: 'Inside' }, id);
    await appledger.call(`PUT /management/v1/projects/${id}`, { body: { name: 'Watched more' } });
    expect(keys((await changesOfProject(id)).body)).toEqual(['EventTypes.project.changed', 'EventTypes.project.added']);
    expect(keys((await changesOfProject(id, '?query.asc=true&query.limit=1')).body)).toEqual([
      'EventTypes.project.added',
    ]);
  });

  it('are not found for a missing or removed project', async () => {
    expectRefused(await changesOfProject(MISSING), 'COMMAND-3M9sd');
    const { id } = (await appledger.call('POST /management/v1/projects', { body: { name: 'Ended' } })).body;
    const { appId } = (await appledger.createApp({ name: 'Inside' }, id)).body;
    await appledger.call(`DELETE /management/v1/projects/${id}`);
    expectRefused(await changesOfProject(id), 'COMMAND-3M9sd');
    const path = `POST /management/v1/projects/${id}/apps/${appId}/changes/_search`;
    expectRefused(await appledger.call(path), 'QUERY-pCP8P');
  });
});
