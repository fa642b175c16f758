import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import {
  assertion,
  assertionFields,
  basic,
  basicOf,
  introspectAt,
  JWT_BEARER,
  type KeyClient,
  keyClient,
  type OAuthAnswer,
  type SecretClient,
  secretClient,
  tokenFor,
} from '../../support/introspecting.js';
import { sendRaw } from '../../support/raw-http.js';
import { cleanUp } from '../../support/server.js';

/** Failures of one client id that wait at the same time get 401; further ones get 429. */
const AT_ONCE = 15;

let appledger: Appledger;
let introspect: ReturnType<typeof introspectAt>;
let client: SecretClient;
let signer: KeyClient;
let victim: KeyClient;
let token: string;
let url: string;
beforeAll(async () => {
  appledger = await startAppledger();
  await ready(appledger.call); // before that, introspection may answer 503
  ({ url } = appledger.server);
  introspect = introspectAt(appledger.server);
  [client, signer, victim] = await Promise.all([secretClient(appledger), keyClient(appledger), keyClient(appledger)]);
  token = await tokenFor(appledger.development, [appledger.development.project]);
});
afterAll(cleanUp);

const now = () => Math.floor(Date.now() / 1000);
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claimsOf = ({ clientId }: KeyClient): JWTPayload => ({ iss: clientId, sub: clientId, aud: url, exp: now() + 60 });
const withAssertion = (text: string) => introspect({ token, ...assertionFields(text) });

/** An assertion with a signature that anybody can make: of the public key as a secret, or none. */
function forged(header: object, claims: JWTPayload, secret?: string): string {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  const signature = secret === undefined ? '' : createHmac('sha256', secret).update(signed).digest('base64url');
  return `${signed}.${signature}`;
}

const publicPem = ({ key }: KeyClient) =>
  createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'pem' }).toString();

/** Sends the attacks, some at a time, and names those that were not refused as a failed authentication. */
async function notRefused(
  attacks: Readonly<Record<string, () => Promise<string> | string>>,
): Promise<readonly string[]> {
  const accepted: string[] = [];
  const entries = Object.entries(attacks);
  for (let sent = 0; sent < entries.length; sent += AT_ONCE) {
    const answers = entries.slice(sent, sent + AT_ONCE).map(async ([name, make]) => {
      const { status, body } = await withAssertion(await make());
      if (status !== 401 || body.error !== 'invalid_client')
        accepted.push(`${name}: ${status} ${JSON.stringify(body)}`);
    });
    await Promise.all(answers);
  }
  return accepted;
}

it('an assertion is accepted only with a signature of the key that it names', async () => {
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const strangers = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  const kid = signer.keyId;
  const accepted = await notRefused({
    'the public key as a secret': () => forged({ alg: 'HS256', kid }, claimsOf(signer), publicPem(signer)),
    'the public key without its last newline as a secret': () =>
      forged({ alg: 'HS256', kid }, claimsOf(signer), publicPem(signer).trim()),
    'the public key as a secret, called RS256': () =>
      forged({ alg: 'RS256', kid }, claimsOf(signer), publicPem(signer)),
    'an empty secret': () => forged({ alg: 'HS256', kid }, claimsOf(signer), ''),
    'no algorithm': () => forged({ alg: 'none', kid }, claimsOf(signer)),
    'no algorithm in another case': () => forged({ alg: 'nOnE', kid }, claimsOf(signer)),
    'no algorithm name': () => forged({ kid }, claimsOf(signer)),
    'no signature': async () => (await assertion(signer, url)).replace(/[^.]*$/, ''),
    'another signature': async () => (await assertion(signer, url)).replace(/[^.]*$/, 'AAAA'),
    'another key': () => new SignJWT(claimsOf(signer)).setProtectedHeader({ alg: 'RS256', kid }).sign(stranger),
    'a key of another type': () =>
      new SignJWT(claimsOf(signer)).setProtectedHeader({ alg: 'ES256', kid }).sign(strangers),
    'a key in the header': () => {
      const jwk = createPublicKey(stranger).export({ format: 'jwk' }) as never;
      return new SignJWT(claimsOf(signer)).setProtectedHeader({ alg: 'RS256', kid, jwk }).sign(stranger);
    },
    'the URL of a key in the header': () =>
      new SignJWT(claimsOf(signer))
        .setProtectedHeader({ alg: 'RS256', kid, jku: `${url}/oauth/v2/keys` })
        .sign(stranger),
    'an extension that is not known': async () =>
      (await assertion(signer, url)).replace(/^[^.]*/, encoded({ alg: 'RS256', kid, crit: ['x'], x: 1 })),
    'claims that were changed after it was signed': async () => {
      const [head, , signature] = (await assertion(signer, url)).split('.');
      return `${head}.${encoded({ ...claimsOf(signer), exp: now() + 3_000 })}.${signature}`;
    },
  });
  expect(accepted).toEqual([]);
  expect((await withAssertion(await assertion(signer, url))).status).toBe(200);
});

it('an assertion is accepted only with a key of its client', async () => {
  const own = { iss: victim.clientId, sub: victim.clientId };
  const accepted = await notRefused({
    "another application's key and its own name": () => assertion({ ...victim, keyId: signer.keyId }, url),
    "its own key and another application's name": () => assertion(signer, url, own),
    "its own key under another key's id": () => assertion({ ...signer, keyId: victim.keyId }, url, own),
    'no key id': () => assertion(signer, url, {}, { kid: '' }),
    'a path': () => assertion({ ...signer, keyId: `../applicationKeys/${signer.keyId}` }, url),
    'a path within the folder': () => assertion({ ...signer, keyId: `./${signer.keyId}` }, url),
    'a file': () => assertion({ ...signer, keyId: '../../../../../../dev/null' }, url),
    'a query': () => assertion({ ...signer, keyId: "' OR '1'='1" }, url),
    'an operator': () => forged({ alg: 'RS256', kid: { $ne: '' } }, claimsOf(signer)),
    'a list': () => forged({ alg: 'RS256', kid: [signer.keyId] }, claimsOf(signer)),
    'a NUL byte': () => assertion({ ...signer, keyId: `${signer.keyId}\0` }, url),
    blanks: () => assertion({ ...signer, keyId: ` ${signer.keyId} ` }, url),
    'other digits': () => assertion({ ...signer, keyId: signer.keyId.replaceAll(/\d/g, fullWidth) }, url),
    'a thousand characters': () => assertion({ ...signer, keyId: '1'.repeat(1_000) }, url),
    'the name of a property': () => assertion({ ...signer, keyId: '__proto__' }, url),
    "the application's id": () => assertion({ ...signer, keyId: signer.appId }, url),
  });
  expect(accepted).toEqual([]);
});

it('an assertion is accepted only for this server, now, and from its client', async () => {
  const t = now();
  const claims: Readonly<Record<string, JWTPayload>> = {
    'for another server': { aud: 'https://other.example' },
    'for a longer URL': { aud: `${url}.evil.example` },
    'for a path of this server': { aud: `${url}/x` },
    'for nobody': { aud: [] },
    'without an audience': { aud: undefined as never },
    'for an audience that is no text': { aud: [{ url }] as never },
    'of another issuer': { iss: 'https://other.example' },
    'about another client': { sub: client.clientId },
    'about nobody': { sub: undefined as never },
    'that has expired': { exp: t - 61 },
    'for more than an hour': { exp: t + 3_600 + 120 },
    'for ever': { exp: undefined as never },
    'until the end of time': { exp: 1e300 },
    'until a text': { exp: `${t + 60}` as never },
    'that is not valid yet': { nbf: t + 120 },
    'from the future': { iat: t + 120 },
    'from a text': { iat: 'now' as never },
    'with an id that is no text': { jti: 7 as never },
    'with an id that is too long': { jti: 'x'.repeat(256) },
  };
  const attacks = Object.entries(claims).map(([name, each]) => [name, () => assertion(victim, url, each)] as const);
  const malformed = [
    '',
    '.',
    '..',
    'a.b.c',
    'e30.e30.',
    `${encoded([])}.${encoded(null)}.`,
    '\u0000.\u0000.\u0000',
    'ü.ü.ü',
    'x'.repeat(40_000),
  ];
  const texts = malformed.slice(1).map((text, index) => [`malformed ${index}`, () => text] as const);
  expect(await notRefused(Object.fromEntries([...attacks, ...texts]))).toEqual([]);
});

it('an access token, or an assertion, is not taken for the other one', async () => {
  expect((await withAssertion(token)).status).toBe(401);
  const signed = await assertion(signer, client.clientId);
  expect((await introspect({ token: signed }, basicOf(client))).body).toEqual({ active: false });
});

it('a method is accepted only for clients that have it', async () => {
  const { status } = await introspect({ token, client_id: signer.clientId, client_secret: signer.key });
  expect(status).toBe(401);
  const { clientId: iss } = client;
  expect((await withAssertion(await assertion(signer, url, { iss, sub: iss }))).status).toBe(401);
});

it('a secret is compared byte by byte, after form encoding', async () => {
  const { clientId, clientSecret } = client;
  const wrong = [
    clientSecret.slice(0, -1),
    `${clientSecret}x`,
    `${clientSecret}%00`,
    `${clientSecret}\0`,
    `${clientSecret}+`,
    `${clientSecret} `,
    clientSecret.toUpperCase(),
    `${clientSecret}%`,
    `%${clientSecret}`,
    `${clientSecret}%e2%80%8b`,
    'ü',
    '%ff%fe',
    '',
    'x'.repeat(5_000),
  ];
  const statuses = await Promise.all(
    wrong.map(async (secret) => (await introspect({ token }, basic(clientId, secret))).status),
  );
  expect(statuses).toEqual(wrong.map(() => 401));
  const ids = [`${clientId}%00`, `${clientId} `, `+${clientId}`, '', '%', '__proto__', '$ne', '*', 'x'.repeat(5_000)];
  const answers = await Promise.all(
    ids.map(async (id) => (await introspect({ token }, basic(id, clientSecret))).status),
  );
  expect(answers).toEqual(ids.map(() => 401));
});

it('a client works while somebody else fails with its id, and the failures are slowed and counted', async () => {
  const attempts = Array.from({ length: 60 }, () => introspect({ token }, basic(client.clientId, 'guessed')));
  const right: OAuthAnswer[] = [];
  for (let asked = 0; asked < 20; asked += 1) right.push(await introspect({ token }, basicOf(client)));
  expect(right.map(({ body }) => body.active)).toEqual(right.map(() => true));
  const statuses = new Set((await Promise.all(attempts)).map(({ status }) => status));
  expect([...statuses].sort()).toEqual([401, 429]);
  const metrics = await (await fetch(`${url}/debug/metrics`)).text();
  const [, counted] =
    /^appledger_client_authentication_failures_total\{reason="wrong_secret"\} (\d+)$/m.exec(metrics) ?? [];
  expect(Number(counted)).toBeGreaterThanOrEqual(60);
  const { body } = await appledger.call('POST /admin/v1/events/_search', { body: { aggregateId: client.appId } });
  expect(body.events.map(({ type }: { type: { type: string } }) => type.type)).toHaveLength(2);
});

it('a header that is injected reaches no answer', async () => {
  const { body, headers } = await introspect(
    { token: 'x\r\nset-cookie: a=b', minimal: 'true\r\nx: y' },
    basicOf(client),
  );
  expect([body, headers.get('set-cookie'), headers.get('x')]).toEqual([{ active: false }, null, null]);
  const described = await introspect('token=a&x%0d%0ay%22%5c%c3%bc=1&x%0d%0ay%22%5c%c3%bc=2', basicOf(client));
  expect(described.body).toEqual({ error: 'invalid_request', error_description: "x??y'?? must not be sent twice" });
});

it('two authorization headers are not joined into one that is accepted', async () => {
  const { authorization } = basicOf(client);
  const answer = await sendRaw(
    url,
    [
      'POST /oauth/v2/introspect HTTP/1.1',
      'host: x',
      'content-type: application/x-www-form-urlencoded',
      'authorization: Basic eDp5',
      `authorization: ${authorization}`,
      'content-length: 7',
      'connection: close',
      '',
      'token=a',
    ].join('\r\n'),
  );
  expect(answer.status).toBe(401);
});

describe('an assertion with an id', () => {
  it('can be used many times, as clients cache it', async () => {
    const cached = await assertion(signer, url, { jti: 'once' });
    expect([(await withAssertion(cached)).status, (await withAssertion(cached)).status]).toEqual([200, 200]);
  });

  it('can be used once where that is configured, and one without an id many times', async () => {
    const strict = await startAppledger({ env: { APPLEDGER_ASSERTION_SINGLE_USE: 'true' } });
    const own = await keyClient(strict);
    const once = async (text: string) => {
      const form = { token: 'x', client_assertion_type: JWT_BEARER, client_assertion: text };
      return (await introspectAt(strict.server)(form)).status;
    };
    const first = await assertion(own, strict.server.url, { jti: 'once' });
    const atOnce = await Promise.all([once(first), once(first), once(first)]);
    expect(atOnce.sort()).toEqual([200, 401, 401]);
    const again = await assertion(own, strict.server.url, { jti: 'once', exp: now() + 30 });
    expect([await once(again), await once(await assertion(own, strict.server.url, { jti: 'twice' }))]).toEqual([
      401, 200,
    ]);
    const without = await assertion(own, strict.server.url);
    expect([await once(without), await once(without)]).toEqual([200, 200]);
  });
});

/** A digit as a character that Unicode takes for the same digit. */
function fullWidth(digit: string): string {
  return String.fromCodePoint(0xff10 + Number(digit));
}
