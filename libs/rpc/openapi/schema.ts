import { type DescEnum, type DescField, type DescMessage, type DescOneof, ScalarType } from '@bufbuild/protobuf';
import { allowedValues, itemLimits, type Limits, lengthLimits, statedRules } from '#libs/contract/field-limits.js';
import { listCap } from '#libs/contract/list-limits.js';
import { isWellKnown } from '../json/pruner.js';

/** A JSON Schema, draft 2020-12, as OpenAPI 3.1 takes it. */
export type Schema = Readonly<Record<string, unknown>>;

const UINT32_MAX = 4_294_967_295;

/** What the JSON of a scalar is: 64-bit integers are strings, for JavaScript's numbers do not hold them. */
const scalars: Readonly<Record<ScalarType, Schema>> = {
  [ScalarType.STRING]: { type: 'string' },
  [ScalarType.BYTES]: { type: 'string', contentEncoding: 'base64' },
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.DOUBLE]: { type: 'number', format: 'double' },
  [ScalarType.FLOAT]: { type: 'number', format: 'float' },
  [ScalarType.INT32]: { type: 'integer', format: 'int32' },
  [ScalarType.SINT32]: { type: 'integer', format: 'int32' },
  [ScalarType.SFIXED32]: { type: 'integer', format: 'int32' },
  [ScalarType.UINT32]: { type: 'integer', minimum: 0, maximum: UINT32_MAX },
  [ScalarType.FIXED32]: { type: 'integer', minimum: 0, maximum: UINT32_MAX },
  [ScalarType.INT64]: { type: 'string', pattern: '^-?[0-9]+$' },
  [ScalarType.SINT64]: { type: 'string', pattern: '^-?[0-9]+$' },
  [ScalarType.SFIXED64]: { type: 'string', pattern: '^-?[0-9]+$' },
  [ScalarType.UINT64]: { type: 'string', pattern: '^[0-9]+$' },
  [ScalarType.FIXED64]: { type: 'string', pattern: '^[0-9]+$' },
};

/** Messages whose JSON is not that of their fields. */
const wellKnown: Readonly<Record<string, Schema>> = {
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
  'google.protobuf.Duration': { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]{1,9})?s$', description: 'Such as 1.5s.' },
  'google.protobuf.Struct': { type: 'object' },
  'google.protobuf.Value': {},
  'google.protobuf.ListValue': { type: 'array', items: {} },
};

/** Describes messages in their JSON form, and keeps the schemas to which those descriptions refer. */
export class Schemas {
  readonly #components = new Map<string, Schema>();

  /** Every schema that has been referred to, by name, in the order of names. */
  components(): Readonly<Record<string, Schema>> {
    return Object.fromEntries([...this.#components].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** A message's JSON. @throws Error a well-known type whose JSON is not described here */
  message(schema: DescMessage): Schema {
    if (isWellKnown(schema)) {
      const known = wellKnown[schema.typeName];
      if (known === undefined) throw new Error(`describe the JSON of ${schema.typeName} in libs/rpc/openapi/schema.ts`);
      return known;
    }
    // Entered before its fields are described, so that a message may hold its own kind.
    return this.#reference(schema.typeName, () => this.object(schema));
  }

  /** A message's JSON object without some of its fields, described in place. @param without their original names */
  object(schema: DescMessage, without: readonly string[] = []): Schema {
    const fields = schema.fields.filter(({ name }) => !without.includes(name));
    const properties = Object.fromEntries(fields.map((field) => [field.jsonName, this.field(field)]));
    const required = fields.filter(mustBeGiven).map(({ jsonName }) => jsonName);
    const choices = schema.oneofs.filter(({ fields: members }) => members.length > 1).map(atMostOneOf);
    return {
      type: 'object',
      properties,
      ...(required.length > 0 && { required }),
      ...(choices.length > 0 && { allOf: choices }),
    };
  }

  /** A field's JSON, with the rules that the contract states for it and the limits that Appledger adds. */
  field(field: DescField): Schema {
    switch (field.fieldKind) {
      case 'scalar':
        return { ...scalars[field.scalar], ...lengthOf(field), ...sizeOf(field) };
      case 'enum':
        return this.#enum(field.enum, field);
      case 'message':
        return this.message(field.message);
      case 'list':
        return { type: 'array', items: this.#item(field), ...itemsOf(field) };
      case 'map':
        return { type: 'object', additionalProperties: this.#item(field) };
    }
  }

  #item(field: DescField & { fieldKind: 'list' | 'map' }): Schema {
    if (field.message !== undefined) return this.message(field.message);
    return field.enum === undefined ? scalars[field.scalar] : this.#enum(field.enum);
  }

  #enum(schema: DescEnum, field?: DescField): Schema {
    const stated = field && statedRules(field)?.type;
    if (stated?.case === 'enum' && stated.value.notIn.length > 0) return words(allowedValues(schema, stated.value));
    return this.#reference(schema.typeName, () => words(schema.values));
  }

  #reference(name: string, describe: () => Schema): Schema {
    if (!this.#components.has(name)) {
      this.#components.set(name, {});
      this.#components.set(name, describe());
    }
    return { $ref: `#/components/schemas/${name}` };
  }
}

function words(values: readonly { readonly name: string }[]): Schema {
  return { type: 'string', enum: values.map(({ name }) => name) };
}

/** A field that is left out is its zero value, which may break its rule. */
function mustBeGiven(field: DescField): boolean {
  const stated = statedRules(field)?.type;
  if (field.oneof !== undefined || stated === undefined) return false;
  if (stated.case === 'string') return lengthLimits(stated.value).min > 0;
  if (stated.case === 'repeated') return itemLimits(stated.value).min > 0;
  return stated.case === 'enum' && stated.value.notIn.includes(0);
}

function lengthOf(field: DescField): Schema {
  const stated = statedRules(field)?.type;
  return stated?.case === 'string' ? bounds(lengthLimits(stated.value), 'Length') : {};
}

function itemsOf(field: DescField): Schema {
  const stated = statedRules(field)?.type;
  const { min, max } = stated?.case === 'repeated' ? itemLimits(stated.value) : { min: 0, max: undefined };
  return bounds({ min, max: listCap(field)?.max ?? max }, 'Items');
}

function sizeOf(field: DescField): Schema {
  const cap = listCap(field);
  return cap === undefined ? {} : { maximum: cap.max, default: cap.usual };
}

function bounds({ min, max }: Limits, what: 'Length' | 'Items'): Schema {
  return { ...(min > 0 && { [`min${what}`]: min }), ...(max !== undefined && { [`max${what}`]: max }) };
}

/** Of the members of a oneof an object has one or none. */
function atMostOneOf({ fields }: DescOneof): Schema {
  const members = fields.map(({ jsonName }) => ({ required: [jsonName] }));
  return { oneOf: [...members, { not: { anyOf: members } }] };
}
