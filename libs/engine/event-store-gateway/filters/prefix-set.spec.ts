import fc from 'fast-check';
import { PrefixSet } from './prefix-set.js';

const begins = (prefixes: readonly string[], name: string) => new PrefixSet(prefixes).matches(Buffer.from(name));

describe('prefixes', () => {
  it.each([
    [['appl'], 'application-17', true],
    [['applications'], 'application-17', false],
    [['a', 'application-2', 'b'], 'application-17', true],
    [['application-2', 'b'], 'application-17', false],
    [['ü'], 'über', true],
    [[''], 'anything', true],
  ])('%j match %j: %s', (prefixes, name, expected) => {
    expect(begins(prefixes, name)).toBe(expected);
  });

  it('match like a comparison with each prefix', () => {
    const text = fc.stringMatching(/^[abü]{0,4}$/);
    fc.assert(
      fc.property(fc.array(text, { maxLength: 10 }), text, (prefixes, name) => {
        expect(begins(prefixes, name)).toBe(prefixes.some((prefix) => name.startsWith(prefix)));
      }),
    );
  });
});
