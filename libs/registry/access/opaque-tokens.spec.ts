import { type OtherIssuer, startOtherIssuer } from '../../../test/support/other-issuer.js';
import { silentLog } from '../../../test/support/silent-log.js';
import { IssuedTokens } from './issued-tokens.js';
import { IssuerDiscovery } from './issuer-discovery.js';
import { issuerIntrospection } from './issuer-introspection.js';
import { issuerKeys } from './issuer-keys.js';

const NOW = Date.UTC(2024, 3, 10);
const secret = 'p+s:s%';

let now: number;
let issuer: OtherIssuer;
let tokens: IssuedTokens;
beforeAll(async () => {
  issuer = await startOtherIssuer();
});
afterAll(() => issuer.close());

beforeEach(() => {
  now = NOW;
  issuer.status = 200;
  issuer.opaque.clear();
  issuer.requests.length = 0;
  issuer.authorizations.length = 0;
  const discovery = new IssuerDiscovery(issuer.url, silentLog);
  const ask = issuerIntrospection(discovery, { clientId: 'me', secret, address: undefined });
  const expectations = { issuer: issuer.url, audience: 'appledger', keys: issuerKeys(discovery), ask };
  tokens = new IssuedTokens(
    () => expectations,
    () => now,
  );
});

const questions = () => issuer.requests.filter((request) => request === 'POST /introspect').length;
const active = { active: true, sub: 'u1', aud: ['appledger'] };

describe('a token that only the issuer can read', () => {
  it('has the claims that the issuer answers, and is asked about once in five seconds', async () => {
    issuer.opaque.set('opaque', active);
    const [one, same] = await Promise.all([tokens.verify('opaque'), tokens.verify('opaque')]);
    expect([one?.claims, one === same]).toEqual([{ sub: 'u1', aud: ['appledger'] }, true]);
    expect(issuer.authorizations).toEqual([`Basic ${Buffer.from('me:p%2Bs%3As%25').toString('base64')}`]);
    now += 4_999;
    expect(tokens.known('opaque')).toBe(one);
    issuer.opaque.delete('opaque');
    now += 1;
    expect(await tokens.verify('opaque')).toBeUndefined();
    expect(questions()).toBe(2);
  });

  it.each([
    ['is not active', { active: false }],
    ['is not known', undefined],
    ['has expired', { ...active, exp: NOW / 1000 - 5 }],
    ['is not valid yet', { ...active, nbf: NOW / 1000 + 6 }],
    ['has a text as its expiry', { ...active, exp: 'tomorrow' }],
    ['was issued by another issuer', { ...active, iss: 'https://other.test' }],
  ])('is refused that %s, and asked about once', async (_, answer) => {
    if (answer !== undefined) issuer.opaque.set('opaque', answer);
    expect(await tokens.verify('opaque')).toBeUndefined();
    expect(await tokens.verify('opaque')).toBeUndefined();
    expect(questions()).toBe(1);
  });

  it('is not known until its expiry when that comes first', async () => {
    issuer.opaque.set('opaque', { ...active, iss: issuer.url, exp: NOW / 1000 + 2 });
    expect((await tokens.verify('opaque'))?.until).toBe(NOW + 2_000);
  });

  it.each([
    ['fails', 500],
    ['does not know this server', 401],
    ['closes the connection', 0],
  ])('is neither accepted nor refused while the issuer %s', async (_, status) => {
    issuer.opaque.set('opaque', active);
    issuer.status = status;
    await expect(tokens.verify('opaque')).rejects.toMatchObject({ code: 14 });
    issuer.status = 200;
    expect(await tokens.verify('opaque')).toBeDefined();
  });

  it('is neither accepted nor refused when the answer does not say whether it is active', async () => {
    issuer.opaque.set('opaque', { sub: 'u1' });
    await expect(tokens.verify('opaque')).rejects.toMatchObject({ code: 14 });
  });

  it('is not sent to the issuer when it is not of the form of a token', async () => {
    for (const text of ['a b', 'a\nb', 'ä', '', 'a'.repeat(20_000)]) {
      expect(await tokens.verify(text)).toBeUndefined();
    }
    expect(issuer.requests).toEqual([]);
  });
});

it('a signed token is verified without asking the issuer', async () => {
  now = Date.now();
  expect((await tokens.verify(await issuer.sign({ sub: 'u1', aud: 'appledger' })))?.claims.sub).toBe('u1');
  expect(questions()).toBe(0);
});

it.each([
  ['an ID token', { at_hash: 'x' }, {}],
  ['an ID token of Keycloak', { typ: 'ID' }, {}],
  ['a refresh token of Keycloak', { typ: 'Refresh' }, {}],
  ['a logout token', {}, { typ: 'logout+jwt' }],
])('%s of the issuer is no access token', async (_, claims, header) => {
  now = Date.now();
  expect(await tokens.verify(await issuer.sign({ sub: 'u1', ...claims }, header))).toBeUndefined();
  expect(await tokens.verify(await issuer.sign({ sub: 'u1', typ: 'Bearer' }, { typ: 'at+jwt' }))).toBeDefined();
});

it.each(['ES256', 'ES384', 'ES512', 'PS256', 'PS512', 'RS512', 'EdDSA'])(
  'a key for %s that the issuer adds is found',
  async (algorithm) => {
    now = Date.now();
    await issuer.rotate(algorithm);
    expect(await tokens.verify(await issuer.sign({ sub: algorithm }))).toBeDefined();
  },
);
