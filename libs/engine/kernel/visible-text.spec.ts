import { showsNothing, trimmed, visibleTextPattern } from './visible-text.js';

/** Characters that can be had, but not seen. */
const INVISIBLE = [
  0x00, 0x09, 0x0a, 0x20, 0x7f, 0x85, 0xa0, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x1680, 0x17b4, 0x180b, 0x180e, 0x2000,
  0x200b, 0x200c, 0x200d, 0x200e, 0x2028, 0x2029, 0x202e, 0x202f, 0x205f, 0x2060, 0x2064, 0x2069, 0x2800, 0x3000,
  0x3164, 0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0x1d159, 0x1d173, 0xe0001, 0xe0020, 0xe0100,
];

describe('a text without visible characters', () => {
  it.each(INVISIBLE.map((code) => [code.toString(16), String.fromCodePoint(code)]))(
    'is one of U+%s',
    (_, character) => {
      expect(showsNothing(character)).toBe(true);
      expect(showsNothing(` ${character}\u200b${character}`)).toBe(true);
      expect(showsNothing(`${character}a${character}`)).toBe(false);
    },
  );

  it('is the empty text, and the text of all invisible characters', () => {
    expect(showsNothing('')).toBe(true);
    expect(showsNothing(String.fromCodePoint(...INVISIBLE))).toBe(true);
  });

  it.each(['a', 'é', '0', '-', '·', '😀', 'ー', '\u0301', '\u0600', '\ufffd', '☂\ufe0f'])('is not %j', (text) => {
    expect(showsNothing(text)).toBe(false);
  });
});

it('trimming removes white space at both ends of a text, and nowhere else', () => {
  expect(trimmed('\ufeff\u0085\u3000 a \u00a0b\n\u0085\ufeff')).toBe('a \u00a0b');
  expect(trimmed('\u200ba\u200d')).toBe('\u200ba\u200d');
  expect(trimmed(' \u0085 ')).toBe('');
});

describe.each(['', 'u'])('the pattern of texts with a visible character, with the flags "%s"', (flags) => {
  const pattern = new RegExp(visibleTextPattern(), flags);

  it('agrees with showsNothing for each character up to U+FFFF', () => {
    const characters = Array.from({ length: 0xffff }, (_, index) => String.fromCharCode(index + 1));
    const visible = characters.filter((character) => pattern.test(character));
    expect(visible).toEqual(characters.filter((character) => !showsNothing(character)));
  });

  it('matches visible characters beyond U+FFFF, and not NUL', () => {
    expect(pattern.test('\u200b😀')).toBe(true);
    expect(pattern.test('a\u0000')).toBe(false);
  });
});
