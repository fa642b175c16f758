import {
  type DescEnum,
  type DescField,
  type DescMessage,
  isFieldSet,
  type Message,
  ScalarType,
} from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import {
  EnumRulesSchema,
  type FieldRules,
  RepeatedRulesSchema,
  StringRulesSchema,
} from '@zitadel/proto/validate/validate_pb.js';
import { allowedValues, itemLimits, type Limits, lengthLimits, statedRules } from './field-limits.js';

/** Says what a value must be and is not, or undefined when it keeps the rule. */
export type FieldRule = (value: unknown) => string | undefined;

/** The rules of one kind that are implemented here, by the local names of their fields. */
const implemented = {
  string: ['minLen', 'maxLen'],
  enum: ['definedOnly', 'notIn'],
  repeated: ['minItems', 'maxItems'],
} as const;

const messageRules = new WeakMap<DescMessage, FieldRule>();

/**
 * Compiles the contract's own rule for a field (its `validate.rules` option), together with ours for every text.
 *
 * @param schema the message that holds the field
 * @param name the field's name in lower camel case
 * @returns a check of a decoded value: numbers for enums, messages for messages, which are checked in depth
 * @throws Error the contract states a rule that is not implemented: to ignore it would be to take what it forbids
 */
export function fieldRule<Desc extends DescMessage>(schema: Desc, name: keyof Desc['field'] & string): FieldRule {
  const field = schema.field[name];
  if (field === undefined) throw new Error(`${schema.typeName} has no field ${name}`);
  return compileField(field);
}

/** Says what is wrong with a text as such: every text is well-formed Unicode and holds no NUL character. */
export function textFault(value: string): string | undefined {
  if (!value.isWellFormed()) return 'must be well-formed Unicode (it holds a lone surrogate)';
  return value.includes('\0') ? 'must not hold a NUL character' : undefined;
}

function compileField(field: DescField): FieldRule {
  const stated = statedRules(field);
  if (stated?.message !== undefined) throw notImplemented(field, 'message');
  const rule = compileKind(field, stated?.type ?? { case: undefined });
  if (field.presence === FeatureSet_FieldPresence.IMPLICIT) return rule;
  return (value) => (value === undefined ? undefined : rule(value));
}

function compileKind(field: DescField, stated: FieldRules['type']): FieldRule {
  switch (field.fieldKind) {
    case 'scalar':
      return field.scalar === ScalarType.STRING ? stringRule(field, stated) : unruled(field, stated);
    case 'enum':
      return enumRule(field, field.enum, stated);
    case 'message':
      unruled(field, stated);
      return messageRule(field.message);
    case 'list':
      return listRule(field, stated);
    default:
      throw notImplemented(field, field.fieldKind);
  }
}

function stringRule(field: DescField, stated: FieldRules['type']): FieldRule {
  if (stated.case === undefined) return text;
  if (stated.case !== 'string') throw notImplemented(field, stated.case);
  assertImplemented(field, StringRulesSchema, stated.value, implemented.string);
  const { min, max } = lengthLimits(stated.value);
  const range = rangeWords({ min, max }, 'character');
  return (value) => {
    const fault = text(value);
    if (fault !== undefined) return fault;
    const length = codePoints(value as string);
    return length >= min && length <= (max ?? length) ? undefined : `must have ${range} (got ${length})`;
  };
}

function enumRule(field: DescField, schema: DescEnum, stated: FieldRules['type']): FieldRule {
  if (stated.case === undefined) return () => undefined;
  if (stated.case !== 'enum') throw notImplemented(field, stated.case);
  assertImplemented(field, EnumRulesSchema, stated.value, implemented.enum);
  const { definedOnly, notIn } = stated.value;
  const allowed = allowedValues(schema, stated.value);
  const numbers = new Set(allowed.map(({ number }) => number));
  const words = allowed.map(({ name, number }) => `${name} (${number})`).join(', ');
  return (value) => {
    const fits = definedOnly ? numbers.has(value as number) : !notIn.includes(value as number);
    return fits ? undefined : `must be one of ${words} (got ${String(value)})`;
  };
}

function listRule(field: DescField & { fieldKind: 'list' }, stated: FieldRules['type']): FieldRule {
  const item = itemRule(field);
  let limits: Limits = { min: 0, max: undefined };
  if (stated.case === 'repeated') {
    assertImplemented(field, RepeatedRulesSchema, stated.value, implemented.repeated);
    limits = itemLimits(stated.value);
  } else {
    unruled(field, stated);
  }
  const { min, max } = limits;
  const range = rangeWords(limits, 'item');
  return (value) => {
    if (!Array.isArray(value)) return 'must be a list';
    if (value.length < min || value.length > (max ?? value.length)) return `must have ${range} (got ${value.length})`;
    for (const [index, one] of value.entries()) {
      const fault = item(one);
      if (fault !== undefined) return `item ${index}: ${fault}`;
    }
    return undefined;
  };
}

/** What each item of a list must be, the contract's rules for items not being in use. */
function itemRule(field: DescField & { fieldKind: 'list' }): FieldRule {
  if (field.listKind === 'message') return messageRule(field.message);
  return field.listKind === 'scalar' && field.scalar === ScalarType.STRING ? text : () => undefined;
}

/** The rules of all fields of a message. Compiled when first used, so that a message may hold its own kind. */
function messageRule(schema: DescMessage): FieldRule {
  const known = messageRules.get(schema);
  if (known !== undefined) return known;
  let fields: readonly { readonly field: DescField; readonly rule: FieldRule }[] = [];
  const rule: FieldRule = (value) => {
    for (const { field, rule } of fields) {
      const fault = rule(fieldValue(value as Message, field));
      if (fault !== undefined) return `${field.jsonName}: ${fault}`;
    }
    return undefined;
  };
  messageRules.set(schema, rule);
  // Well-known types are checked where they are decoded.
  if (!schema.typeName.startsWith('google.protobuf.')) {
    fields = schema.fields.map((field) => ({ field, rule: compileField(field) }));
  }
  return rule;
}

/** A field's value in a decoded message; undefined for a member of a oneof that is not the one set. */
function fieldValue(message: Message, field: DescField): unknown {
  const values = message as unknown as Record<string, unknown>;
  if (field.oneof === undefined) return values[field.localName];
  const chosen = values[field.oneof.localName] as { readonly case?: string; readonly value?: unknown };
  return chosen.case === field.localName ? chosen.value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? textFault(value) : 'must be a string';
}

/** A field without a rule of its own. */
function unruled(field: DescField, stated: FieldRules['type']): FieldRule {
  if (stated.case !== undefined) throw notImplemented(field, stated.case);
  return () => undefined;
}

function assertImplemented<Desc extends DescMessage>(
  field: DescField,
  schema: Desc,
  stated: Message,
  known: readonly string[],
): void {
  const other = schema.fields.find((rule) => isFieldSet(stated, rule) && !known.includes(rule.localName));
  if (other !== undefined) throw notImplemented(field, other.name);
}

function notImplemented(field: DescField, rule: string): Error {
  return new Error(
    `the contract states the rule "${rule}" for ${field}: implement it in libs/engine/contract/field-rules.ts`,
  );
}

function rangeWords({ min, max }: Limits, unit: string): string {
  const plural = (count: number) => `${count} ${count === 1 ? unit : `${unit}s`}`;
  if (max === undefined) return `at least ${plural(min)}`;
  return min === 0 ? `at most ${plural(max)}` : `${min} to ${plural(max)}`;
}

/** Characters as people count them, not UTF-16 units; the contract's lengths are in these. */
function codePoints(value: string): number {
  let pairs = 0;
  for (let i = 0; i < value.length; i += 1) {
    if ((value.charCodeAt(i) & 0xfc00) === 0xdc00) pairs += 1; // the second half of a pair: the text is well-formed
  }
  return value.length - pairs;
}
