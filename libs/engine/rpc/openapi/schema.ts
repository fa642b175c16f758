import type { DescEnum, DescField, DescMessage, DescOneof } from '@bufbuild/protobuf';
import { allowedValues, type Limits, statedRules } from '#libs/engine/contract/stated-rules.js';
import { isWellKnown } from '../json/pruner.js';
import type { ApiDescription } from './api-description.js';
import type { Schema } from './json-schema.js';
import { bodyForm, type Form, givenName } from './schema-forms.js';

/** Messages with a special JSON form. */
const wellKnown: Readonly<Record<string, Schema>> = {
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
  'google.protobuf.Duration': { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]{1,9})?s$', description: 'Such as 1.5s.' },
  'google.protobuf.Struct': { type: 'object' },
  'google.protobuf.Value': {},
  'google.protobuf.ListValue': { type: 'array', items: {} },
};

/** The referenced schemas, and the messages and enums that they describe. */
export type Components = Map<string, { readonly of: Form; schema: Schema }>;

/** The facts about fields that are not in their descriptors. */
type FieldNotes = Pick<ApiDescription, 'example' | 'cap'>;

/** Describes messages in their JSON form, and collects the schemas that those descriptions reference. */
export class Schemas {
  readonly #components: Components;
  readonly #form: Form;
  readonly #notes: FieldNotes;

  /** @param components may be shared by several forms if they have no message in common */
  constructor(form: Form, notes: FieldNotes, components: Components = new Map()) {
    this.#notes = notes;
    this.#form = form;
    this.#components = components;
  }

  /** Every referenced schema, sorted by name. */
  components(): Readonly<Record<string, Schema>> {
    const sorted = [...this.#components].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted.map(([name, { schema }]) => [name, schema]));
  }

  /** The schema of a message. @throws Error a well-known type whose JSON is not described here */
  message(schema: DescMessage): Schema {
    if (isWellKnown(schema)) {
      const known = wellKnown[schema.typeName];
      if (known === undefined)
        throw new Error(`describe the JSON of ${schema.typeName} in libs/engine/rpc/openapi/schema.ts`);
      return known;
    }
    // Entered before its fields are described, because a message type may contain itself.
    return this.#reference(schema.typeName, () => this.object(schema));
  }

  /** The inline schema of a message without some of its fields. @param without the original names of those fields */
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

  /** The schema of a field, with the field rules of the contract and the limits that the server adds. */
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

/** Also allows null, which means the default value. */
function orNull(schema: Schema): Schema {
  const { type } = schema;
  const isMoreThanType = type === undefined || 'enum' in schema || 'format' in schema;
  return isMoreThanType ? { anyOf: [schema, { type: 'null' }] } : { ...schema, type: [type, 'null'].flat() };
}

/** A missing field has its zero value, which may violate its rule. */
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

/** An object has at most one member of a oneof; null counts as absent. */
function atMostOneOf({ fields }: DescOneof, { takesNull }: Form): Schema {
  const members = fields.map(({ jsonName }) => ({
    required: [jsonName],
    ...(takesNull && { properties: { [jsonName]: { not: { type: 'null' } } } }),
  }));
  return { oneOf: [...members, { not: { anyOf: members } }] };
}
