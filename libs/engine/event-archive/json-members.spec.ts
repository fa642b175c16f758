import fc from 'fast-check';
import { jsonMembers } from './json-members.js';

const members = (text: string) =>
  Object.fromEntries(Array.from(jsonMembers(Buffer.from(text)), ([name, bytes]) => [name, bytes.toString()]));

describe('jsonMembers', () => {
  it('finds the bytes of each value, as they stand', () => {
    expect(members(' { "a" : 1.0 , "b":{"2":0,"1":[ "}" ]},"c":"\\"}" ,"ü\\u0041":null, "e":[{}] } ')).toEqual({
      a: '1.0',
      b: '{"2":0,"1":[ "}" ]}',
      c: '"\\"}"',
      üA: 'null',
      e: '[{}]',
    });
    expect(members('{}')).toEqual({});
    expect(members('{"a":1,"a":2}')).toEqual({ a: '2' });
  });

  it('finds every member of every object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), fc.nat(3), (object, spaces) => {
        const text = Buffer.from(JSON.stringify(object, undefined, spaces));
        const parsed = JSON.parse(text.toString()) as Record<string, unknown>;
        const found = Array.from(jsonMembers(text), ([name, bytes]) => [name, JSON.parse(bytes.toString())]);
        expect(found).toEqual(Object.entries(parsed));
      }),
    );
  });
});
