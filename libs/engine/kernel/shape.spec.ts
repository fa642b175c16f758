import fc from 'fast-check';
import { count, flag, list, object, oneOf, optional, text, time } from './shape.js';

const shape = object({ name: text, on: flag, times: count, at: time, kind: oneOf('a', 'b'), note: optional(text) });
const fitting = { name: 'x', on: true, times: 1, at: '2024-04-10T04:31:16.326Z', kind: 'a' };

describe('a shape', () => {
  it('accepts values with and without the optional fields', () => {
    expect(shape.fault(fitting, 'data')).toBeUndefined();
    expect(shape.fault({ ...fitting, note: 'n' }, 'data')).toBeUndefined();
  });

  it.each([
    [{ ...fitting, name: 1 }, 'data.name must be a string'],
    [{ ...fitting, name: '\ud800' }, 'data.name must be a string'],
    [{ ...fitting, on: 'true' }, 'data.on must be true or false'],
    [{ ...fitting, times: -1 }, 'data.times must be a whole number from 0'],
    [{ ...fitting, times: 1.5 }, 'data.times must be a whole number from 0'],
    [{ ...fitting, at: '2024-04-10' }, 'data.at must be a time'],
    [{ ...fitting, at: '2024-13-10T04:31:16.326Z' }, 'data.at must be a time'],
    [{ ...fitting, kind: 'c' }, 'data.kind must be one of a, b'],
    [{ ...fitting, note: null }, 'data.note must be a string'],
    [{ ...fitting, more: 1 }, 'data.more is not a known field'],
    [[], 'data must be an object'],
    [null, 'data must be an object'],
  ])('describes the fault in %j', (value, fault) => {
    expect(shape.fault(value, 'data')).toContain(fault);
  });

  it('takes the times that Date takes, whatever it has taken before', () => {
    const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
    const days = ['2024-02-28', '2024-02-29', '2023-02-29', '2024-02-30', '2024-13-01', '2024-04-31', '2024-00-10'];
    const ofDay = ['T00:00:00.000Z', 'T23:59:59.999Z', 'T24:00:00.000Z', 'T24:00:00.001Z', 'T25:00:00.000Z'];
    const others = [
      'T12:60:00.000Z',
      'T12:00:60.000Z',
      'T12:00:00.00Z',
      'T12:00:00.000',
      'T1２:00:00.000Z',
      't12:00:00.000Z',
    ];
    const texts = days.flatMap((day) => [...ofDay, ...others].map((rest) => day + rest));
    for (const value of [...texts, ...texts.toReversed()]) {
      const isTime = form.test(value) && !Number.isNaN(Date.parse(value));
      expect([value, time.fault(value, 'at') === undefined]).toEqual([value, isTime]);
    }
  });

  it('reports every missing field', () => {
    for (const name of Object.keys(fitting)) {
      const { [name as keyof typeof fitting]: _, ...rest } = fitting;
      expect(shape.fault(rest, 'data')).toContain(`data.${name}`);
    }
  });

  it('accepts a value after a round trip through JSON', () => {
    const values = fc.record({
      name: fc.string({ unit: 'grapheme' }),
      on: fc.boolean(),
      times: fc.maxSafeNat(),
      at: fc
        .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      kind: fc.constantFrom('a', 'b'),
    });
    fc.assert(fc.property(values, (value) => shape.fault(JSON.parse(JSON.stringify(value)), 'data') === undefined));
  });

  it('has a JSON Schema with the same rules', () => {
    expect(shape.schema).toMatchObject({
      type: 'object',
      required: ['name', 'on', 'times', 'at', 'kind'],
      additionalProperties: false,
      properties: { kind: { enum: ['a', 'b'] }, times: { type: 'integer', minimum: 0 } },
    });
  });
});

describe('a list', () => {
  const names = list(text);

  it('accepts values of its shape alone', () => {
    expect(names.fault([], 'data')).toBeUndefined();
    expect(names.fault(['a', 'b'], 'data')).toBeUndefined();
    expect(names.fault(['a', 7], 'data')).toBe('data[1] must be a string');
    for (const value of ['a', { 0: 'a' }, null, undefined])
      expect(names.fault(value, 'data')).toBe('data must be a list');
  });

  it('has a JSON Schema with the same rules', () => {
    expect(names.schema).toEqual({ type: 'array', items: { type: 'string' } });
  });
});
