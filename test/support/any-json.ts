import { type DescField, type DescMessage, type JsonObject, ScalarType } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { MAX_INT64, MIN_INT64 } from '#libs/engine/kernel/int64.js';

const MAX_DEPTH = 4; // messages below are left out

/** Any message, as its JSON. */
export function messageOf(schema: DescMessage, depth = 0): fc.Arbitrary<JsonObject> {
  if (schema.typeName === 'google.protobuf.Timestamp') return timestamp as unknown as fc.Arbitrary<JsonObject>;
  if (schema.typeName === 'google.protobuf.Duration') return fc.constant('1.5s') as unknown as fc.Arbitrary<JsonObject>;
  if (schema.typeName === 'google.protobuf.Struct') return fc.constant({ a: 1 });
  const plain = schema.fields.filter(({ oneof }) => oneof === undefined);
  const chosen = schema.oneofs.flatMap(({ fields }) => fields.slice(0, 1));
  const fields = [...plain, ...chosen].filter(
    (field) => field.fieldKind !== 'map' && (field.message === undefined || depth < MAX_DEPTH),
  );
  return fc.record(Object.fromEntries(fields.map((field) => [field.jsonName, fieldOf(field, depth)])), {
    requiredKeys: [],
  }) as fc.Arbitrary<JsonObject>;
}

const timestamp = fc
  .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());

function fieldOf(field: DescField, depth: number): fc.Arbitrary<unknown> {
  const one =
    field.message !== undefined
      ? messageOf(field.message, depth + 1)
      : field.enum !== undefined
        ? fc.constantFrom(...field.enum.values.map(({ name }) => name))
        : scalarOf(field.scalar ?? ScalarType.STRING);
  return field.fieldKind === 'list' ? fc.array(one, { maxLength: 3 }) : one;
}

function scalarOf(scalar: ScalarType): fc.Arbitrary<unknown> {
  switch (scalar) {
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.STRING:
      return fc.string({ unit: 'binary' });
    case ScalarType.BYTES:
      return fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'));
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return fc.nat();
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return fc.integer();
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return fc.integer();
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return fc.bigInt({ min: MIN_INT64, max: MAX_INT64 }).map(String);
    default:
      throw new Error(`no values for ${ScalarType[scalar]}`);
  }
}

const MAX_ENTRY_DEPTH = 2;

/** JSON that may well be for the message: names of either kind, unknown ones, and values right and wrong. */
export function jsonFor(schema: DescMessage, depth = 0): fc.Arbitrary<JsonObject> {
  const fields = schema.fields.filter(({ message }) => message === undefined || depth < MAX_ENTRY_DEPTH);
  if (fields.length === 0) return fc.constantFrom<JsonObject>({}, { unknown: 1 });
  const entry = fc.constantFrom(...fields).chain((field) =>
    fc.tuple(
      fc.constantFrom(field.jsonName, field.jsonName, field.name, 'unknown'),
      fc.oneof(
        { weight: 12, arbitrary: jsonValueFor(field, depth) },
        {
          weight: 1,
          arbitrary: fc.constantFrom<unknown>(null, 7, -0, 2 ** 32, 1.5, '7', 'x', '\ud800', true, [], {}),
        },
      ),
    ),
  );
  return fc.array(entry, { maxLength: 4 }).map((entries) => Object.fromEntries(entries) as JsonObject);
}

function jsonValueFor(field: DescField, depth: number): fc.Arbitrary<unknown> {
  const message = field.message;
  const one =
    message === undefined
      ? fieldOf({ ...field, fieldKind: 'scalar' } as DescField, depth)
      : message.typeName.startsWith('google.protobuf.')
        ? fc.constantFrom<unknown>('2024-04-10T04:31:16.326Z', '1.5s', 'x', {})
        : jsonFor(message, depth + 1);
  return field.fieldKind === 'list' ? fc.array(one, { maxLength: 2 }) : one;
}
