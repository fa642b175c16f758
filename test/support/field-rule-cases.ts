import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { allowedValues, statedRules } from '#libs/engine/contract/stated-rules.js';
import { isWellKnown } from '#libs/engine/rpc/json/pruner.js';
import type { RequestJson } from './contract-requests.js';

/** A request at the boundary of one field's rule. */
export interface FieldRuleCase {
  /** Where the field is, such as `queries.nameQuery.name`. */
  readonly place: string;
  /** The field's name, by which a refusal speaks of it. */
  readonly field: string;
  readonly value: 'too short' | 'shortest' | 'longest' | 'too long' | 'unknown' | 'forbidden' | 'known';
  readonly fits: boolean;
  readonly json: RequestJson;
}

type Value = Omit<FieldRuleCase, 'place' | 'field' | 'json'> & { readonly json: unknown };

const UNKNOWN_ENUM_NUMBER = 9_999;

/** For each field of a request, and of the messages in it, that has a rule: a value on each side of its boundary. */
export function fieldRuleCases(schema: DescMessage, above: readonly DescMessage[] = []): readonly FieldRuleCase[] {
  return schema.fields.flatMap((field) => [
    ...valuesOf(field).map(({ json, ...value }) => ({
      ...value,
      place: field.jsonName,
      field: field.jsonName,
      json: { ...validMessage(schema), [field.jsonName]: json },
    })),
    ...nestedCases(field, [...above, schema]).map((nested) => ({
      ...nested,
      place: `${field.jsonName}.${nested.place}`,
      json: {
        ...validMessage(schema),
        [field.jsonName]: field.fieldKind === 'list' ? [nested.json] : nested.json,
      },
    })),
  ]);
}

/** The least that a message must hold to keep its own rules. */
export function validMessage(schema: DescMessage): RequestJson {
  const entries = schema.fields
    .filter(({ oneof }) => oneof === undefined)
    .map((field) => [field.jsonName, valuesOf(field).find(({ fits }) => fits)?.json] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function nestedCases(field: DescField, above: readonly DescMessage[]): readonly FieldRuleCase[] {
  const { message } = field;
  if (message === undefined || isWellKnown(message) || above.includes(message)) return [];
  return fieldRuleCases(message, above);
}

function valuesOf(field: DescField): readonly Value[] {
  const { length, items, values } = statedRules(field);
  if (length !== undefined) return valuesBetween(length, (characters) => 'x'.repeat(characters));
  if (items !== undefined) {
    const item = field.message === undefined ? 'x' : validMessage(field.message);
    return valuesBetween(items, (count) => Array.from({ length: count }, () => item));
  }
  if (values === undefined || field.fieldKind !== 'enum') return [];
  const known = allowedValues(field.enum, values)[0]?.name;
  return [
    { value: 'known', fits: true, json: known },
    { value: 'unknown', fits: false, json: UNKNOWN_ENUM_NUMBER },
    ...values.notIn.map((json) => ({ value: 'forbidden', fits: false, json }) as const),
  ];
}

function valuesBetween(
  { min, max }: { readonly min: number; readonly max: number | undefined },
  of: (length: number) => unknown,
): readonly Value[] {
  return [
    { value: 'shortest', fits: true, json: of(min) },
    ...(min > 0 ? [{ value: 'too short', fits: false, json: of(min - 1) } as const] : []),
    ...(max === undefined
      ? []
      : [
          { value: 'longest', fits: true, json: of(max) } as const,
          { value: 'too long', fits: false, json: of(max + 1) } as const,
        ]),
  ];
}
