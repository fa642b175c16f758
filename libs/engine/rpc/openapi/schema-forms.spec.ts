import fc from 'fast-check';
import { atMost } from './schema-forms.js';

it('the expression of decimals up to a maximum matches those and no others', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n }), fc.bigInt({ min: 0n, max: 2n ** 65n }), (max, value) => {
      const fits = (number: bigint) => new RegExp(`^(${atMost(max)})$`).test(`${number}`);
      expect([fits(value), fits(max), fits(max + 1n), fits(max - 1n)]).toEqual([value <= max, true, false, max > 0n]);
      expect(new RegExp(`^(${atMost(max)})$`).test(`0${value}`)).toBe(false);
    }),
  );
});
