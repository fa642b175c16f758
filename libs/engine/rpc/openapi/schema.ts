import type { DescEnum, DescField, DescMessage, DescOneof } from '@bufbuild/protobuf';
import { allowedValues, type Limits, statedRules } from '#libs/engine/contract/stated-rules.js';
import { isWellKnown } from '../json/pruner.js';
import type { ApiDescription } from './api-description.js';
import type { Schema } from './json-schema.js';
import { bodyForm, type Form, givenName } from './schema-forms.js';

/** Messages whose JSON is not that of their fields. */
const wellKnown: Readonly<Record<string, Schema>> = {
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
  'google.protobuf.Duration': { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]{1,9})?s$', description: 'Such as 1.5s.' },
  'google.protobuf.Struct': { type: 'object' },
  'google.protobuf.Value': {},
  'google.protobuf.ListValue': { type: 'array', items: {} },
};

/** The schemas to which descriptions refer, and the messages and enums that they describe. */
export type Components = Map<string, { readonly of: Form; schema: Schema }>;

/** What is said of fields beside what their descriptors hold. */
type FieldNotes = Pick<ApiDescription, 'example' | 'cap'>;

/** Describes messages in their JSON form, and keeps the schemas to which those descriptions refer. */
export class Schemas {
  readonly #components: Components;
  readonly #form: Form;
  readonly #notes: FieldNotes;

  /** @param components may be shared by several forms that have no message in common */
  constructor(form: Form, notes: FieldNotes, components: Components = new Map()) {
    this.#notes = notes;
    this.#form = form;
    this.#components = components;
  }

  /** Every schema that has been referred to, by name, in the order of names. */
  components(): Readonly<Record<string, Schema>> {
    const sorted = [...this.#components].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted.map(([name, { schema }]) => [name, schema]));
  }

  /** A message's JSON. @throws Error a well-known type whose JSON is not described here */
  message(schema: DescMessage): Schema {
    if (isWellKnown(schema)) {
      const known = wellKnown[schema.typeName];
      if (known === undefined)
        throw new Error(`describe the JSON of ${schema.typeName} in libs/engine/rpc/openapi/schema.ts`);
      return known;
    }
    // Entered before its fields are described, so that a message may hold its own kind.
    return this.#reference(schema.typeName, () => this.object(schema));
  }

  /** A message's JSON object without some of its fields, described in place. @param without their original names */
  object(schema: DescMessage, without: readonly string[] = []): Schema {
    const fields = schema.fields.filter(({ name }) => !without.includes(name));
    const properties = Object.fromEntries(fields.map((field) => [field.jsonName, this.#property(field)]));
    const required = fields.filter(mustBeGiven).map(({ jsonName }) => jsonName);
    const choices = schema.oneofs
      .filter(({ fields: members }) => members.length > 1)
      .map((oneof) => atMostOneOf(oneof, this.#form));
    return {
      type: 'object',
      properties,
      ...(required.length > 0 && { required }),
      ...(choices.length > 0 && { allOf: choices }),
    };
  }

  #property(field: DescField): Schema {
    const schema = this.field(field);
    return this.#form.takesNull && !mustBeGiven(field) ? orNull(schema) : schema;
  }

  /** A field's JSON, with the rules that the contract states for it and the limits that Appledger adds. */
  field(field: DescField): Schema {
    switch (field.fieldKind) {
      case 'scalar':
        return {
          ...this.#form.scalar(field.scalar, this.#notes.cap(field)?.max),
          ...(this.#form === bodyForm && isGivenName(field) && givenName),
          ...lengthOf(field),
          ...this.#usual(field),
          ...this.#example(field),
        };
      case 'enum':
        return this.#enum(field.enum, field);
      case 'message':
        return { ...this.message(field.message), ...(isWellKnown(field.message) && this.#example(field)) };
      case 'list':
        return { type: 'array', items: this.#item(field), ...this.#items(field) };
      case 'map':
        return { type: 'object', additionalProperties: this.#item(field) };
    }
  }

  #example(field: DescField): Schema {
    const example = this.#notes.example(field);
    return example === undefined ? {} : { examples: [example] };
  }

  #usual(field: DescField): Schema {
    const usual = this.#notes.cap(field)?.usual;
    return usual === undefined ? {} : { default: usual };
  }

  #items(field: DescField): Schema {
    const { min, max } = statedRules(field).items ?? { min: 0, max: undefined };
    return bounds({ min, max: this.#notes.cap(field)?.max ?? max }, 'Items');
  }

  #item(field: DescField & { fieldKind: 'list' | 'map' }): Schema {
    if (field.message !== undefined) return this.message(field.message);
    return field.enum === undefined ? this.#form.scalar(field.scalar) : this.#enum(field.enum);
  }

  #enum(schema: DescEnum, field?: DescField): Schema {
    const values = field && statedRules(field).values;
    if (values !== undefined && values.notIn.length > 0) return this.#form.values(allowedValues(schema, values));
    return this.#reference(this.#form.enumName(schema.typeName), () => this.#form.values(schema.values));
  }

  #reference(name: string, describe: () => Schema): Schema {
    const known = this.#components.get(name);
    if (known === undefined) {
      const entry = { of: this.#form, schema: {} };
      this.#components.set(name, entry);
      entry.schema = describe();
    } else if (known.of !== this.#form) {
      throw new Error(`${name} is in requests and in answers, which are described otherwise: give it two names`);
    }
    return { $ref: `#/components/schemas/${name}` };
  }
}

/** Null, too: it stands for the value that holds when nothing is said. */
function orNull(schema: Schema): Schema {
  const { type } = schema;
  const isMoreThanType = type === undefined || 'enum' in schema || 'format' in schema;
  return isMoreThanType ? { anyOf: [schema, { type: 'null' }] } : { ...schema, type: [type, 'null'].flat() };
}

/** A field that is left out is its zero value, which may break its rule. */
function mustBeGiven(field: DescField): boolean {
  if (field.oneof !== undefined) return false;
  const { length, items, values } = statedRules(field);
  return (length?.min ?? 0) > 0 || (items?.min ?? 0) > 0 || values?.notIn.includes(0) === true;
}

function isGivenName(field: DescField): boolean {
  return field.jsonName === 'name' && mustBeGiven(field);
}

function lengthOf(field: DescField): Schema {
  const { length } = statedRules(field);
  return length === undefined ? {} : bounds(length, 'Length');
}

function bounds({ min, max }: Limits, what: 'Length' | 'Items'): Schema {
  return { ...(min > 0 && { [`min${what}`]: min }), ...(max !== undefined && { [`max${what}`]: max }) };
}

/** Of the members of a oneof an object has one or none; null is none. */
function atMostOneOf({ fields }: DescOneof, { takesNull }: Form): Schema {
  const members = fields.map(({ jsonName }) => ({
    required: [jsonName],
    ...(takesNull && { properties: { [jsonName]: { not: { type: 'null' } } } }),
  }));
  return { oneOf: [...members, { not: { anyOf: members } }] };
}
