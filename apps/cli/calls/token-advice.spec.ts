import { tokenAdvice } from './token-advice.js';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const SECONDS = NOW / 1_000;

const tokenOf = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

it.each([
  ['has expired', { exp: SECONDS - 60 }, 'it has expired at 2026-05-01T11:59:00Z; '],
  ['is not valid yet', { exp: SECONDS + 60, nbf: SECONDS + 1 }, 'it is not valid before 2026-05-01T12:00:01Z; '],
  ['never expires', { iss: 'https://one.example' }, 'it does not say when it expires; '],
  ['expires at no time', { exp: -1e300 }, 'it has expired at -1e+300; '],
  [
    'is of another issuer or audience',
    { exp: SECONDS + 60, iss: 'https://one.example', aud: ['a', 'b'] },
    'it comes from https://one.example, for a, b, and the server takes other issuers, audiences or keys: ',
  ],
  ['names neither', { exp: SECONDS + 60 }, 'it comes from an issuer that it does not name, for nobody, '],
])('a token that %s is told so, and how to get another one', (_, claims, advice) => {
  const text = tokenAdvice(tokenOf(claims), NOW);
  expect(text.startsWith(advice)).toBe(true);
  expect(text).toMatch(
    /; give another one with --token or APPLEDGER_TOKEN; of the development issuer: npm run -s token$/,
  );
});

it('a text that is no JWT is told so', () => {
  for (const text of ['x', 'a.b.c', '']) expect(tokenAdvice(text, NOW)).toMatch(/^it is no JWT, /);
});
