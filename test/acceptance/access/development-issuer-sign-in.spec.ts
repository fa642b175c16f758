import { once } from 'node:events';
import { connect } from 'node:http2';
import * as openid from 'openid-client';
import { issueToken } from '../../../apps/cli/issue-token.js';
import { call } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { sendRaw } from '../../support/raw-http.js';
import { cleanUp, type Server, startServer } from '../../support/server.js';
import { FormBrowser, shownUsers, signIn } from '../../support/sign-in.js';

const API_SCOPE = 'urn:zitadel:iam:org:project:id:zitadel:aud';
const DOCS = 'appledger-docs';
const ROLES = 'urn:zitadel:iam:org:project:roles';

let appledger: Appledger;
let docs: openid.Configuration;

beforeAll(async () => {
  appledger = await startAppledger();
  docs = await discovered(appledger.server);
});
afterAll(cleanUp);

/** The docs client, as a standard client library sees the server. */
function discovered({ url }: Server): Promise<openid.Configuration> {
  return openid.discovery(new URL(url), DOCS, undefined, openid.None(), { execute: [openid.allowInsecureRequests] });
}

/** An authorization request with everything that it should have, and the checks of its answer. */
async function authorization(config: openid.Configuration, changed: Record<string, string> = {}) {
  const verifier = openid.randomPKCECodeVerifier();
  const [state, nonce] = [openid.randomState(), openid.randomNonce()];
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: `${config.serverMetadata().issuer}/docs/oauth2-redirect.html`,
    scope: `openid profile ${API_SCOPE}`,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...changed,
  });
  return { url, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce } };
}

const browser = () => new FormBrowser(appledger.server.url);

/** Signs in through the form, and changes the code for tokens. */
async function tokensOf(login: string, changed: Record<string, string> = {}) {
  const { url, checks } = await authorization(docs, changed);
  return openid.authorizationCodeGrant(docs, await signIn(browser(), url, login), checks);
}

/** Changes a request of the docs client, and answers what the browser reaches. */
async function visited(change: (url: URL) => void) {
  const { url } = await authorization(docs);
  change(url);
  return browser().open(url);
}

describe('sign-in at the development issuer', () => {
  it('gives the administrator a token with which every call works', async () => {
    const tokens = await tokensOf('administrator');
    expect(tokens.claims()).toMatchObject({ sub: appledger.development.user, name: 'Administrator' });
    const created = await appledger.call(appledger.appsPath('POST'), {
      token: tokens.access_token,
      body: { name: 'Signed in' },
    });
    expect(created.status).toBe(200);
    const userinfo = await openid.fetchUserInfo(docs, tokens.access_token, appledger.development.user);
    expect(userinfo).toMatchObject({ preferred_username: 'administrator', [ROLES]: { IAM_OWNER: expect.anything() } });
  });

  it('gives the viewer a token that reads and does not write', async () => {
    const { access_token: token } = await tokensOf('viewer');
    const project = `/management/v1/projects/${appledger.development.project}`;
    expect((await appledger.call(`GET ${project}`, { token })).status).toBe(200);
    expect((await appledger.call(`POST ${project}/apps/api`, { token, body: { name: 'No' } })).status).toBe(403);
  });

  it('gives the owner of another organization no access to the first one', async () => {
    const { access_token: token } = await tokensOf('other');
    const { project, organization } = appledger.development;
    expect((await appledger.call(`GET /management/v1/projects/${project}`, { token })).status).toBe(404);
    const headers = { 'x-zitadel-orgid': organization };
    expect((await appledger.call('POST /management/v1/projects', { token, headers, body: { name: 'P' } })).status).toBe(
      403,
    );
    expect((await appledger.call('POST /management/v1/projects', { token, body: { name: 'P' } })).status).toBe(200);
  });

  it('gives a token for this API only with its scope, and for the projects that scopes name', async () => {
    const scope = 'openid urn:zitadel:iam:org:project:id:123456789012345678:aud unknown';
    const tokens = await tokensOf('administrator', { scope });
    expect(tokens.scope).toBe('openid urn:zitadel:iam:org:project:id:123456789012345678:aud');
    const payload = JSON.parse(Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString());
    expect(payload).toMatchObject({ aud: [DOCS, '123456789012345678'], client_id: DOCS });
    const project = `GET /management/v1/projects/${appledger.development.project}`;
    expect((await appledger.call(project, { token: tokens.access_token })).status).toBe(401);
  });

  it('asks again after a wrong password, and returns access_denied after a cancellation', async () => {
    const { url } = await authorization(docs);
    const user = browser();
    const form = await user.open(url);
    expect(Object.keys(shownUsers(form.text))).toEqual(['administrator', 'viewer', 'other']);
    const wrong = await user.submit(form.url, { login: 'viewer', password: '<b>', action: 'allow' });
    expect([wrong.status, wrong.url.href]).toEqual([400, form.url.href]);
    expect(wrong.text).toContain('The user name or the password is wrong.');
    expect(wrong.text).not.toContain('<b>');
    const cancelled = await user.submit(form.url, { action: 'cancel' });
    expect(cancelled.url.searchParams.get('error')).toBe('access_denied');
    expect(cancelled.url.searchParams.get('state')).toBe(url.searchParams.get('state'));
  });

  it('refreshes a token, once for each refresh token', async () => {
    const { refresh_token: first = '' } = await tokensOf('viewer', {
      scope: `openid offline_access ${API_SCOPE}`,
      prompt: 'consent',
    });
    const again = await openid.refreshTokenGrant(docs, first);
    const project = `GET /management/v1/projects/${appledger.development.project}`;
    expect((await appledger.call(project, { token: again.access_token })).status).toBe(200);
    await expect(openid.refreshTokenGrant(docs, first)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('revokes a refresh token', async () => {
    const { refresh_token: token = '' } = await tokensOf('viewer', {
      scope: 'openid offline_access',
      prompt: 'consent',
    });
    await openid.tokenRevocation(docs, token);
    await expect(openid.refreshTokenGrant(docs, token)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('ends the session when the user signs out', async () => {
    const user = browser();
    const { url } = await authorization(docs);
    await signIn(user, url, 'viewer');
    expect((await user.open(url)).url.pathname).toBe('/docs/oauth2-redirect.html');
    const page = await user.open('/oidc/v1/end_session');
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const out = await user.submit('/oidc/v1/end_session/confirm', { xsrf, logout: 'yes' });
    expect(out.text).toContain('You are signed out.');
    expect((await user.open(url)).url.pathname).toMatch(/^\/oauth\/v2\/sign-in\//);
  });
});

describe('the development issuer refuses', () => {
  it('a redirect URI that is not that of the client, and redirects nowhere', async () => {
    const { url: issuer } = appledger.server;
    for (const uri of [
      'https://evil.example/docs/oauth2-redirect.html',
      `${issuer}/docs/oauth2-redirect.html?next=https://evil.example`,
      `${issuer}/docs/oauth2-redirect.html#x`,
      `${issuer}/docs/../docs`,
      `${issuer.replace('http://', 'http://user@')}/docs/oauth2-redirect.html`,
      'http://127.0.0.1:1/docs/oauth2-redirect.html',
      'javascript:alert(1)',
      '//evil.example',
    ]) {
      const answer = await visited((url) => url.searchParams.set('redirect_uri', uri));
      expect([answer.status, answer.url.pathname]).toEqual([400, '/oauth/v2/authorize']);
      expect(answer.text).toContain('redirect_uri');
    }
  });

  it('a request without PKCE, and one with a plain challenge', async () => {
    for (const change of [
      ({ searchParams }: URL) => {
        searchParams.delete('code_challenge');
        searchParams.delete('code_challenge_method');
      },
      ({ searchParams }: URL) => searchParams.set('code_challenge_method', 'plain'),
    ]) {
      expect((await visited(change)).url.searchParams.get('error')).toBe('invalid_request');
    }
  });

  it('an unknown client, another response type, and an id token as an implicit answer', async () => {
    expect((await visited((url) => url.searchParams.set('client_id', 'nobody'))).text).toContain('invalid_client');
    for (const type of ['token', 'id_token', 'none']) {
      const { url } = await visited(({ searchParams }) => searchParams.set('response_type', type));
      expect(url.href).toContain('unsupported_response_type');
    }
  });

  it('a code that was used, with the tokens that came of it', async () => {
    const { url, checks } = await authorization(docs, { scope: 'openid offline_access', prompt: 'consent' });
    const redirect = await signIn(browser(), url, 'viewer');
    const { refresh_token: token = '' } = await openid.authorizationCodeGrant(docs, redirect, checks);
    await expect(openid.authorizationCodeGrant(docs, redirect, checks)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(openid.refreshTokenGrant(docs, token)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('all but one of several requests that use a code at the same time', async () => {
    const { url, checks } = await authorization(docs);
    const redirect = await signIn(browser(), url, 'viewer');
    const uses = Array.from({ length: 8 }, () => openid.authorizationCodeGrant(docs, redirect, checks));
    const won = (await Promise.allSettled(uses)).filter(({ status }) => status === 'fulfilled');
    expect(won).toHaveLength(1);
  });

  it('a code with another verifier or redirect URI', async () => {
    const { url, checks } = await authorization(docs);
    const redirect = await signIn(browser(), url, 'viewer');
    const other = { ...checks, pkceCodeVerifier: openid.randomPKCECodeVerifier() };
    await expect(openid.authorizationCodeGrant(docs, redirect, other)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const moved = new URL(redirect);
    moved.hostname = 'localhost';
    await expect(openid.authorizationCodeGrant(docs, moved, checks)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('a form that a page of another site or port sends', async () => {
    const { url } = await authorization(docs);
    const user = browser();
    const form = await user.open(url);
    const fields = { login: 'viewer', password: shownUsers(form.text).viewer ?? '', action: 'allow' };
    for (const [name, value] of [
      ['origin', 'http://127.0.0.1:1'],
      ['origin', 'null'],
      ['sec-fetch-site', 'same-site'],
    ] as const) {
      expect((await user.submit(form.url, fields, { [name]: value })).status).toBe(403);
    }
    expect((await browser().submit(form.url, fields)).status).toBe(400); // without the cookie of the request
    expect((await user.submit(form.url, fields)).url.searchParams.has('code')).toBe(true);
  });

  it('a token without a signature at the userinfo endpoint', async () => {
    const { access_token: token } = await tokensOf('viewer');
    const [, payload] = token.split('.');
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    const { url } = appledger.server;
    const answer = await call(url, 'GET /oidc/v1/userinfo', { token: `${header}.${payload}.` });
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_token']);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('a request under a foreign host name, which a web page could give to this machine', async () => {
    for (const path of ['/oauth/v2/authorize', '/.well-known/openid-configuration', '/oidc/v1/userinfo']) {
      for (const host of ['evil.example', '127.0.0.1.evil.example', '']) {
        const answer = await sendRaw(appledger.server.url, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
        expect([400, 421]).toContain(answer.status);
      }
    }
  });

  it('form fields of every bad sort at the token endpoint, with an OAuth error', async () => {
    for (const body of [
      '',
      'grant_type=',
      'grant_type=password&username=a&password=b',
      'grant_type=authorization_code&code=%00%ff',
      'grant_type=refresh_token&grant_type=refresh_token&client_id=appledger-docs',
      `grant_type=refresh_token&client_id=appledger-docs&refresh_token=${'x'.repeat(20_000)}`,
      `grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=${'ü'.repeat(100)}`,
      '{"grant_type":"authorization_code"}',
    ]) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const { status, body: answer } = await call(appledger.server.url, 'POST /oauth/v2/token', { headers, body });
      expect([status, typeof answer.error, answer.error]).toEqual([
        400,
        'string',
        expect.stringMatching(/^(invalid|unsupported)_/),
      ]);
    }
  });
});

it('the development issuer is served over HTTP/2 too', async () => {
  const client = connect(appledger.server.url);
  try {
    const { url } = await authorization(docs);
    const stream = client.request({ ':path': `${url.pathname}${url.search}` });
    const [headers] = await once(stream, 'response');
    expect(headers[':status']).toBe(303);
    expect(headers.location).toMatch(/^\/oauth\/v2\/sign-in\//);
  } finally {
    client.destroy();
  }
});

it('the sign-in page of a server that others reach shows no passwords, and the command line prints them', async () => {
  const url = 'http://registry.example';
  const server = await startServer({ env: { APPLEDGER_PUBLIC_URL: url } });
  const authorize = new URL(`/oauth/v2/authorize?client_id=${DOCS}&response_type=code&scope=openid`, server.url);
  authorize.searchParams.set('redirect_uri', `${url}/docs/oauth2-redirect.html`);
  authorize.searchParams.set('code_challenge', await openid.calculatePKCECodeChallenge('x'.repeat(43)));
  authorize.searchParams.set('code_challenge_method', 'S256');
  const user = new FormBrowser(server.url);
  const form = await user.open(authorize);
  expect(form.text).toContain('User name');
  expect(shownUsers(form.text)).toEqual({});
  const printed = await issueToken(['--users'], { APPLEDGER_DATA_DIR: server.dataDir }, Date.now);
  const password = /^viewer +(\S+) +IAM_OWNER_VIEWER$/m.exec(printed)?.[1] ?? '';
  const { url: redirect } = await user.submit(form.url, { login: ' Viewer', password, action: 'allow' });
  expect(redirect.href).toMatch(/^http:\/\/registry\.example\/docs\/oauth2-redirect\.html\?code=/);
});

describe('a sign-in at the development issuer', () => {
  it('survives that the server is killed between the steps', async () => {
    const first = await startServer();
    const config = await discovered(first);
    const { url, checks } = await authorization(config, { scope: 'openid offline_access', prompt: 'consent' });
    const user = new FormBrowser(first.url);
    const form = await user.open(url);
    const env = { APPLEDGER_PORT: new URL(first.url).port };
    const again = async (server: Server) => {
      await server.stop('SIGKILL');
      return startServer({ dataDir: server.dataDir, env });
    };
    const second = await again(first); // the form is open
    const fields = { login: 'viewer', password: shownUsers(form.text).viewer ?? '', action: 'allow' };
    const redirect = (await user.submit(form.url, fields)).url;
    const third = await again(second); // the code is issued
    const { refresh_token: token = '' } = await openid.authorizationCodeGrant(config, redirect, checks);
    await again(third); // the refresh token is issued
    expect((await openid.refreshTokenGrant(config, token)).access_token).toBeTruthy();
    await expect(openid.authorizationCodeGrant(config, redirect, checks)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });
});
