import { create, type DescMessage, equals, fromJson, type JsonObject, toJson } from '@bufbuild/protobuf';
import { ListEventsRequestSchema } from '@zitadel/proto/zitadel/admin_pb.js';
import {
  AddAPIAppRequestSchema,
  AddAppKeyRequestSchema,
  AddProjectRequestSchema,
  ListAppsRequestSchema,
  ListProjectsRequestSchema,
} from '@zitadel/proto/zitadel/management_pb.js';
import fc from 'fast-check';
import { features } from '#libs/registry/features.js';
import { messageOf } from '../../../../test/support/any-json.js';
import { everyKind } from '../../../../test/support/every-kind.js';
import { decoderOf, parseBody } from './decode.js';
import { encoderOf } from './encode.js';
import type { JsonMap } from './json-value.js';
import { prunerOf } from './pruner.js';

const servedCalls = features.calls.map(({ method }) => method);

describe('the pruner', () => {
  const prune = prunerOf(ListAppsRequestSchema);

  it('drops unknown fields at every depth, and nulls', () => {
    const json = {
      projectId: 'p',
      other: 1,
      query: { limit: 1, other: 2, asc: null },
      queries: [{ name_query: { name: 'n', other: [] } }, 7],
    };
    expect(prune(json)).toEqual({ projectId: 'p', query: { limit: 1 }, queries: [{ name_query: { name: 'n' } }, 7] });
  });

  it('drops names of prototype properties like other unknown names', () => {
    const pruned = prune(
      JSON.parse('{"__proto__":{"projectId":"x"},"constructor":1,"query":{"__proto__":{"limit":3}}}'),
    );
    expect(pruned).toEqual({ query: {} });
    expect(Object.getPrototypeOf(pruned)).toBe(Object.prototype);
    expect((pruned.query as JsonObject).limit).toBeUndefined();
  });
});

describe('a body', () => {
  it.each(['', '{}'])('of %j is an empty request', (text) => {
    expect(parseBody(Buffer.from(text))).toEqual({});
  });

  it.each([['7'], ['null'], ['"a"'], ['[]'], ['{'], ['\ufeff{}'], ['{} {}']])('of %s is refused', (text) => {
    expect(() => parseBody(Buffer.from(text))).toThrow(/the body must be/);
  });
});

describe('integers in a body', () => {
  const query = (text: string) =>
    decoderOf(ListAppsRequestSchema)(parseBody(Buffer.from(`{"query":${text}}`))).query as unknown;

  it.each([
    ['{"limit":"1e1"}', { limit: 10 }],
    ['{"limit":1e1}', { limit: 10 }],
    ['{"limit":"1.0"}', { limit: 1 }],
    ['{"limit":1.0}', { limit: 1 }],
    ['{"limit":-0}', { limit: 0 }],
    ['{"offset":18446744073709551615}', { offset: 18446744073709551615n }],
    ['{"offset":"18446744073709551615"}', { offset: 18446744073709551615n }],
    ['{"offset":9007199254740993}', { offset: 9007199254740993n }],
    ['{"offset":9007199254740993.0}', { offset: 9007199254740993n }],
    ['{"offset":1e19}', { offset: 10_000_000_000_000_000_000n }],
    ['{"offset":"12"}', { offset: 12n }],
  ])('are read exactly: %s', (text, expected) => {
    expect(query(text)).toMatchObject(expected);
  });

  it.each([
    '{"limit":1.00000000000000000001}',
    '{"offset":18446744073709551616}',
    '{"offset":9007199254740993.5}',
    '{"asc":1.0}',
    '{"limit":1e999}',
  ])('are refused, not rounded: %s', (text) => {
    expect(() => query(text)).toThrow(/must be/);
  });

  it('are accepted for an enum; texts of digits are not', () => {
    const decode = (type: string) =>
      decoderOf(AddAPIAppRequestSchema)(parseBody(Buffer.from(`{"authMethodType":${type}}`)));
    expect([decode('1'), decode('1.0'), decode('10e-1')]).toMatchObject(Array(3).fill({ authMethodType: 1 }));
    for (const type of ['1.5', '4294967297', '"1"'])
      expect(() => decode(type)).toThrow(/^authMethodType: must be one of/);
  });

  it('are accepted in wrappers, and stay numbers in google.protobuf.Value', () => {
    const decode = (text: string) => decoderOf(everyKind)(parseBody(Buffer.from(text))) as unknown;
    expect(decode('{"wrappedChoice":9007199254740993}')).toMatchObject({
      choice: { value: { value: 9007199254740993n } },
    });
    expect(decode('{"free":{"a":[1.5,{"b":1e2}]},"aDouble":1.5,"aFloat":"1e1"}')).toMatchObject({
      free: { a: [1.5, { b: 100 }] },
      aDouble: 1.5,
      aFloat: 10,
    });
    for (const text of [
      '{"wrappedChoice":"0x10"}',
      '{"aDouble":"0x10"}',
      '{"aDouble":1e999}',
      '{"aString":1.5}',
      '{"lasts":"1.5sx"}',
    ]) {
      expect(() => decode(text)).toThrow(/must be/);
    }
  });
});

describe('decoding', () => {
  const faults: readonly (readonly [DescMessage, JsonMap, string])[] = [
    [AddAPIAppRequestSchema, { name: 1 }, 'name: must be a string'],
    [
      AddAPIAppRequestSchema,
      { auth_method_type: 'X' },
      'auth_method_type: must be one of API_AUTH_METHOD_TYPE_BASIC (0), API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT (1)',
    ],
    [AddProjectRequestSchema, { projectRoleCheck: 'yes' }, 'projectRoleCheck: must be true or false'],
    [
      AddProjectRequestSchema,
      { projectRoleCheck: true, project_role_check: true },
      'project_role_check: is the same field as projectRoleCheck: give one of them',
    ],
    [
      AddAppKeyRequestSchema,
      { expirationDate: 'soon' },
      'expirationDate: must be a time such as 2024-04-10T04:31:16.326Z',
    ],
    ...['2027-02-30T00:00:00Z', '2027-02-29T12:00:00.5+02:00', '2027-13-01T00:00:00Z', '2027-01-01T24:00:00Z'].map(
      (expirationDate) =>
        [
          AddAppKeyRequestSchema,
          { expirationDate },
          'expirationDate: must be a time such as 2024-04-10T04:31:16.326Z',
        ] as const,
    ),
    [ListAppsRequestSchema, { query: { limit: -1 } }, 'query.limit: must be a whole number from 0 to 4294967295'],
    ...['0x10', '+1', ' 1 ', '01', '0b10', '2.', '', '1.5', '4294967296', '-1', 1.5, 2 ** 32, true].map(
      (limit) =>
        [
          ListAppsRequestSchema,
          { query: { limit } },
          'query.limit: must be a whole number from 0 to 4294967295',
        ] as const,
    ),
    ...['0x10', '18446744073709551616', '1e20', '-1', '01'].map(
      (offset) =>
        [
          ListAppsRequestSchema,
          { query: { offset } },
          'query.offset: must be a whole number from 0 to 18446744073709551615',
        ] as const,
    ),
    [
      AddAPIAppRequestSchema,
      { authMethodType: '1' },
      'authMethodType: must be one of API_AUTH_METHOD_TYPE_BASIC (0), API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT (1)',
    ],
    [
      AddProjectRequestSchema,
      { projectRoleCheck: null, project_role_check: true },
      'project_role_check: is the same field as projectRoleCheck: give one of them',
    ],
    [
      ListProjectsRequestSchema,
      { queries: [{ nameQuery: null, name_query: null }] },
      'queries[0].name_query: is the same field as nameQuery: give one of them',
    ],
    [AddProjectRequestSchema, { projectRoleCheck: 'true' }, 'projectRoleCheck: must be true or false'],
    [ListAppsRequestSchema, { query: [] }, 'query: must be an object'],
    [ListAppsRequestSchema, { queries: {} }, 'queries: must be a list, each item an object'],
    [ListAppsRequestSchema, { queries: [{}, null] }, 'queries[1]: must be an object'],
    [ListEventsRequestSchema, { eventTypes: ['a', 1] }, 'eventTypes: must be a list, each item a string'],
    [
      ListProjectsRequestSchema,
      { queries: [{ nameQuery: {}, projectResourceOwnerQuery: {} }] },
      'queries[0].nameQuery: cannot stand beside queries[0].projectResourceOwnerQuery',
    ],
  ];

  it.each(faults)('%s of %j says %s', (schema, json, text) => {
    expect(() => decoderOf(schema)(json)).toThrow(expect.objectContaining({ code: 3, text }));
  });

  it('accepts a leap day, and the last hour of a day', () => {
    for (const [expirationDate, seconds] of [
      ['2028-02-29T23:59:59Z', 1_835_481_599n],
      ['0001-01-01T00:00:00Z', -62_135_596_800n],
    ] as const) {
      expect(decoderOf(AddAppKeyRequestSchema)({ expirationDate })).toMatchObject({ expirationDate: { seconds } });
    }
  });

  it('accepts enums by name and by number, 64-bit numbers as text, and null as the default', () => {
    const decode = decoderOf(ListEventsRequestSchema);
    expect(decode({ sequence: '18446744073709551615', limit: 5, asc: null })).toMatchObject({
      sequence: 18446744073709551615n,
      limit: 5,
      asc: false,
    });
    expect(decoderOf(AddAPIAppRequestSchema)({ authMethodType: 1 })).toMatchObject({ authMethodType: 1 });
  });

  it('decodes an encoded message to the same message, for every served call, with either kind of names', () => {
    for (const { input, output } of servedCalls) {
      for (const schema of [input, output]) {
        const encode = encoderOf(schema);
        const decode = decoderOf(schema);
        fc.assert(
          fc.property(messageOf(schema), (json) => {
            const message = fromJson(schema, json);
            expect(equals(schema, decode(JSON.parse(encode(message))), message)).toBe(true);
            const original = toJson(schema, message, { useProtoFieldName: true }) as JsonObject;
            expect(equals(schema, decode(original), create(schema, message))).toBe(true);
          }),
          { numRuns: 25 },
        );
      }
    }
  });
});
