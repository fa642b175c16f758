import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';
import { tempFolder } from '../../support/temp-folder.js';

const path = join(tempFolder(), 'roles.json');

let appledger: Appledger;
beforeAll(async () => {
  writeFileSync(path, JSON.stringify({ IAM_AUDITOR: ['events.read'], ORG_AUDITOR: ['events.read', 'project.read'] }));
  appledger = await startAppledger({ env: { APPLEDGER_ROLES_FILE: path } });
});
afterAll(cleanUp);

const as = (role: string) => tokenWith(appledger.development, { [role]: [appledger.development.organization] });
const events = async (role: string) =>
  appledger.call('POST /admin/v1/events/_search', { token: await as(role), body: {} });

describe('a configured role', () => {
  it('has the permissions in the file', async () => {
    const projects = 'POST /management/v1/projects/_search';
    expect((await appledger.call(projects, { token: await as('ORG_AUDITOR'), body: {} })).status).toBe(200);
    expectRefused(await appledger.call(projects, { token: await as('IAM_AUDITOR'), body: {} }), 'AUTH-5mWD2');
  });

  it('returns the events of all organizations only if it applies to all of them', async () => {
    expect((await events('IAM_AUDITOR')).status).toBe(200);
    expectRefused(await events('ORG_AUDITOR'), 'AUTH-5mWD2');
  });
});
