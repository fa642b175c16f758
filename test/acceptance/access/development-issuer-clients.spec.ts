import { createPrivateKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJwt, type JWTPayload, SignJWT } from 'jose';
import * as openid from 'openid-client';
import { call } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { eventually } from '../../support/eventually.js';
import { cleanUp } from '../../support/server.js';
import { FormBrowser, signIn } from '../../support/sign-in.js';

const API_SCOPE = 'urn:zitadel:iam:org:project:id:zitadel:aud';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const INSECURE = { execute: [openid.allowInsecureRequests] };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const projectScope = () => `urn:zitadel:iam:org:project:id:${appledger.development.project}:aud`;
const now = () => Math.floor(Date.now() / 1000);

/** A registered client with a secret. */
async function registered(name: string) {
  const { body } = await appledger.createApp({ name });
  return body as { appId: string; clientId: string; clientSecret: string };
}

/** A standard client library with the credentials of a client. */
function configured(clientId: string, proof: openid.ClientAuth): Promise<openid.Configuration> {
  return openid.discovery(new URL(appledger.server.url), clientId, undefined, proof, INSECURE);
}

/** The answer of the token endpoint to a form. */
function token(fields: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams(fields).toString();
  return call(appledger.server.url, 'POST /oauth/v2/token', { headers: { ...FORM, ...headers }, body });
}

describe('a registered client', () => {
  it('gets a token with its secret, by Basic and in the body, which holds no role', async () => {
    const { clientId, clientSecret } = await registered('Secret');
    for (const proof of [openid.ClientSecretBasic(clientSecret), openid.ClientSecretPost(clientSecret)]) {
      const config = await configured(clientId, proof);
      const { access_token } = await openid.clientCredentialsGrant(config, { scope: API_SCOPE });
      const { aud, sub, client_id } = decodeJwt(access_token);
      expect([sub, client_id]).toEqual([clientId, clientId]);
      expect(aud).toEqual([clientId, appledger.development.project, appledger.development.audience]);
      const project = `/management/v1/projects/${appledger.development.project}`;
      expect((await appledger.call(`GET ${project}`, { token: access_token })).status).toBe(403);
    }
  });

  it('gets a token with an assertion that it signs with its key, without a jti', async () => {
    const { body: app } = await appledger.createApp({
      name: 'Assertion',
      authMethodType: 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT',
    });
    const added = await appledger.app('POST', app.appId, '/keys', { type: 'KEY_TYPE_JSON' });
    const { keyId, key } = JSON.parse(Buffer.from(added.body.keyDetails, 'base64').toString());
    const assertion = (claims: JWTPayload) =>
      new SignJWT({
        iss: app.clientId,
        sub: app.clientId,
        aud: appledger.development.issuer,
        exp: now() + 3600,
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: keyId })
        .sign(createPrivateKey(key));
    const grant = async (claims: JWTPayload = {}) =>
      token({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await assertion(claims),
      });
    expect((await grant()).status).toBe(200);
    expect((await grant({ aud: `${appledger.development.issuer}/oauth/v2/token` })).status).toBe(200);
    expect((await grant({ aud: 'https://other.example' })).body.error).toBe('invalid_client');
    const privateKey = await crypto.subtle.importKey(
      'pkcs8',
      createPrivateKey(key).export({ type: 'pkcs8', format: 'der' }),
      { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    const config = await configured(app.clientId, openid.PrivateKeyJwt({ key: privateKey, kid: keyId }));
    expect((await openid.clientCredentialsGrant(config)).token_type).toBe('bearer');
  });

  it('has users sign in to a page on their own machine, and introspects their tokens', async () => {
    const { clientId, clientSecret } = await registered('Web');
    const config = await configured(clientId, openid.ClientSecretBasic(clientSecret));
    const verifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: 'http://localhost:4200/callback',
      scope: `openid ${projectScope()}`,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const browser = new FormBrowser(appledger.server.url);
    expect((await browser.open(url)).text).toContain('Web asks for access');
    const redirect = await signIn(browser, url, 'viewer');
    expect(redirect.href).toMatch(/^http:\/\/localhost:4200\/callback\?code=/);
    const tokens = await openid.authorizationCodeGrant(config, redirect, { pkceCodeVerifier: verifier });
    const { active, sub, client_id } = await openid.tokenIntrospection(config, tokens.access_token);
    expect([active, client_id]).toEqual([true, clientId]);
    expect(sub).toBe(tokens.claims()?.sub);
    const elsewhere = new URL(url);
    elsewhere.searchParams.set('redirect_uri', 'https://evil.example/callback');
    expect((await browser.open(elsewhere)).status).toBe(400);
  });

  it('asks a user who is signed in to agree, and does not assume it', async () => {
    const browser = new FormBrowser(appledger.server.url);
    const authorize = async (name: string) => {
      const { clientId, clientSecret } = await registered(name);
      const config = await configured(clientId, openid.ClientSecretBasic(clientSecret));
      const challenge = await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier());
      const parameters = { redirect_uri: 'http://127.0.0.1/', scope: 'openid', code_challenge_method: 'S256' };
      return openid.buildAuthorizationUrl(config, { ...parameters, code_challenge: challenge });
    };
    await signIn(browser, await authorize('First'), 'viewer');
    const form = await browser.open(await authorize('Second'));
    expect(form.text).toContain('You are signed in as Viewer.');
    expect((await browser.submit(form.url, { action: 'allow' })).url.searchParams.has('code')).toBe(true);
  });

  it('is refused with a wrong secret, none, that of another client, or another method', async () => {
    const [one, other] = [await registered('One'), await registered('Other')];
    const basic = (id: string, secret: string) => ({
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    });
    const grant = { grant_type: 'client_credentials' };
    for (const answer of [
      await token(grant, basic(one.clientId, 'wrong')),
      await token(grant, basic(one.clientId, other.clientSecret)),
      await token(grant, basic('nobody', other.clientSecret)),
      await token({ ...grant, client_id: one.clientId }),
      await token({ ...grant, client_id: 'appledger-docs' }),
      await token({ ...grant, client_id: one.clientId, client_secret: '' }),
      await token({ ...grant, client_id: one.clientId, client_assertion: 'a.b.c' }),
    ]) {
      expect([400, 401]).toContain(answer.status);
      expect(answer.body.error).toMatch(/^invalid_(client|request)$/);
      expect(answer.body.access_token).toBeUndefined();
    }
    const mixed = await token({ ...grant, client_id: other.clientId }, basic(one.clientId, one.clientSecret));
    expect(mixed.status).toBeGreaterThanOrEqual(400);
    const twice = await call(appledger.server.url, 'POST /oauth/v2/token', {
      headers: { ...FORM, ...basic(one.clientId, one.clientSecret) },
      body: 'grant_type=client_credentials&grant_type=client_credentials',
    });
    expect([twice.status, twice.body.error]).toEqual([400, 'invalid_request']);
  });

  it('is refused from the moment when it is deactivated, has a new secret, or is removed', async () => {
    const { appId, clientId, clientSecret } = await registered('Short-lived');
    const granted = async (secret: string) => {
      const { status, body } = await token({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: secret,
      });
      return status === 200 ? true : body.error;
    };
    expect(await granted(clientSecret)).toBe(true);
    await appledger.app('POST', appId, '/_deactivate', {});
    expect(await granted(clientSecret)).toBe('invalid_client');
    await appledger.app('POST', appId, '/_reactivate', {});
    const { body } = await appledger.app('POST', appId, '/api_config/_generate_client_secret', {});
    expect(await granted(clientSecret)).toBe('invalid_client');
    expect(await granted(body.clientSecret)).toBe(true);
    await appledger.app('DELETE', appId);
    expect(await granted(body.clientSecret)).toBe('invalid_client');
  });
});

describe('the machine user', () => {
  const keyFile = () => join(appledger.server.dataDir, 'machine-user-key.json');

  async function assertion(claims: JWTPayload = {}, header: { alg?: string; kid?: string } = {}): Promise<string> {
    const { keyId, key, userId } = JSON.parse(await readFile(keyFile(), 'utf8'));
    return new SignJWT({ iss: userId, sub: userId, aud: appledger.development.issuer, exp: now() + 3600, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: keyId, ...header })
      .sign(createPrivateKey(key));
  }

  const grant = async (text: string) =>
    token({ grant_type: JWT_BEARER, scope: `openid ${API_SCOPE}`, assertion: text });

  beforeAll(() => eventually(Error, async () => expect((await stat(keyFile())).mode & 0o777).toBe(0o600)));

  it('has a key file in the form of ZITADEL, and gets a token with which every call works', async () => {
    const key = JSON.parse(await readFile(keyFile(), 'utf8'));
    expect(key).toEqual({
      type: 'serviceaccount',
      keyId: expect.stringMatching(/^\d{18}$/),
      key: expect.stringContaining('BEGIN RSA PRIVATE KEY'),
      userId: expect.stringMatching(/^\d{18}$/),
    });
    const { status, body } = await grant(await assertion());
    expect([status, body.token_type]).toEqual([200, 'Bearer']);
    expect(decodeJwt(body.access_token).sub).toBe(key.userId);
    const created = await appledger.call(appledger.appsPath('POST'), {
      token: body.access_token,
      body: { name: 'Machine' },
    });
    expect(created.status).toBe(200);
  });

  it('is refused with an assertion that is for another server, too long-lived, expired, or signed by another key', async () => {
    const { keyId, userId } = JSON.parse(await readFile(keyFile(), 'utf8'));
    const none = `${Buffer.from(JSON.stringify({ alg: 'none', kid: keyId })).toString('base64url')}.${Buffer.from(
      JSON.stringify({ iss: userId, sub: userId, aud: appledger.development.issuer, exp: now() + 60 }),
    ).toString('base64url')}.`;
    for (const text of [
      await assertion({ aud: 'https://other.example' }),
      await assertion({ exp: now() + 7200 }),
      await assertion({ exp: now() - 120 }),
      await assertion({ sub: appledger.development.user }),
      await assertion({ iss: appledger.development.user, sub: appledger.development.user }),
      await assertion({}, { kid: '1' }),
      await assertion({}, { alg: 'PS256' }),
      `${(await assertion()).slice(0, -8)}AAAAAAAA`,
      none,
      'x',
      '',
    ]) {
      const { status, body } = await grant(text);
      expect([status, body.error]).toEqual([400, 'invalid_grant']);
    }
  });
});
