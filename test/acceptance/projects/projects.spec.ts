import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const add = (body: unknown) => appledger.call('POST /management/v1/projects', { body });
const get = (id: string) => appledger.call(`GET /management/v1/projects/${id}`);

const settings = {
  projectRoleAssertion: true,
  projectRoleCheck: true,
  hasProjectCheck: true,
  privateLabelingSetting: 'PRIVATE_LABELING_SETTING_ENFORCE_PROJECT_RESOURCE_OWNER_POLICY',
};

describe('a project', () => {
  it('returns its settings as they were set', async () => {
    const { status, body } = await add({ name: 'Shop', ...settings });
    expect(status).toBe(200);
    expect(body.details).toMatchObject({ sequence: '1', resourceOwner: appledger.development.organization });
    expect((await get(body.id)).body).toEqual({
      project: { id: body.id, name: 'Shop', state: 'PROJECT_STATE_ACTIVE', details: body.details, ...settings },
    });
  });

  it('omits fields with the zero value', async () => {
    const { body } = await add({ name: 'Plain' });
    const { project } = (await get(body.id)).body;
    expect(Object.keys(project).sort()).toEqual(['details', 'id', 'name', 'state']);
  });

  it('is refused if its name is taken in the organization', async () => {
    await add({ name: 'Twice' });
    const { status, body } = await add({ name: 'tWICE' });
    expect(status).toBe(409);
    expect(body.message).toBe('Project already exists on organization (COMMAND-opamwu)');
  });

  it('is refused if its name is empty after trimming', async () => {
    const { status, body } = await add({ name: ' ' });
    expect(status).toBe(400);
    expect(body.message).toBe('Project is invalid (PROJECT-IOVCC)');
  });

  it.each([
    [{ name: '' }, /name/],
    [{ name: 'x'.repeat(201) }, /name/],
    [{ name: 'x', privateLabelingSetting: 77 }, /privateLabelingSetting/],
    [{ name: 'x', projectRoleAssertion: 'true' }, /projectRoleAssertion/],
  ])('is refused as %j', async (request, says) => {
    const { status, body } = await add(request);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 3, message: expect.stringMatching(says), details: [] });
  });

  it('that is missing is not found', async () => {
    const { status, body } = await get('1000000000000000000');
    expect(status).toBe(404);
    expect(body.message).toBe('Project not found (COMMAND-3M9sd)');
  });
});

describe('a missing application', () => {
  it('is not found, and neither is one of another project', async () => {
    const { body } = await appledger.createApp({ name: 'Here' });
    const other = await add({ name: 'Elsewhere' });
    for (const path of [
      `GET /management/v1/projects/${appledger.development.project}/apps/1000000000000000000`,
      `GET /management/v1/projects/${other.body.id}/apps/${body.appId}`,
    ]) {
      const answer = await appledger.call(path);
      expect(answer.status).toBe(404);
      expect(answer.body.message).toBe("Application doesn't exist (QUERY-pCP8P)");
    }
  });
});
