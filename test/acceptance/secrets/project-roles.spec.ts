import { projectRolesClaim } from '#libs/registry/access/claims.js';
import { SecretService } from '#libs/registry/contract/gen/appledger/v1/secrets_pb.js';
import { rolesClaim, tokenWith } from '../../support/api.js';
import { cleanUp } from '../../support/server.js';
import { type Speaking, startSpeaking } from '../../support/speaking.js';

const { addSecret, listSecrets } = SecretService.method;

let speaking: Speaking;
let appId: string;
beforeAll(async () => {
  speaking = await startSpeaking();
  appId = (await speaking.appledger.createApp({ name: 'Portal' })).body.appId;
});
afterAll(async () => {
  speaking.close();
  await cleanUp();
});

/** The headers of a caller who has a role in one project of an organization. */
async function inProject(role: string, project: string, organization = speaking.appledger.development.organization) {
  const { development } = speaking.appledger;
  const token = await tokenWith(
    development,
    {},
    { [projectRolesClaim(project)]: rolesClaim({ [role]: [organization] }) },
  );
  return { authorization: `Bearer ${token}` };
}

/** The outcome of a call, the same on every protocol: the code of its refusal, or 0. */
async function everywhere(
  method: typeof listSecrets | typeof addSecret,
  fields: object,
  headers: Record<string, string>,
) {
  const codes = new Set<number>();
  for (const speaker of speaking.speakers) {
    const outcome = await speaker.call(method, { ...fields, name: `for ${speaker.protocol}` }, headers);
    codes.add('code' in outcome ? outcome.code : 0);
  }
  return [...codes];
}

describe('a call on the secrets of an application', () => {
  it('is permitted by a role in the project of the application, on every protocol', async () => {
    const { project } = speaking.appledger.development;
    expect(await everywhere(listSecrets, { applicationId: appId }, await inProject('PROJECT_OWNER', project))).toEqual([
      0,
    ]);
    expect(await everywhere(addSecret, { applicationId: appId }, await inProject('PROJECT_OWNER', project))).toEqual([
      0,
    ]);
  });

  it('is permitted as far as the role goes', async () => {
    const { project } = speaking.appledger.development;
    const viewer = await inProject('PROJECT_OWNER_VIEWER', project);
    expect(await everywhere(listSecrets, { applicationId: appId }, viewer)).toEqual([0]);
    expect(await everywhere(addSecret, { applicationId: appId }, viewer)).toEqual([7]);
  });

  it('is not permitted by a role in another project', async () => {
    const { body } = await speaking.appledger.call('POST /management/v1/projects', { body: { name: 'Other' } });
    expect(await everywhere(listSecrets, { applicationId: appId }, await inProject('PROJECT_OWNER', body.id))).toEqual([
      7,
    ]);
  });

  it('is not permitted by a role in a project when the application does not exist', async () => {
    const owner = await inProject('PROJECT_OWNER', speaking.appledger.development.project);
    for (const applicationId of ['1000000000000000000', 'no id', 'ä\n', '9'.repeat(300)]) {
      expect(await everywhere(listSecrets, { applicationId }, owner)).toEqual([7]);
    }
  });

  it('does not find an application of another organization', async () => {
    const { development } = speaking.appledger;
    const token = await tokenWith(development, { IAM_OWNER: ['other'], ORG_OWNER: ['other'] });
    const elsewhere = { authorization: `Bearer ${token}`, 'x-zitadel-orgid': 'other' };
    expect(await everywhere(listSecrets, { applicationId: appId }, elsewhere)).toEqual([5]);
    expect(await everywhere(addSecret, { applicationId: appId }, elsewhere)).toEqual([5]);
    const owner = { ...(await inProject('PROJECT_OWNER', development.project, 'other')), 'x-zitadel-orgid': 'other' };
    expect(await everywhere(listSecrets, { applicationId: appId }, owner)).toEqual([7]);
  });
});

describe('an application that has been removed', () => {
  let removed: string;
  beforeAll(async () => {
    removed = (await speaking.appledger.createApp({ name: 'Removed' })).body.appId;
    await speaking.appledger.app('DELETE', removed);
  });

  const past = (headers: Record<string, string>) =>
    Promise.all(
      ['/history', '/state', ':diff?from=sequence:1'].map(async (suffix) => {
        const path = `GET /appledger/v1/applications/${removed}${suffix}`;
        return (await speaking.appledger.call(path, { headers, token: undefined })).status;
      }),
    );

  it('has a past that roles in its project let read, and no other project', async () => {
    const { project } = speaking.appledger.development;
    expect(await past(await inProject('PROJECT_OWNER_VIEWER', project))).toEqual([200, 200, 200]);
    const { body } = await speaking.appledger.call('POST /management/v1/projects', { body: { name: 'Elsewhere' } });
    expect(await past(await inProject('PROJECT_OWNER', body.id))).toEqual([403, 403, 403]);
    expect(await past(await inProject('PROJECT_OWNER', project, 'other'))).toEqual([403, 403, 403]);
  });

  it('does not exist for calls on the present', async () => {
    const owner = await inProject('PROJECT_OWNER', speaking.appledger.development.project);
    expect(await everywhere(listSecrets, { applicationId: removed }, owner)).toEqual([5]);
    expect(await everywhere(addSecret, { applicationId: removed }, owner)).toEqual([5]);
  });
});
