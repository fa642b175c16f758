import { create, type DescMessage } from '@bufbuild/protobuf';
import { ListEventsRequestSchema } from '@zitadel/proto/zitadel/admin_pb.js';
import {
  AddAPIAppRequestSchema,
  AddAppKeyRequestSchema,
  AddHumanUserRequest_EmailSchema,
  ListAppsRequestSchema,
} from '@zitadel/proto/zitadel/management_pb.js';
import { validateSync } from 'class-validator';
import { features } from '#libs/registry/features.js';
import { GreetRequestSchema } from '../../../test/gen/sample/v1/sample_pb.js';
import { fieldRule } from './field-rules.js';
import { FollowsContract } from './follows-contract.js';

const servedCalls = features.calls.map(({ method }) => method);

describe('the rule of a text', () => {
  const name = fieldRule(AddAPIAppRequestSchema, 'name');

  it.each([
    ['x', undefined],
    ['x'.repeat(200), undefined],
    ['𝔸'.repeat(200), undefined],
    ['', 'must have 1 to 200 characters (got 0)'],
    ['x'.repeat(201), 'must have 1 to 200 characters (got 201)'],
    ['𝔸'.repeat(201), 'must have 1 to 200 characters (got 201)'],
    ['a\0b', 'must not hold a NUL character'],
    ['a\ud800', 'must be well-formed Unicode (it holds a lone surrogate)'],
    [7, 'must be a string'],
    [undefined, 'must be a string'],
  ])('of %j says %s', (value, fault) => {
    expect(name(value)).toBe(fault);
  });

  it('without a minimum names only the maximum', () => {
    expect(fieldRule(ListEventsRequestSchema, 'aggregateId')('x'.repeat(201))).toBe(
      'must have at most 200 characters (got 201)',
    );
  });
});

describe('the rule of an enum', () => {
  it('accepts only defined values, and none that the contract excludes', () => {
    expect(fieldRule(AddAPIAppRequestSchema, 'authMethodType')(2)).toMatch(/^must be one of .*JWT \(1\) \(got 2\)$/);
    const type = fieldRule(AddAppKeyRequestSchema, 'type');
    expect([type(0), type(1)]).toEqual(['must be one of KEY_TYPE_JSON (1) (got 0)', undefined]);
  });
});

describe('the rule of a list', () => {
  it('checks the number of items and each item', () => {
    const types = fieldRule(ListEventsRequestSchema, 'eventTypes');
    expect(types(Array(30).fill('a'))).toBeUndefined();
    expect(types(Array(31).fill('a'))).toBe('must have at most 30 items (got 31)');
    expect(types(['a', '\0'])).toBe('item 1: must not hold a NUL character');
  });

  it('checks the fields of messages', () => {
    const { queries } = create(ListAppsRequestSchema, {
      queries: [{ query: { case: 'nameQuery', value: { name: 'x'.repeat(201), method: 0 } } }],
    });
    expect(fieldRule(ListAppsRequestSchema, 'queries')(queries)).toBe(
      'item 0: nameQuery: name: must have at most 200 characters (got 201)',
    );
  });
});

describe('the rules of protovalidate', () => {
  it('are those of texts, lists and enums', () => {
    const rule = (name: 'name' | 'titles' | 'tone') => fieldRule(GreetRequestSchema, name);
    expect(rule('name')('')).toBe('must have 1 to 20 characters (got 0)');
    expect(rule('name')('x'.repeat(20))).toBeUndefined();
    expect(rule('titles')(['a', 'b', 'c'])).toBe('must have at most 2 items (got 3)');
    expect(rule('tone')(2)).toMatch(/^must be one of TONE_UNSPECIFIED \(0\), TONE_POLITE \(1\) \(got 2\)$/);
    expect(rule('tone')(1)).toBeUndefined();
  });
});

describe('the rules of the contract', () => {
  it('are implemented for every field of every served call', () => {
    for (const { input } of servedCalls) {
      for (const { localName } of input.fields) {
        expect(fieldRule(input as DescMessage, localName)).toBeInstanceOf(Function);
      }
    }
  });

  it('that are not implemented are refused at start', () => {
    expect(() => fieldRule(AddHumanUserRequest_EmailSchema, 'email')).toThrow(
      /states the rule "email" .* implement it/,
    );
  });
});

it('a field that the message does not have does not compile, and throws at start', () => {
  // @ts-expect-error
  expect(() => fieldRule(AddAPIAppRequestSchema, 'nothing')).toThrow('has no field nothing');
});

describe('a class that follows the contract', () => {
  class Sample {
    @FollowsContract(AddAPIAppRequestSchema, 'projectId')
    id = '';
    @FollowsContract(AddAPIAppRequestSchema, 'name')
    name = '';
  }

  it('is checked by class-validator, in the order of its properties, with the name of the field', () => {
    const faults = validateSync(new Sample());
    expect(faults.map(({ property }) => property)).toEqual(['id', 'name']);
    expect(faults[0]).toMatchObject({
      constraints: { followsContract: 'must have 1 to 200 characters (got 0)' },
      contexts: { followsContract: { field: 'projectId' } },
    });
  });
});
