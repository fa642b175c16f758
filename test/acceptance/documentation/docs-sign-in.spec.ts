import { type Browser, chromium, type Page } from 'playwright-core';
import { call } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { chromiumPath } from '../../support/chromium.js';
import { cleanUp, startServer } from '../../support/server.js';

const API_SCOPE = 'urn:zitadel:iam:org:project:id:zitadel:aud';

/** A machine under load starts a browser slowly. */
const BROWSER_TIMEOUT_MS = 120_000;
/** Of one step on a page. */
const STEP_TIMEOUT_MS = 30_000;

let appledger: Appledger;
let browser: Browser | undefined;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(async () => {
  await browser?.close();
  await cleanUp();
});

/** Opens /docs, and signs in through its Authorize button. @returns the page, and what its console reported */
async function signedIn(login: string, url = appledger.server.url): Promise<{ page: Page; errors: string[] }> {
  browser ??= await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(STEP_TIMEOUT_MS);
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(`${url}/docs`);
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const dialog = page.locator('.auth-container', { hasText: 'oauth2' });
  for (const scope of await dialog.locator('.scopes input[type=checkbox]').all()) {
    await scope.evaluate((box: { checked: boolean; click(): void }) => box.checked || box.click());
  }
  const popup = page.waitForEvent('popup');
  await dialog.locator('button.authorize').click();
  const form = await popup;
  const row = form.getByRole('row', { name: login });
  const password = (await row.getByRole('cell').last().textContent()) ?? '';
  await form.getByLabel('User name').fill(login);
  await form.getByLabel('Password').fill(password);
  const closed = form.waitForEvent('close');
  await form.keyboard.press('Enter');
  await closed;
  // Swagger UI gives its buttons other names for screen readers.
  await dialog.locator('button', { hasText: 'Logout' }).waitFor();
  await dialog.locator('button', { hasText: 'Close' }).click();
  return { page, errors };
}

/** Calls ListProjects as the page does. @returns the status of the answer */
async function listProjects(page: Page): Promise<number> {
  const operation = page.locator('#operations-Projects-ListProjects');
  await operation.locator('.opblock-summary-control').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.locator('textarea').fill('{}');
  const answer = page.waitForResponse((response) => response.url().endsWith('/projects/_search'));
  await operation.getByRole('button', { name: 'Execute' }).click();
  return (await answer).status();
}

const inBrowser = chromiumPath === undefined ? it.skip : it;

describe('/docs', () => {
  inBrowser(
    'signs a user in, and calls the API with the token',
    async () => {
      const { page, errors } = await signedIn('administrator');
      expect(await listProjects(page)).toBe(200);
      expect(errors).toEqual([]);
    },
    BROWSER_TIMEOUT_MS,
  );

  inBrowser(
    'signs a user in under the other name of this machine',
    async () => {
      const { page } = await signedIn('viewer', appledger.server.url.replace('127.0.0.1', 'localhost'));
      expect(await listProjects(page)).toBe(200);
    },
    BROWSER_TIMEOUT_MS,
  );

  it('is described with the flow and the scopes of the reference documentation', async () => {
    const { body } = await appledger.call('GET /openapi.json');
    expect(body.components.securitySchemes.oauth2).toEqual({
      type: 'oauth2',
      flows: {
        authorizationCode: {
          authorizationUrl: '/oauth/v2/authorize',
          tokenUrl: '/oauth/v2/token',
          scopes: { openid: expect.any(String), [API_SCOPE]: expect.any(String) },
        },
      },
    });
    const { security } = body.paths['/management/v1/projects/{projectId}/apps/api'].post;
    expect(security).toEqual([{ bearer: [] }, { oauth2: ['openid', API_SCOPE] }]);
  });

  it('signs in at the configured issuer, with the endpoints of its discovery document', async () => {
    const issuer = appledger.server.url;
    const server = await startServer({
      env: {
        APPLEDGER_ISSUER: issuer,
        APPLEDGER_AUDIENCE: 'appledger',
        APPLEDGER_DOCS_CLIENT_ID: 'docs-of-"registry"',
        APPLEDGER_DOCS_SCOPES: 'openid roles',
      },
    });
    const { body } = await call(server.url, 'GET /openapi.json');
    expect(body.components.securitySchemes.oauth2.flows.authorizationCode).toEqual({
      authorizationUrl: `${issuer}/oauth/v2/authorize`,
      tokenUrl: `${issuer}/oauth/v2/token`,
      scopes: { openid: '', roles: '' },
    });
    const page = await fetch(`${server.url}/docs`);
    expect(page.headers.get('content-security-policy')).toContain(`connect-src 'self' ${issuer};`);
    expect(await (await fetch(`${server.url}/docs/show.js`)).text()).toContain('"clientId":"docs-of-\\"registry\\""');
  });

  it('shows the calls without a sign-in while the configured issuer cannot be reached', async () => {
    const env = { APPLEDGER_ISSUER: 'http://127.0.0.1:1', APPLEDGER_AUDIENCE: 'appledger' };
    const { body } = await call((await startServer({ env })).url, 'GET /openapi.json');
    expect(Object.keys(body.components.securitySchemes)).not.toContain('oauth2');
    expect(Object.keys(body.paths).length).toBeGreaterThan(0);
  });
});
