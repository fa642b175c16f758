import {
  type DescEnum,
  type DescEnumValue,
  type DescField,
  type DescMessage,
  getOption,
  hasOption,
  isFieldSet,
  type Message,
  ScalarType,
} from '@bufbuild/protobuf';
import { unreachable } from '#libs/engine/kernel/unreachable.js';
import * as buf from './gen/buf/validate/validate_pb.js';
import * as pgv from './gen/validate/validate_pb.js';

/** The least and the largest number of something; undefined: no largest. */
export interface Limits {
  readonly min: number;
  readonly max: number | undefined;
}

/** The rules that a contract states for a field, whichever option states them. */
export interface StatedRules {
  /** Characters (code points) of a text. */
  readonly length?: Limits;
  /** Items of a list. */
  readonly items?: Limits;
  /** Values of an enum. */
  readonly values?: { readonly definedOnly: boolean; readonly notIn: readonly number[] };
}

/** The rules of each kind that are implemented, by the local names of their fields; both options name them alike. */
const implemented = {
  string: ['minLen', 'maxLen'],
  enum: ['definedOnly', 'notIn'],
  repeated: ['minItems', 'maxItems'],
} as const;

type Kind = keyof typeof implemented;

/** A rule as either option holds it. */
interface OptionValue {
  readonly rules: Message;
  readonly schema: DescMessage;
  readonly type: { readonly case: string | undefined; readonly value?: Message };
  readonly typeSchemas: Readonly<Record<Kind, DescMessage>>;
}

/**
 * Reads the rules that the contract states for a field: by `validate.rules` (protoc-gen-validate, as ZITADEL does) or
 * by `buf.validate.field` (protovalidate).
 *
 * @throws Error the contract states a rule that is not implemented: ignoring it would let through what it forbids
 */
export function statedRules(field: DescField): StatedRules {
  const option = optionOf(field);
  if (option === undefined) return {};
  const { rules, schema, type, typeSchemas } = option;
  const other = schema.fields.find((rule) => isFieldSet(rules, rule) && rule.localName !== type.case);
  if (other !== undefined) throw notImplemented(field, other.name);
  if (type.case === undefined || type.value === undefined) return {};
  const kind = kindOf(field);
  if (kind === undefined || type.case !== kind) throw notImplemented(field, type.case);
  return rulesOf(field, kind, type.value, typeSchemas[kind]);
}

/** The values of an enum that a field takes. */
export function allowedValues(
  { values }: DescEnum,
  { notIn }: { readonly notIn: readonly number[] },
): readonly DescEnumValue[] {
  return values.filter(({ number }) => !notIn.includes(number));
}

/** An error for a rule that is stated and not implemented. */
export function notImplemented(field: DescField, rule: string): Error {
  return new Error(`the contract states the rule "${rule}" for ${field}: implement it in libs/engine/contract`);
}

function optionOf(field: DescField): OptionValue | undefined {
  if (hasOption(field, pgv.rules)) {
    const rules = getOption(field, pgv.rules);
    const typeSchemas = { string: pgv.StringRulesSchema, enum: pgv.EnumRulesSchema, repeated: pgv.RepeatedRulesSchema };
    return { rules, schema: pgv.FieldRulesSchema, type: rules.type, typeSchemas };
  }
  if (!hasOption(field, buf.field)) return undefined;
  const rules = getOption(field, buf.field);
  const typeSchemas = { string: buf.StringRulesSchema, enum: buf.EnumRulesSchema, repeated: buf.RepeatedRulesSchema };
  return { rules, schema: buf.FieldRulesSchema, type: rules.type, typeSchemas };
}

function rulesOf(field: DescField, kind: Kind, rules: Message, schema: DescMessage): StatedRules {
  const known: readonly string[] = implemented[kind];
  const set = schema.fields.filter((rule) => isFieldSet(rules, rule));
  const other = set.find(({ localName }) => !known.includes(localName));
  if (other !== undefined) throw notImplemented(field, other.name);
  const values = rules as Message & Readonly<Record<string, unknown>>;
  const limits = (min: string, max: string): Limits => ({
    min: Number(values[min]),
    max: set.some(({ localName }) => localName === max) ? Number(values[max]) : undefined,
  });
  switch (kind) {
    case 'string':
      return { length: limits('minLen', 'maxLen') };
    case 'repeated':
      return { items: limits('minItems', 'maxItems') };
    case 'enum':
      return { values: { definedOnly: values.definedOnly === true, notIn: values.notIn as readonly number[] } };
    default:
      return unreachable(kind);
  }
}

/** The kind of rules that are implemented for a field; undefined: none. */
function kindOf(field: DescField): Kind | undefined {
  if (field.fieldKind === 'list') return 'repeated';
  if (field.fieldKind === 'enum') return 'enum';
  return field.fieldKind === 'scalar' && field.scalar === ScalarType.STRING ? 'string' : undefined;
}
