import fc from 'fast-check';
import { type Json, NumberText } from './json-value.js';
import { parseJson } from './parse-json.js';

describe('the JSON parser', () => {
  it('reads what JSON.parse reads, with any whitespace', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('', ' ', '\t', '\n  ', '\r'), (value, blank) => {
        const text = `${blank}${JSON.stringify(value, undefined, blank)}${blank}`;
        expect(parsedPlainly(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses every text with an error that JSON.parse refuses', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', '"', '\\', ',', '}', ']', '0', '-', '\u0001', 'e'),
        (json, at, with_) => {
          const place = at % json.length;
          const text = json.slice(0, place) + with_ + json.slice(place + 1);
          const names = duplicateNames(text);
          if (names) return;
          expect(outcome(() => parsedPlainly(text))).toEqual(outcome(() => JSON.parse(text)));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    '',
    ' ',
    '{',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '01',
    '+1',
    '1.',
    '.5',
    '0x10',
    'NaN',
    'tru',
    '"\\x"',
    '"a',
    '{} {}',
    '\ufeff{}',
    '[1 2]',
    '"\n"',
  ])('refuses %j', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it.each([
    ['{"a":1,"a":1}', 'a'],
    ['{"a":null,"b":{},"a":1}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"b":[{},{"c":{"a":[],"a":{}}}]}', 'b[1].c.a'],
    ['[[{"__proto__":1,"__proto__":2}]]', '[0][0].__proto__'],
  ])('refuses %s, and names the path', (text, place) => {
    expect(() => parseJson(text)).toThrow(
      expect.objectContaining({ code: 3, text: `${place}: stands twice: give it once` }),
    );
  });

  it('accepts the same name in different objects', () => {
    expect(parseJson('[{"a":{"a":"a"}},{"a":[]}]')).toEqual([{ a: { a: 'a' } }, { a: [] }]);
  });

  it('keeps the text of numbers that JavaScript may not represent exactly', () => {
    expect(parseJson('[999999999999999,9007199254740993,1.0,1e3,-7]')).toEqual([
      999_999_999_999_999,
      new NumberText('9007199254740993'),
      new NumberText('1.0'),
      new NumberText('1e3'),
      -7,
    ]);
  });

  it('accepts names of prototype properties as ordinary names', () => {
    const value = parseJson('{"__proto__":{"a":1},"constructor":2}') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
  });

  it('reads any depth, and shortens a long path in an error', () => {
    expect(() => parseJson(`${'['.repeat(30_000)}${']'.repeat(30_000)}`)).not.toThrow();
    const deep = `${'['.repeat(10_000)}{"a":1,"a":2}${']'.repeat(10_000)}`;
    expect(() => parseJson(deep)).toThrow(/^(\[0\]){66}\[0…: stands twice/);
  });
});

function parsedPlainly(text: string): unknown {
  return plain(parseJson(text));
}

function plain(value: Json): unknown {
  if (value instanceof NumberText) return value.toNumber();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item as Json)]));
}

function outcome(parse: () => unknown): unknown {
  try {
    return { value: parse() };
  } catch (error) {
    return (error as Error).name;
  }
}

/** Whether the parser finds a duplicate name, which JSON.parse accepts. */
function duplicateNames(text: string): boolean {
  return outcome(() => parseJson(text)) === 'ContractError';
}
