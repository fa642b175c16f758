import { create } from '@bufbuild/protobuf';
import { everyKind } from '../../../../../test/support/every-kind.js';
import { decoderOf } from '../../json/decode.js';
import { jsonOfQuery } from './query-string.js';

function decoded(query: Readonly<Record<string, string | readonly string[]>>) {
  return decoderOf(everyKind)(jsonOfQuery(everyKind, query));
}

describe('a value in a query string', () => {
  it.each([
    ['aInt32', '+1', { aInt32: 1 }],
    ['aInt32', '-2147483648', { aInt32: -2_147_483_648 }],
    ['aSint64', '-0', { aSint64: 0n }],
    ['aSfixed64', '+9223372036854775807', { aSfixed64: 9_223_372_036_854_775_807n }],
    ['colour', 'COLOUR_RED', { colour: 1 }],
    ['colour', '2', { colour: 2 }],
    ['inner.aBool', 'True', { inner: create(everyKind, { aBool: true }) }],
  ])('is read as Go reads it: %s=%s', (name, text, expected) => {
    expect(decoded({ [name]: text })).toEqual(create(everyKind, expected));
  });

  it.each([
    ['aInt32', '2147483648'],
    ['aInt32', '++1'],
    ['aInt64', '9223372036854775808'],
    ['aUint64', '+1'],
    ['colour', '3'],
    ['colour', 'colour_red'],
    ['allINT32', '1.5'],
  ])('is refused where Go refuses it: %s=%s', (name, text) => {
    expect(() => decoded({ [name]: text })).toThrow(expect.objectContaining({ code: 3 }));
  });

  it('is refused if the field also has a value by its other name', () => {
    expect(() => decoded({ aBool: 'true', a_bool: 'true' })).toThrow(/^a_bool: is given by both of its names/);
  });
});
