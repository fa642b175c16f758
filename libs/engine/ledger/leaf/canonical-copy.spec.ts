import canonicalizeFunction from 'canonicalize';
import fc from 'fast-check';
import { CanonicalCopy } from './canonical-copy.js';

const canonicalize = canonicalizeFunction as unknown as (value: unknown) => string;

/** The copies begin in the middle of a buffer, as those of leaves do. */
const AT = 7;
const target = Buffer.alloc(65_536);
const copies = new CanonicalCopy(target);

/** What stands before and behind the JSON in the bytes of an event: more JSON. */
const BEFORE = Buffer.from('{"a":1}');
const BEHIND = Buffer.from('{"b":"}"}');

function copyOf(json: Uint8Array): string | undefined {
  const end = BEFORE.length + json.length;
  const isCopied = copies.copy(Buffer.concat([BEFORE, json, BEHIND]), BEFORE.length, end, AT);
  return isCopied ? target.toString('utf8', AT, AT + json.length) : undefined;
}

const copyOfText = (text: string) => copyOf(Buffer.from(text));

/** Members with the names m100, m101 … */
const names = (count: number) => Array.from({ length: count }, (_, at) => `"m${100 + at}":1`);

/** Expects that what is copied is what the library makes of it; what is no JSON is not copied. */
function expectCanonical(json: Uint8Array): void {
  const copied = copyOf(json);
  if (copied === undefined) return;
  expect(copied).toBe(canonicalize(JSON.parse(Buffer.from(json).toString('utf8'))));
}

it.each([
  ['{}', '{}'],
  ['[]', '[]'],
  ['{"b":1,"a":[true,false,null,{"d":"x","c":-12}]}', '{"a":[true,false,null,{"c":-12,"d":"x"}],"b":1}'],
  ['{"ab":1,"a":2,"":3,"a b":4,"A":5,"10":6,"9":7}', '{"":3,"10":6,"9":7,"A":5,"a":2,"a b":4,"ab":1}'],
  [
    '{"name":"\u20ac \u{1f600}\u2028 \\"b\\" \\\\ \\b\\f\\n\\r\\t","a":0}',
    '{"a":0,"name":"\u20ac \u{1f600}\u2028 \\"b\\" \\\\ \\b\\f\\n\\r\\t"}',
  ],
  ['{"toJSON":1,"__proto__":2}', '{"__proto__":2,"toJSON":1}'],
  ['[[],{},{"b":[{"d":1,"c":[]}],"a":{"f":{},"e":2}}]', '[[],{},{"a":{"e":2,"f":{}},"b":[{"c":[],"d":1}]}]'],
  ['"x"', '"x"'],
  ['123456789012345', '123456789012345'],
])('copies %s', (json, canonical) => {
  expect(copyOfText(json)).toBe(canonical);
  expect(canonicalize(JSON.parse(json))).toBe(canonical);
});

it.each([
  ['blanks', '{"a": 1}'],
  ['members with the same name', '{"b":1,"a":2,"b":3}'],
  ['members with the same name in order', '{"a":2,"a":3}'],
  ['members of a member with the same name', '{"b":{"c":1,"c":2},"a":3}'],
  ['fractions', '[1.50]'],
  ['exponents', '[1e3]'],
  ['a minus zero', '[-0]'],
  ['integers beyond a double', '[12345678901234567]'],
  ['an escaped slash', '["\\/"]'],
  ['escaped letters', '["\\u0041"]'],
  ['names beyond ASCII', '{"\u20ac":1}'],
  ['names with escapes', '{"\\n":1}'],
  ['deep values', `${'['.repeat(40)}${']'.repeat(40)}`],
  ['many members', JSON.stringify(Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`m${at}`, at])))],
  ['many elements', JSON.stringify(Array.from({ length: 300 }, (_, at) => at))],
  ['members that are not in order beside many others', `{"b":2,"a":{${names(10).reverse()}},${names(250)}}`],
  ['no value', ''],
  ['two values', '1 2'],
  ['a comma at the end', '{"a":1,}'],
  ['a leading zero', '01'],
  ['an unfinished text', '"a'],
  ['an unfinished escape', '"\\'],
  ['an unfinished object', '{"a":1'],
  ['a member without a value', '{"a":'],
  ['a line feed in a text', '"\n"'],
])('leaves %s to a parser', (_, json) => {
  expect(copyOfText(json)).toBeUndefined();
});

it('leaves bytes that are no UTF-8 to a parser', () => {
  expect(copyOf(Buffer.from([0x22, 0xc3, 0x22]))).toBeUndefined();
  expect(copyOf(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toBeUndefined();
});

it('copies what the library makes of any JSON, or nothing', () => {
  fc.assert(fc.property(fc.json(), (json) => expectCanonical(Buffer.from(json))));
});

it('copies every object of short names, whole numbers and texts', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '$', ' ', '1'), maxLength: 4 });
  const leaf = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null));
  const value = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(name, tie('value'))),
  })).value;
  const isSimple = (text: string) => !text.includes('\\u') && !text.includes('-0');
  fc.assert(
    fc.property(value, (each) => {
      const json = JSON.stringify(each);
      fc.pre(isSimple(json));
      expect(copyOfText(json)).toBe(canonicalize(each));
    }),
  );
});

it('copies what the library makes of bytes of which one was changed, or nothing', () => {
  const json = Buffer.from('{"b":{"d":"\u20ac\\n","c":[1,-20,true]},"a":null,"e":"x","f":false}');
  for (let at = 0; at < json.length; at += 1) {
    for (let byte = 0; byte < 256; byte += 1) {
      const changed = Buffer.from(json);
      changed[at] = byte;
      expectCanonical(changed);
    }
  }
});
