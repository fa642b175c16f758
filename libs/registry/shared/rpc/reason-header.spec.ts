import { reasonOf } from './reason-header.js';

const given = (value: string | undefined) => reasonOf({ header: () => value });
/** A text as Node reads it from the bytes of a header. */
const bytes = (text: string) => Buffer.from(text).toString('latin1');

describe('the reason of a change', () => {
  it.each([
    ['in ASCII', '100% sure: key was in a log', '100% sure: key was in a log'],
    ['with joined emoji, and a mark of direction', bytes('👩‍💻 \u200fשלום'), '👩‍💻 \u200fשלום'],
    ['in UTF-8', bytes('Schlüssel verloren 🗝'), 'Schlüssel verloren 🗝'],
    ['in the form of RFC 8187', "UTF-8''Schl%C3%BCssel%20verloren", 'Schlüssel verloren'],
    ['with a language', "utf-8'de'Schl%C3%BCssel", 'Schlüssel'],
    ['of 500 characters beyond U+FFFF', bytes('🗝'.repeat(500)), '🗝'.repeat(500)],
    ['that is empty', '', undefined],
    ['that is not given', undefined, undefined],
  ])('%s is taken', (_, value, reason) => {
    expect(given(value)).toBe(reason);
  });

  it.each([
    ['of 501 characters', bytes('ü'.repeat(501)), /at most 500 characters \(it has 501\)/],
    ['of 501 encoded characters', `UTF-8''${'%C3%BC'.repeat(501)}`, /at most 500 characters/],
    ['in Latin-1', 'Schl\u00fcssel', /must be UTF-8/],
    ['with half an escape', "UTF-8''Schl%C3", /must be UTF-8/],
    ['with an encoded surrogate', "UTF-8''%ED%A0%80", /must be UTF-8/],
    ['with a line break', "UTF-8''two%0Alines", /control characters/],
    ['with a line separator', bytes('two\u2028lines'), /control characters/],
    ['with text in another order', bytes('\u202egnitlib'), /control characters/],
    ['that shows nothing', bytes('\u200b \u2060'), /visible character/],
  ])('%s is refused', (_, value, text) => {
    expect(() => given(value)).toThrow(text);
  });
});
