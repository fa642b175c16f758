import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CompactSign,
  type CryptoKey,
  createLocalJWKSet,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  type JWTVerifyGetKey,
  SignJWT,
} from 'jose';
import { IssuedTokens } from './issued-tokens.js';
import { IssuerDiscovery } from './issuer-discovery.js';
import { issuerKeys } from './issuer-keys.js';
import { TokenVerifier } from './token-verifier.js';

const NOW = Date.UTC(2024, 3, 10);
const ISSUER = 'https://issuer.test';
const first = await generateKeyPair('ES256', { extractable: true });
const second = await generateKeyPair('RS256');
const stranger = await generateKeyPair('ES256');
const publicText = new TextEncoder().encode(await exportSPKI(first.publicKey));
const jwk = async (key: CryptoKey, kid: string): Promise<JWK> => ({ ...(await exportJWK(key)), kid, use: 'sig' });
const published = [await jwk(first.publicKey, 'first'), await jwk(second.publicKey, 'second')];

let now: number;
let asked: number;
let verifier: TokenVerifier;
let logged: string[];

/** A log that keeps its entries: the message and the reason of each. */
const note = (fields: object, message: string) => {
  logged.push(`${message}: ${(fields as { reason?: string }).reason ?? ''}`);
};
const log = { debug: note, info: note, warn: note, error: note };

beforeEach(() => {
  now = NOW;
  asked = 0;
  logged = [];
  const known = createLocalJWKSet({ keys: published });
  const keys: JWTVerifyGetKey = (header, token) => {
    asked += 1;
    return known(header, token);
  };
  verifier = new TokenVerifier(
    new IssuedTokens(
      () => ({ issuer: ISSUER, audience: 'appledger', keys }),
      () => now,
      log,
    ),
  );
});

interface Token {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: { readonly alg: string; readonly kid?: string };
  readonly key?: CryptoKey | Uint8Array;
}

function sign({
  claims,
  header = { alg: 'ES256', kid: 'first' },
  key = first.privateKey,
}: Token = {}): Promise<string> {
  return new SignJWT({
    iss: ISSUER,
    aud: ['other', 'appledger'],
    sub: 'u1',
    exp: NOW / 1000 + 3600,
    'urn:zitadel:iam:user:resourceowner:id': 'o1',
    ...claims,
  } as JWTPayload)
    .setProtectedHeader(header)
    .sign(key);
}

const verified = async (token: Token) => verifier.verify(`Bearer ${await sign(token)}`);
const organization = { 'urn:zitadel:iam:user:resourceowner:id': 'o1' };
const invalid = { code: 16, id: 'AUTH-7fs1e' };

it('a good token names the caller, and says until when', async () => {
  expect(await verified({ claims: { client_id: 'c1' } })).toEqual({
    user: 'u1',
    organization: 'o1',
    client: 'c1',
    expiresAt: NOW + 3_600_000,
    grants: [],
  });
  expect(await verified({ header: { alg: 'RS256', kid: 'second' }, key: second.privateKey })).toMatchObject({
    user: 'u1',
  });
});

describe('a token is refused that', () => {
  it.each<[string, Token]>([
    ['has expired', { claims: { exp: NOW / 1000 - 6 } }],
    ['never expires', { claims: { exp: undefined } }],
    ['is not valid yet', { claims: { nbf: NOW / 1000 + 6 } }],
    ['was issued in the future', { claims: { iat: NOW / 1000 + 6 } }],
    ['was issued far in the future', { claims: { iat: 4_102_444_800 } }],
    ['has a text as the time of issue', { claims: { iat: `${NOW / 1000}` } }],
    ['has null as the time of issue', { claims: { iat: null } }],
    ['was issued before 1970', { claims: { iat: -1 } }],
    ['has a list as the time of issue', { claims: { iat: [NOW / 1000] } }],
    ['has a text as the expiration', { claims: { exp: `${NOW / 1000 + 60}` } }],
    ['expires after the last date', { claims: { exp: 253_402_300_800 } }],
    ['has too large a number as the expiration', { claims: { exp: 1e300 } }],
    ['expires before 1970', { claims: { exp: -NOW } }],
    ['has null as the expiration', { claims: { exp: null } }],
    ['has a text as the start of its validity', { claims: { nbf: '0' } }],
    ['is valid from a time before 1970', { claims: { nbf: -1 } }],
    ['has null as the start of its validity', { claims: { nbf: null } }],
    ['has too large a number as the start of its validity', { claims: { nbf: 1e300 } }],
    ['comes from another issuer', { claims: { iss: 'https://other.test' } }],
    ['is issued for another audience', { claims: { aud: 'other' } }],
    ['names no user', { claims: { sub: undefined } }],
    ['names a user with blanks', { claims: { sub: '  ' } }],
    ['names no organization', { claims: { 'urn:zitadel:iam:user:resourceowner:id': undefined } }],
    ['names an unknown key', { header: { alg: 'ES256', kid: 'third' } }],
    ['is signed by another key than it names', { key: stranger.privateKey }],
    [
      'is signed with the public key as if it were a secret',
      { header: { alg: 'HS256', kid: 'first' }, key: publicText },
    ],
  ])('%s', async (_, token) => {
    await expect(verified(token)).rejects.toMatchObject(invalid);
  });

  it.each([
    ['NUL', 'a\0b'],
    ['a newline', 'a\nb'],
    ['a carriage return', 'a\r'],
    ['an escape', '\x1b[31ma'],
    ['DEL', 'a\x7f'],
    ['a control character of C1', 'a\u0085b'],
    ['a line separator', 'a\u2028b'],
    ['a mark that overrides the text direction', 'a\u202eb'],
    ['a zero-width space', 'a\u200b'],
    ['a lone surrogate', 'a\ud800'],
    ['256 characters', 'a'.repeat(256)],
    ['5,000 characters', 'a'.repeat(5_000)],
  ])('has %s in the name of its user, organization, client or role, or of a role’s scope', async (_, name) => {
    const roles = { [`IAM_${name}`]: { o1: 'x' } };
    for (const claims of [
      { sub: name },
      { 'urn:zitadel:iam:user:resourceowner:id': name },
      { client_id: name },
      { azp: name },
      { 'urn:zitadel:iam:org:project:roles': roles },
      { 'urn:zitadel:iam:org:project:roles': { ORG_OWNER: { [name]: 'x' } } },
      { [`urn:zitadel:iam:org:project:${name}:roles`]: { PROJECT_OWNER: { o1: 'x' } } },
    ]) {
      await expect(verified({ claims })).rejects.toMatchObject(invalid);
    }
  });

  it.each(['1e400', '-1e400', '1e999'])('has the time %s, which is not a finite number', async (time) => {
    for (const claim of ['exp', 'iat', 'nbf']) {
      const claims = {
        iss: ISSUER,
        aud: 'appledger',
        sub: 'u1',
        exp: NOW / 1000 + 60,
        ...organization,
        [claim]: 'TIME',
      };
      const payload = JSON.stringify(claims).replace('"TIME"', time);
      const signed = await new CompactSign(new TextEncoder().encode(payload))
        .setProtectedHeader({ alg: 'ES256', kid: 'first' })
        .sign(first.privateKey);
      await expect(verifier.verify(`Bearer ${signed}`)).rejects.toMatchObject(invalid);
    }
  });

  it('is not signed at all', async () => {
    const [, payload] = (await sign()).split('.');
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const signature of ['', '.', '.AAAA']) {
      await expect(verifier.verify(`Bearer ${header}.${payload}${signature}`)).rejects.toMatchObject(invalid);
    }
  });

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer a',
    'Bearer a.b.c',
    'Basic YTpi',
    'Bearer a b',
    `Bearer ${'a'.repeat(16_385)}`,
  ])('reads %.20s', async (header) => {
    await expect(verifier.verify(header)).rejects.toMatchObject(invalid);
  });

  it('gets the reason into the log, not into the answer', async () => {
    for (const claims of [{ aud: 'other' }, { sub: undefined }]) {
      await expect(verified({ claims })).rejects.toMatchObject({ ...invalid, text: 'invalid token' });
    }
    await expect(verifier.verify('Basic YTpi')).rejects.toMatchObject(invalid);
    expect(logged).toEqual([
      'a token was refused: unexpected "aud" claim value',
      'a token was refused: the claims sub and urn:zitadel:iam:user:resourceowner:id must be texts',
      'a token was refused: the header holds no bearer token',
    ]);
  });

  it('is missing, with an error text for that', async () => {
    await expect(verifier.verify(undefined)).rejects.toMatchObject({
      code: 16,
      text: 'auth header missing',
      id: undefined,
    });
  });
});

it('accepts a clock difference of five seconds', async () => {
  for (const claims of [{ exp: NOW / 1000 - 4 }, { iat: NOW / 1000 + 5 }, { nbf: NOW / 1000 + 5 }]) {
    await expect(verified({ claims })).resolves.toMatchObject({ user: 'u1' });
  }
});

it('accepts times with fractions of a second, and any name of a role that Appledger does not use', async () => {
  const claims = {
    iat: NOW / 1000 - 0.5,
    nbf: NOW / 1000 + 0.25,
    exp: NOW / 1000 + 0.75,
    'urn:zitadel:iam:org:project:roles': { 'Größe\n': { o1: 'x' } },
  };
  await expect(verified({ claims })).resolves.toMatchObject({ user: 'u1', grants: [] });
});

it.each(['auth0|5f7c8ec7c33c6c004bbafe82', 'anna@example.com', 'Zoë Müller', 'a'.repeat(255)])(
  'accepts a user named %s',
  async (sub) => {
    await expect(verified({ claims: { sub } })).resolves.toMatchObject({ user: sub });
  },
);

describe('a verified token', () => {
  it('is cached for a minute, and verified once for all concurrent requests', async () => {
    const header = `Bearer ${await sign()}`;
    await Promise.all([verifier.verify(header), verifier.verify(header), verifier.verify(header)]);
    now += 59_999;
    await verifier.verify(header);
    expect(asked).toBe(1);
    now += 1;
    await verifier.verify(header);
    expect(asked).toBe(2);
  });

  it('is not cached beyond its expiration', async () => {
    const header = `Bearer ${await sign({ claims: { exp: NOW / 1000 + 10 } })}`;
    await verifier.verify(header);
    now += 16_000;
    await expect(verifier.verify(header)).rejects.toMatchObject(invalid);
  });
});

describe('the keys of an issuer', () => {
  let keys: JWK[];
  let status: number;
  let fetched = 0;
  const server = createServer((request, response) => {
    if (request.url === '/keys') fetched += 1;
    const document = { issuer: address(), jwks_uri: `${address()}/keys` };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(request.url === '/keys' ? { keys } : document));
  });
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  beforeEach(() => {
    keys = published.slice(0, 1);
    status = 200;
    const source = issuerKeys(new IssuerDiscovery(address(), log));
    verifier = new TokenVerifier(
      new IssuedTokens(
        () => ({ issuer: address(), audience: 'appledger', keys: source }),
        () => now,
      ),
    );
  });

  it('are found by discovery, and an unknown key is refused', async () => {
    await expect(verified({ claims: { iss: address() } })).resolves.toMatchObject({ user: 'u1' });
    const rotated = { claims: { iss: address() }, header: { alg: 'RS256', kid: 'second' }, key: second.privateKey };
    await expect(verified(rotated)).rejects.toMatchObject(invalid);
  });

  it('are fetched again when they are old, so a new key is accepted and a withdrawn one is refused', async () => {
    await verified({ claims: { iss: address() } });
    keys = published.slice(1);
    const { now: machineNow } = Date; // the key set reads the machine's clock
    Date.now = () => machineNow() + 60_001;
    now += 60_001;
    const rotated = { claims: { iss: address() }, header: { alg: 'RS256', kid: 'second' }, key: second.privateKey };
    await expect(verified(rotated)).resolves.toMatchObject({ user: 'u1' });
    await expect(verified({ claims: { iss: address() } })).rejects.toMatchObject(invalid);
    Date.now = machineNow;
  });

  it('are logged once with the reason when they cannot be used, and once when they can be used again', async () => {
    const token = { claims: { iss: address() } };
    const refusing = () => expect(verified(token)).rejects.toMatchObject({ code: 14 });
    status = 500;
    await refusing();
    await refusing();
    status = 200;
    await verified(token);
    const discovery = `${address()}/.well-known/openid-configuration cannot be used`;
    expect(logged).toEqual([
      `the token issuer cannot be used; trying again: ${discovery}: it answered 500`,
      'the token issuer can be used: ',
    ]);
  });

  it('are logged with the cause when nothing listens on the address or it names another issuer', async () => {
    const otherAddress = `${address()}/`;
    for (const issuer of ['http://127.0.0.1:1', otherAddress]) {
      const source = issuerKeys(new IssuerDiscovery(issuer, log));
      verifier = new TokenVerifier(
        new IssuedTokens(
          () => ({ issuer, audience: 'appledger', keys: source }),
          () => now,
        ),
      );
      await expect(verified({ claims: { iss: issuer } })).rejects.toMatchObject({ code: 14 });
    }
    expect(logged).toEqual([
      expect.stringContaining('cannot be used: fetch failed: '),
      expect.stringContaining(`it speaks for another issuer: ${address()}`),
    ]);
  });

  it('stay valid for a day while the issuer is away, and are asked for again when it is back', async () => {
    const { now: machineNow } = Date; // the key set reads the machine's clock
    const pass = (milliseconds: number) => {
      now += milliseconds;
      Date.now = () => machineNow() + now - NOW;
    };
    const lasting = { claims: { iss: address(), exp: NOW / 1000 + 200_000 } };
    const rotated = { ...lasting, header: { alg: 'RS256', kid: 'second' }, key: second.privateKey };
    try {
      await verified(lasting);
      status = 503;
      pass(80_000_000);
      await expect(verified(lasting)).resolves.toMatchObject({ user: 'u1' });
      await expect(verified(rotated)).rejects.toMatchObject({ code: 14 }); // it may be a new key
      pass(6_401_000);
      await expect(verified(lasting)).rejects.toMatchObject({ code: 14 });
      status = 200;
      keys = published;
      await expect(verified(rotated)).resolves.toMatchObject({ user: 'u1' });
    } finally {
      Date.now = machineNow;
    }
  });

  it('are not fetched for every token with an invented key', async () => {
    const token = { claims: { iss: address() } };
    await verified(token);
    const before = fetched;
    const invented = ['a', 'b', 'c', 'd'].map((kid) => verified({ ...token, header: { alg: 'ES256', kid } }));
    for (const each of await Promise.allSettled(invented)) expect(each.status).toBe('rejected');
    expect(fetched - before).toBeLessThanOrEqual(1);
  });

  it('that cannot be fetched answer UNAVAILABLE, not an invalid token', async () => {
    status = 500;
    await expect(verified({ claims: { iss: address() } })).rejects.toMatchObject({ code: 14, id: undefined });
    status = 200;
    await expect(verified({ claims: { iss: address() } })).resolves.toMatchObject({ user: 'u1' });
  });
});
