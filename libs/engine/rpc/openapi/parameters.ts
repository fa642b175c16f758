import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { isWellKnown } from '../json/pruner.js';
import type { RestRule } from '../protocols/rest/http-rule.js';
import type { Schema } from './json-schema.js';
import type { Schemas } from './schema.js';

/** The location of a parameter in OpenAPI's terms. */
export type Parameter = Readonly<Record<string, unknown>>;

/** The parameters of a path. @throws Error the request has no such field */
export function pathParameters(input: DescMessage, { pathFields }: RestRule, schemas: Schemas): readonly Parameter[] {
  return pathFields.map(({ field: name }) => {
    const field = input.fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw new Error(`${input.typeName} has no field ${name} for its path`);
    return { name: field.jsonName, in: 'path', required: true, schema: schemas.field(field) };
  });
}

/** The parameters of the query string: every field that is not in the path, nested ones with dots in their names. */
export function queryParameters(input: DescMessage, { pathFields }: RestRule, schemas: Schemas): readonly Parameter[] {
  const inPath = pathFields.map(({ field }) => field);
  return input.fields
    .filter(({ name }) => !inPath.includes(name))
    .flatMap((field) => parametersOf(field, [], schemas))
    .map(({ name, schema }) => ({ name, in: 'query', schema }));
}

/** The parameters of a field; none for a map, a list of messages or a recursive message, which have no text form. */
function parametersOf(
  field: DescField,
  above: readonly DescField[],
  schemas: Schemas,
): readonly { readonly name: string; readonly schema: Schema }[] {
  const { fieldKind, message } = field;
  const path = [...above, field];
  if (message === undefined || isWellKnown(message)) {
    const name = path.map(({ jsonName }) => jsonName).join('.');
    return fieldKind === 'map' ? [] : [{ name, schema: schemas.field(field) }];
  }
  if (fieldKind !== 'message' || above.some(({ parent }) => parent === message)) return [];
  return message.fields.flatMap((nested) => parametersOf(nested, path, schemas));
}
