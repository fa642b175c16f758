import { fieldChanges } from './field-changes.js';

const changes = (...[before, after]: Parameters<typeof fieldChanges>) =>
  fieldChanges(before, after).map(({ field, before: one, after: other }) => [field, one, other]);

describe('the fields in which two messages differ', () => {
  it.each([
    ['none', { a: 1, b: { c: [] } }, { a: 1, b: { c: [] } }, []],
    ['a value', { a: 1 }, { a: 2 }, [['a', 1, 2]]],
    [
      'fields of a new message, by their names',
      undefined,
      { b: 1, a: false },
      [
        ['a', undefined, false],
        ['b', undefined, 1],
      ],
    ],
    ['fields of a removed message', { a: 1 }, undefined, [['a', 1, undefined]]],
    ['fields within a field', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, [['a.c', 2, 3]]],
    ['fields within a new field', {}, { a: { b: 1 } }, [['a.b', undefined, 1]]],
    ['an item that is new', { s: [] }, { s: [{ id: 'x', n: 1 }] }, [['s.x', undefined, { id: 'x', n: 1 }]]],
    ['an item that is gone', { s: [{ secretId: 'x' }] }, { s: [] }, [['s.x', { secretId: 'x' }, undefined]]],
    ['a list of items that is new', {}, { s: [{ id: 'x' }] }, [['s.x', undefined, { id: 'x' }]]],
    ['a field of an item', { s: [{ id: 'x', n: 1 }] }, { s: [{ id: 'x', n: 2 }] }, [['s.x.n', 1, 2]]],
    ['the order of items is no difference', { s: [{ id: 'x' }, { id: 'y' }] }, { s: [{ id: 'y' }, { id: 'x' }] }, []],
    ['a list of values', { a: [1, 2] }, { a: [1] }, [['a', [1, 2], [1]]]],
    ['a field that becomes a message', { a: 1 }, { a: { b: 2 } }, [['a', 1, { b: 2 }]]],
  ] as const)('%s', (_, before, after, expected) => {
    expect(changes(before as never, after as never)).toEqual(expected);
  });
});
