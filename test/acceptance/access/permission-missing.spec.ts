import { rolesClaim, tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
let home: string;
beforeAll(async () => {
  appledger = await startAppledger();
  home = appledger.development.organization;
});
afterAll(cleanUp);

const ABROAD = '2000000000000000000';
const refused = {
  code: 7,
  message: 'No matching permissions found (AUTH-5mWD2)',
  details: [
    {
      '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail',
      id: 'AUTH-5mWD2',
      message: 'No matching permissions found',
    },
  ],
};

let names = 0;
const create = (token: string, headers: Record<string, string> = {}, projectId?: string) =>
  appledger.call(appledger.appsPath('POST', projectId), { token, headers, body: { name: `App ${names++}` } });

describe('creating an application', () => {
  it.each(['IAM_OWNER', 'IAM_ORG_MANAGER', 'ORG_OWNER'])('is allowed for %s', async (role) => {
    const token = await tokenWith(appledger.development, { [role]: [home] });
    expect((await create(token)).status).toBe(200);
  });

  it.each(['ORG_OWNER_VIEWER', 'IAM_OWNER_VIEWER', 'ORG_PROJECT_CREATOR', 'NO_SUCH_ROLE'])(
    'is refused to %s',
    async (role) => {
      const token = await tokenWith(appledger.development, { [role]: [home] });
      const { status, body } = await create(token);
      expect(status).toBe(403);
      expect(body).toEqual(refused);
    },
  );

  it('is refused to a caller without a role', async () => {
    expect((await create(await tokenWith(appledger.development, {}))).body).toEqual(refused);
  });

  it('is allowed to the project owner, in that project only', async () => {
    const { project } = appledger.development;
    const claim = { [`urn:zitadel:iam:org:project:${project}:roles`]: rolesClaim({ PROJECT_OWNER: [home] }) };
    const token = await tokenWith(appledger.development, {}, claim);
    expect((await create(token)).status).toBe(200);
    expect((await create(token, {}, '2000000000000000000')).body).toEqual(refused);
  });

  it('is refused to a project role without a project', async () => {
    const token = await tokenWith(appledger.development, { PROJECT_OWNER: [home] });
    expect((await create(token)).body).toEqual(refused);
  });
});

describe('the x-zitadel-orgid header', () => {
  it('is refused if the caller has no role in the organization', async () => {
    const token = await tokenWith(appledger.development, { ORG_OWNER: [home] });
    const { status, body } = await create(token, { 'x-zitadel-orgid': ABROAD });
    expect(status).toBe(403);
    expect(body).toEqual(refused);
  });

  it('selects the organization if the caller has a role there', async () => {
    const token = await tokenWith(appledger.development, { ORG_OWNER: [home, ABROAD] });
    const headers = { 'x-zitadel-orgid': ABROAD };
    const project = await appledger.call('POST /management/v1/projects', { token, headers, body: { name: 'Abroad' } });
    expect(project.body.details.resourceOwner).toBe(ABROAD);
    const app = await create(token, headers, project.body.id);
    expect(app.body.details.resourceOwner).toBe(ABROAD);

    const seenFromHome = await create(token, {}, project.body.id);
    expect(seenFromHome.body.message).toBe('Project not found (COMMAND-EbFMN)');
  });

  it('can name any organization for an instance role', async () => {
    const token = await tokenWith(appledger.development, { IAM_OWNER: [home] });
    const headers = { 'x-zitadel-orgid': ABROAD };
    const { status } = await appledger.call('POST /management/v1/projects', { token, headers, body: { name: 'Any' } });
    expect(status).toBe(200);
  });
});

it('reading is allowed to a viewer', async () => {
  const { body } = await appledger.createApp({ name: 'Seen' });
  const token = await tokenWith(appledger.development, { ORG_OWNER_VIEWER: [home] });
  const path = `GET /management/v1/projects/${appledger.development.project}/apps/${body.appId}`;
  expect((await appledger.call(path, { token })).status).toBe(200);
});
