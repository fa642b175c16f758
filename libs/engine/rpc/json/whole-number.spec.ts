import fc from 'fast-check';
import { wholeNumber } from './whole-number.js';

describe('a whole number', () => {
  it('is read exactly, with any exponent and any number of zeros behind the point', () => {
    const parts = [fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), fc.nat(25), fc.nat(25)] as const;
    fc.assert(
      fc.property(...parts, (value, shift, zeros) => {
        const sign = value < 0n ? '-' : '';
        const digits = `${value < 0n ? -value : value}`.padStart(shift + 1, '0');
        const point = digits.length - shift;
        const text = `${sign}${digits.slice(0, point)}.${digits.slice(point)}${'0'.repeat(zeros)}0e${shift}`;
        expect(wholeNumber(text)).toBe(value);
        expect(wholeNumber(`${value}`)).toBe(value);
      }),
    );
  });

  it.each([
    ['1e1', 10n],
    ['1.0', 1n],
    ['1E+3', 1_000n],
    ['10e-1', 1n],
    ['0.5e1', 5n],
    ['-0', 0n],
    ['0e999999999999', 0n],
    ['0.000', 0n],
    ['9007199254740993.0', 9007199254740993n],
  ])('is %s', (text, value) => {
    expect(wholeNumber(text)).toBe(value);
  });

  it.each([
    '',
    ' 1',
    '1 ',
    '01',
    '-01',
    '+1',
    '0x10',
    '0b10',
    '2.',
    '.5',
    '1_0',
    '1e',
    '1e1.0',
    '1.5',
    '5e-1',
    '1e999999999',
    '١',
    'NaN',
    '1n',
  ])('is not %j', (text) => {
    expect(wholeNumber(text)).toBeUndefined();
  });

  it('needs only linear time for many zeros', () => {
    const zeros = '0'.repeat(60_000);
    expect(wholeNumber(`1${zeros}1`)).toBeUndefined();
    expect(wholeNumber(`0.${zeros}1e60001`)).toBe(1n);
  });
});
