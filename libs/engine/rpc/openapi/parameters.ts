import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { isWellKnown } from '../json/pruner.js';
import type { RestRule } from '../protocols/rest/http-rule.js';
import type { Schema } from './json-schema.js';
import type { Schemas } from './schema.js';

/** Where a parameter stands, as OpenAPI has it. */
export type Parameter = Readonly<Record<string, unknown>>;

/** The parameters that a path holds. @throws Error a path's field that the request has not */
export function pathParameters(input: DescMessage, { pathFields }: RestRule, schemas: Schemas): readonly Parameter[] {
  return pathFields.map(({ field: name }) => {
    const field = input.fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw new Error(`${input.typeName} has no field ${name} for its path`);
    return { name: field.jsonName, in: 'path', required: true, schema: schemas.field(field) };
  });
}

/** The parameters of the query string: every field that is not in the path, nested ones with dots between. */
export function queryParameters(input: DescMessage, { pathFields }: RestRule, schemas: Schemas): readonly Parameter[] {
  const inPath = pathFields.map(({ field }) => field);
  return input.fields
    .filter(({ name }) => !inPath.includes(name))
    .flatMap((field) => parametersOf(field, [], schemas))
    .map(({ name, schema }) => ({ name, in: 'query', schema }));
}

/** A field as parameters; none for a field that no text can hold: a map, a list of messages, a message in itself. */
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
