import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const PROJECT = '/management/v1/projects/:project';
const APP = `${PROJECT}/apps/1000000000000000000`;

/** Each call with a role that has its permission, and a role that has others. */
const calls: readonly [call: string, holder: string, lacking: string][] = [
  [`PUT ${PROJECT}`, 'ORG_OWNER', 'PROJECT_OWNER_GLOBAL'],
  [`POST ${PROJECT}/_deactivate`, 'ORG_OWNER', 'ORG_OWNER_VIEWER'],
  [`POST ${PROJECT}/_reactivate`, 'ORG_OWNER', 'ORG_PROJECT_CREATOR'],
  [`POST ${PROJECT}/changes/_search`, 'ORG_OWNER_VIEWER', 'ORG_PROJECT_CREATOR'],
  [`PUT ${APP}`, 'ORG_OWNER', 'ORG_OWNER_VIEWER'],
  [`PUT ${APP}/api_config`, 'ORG_OWNER', 'ORG_OWNER_VIEWER'],
  [`POST ${APP}/api_config/_generate_client_secret`, 'ORG_OWNER', 'IAM_OWNER_VIEWER'],
  [`POST ${APP}/_deactivate`, 'ORG_OWNER', 'ORG_OWNER_VIEWER'],
  [`POST ${APP}/_reactivate`, 'ORG_OWNER', 'ORG_OWNER_VIEWER'],
  [`DELETE ${APP}`, 'IAM_ORG_MANAGER', 'ORG_OWNER'],
  [`POST ${APP}/changes/_search`, 'ORG_OWNER_VIEWER', 'ORG_PROJECT_CREATOR'],
  [`POST ${APP}/keys`, 'ORG_OWNER', 'ORG_OWNER_VIEWER'],
  [`GET ${APP}/keys/1`, 'ORG_OWNER_VIEWER', 'ORG_PROJECT_CREATOR'],
  [`POST ${APP}/keys/_search`, 'ORG_OWNER_VIEWER', 'ORG_PROJECT_CREATOR'],
  [`DELETE ${APP}/keys/1`, 'ORG_OWNER', 'ORG_OWNER_VIEWER'],
  ['POST /admin/v1/events/_search', 'IAM_OWNER_VIEWER', 'IAM_ORG_MANAGER'],
  ['POST /admin/v1/events/types/_search', 'IAM_OWNER_VIEWER', 'ORG_OWNER'],
  ['POST /admin/v1/aggregates/types/_search', 'IAM_OWNER_VIEWER', 'ORG_OWNER'],
  [`DELETE ${PROJECT}`, 'ORG_OWNER', 'PROJECT_OWNER_GLOBAL'], // last, because it removes what the other calls use
];

describe('permission', () => {
  it.each(calls)('for %s: %s has it, %s does not', async (call, holder, lacking) => {
    const { development } = appledger;
    const request = call.replace(':project', development.project);
    const as = async (role: string) => {
      const token = await tokenWith(development, { [role]: [development.organization] });
      const hasBody = !/^(GET|DELETE) /.test(request);
      return appledger.call(request, { token, ...(hasBody && { body: { name: 'Any', type: 1 } }) });
    };
    expectRefused(await as(lacking), 'AUTH-5mWD2');
    expect([200, 400, 404]).toContain((await as(holder)).status);
  });
});
