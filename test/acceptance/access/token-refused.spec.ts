import { type CryptoKey, exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { sign } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const now = () => Math.floor(Date.now() / 1000);
const claims = () => ({
  iss: appledger.development.issuer,
  aud: appledger.development.audience,
  sub: appledger.development.user,
  exp: now() + 600,
});

/** An HS256 token that uses the issuer's public key as the shared secret. */
async function signedWithThePublicKey(): Promise<string> {
  const publicKey = await importJWK(appledger.development.publicJwk, 'ES256', { extractable: true });
  const secret = new TextEncoder().encode(await exportSPKI(publicKey as CryptoKey));
  return new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: appledger.development.kid }).sign(secret);
}

async function signedWithAnotherKey(kid: string): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256');
  return new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
}

const tokens: readonly [string, () => string | Promise<string>][] = [
  ['is no token', () => 'nonsense'],
  ['has three malformed parts', () => 'a.b.c'],
  ['is empty', () => ''],
  ['has 12,000 characters', () => 'x'.repeat(12_000)],
  ['has expired', () => sign(appledger.development, { exp: now() - 3_600 })],
  ['never expires', () => sign(appledger.development, { exp: undefined })],
  ['is not valid yet', () => sign(appledger.development, { nbf: now() + 3_600 })],
  ['was issued in the future', () => sign(appledger.development, { iat: now() + 3_600 })],
  ['expires after the last valid date', () => sign(appledger.development, { exp: 1e15 })],
  ['has a user id with NUL', () => sign(appledger.development, { sub: 'a\0b' })],
  ['has a user id with a line break', () => sign(appledger.development, { sub: 'a\nb' })],
  ['has a user id of 5,000 characters', () => sign(appledger.development, { sub: 'u'.repeat(5_000) })],
  ['has a client id with a line break', () => sign(appledger.development, { client_id: 'a\r\nb' })],
  ['is of another issuer', () => sign(appledger.development, { iss: 'https://issuer.example' })],
  ['is for another audience', () => sign(appledger.development, { aud: 'another' })],
  ['has an unknown key id', () => signedWithAnotherKey('unknown')],
  ['is signed with another key', () => signedWithAnotherKey(appledger.development.kid)],
  ['is not signed (alg none)', () => new UnsecuredJWT(claims()).encode()],
  ['is signed with the public key (HS256)', signedWithThePublicKey],
  [
    'was changed after signing',
    async () => {
      const [header, , signature] = (await sign(appledger.development)).split('.');
      const payload = Buffer.from(JSON.stringify({ ...claims(), sub: 'somebody else' })).toString('base64url');
      return `${header}.${payload}.${signature}`;
    },
  ],
];

describe('a token is refused that', () => {
  it.each(tokens)('%s', async (_, make) => {
    const headers = { authorization: `Bearer ${await make()}` };
    const answer = await appledger.call(appledger.appsPath('POST'), { token: undefined, headers, body: { name: 'n' } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(answer.body).toEqual({
      code: 16,
      message: 'invalid token (AUTH-7fs1e)',
      details: [{ '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id: 'AUTH-7fs1e', message: 'invalid token' }],
    });
  });

  it('has another authentication scheme', async () => {
    const headers = { authorization: 'Basic YTpi' };
    const answer = await appledger.call(appledger.appsPath('POST'), { token: undefined, headers, body: { name: 'n' } });
    expect(answer.status).toBe(401);
    expect(answer.body.message).toBe('invalid token (AUTH-7fs1e)');
  });

  it('is missing', async () => {
    const answer = await appledger.call(appledger.appsPath('POST'), { token: undefined, body: { name: 'n' } });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ code: 16, message: 'auth header missing', details: [] });
  });

  it('is refused before the body is read', async () => {
    const answer = await appledger.call(appledger.appsPath('POST'), { token: undefined, body: '{' });
    expect(answer.status).toBe(401);
  });
});
