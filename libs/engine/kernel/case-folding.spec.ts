import fc from 'fast-check';
import { caseFolded, comparableText } from './case-folding.js';

const LAST_CODE_POINT = 0x10ffff;
const characters = Array.from({ length: LAST_CODE_POINT + 1 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code));
const isOne = (text: string) => text.length === String.fromCodePoint(text.codePointAt(0) ?? 0).length;

/** A text of letters that have been trouble, and of any others. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'ΣσςßẞİıKkſÅåǅǆﬁΐᾳᾼᾶAaHhEeJj\u0301\u0307\u0308\u030a\u0323\u0331\u0342\u0345'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  )
  .map((parts) => parts.join(''));

describe('folding', () => {
  it.each([
    ['ΟΔΟΣ', 'οδοσ'],
    ['οδος', 'οδοσ'],
    ['STRAẞE', 'straße'],
    ['\u212a\u212b', 'kå'],
    ['ǅ', 'ǆ'],
    ['ſ', 's'],
    ['İ', 'İ'],
    ['ı', 'ı'],
    ['ﬁ', 'ﬁ'],
    ['ﬅ', 'ﬆ'],
    ['Ꭰ', 'Ꭰ'],
    ['ꭰ', 'Ꭰ'],
    ['𐐀', '𐐨'],
    ['Portal 7', 'portal 7'],
  ])('of %s gives %s', (text, folded) => {
    expect(caseFolded(text)).toBe(folded);
  });

  it('maps each code point to one code point and is idempotent', () => {
    const wrong = characters.filter(
      (one) => !isOne(caseFolded(one)) || caseFolded(caseFolded(one)) !== caseFolded(one),
    );
    expect(wrong).toEqual([]);
  });

  it('agrees with the case-insensitive regular expressions of JavaScript', () => {
    const folding = characters.filter((one) => caseFolded(one) !== one);
    const isKnown = (one: string) => /\p{Assigned}/u.test(one) && one !== 'ﬅ'; // its folding is of Unicode 15.1
    const wrong = folding.filter((one) => isKnown(one) && !new RegExp(`^${caseFolded(one)}$`, 'iu').test(one));
    expect(folding.length).toBeGreaterThan(1_400);
    expect(wrong).toEqual([]);
  });

  it('maps the upper-case and lower-case form of a letter to the same code point', () => {
    const isDotless = (one: string) => one.codePointAt(0) === 0x131; // Its capital is another letter's.
    const wrong = characters.filter((one) =>
      [one.toUpperCase(), one.toLowerCase()].some(
        (form) => isOne(form) && caseFolded(form) !== caseFolded(one) && !isDotless(one),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps every substring a substring', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (before, text, after) => {
        expect(caseFolded(before + text + after)).toBe(caseFolded(before) + caseFolded(text) + caseFolded(after));
      }),
    );
  });
});

describe('the comparable form', () => {
  it.each([
    ['Caf\u00e9', 'CAFE\u0301'],
    ['H\u0331', '\u1e96'], // the capital has no composed form
    ['\u1fb4', '\u0386\u0345'], // nor has this one
    ['ſ\u0301', 'Ś'],
    ['\u1e9b\u0323', '\u1e69'],
    ['각', '\u1100\u1161\u11a8'],
    ['\u0344', '\u0308\u0301'],
    ['a\u0323\u0301', 'A\u0301\u0323'],
  ])('is equal for %j and %j', (one, other) => {
    expect(comparableText(one)).toBe(comparableText(other));
  });

  it.each([
    ['e', 'é'],
    ['i', 'ı'],
    ['I', 'İ'],
    ['ss', 'ß'],
    ['fi', 'ﬁ'],
    ['a', 'ａ'],
  ])('differs for %j and %j', (one, other) => {
    expect(comparableText(one)).not.toBe(comparableText(other));
  });

  it('is idempotent, for every code point and for texts', () => {
    expect(characters.filter((one) => comparableText(comparableText(one)) !== comparableText(one))).toEqual([]);
    fc.assert(
      fc.property(anyText, (text) => {
        expect(comparableText(comparableText(text))).toBe(comparableText(text));
      }),
    );
  });

  it('does not depend on case or normal form', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('NFC', 'NFD'), (text, form) => {
        expect(comparableText(text.normalize(form))).toBe(comparableText(text));
        expect(comparableText(caseFolded(text.normalize('NFD')))).toBe(comparableText(text));
      }),
    );
  });
});
