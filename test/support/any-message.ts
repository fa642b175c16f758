import { create, type DescField, type DescMessage, fromJson, ScalarType } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { MAX_INT64, MIN_INT64 } from '#libs/engine/kernel/int64.js';

const MAX_ITEMS = 3;

/** Which messages are made. */
export interface Making {
  /** Here and there a value that no message can have. */
  readonly faulty: boolean;
  /** So many levels of messages within messages. */
  readonly levels: number;
}

/** What any message may be made of, in the form that `create` takes; often made into one already. */
export function initOf(schema: DescMessage, making: Making): fc.Arbitrary<object> {
  const special = wellKnown(making.faulty)[schema.typeName];
  if (special !== undefined) return special;
  const { levels } = making;
  const entries = schema.members
    .filter((member) => levels > 0 || member.kind === 'oneof' || member.message === undefined)
    .map((member) => [
      member.localName,
      member.kind === 'oneof' ? oneofOf(member.fields, making) : fieldOf(member, making),
    ]);
  const record = fc.record(Object.fromEntries(entries), { requiredKeys: [] });
  return fc.oneof({ weight: 3, arbitrary: record }, { weight: 1, arbitrary: record.map((init) => made(schema, init)) });
}

/** A message where the values can make one. */
function made(schema: DescMessage, init: object): object {
  try {
    return create(schema, init as never);
  } catch {
    return init;
  }
}

function oneofOf(fields: readonly DescField[], making: Making): fc.Arbitrary<unknown> {
  const cases = fields
    .filter(({ message }) => message === undefined || making.levels > 0)
    .map((field) => fc.record({ case: fc.constant(field.localName), value: fieldOf(field, making) }));
  return fc.oneof(...cases, fc.constantFrom<unknown>({ case: undefined }, {}, null, { case: 'other', value: 1 }));
}

function fieldOf(field: DescField, making: Making): fc.Arbitrary<unknown> {
  const value = valueFor(field, making);
  const one = making.faulty
    ? fc.oneof({ weight: 40, arbitrary: value }, { weight: 1, arbitrary: fc.constantFrom(...wrongKinds) })
    : value;
  if (field.fieldKind === 'list') return fc.array(one, { maxLength: MAX_ITEMS });
  return field.fieldKind === 'map' ? fc.dictionary(anyText, one, { maxKeys: MAX_ITEMS }) : one;
}

const wrongKinds: readonly unknown[] = [undefined, null, 'text', 7, -0, 1.5, Number.NaN, 9n, true, [], {}];

function valueFor(field: DescField, making: Making): fc.Arbitrary<unknown> {
  if (field.message !== undefined) return initOf(field.message, { ...making, levels: making.levels - 1 });
  if (field.enum === undefined) return scalars[field.scalar ?? ScalarType.STRING];
  return fc.constantFrom(...field.enum.values.map(({ number }) => number), UNKNOWN_ENUM_VALUE);
}

const UNKNOWN_ENUM_VALUE = 4_711;

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ maxLength: 80 }),
  fc.constantFrom('', '"', '\\', '\n', '\u2028', '\ud800', '__proto__', '1', '\u007f'),
);
const int32 = fc.oneof(fc.integer(), fc.constantFrom(0, -0));
const uint32 = fc.oneof(fc.nat(), fc.constantFrom(0, 2 ** 32 - 1));
const int64 = fc.oneof(fc.bigInt({ min: MIN_INT64, max: MAX_INT64 }), fc.constantFrom<unknown>(0n, '0', '12', 12, 0));
const uint64 = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom<unknown>(0n, '0', 7));
const number = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1e21, 5e-324));

const scalars: Readonly<Record<ScalarType, fc.Arbitrary<unknown>>> = {
  [ScalarType.STRING]: anyText,
  [ScalarType.BOOL]: fc.boolean(),
  [ScalarType.BYTES]: fc.oneof(
    fc.uint8Array({ maxLength: 9 }),
    fc.uint8Array({ maxLength: 9 }).map((bytes) => Array.from(bytes)),
    fc.uint8Array({ minLength: 4, maxLength: 9 }).map((bytes) => bytes.subarray(2)),
  ),
  [ScalarType.DOUBLE]: number,
  [ScalarType.FLOAT]: number,
  [ScalarType.INT32]: int32,
  [ScalarType.SINT32]: int32,
  [ScalarType.SFIXED32]: int32,
  [ScalarType.UINT32]: uint32,
  [ScalarType.FIXED32]: uint32,
  [ScalarType.INT64]: int64,
  [ScalarType.SINT64]: int64,
  [ScalarType.SFIXED64]: int64,
  [ScalarType.UINT64]: uint64,
  [ScalarType.FIXED64]: uint64,
};

const nanos = fc.oneof(
  fc.integer({ min: 0, max: 999 }).map((ms) => ms * 1_000_000),
  fc.integer({ min: 0, max: 999_999 }).map((us) => us * 1_000),
  fc.integer({ min: 0, max: 999_999_999 }),
);
const seconds = fc.oneof(
  fc.bigInt({ min: -62_135_596_800n, max: 253_402_300_799n }),
  fc.constantFrom(0n, -62_135_596_800n, 253_402_300_799n),
);
const faultyNanos = fc.oneof(nanos, fc.constantFrom<unknown>(-1, 1_000_000_000, 0.5));
const faultySeconds = fc.oneof(seconds, fc.constantFrom<unknown>(-62_135_596_801n, 253_402_300_800n, 12, '12'));

function wellKnown(faulty: boolean): Readonly<Record<string, fc.Arbitrary<object>>> {
  const time = faulty ? { seconds: faultySeconds, nanos: faultyNanos } : { seconds, nanos };
  return {
    'google.protobuf.Timestamp': fc.record(time, { requiredKeys: [] }),
    'google.protobuf.Duration': fc.record(faulty ? time : { seconds: fc.bigInt({ min: 0n, max: 9_999n }), nanos }),
    'google.protobuf.Struct': fc.dictionary(anyText, fc.jsonValue(), { maxKeys: MAX_ITEMS }) as fc.Arbitrary<object>,
    // Without a kind it has no JSON.
    ...(!faulty && { 'google.protobuf.Value': fc.jsonValue().map((value) => fromJson(ValueSchema, value as never)) }),
    'google.protobuf.StringValue': anyText as fc.Arbitrary<never>,
    'google.protobuf.BytesValue': scalars[ScalarType.BYTES] as fc.Arbitrary<never>,
  };
}
