import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import {
  assertion,
  assertionFields,
  basic,
  basicOf,
  introspectAt,
  type KeyClient,
  keyClient,
  type SecretClient,
  secretClient,
  tokenFor,
} from '../../support/introspecting.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
let introspect: ReturnType<typeof introspectAt>;
let client: SecretClient;
let signer: KeyClient;
let token: string;
beforeAll(async () => {
  appledger = await startAppledger();
  await ready(appledger.call); // before that, introspection may answer 503
  introspect = introspectAt(appledger.server);
  [client, signer] = await Promise.all([secretClient(appledger), keyClient(appledger)]);
  token = await tokenFor(appledger.development, [appledger.development.project]);
});
afterAll(cleanUp);

const inactive = { active: false };

describe('an active token', () => {
  it('is answered with its claims, roles and organization', async () => {
    const { status, headers, body } = await introspect({ token }, basicOf(client));
    const { issuer, user, organization, project } = appledger.development;
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      active: true,
      aud: [project],
      client_id: 'portal',
      exp: body.iat + 600,
      iat: expect.any(Number),
      iss: issuer,
      jti: 'j1',
      scope: 'openid profile',
      sub: user,
      token_type: 'Bearer',
      'urn:zitadel:iam:user:resourceowner:id': organization,
      'urn:zitadel:iam:org:project:roles': { ORG_OWNER: { [organization]: 'org.localhost' } },
    });
  });

  it('is answered with active, aud, exp and sub alone when that is asked for', async () => {
    const { body } = await introspect({ token, minimal: 'true' }, basicOf(client));
    const { user, project } = appledger.development;
    expect(body).toEqual({ active: true, aud: [project], exp: expect.any(Number), sub: user });
  });

  it('is active for the client that its audience names', async () => {
    const forClient = await tokenFor(appledger.development, client.clientId);
    expect((await introspect({ token: forClient }, basicOf(client))).body.active).toBe(true);
  });

  it('has the name of the user, and whole numbers of seconds', async () => {
    const iat = Math.floor(Date.now() / 1000) - 1;
    const claims = { iat: iat + 0.5, nbf: iat + 0.25, preferred_username: 'anna', scope: undefined, scp: ['a', 'b'] };
    const precise = await tokenFor(appledger.development, client.clientId, claims);
    expect((await introspect({ token: precise }, basicOf(client))).body).toMatchObject({
      iat,
      nbf: iat,
      username: 'anna',
      scope: 'a b',
    });
  });
});

describe('a client', () => {
  it('authenticates with HTTP Basic, with its secret in the form, or with an assertion', async () => {
    const { clientId: client_id, clientSecret: client_secret } = client;
    const fields = assertionFields(await assertion(signer, appledger.server.url));
    for (const [form, headers] of [
      [{}, basicOf(client)],
      [{ client_id }, basicOf(client)],
      [{}, { authorization: basicOf(client).authorization.replace('Basic', 'bAsIc') }],
      [{}, basic([...client_id].map(percent).join(''), [...client_secret].map(percent).join(''))],
      [{ client_id, client_secret }, {}],
      [fields, {}],
      [fields, {}],
      [{ ...fields, client_id: signer.clientId }, {}],
    ] as const) {
      expect([(await introspect({ token, ...form }, headers)).body.active, form]).toEqual([true, form]);
    }
  });

  it('may name the server, the endpoint or the issuer as the audience of an assertion, alone or among others', async () => {
    const { url } = appledger.server;
    for (const aud of [url, `${url}/`, `${url}/oauth/v2/introspect`, appledger.development.issuer, ['x', url]]) {
      const fields = assertionFields(await assertion(signer, url, { aud }));
      expect((await introspect({ token, ...fields })).body.active).toBe(true);
    }
  });

  it('is told the same whether its id or its secret is wrong, and how to authenticate', async () => {
    const answers = await Promise.all([
      introspect({ token }, basic(client.clientId, 'wrong')),
      introspect({ token }, basic('100000000000000000', client.clientSecret)),
      introspect({ token }, basic(signer.clientId, client.clientSecret)),
      introspect({ token, client_id: client.clientId, client_secret: 'wrong' }),
    ]);
    for (const { status, headers, body } of answers) {
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Basic realm="Appledger", charset="UTF-8"']);
      expect(body).toEqual({
        error: 'invalid_client',
        error_description: 'the client is not known, or its credentials are not valid',
      });
    }
  });

  it('is told to authenticate when it does not', async () => {
    for (const headers of [
      {},
      { authorization: 'Bearer abc' },
      { authorization: 'Basic' },
      { authorization: 'Basic a b' },
    ]) {
      const { status, body } = await introspect({ token }, headers as Record<string, string>);
      expect([status, body.error]).toEqual([401, 'invalid_client']);
    }
  });
});

describe('a token is inactive that', () => {
  it('names neither the client nor its project in its audience', async () => {
    const { audience } = appledger.development;
    for (const aud of [audience, [], ['other', `${client.clientId}0`, ` ${client.clientId}`]]) {
      const other = await tokenFor(appledger.development, aud);
      expect((await introspect({ token: other }, basicOf(client))).body).toEqual(inactive);
    }
  });

  it('has expired, is not a token, or is longer than any token', async () => {
    const expired = await tokenFor(appledger.development, client.clientId, { exp: Math.floor(Date.now() / 1000) - 60 });
    const [header, , signature] = token.split('.');
    for (const each of [expired, 'x', `${header}..${signature}`, 'ä', '\0', 'a'.repeat(20_000), `${token} `]) {
      expect((await introspect({ token: each }, basicOf(client))).body).toEqual(inactive);
    }
  });
});

describe('a request is refused that', () => {
  it.each([
    ['has no token', ''],
    ['has an empty token', 'token='],
    ['has two tokens', 'token=a&token=b'],
    ['repeats another field', 'token=a&minimal=true&minimal=true'],
    ['authenticates in two ways', `token=a&client_id=1&client_secret=x`],
    ['names another client in the form', 'token=a&client_id=1'],
    ['has an assertion of another type', 'token=a&client_assertion=x&client_assertion_type=urn:saml'],
  ])('%s', async (_, form) => {
    const { status, body, headers } = await introspect(form, basicOf(client));
    expect([status, body.error]).toEqual([400, 'invalid_request']);
    expect(body.error_description).toMatch(/^[\x20-\x7e]+$/);
    expect(headers.get('content-type')).toBe('application/json');
  });

  it('has a body of another type, or one that is too long', async () => {
    const json = await introspect(JSON.stringify({ token }), {
      ...basicOf(client),
      'content-type': 'application/json',
    });
    expect([json.status, json.body.error]).toEqual([415, 'invalid_request']);
    const long = await introspect({ token: 'a'.repeat(70_000) }, basicOf(client));
    expect([long.status, long.body.error]).toEqual([413, 'invalid_request']);
  });

  it('uses another verb', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      const { status, headers } = await fetch(`${appledger.server.url}/oauth/v2/introspect`, { method });
      expect([status, headers.get('allow')]).toEqual([405, 'POST']);
    }
  });
});

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}
