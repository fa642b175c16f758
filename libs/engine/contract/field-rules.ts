import { type DescEnum, type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { allowedValues, type Limits, notImplemented, type StatedRules, statedRules } from './stated-rules.js';

/** Says what a value must be and is not; undefined: it keeps the rule. */
export type FieldRule = (value: unknown) => string | undefined;

const messageRules = new WeakMap<DescMessage, FieldRule>();

/**
 * Compiles the rule that the contract states for a field, together with ours for every text.
 *
 * @param schema the message that holds the field
 * @param name the field's name in lower camel case
 * @returns a check of a decoded value: numbers for enums, messages for messages, which are checked in depth
 * @throws Error the contract states a rule that is not implemented
 */
export function fieldRule<Desc extends DescMessage>(schema: Desc, name: keyof Desc['field'] & string): FieldRule {
  const field = schema.field[name];
  if (field === undefined) throw new Error(`${schema.typeName} has no field ${name}`);
  return compileField(field);
}

/** Says what is wrong with a text as such: every text is well-formed Unicode and holds no NUL character. */
export function textViolation(value: string): string | undefined {
  if (!value.isWellFormed()) return 'must be well-formed Unicode (it holds a lone surrogate)';
  return value.includes('\0') ? 'must not hold a NUL character' : undefined;
}

function compileField(field: DescField): FieldRule {
  const rule = compileKind(field, statedRules(field));
  if (field.presence === FeatureSet_FieldPresence.IMPLICIT) return rule;
  return (value) => (value === undefined ? undefined : rule(value));
}

function compileKind(field: DescField, { length, items, values }: StatedRules): FieldRule {
  switch (field.fieldKind) {
    case 'scalar':
      return field.scalar === ScalarType.STRING ? textRule(length) : anything;
    case 'enum':
      return values === undefined ? anything : enumRule(field.enum, values);
    case 'message':
      return messageRule(field.message);
    case 'list':
      return listRule(field, items ?? { min: 0, max: undefined });
    default:
      throw notImplemented(field, field.fieldKind);
  }
}

const anything: FieldRule = () => undefined;

function textRule(limits: Limits | undefined): FieldRule {
  if (limits === undefined) return text;
  const { min, max } = limits;
  const range = rangeWords(limits, 'character');
  return (value) => {
    const violation = text(value);
    if (violation !== undefined) return violation;
    const length = codePoints(value as string);
    return length >= min && length <= (max ?? length) ? undefined : `must have ${range} (got ${length})`;
  };
}

function enumRule(schema: DescEnum, stated: NonNullable<StatedRules['values']>): FieldRule {
  const { definedOnly, notIn } = stated;
  const allowed = allowedValues(schema, stated);
  const numbers = new Set(allowed.map(({ number }) => number));
  const words = allowed.map(({ name, number }) => `${name} (${number})`).join(', ');
  return (value) => {
    const fits = definedOnly ? numbers.has(value as number) : !notIn.includes(value as number);
    return fits ? undefined : `must be one of ${words} (got ${String(value)})`;
  };
}

function listRule(field: DescField & { fieldKind: 'list' }, limits: Limits): FieldRule {
  const item = itemRule(field);
  const { min, max } = limits;
  const range = rangeWords(limits, 'item');
  return (value) => {
    if (!Array.isArray(value)) return 'must be a list';
    if (value.length < min || value.length > (max ?? value.length)) return `must have ${range} (got ${value.length})`;
    for (const [index, one] of value.entries()) {
      const violation = item(one);
      if (violation !== undefined) return `item ${index}: ${violation}`;
    }
    return undefined;
  };
}

/** The rule of each item of a list: the options for items are not implemented. */
function itemRule(field: DescField & { fieldKind: 'list' }): FieldRule {
  if (field.listKind === 'message') return messageRule(field.message);
  return field.listKind === 'scalar' && field.scalar === ScalarType.STRING ? text : anything;
}

/** The rules of all fields of a message. Compiled when first used, so that a message may hold its own kind. */
function messageRule(schema: DescMessage): FieldRule {
  const known = messageRules.get(schema);
  if (known !== undefined) return known;
  let fields: readonly { readonly field: DescField; readonly rule: FieldRule }[] = [];
  const rule: FieldRule = (value) => {
    for (const { field, rule } of fields) {
      const violation = rule(fieldValue(value as Message, field));
      if (violation !== undefined) return `${field.jsonName}: ${violation}`;
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
  return typeof value === 'string' ? textViolation(value) : 'must be a string';
}

function rangeWords({ min, max }: Limits, unit: string): string {
  const plural = (count: number) => `${count} ${count === 1 ? unit : `${unit}s`}`;
  if (max === undefined) return `at least ${plural(min)}`;
  return min === 0 ? `at most ${plural(max)}` : `${min} to ${plural(max)}`;
}

/** Characters, not UTF-16 units: the contract counts its lengths in these. */
function codePoints(value: string): number {
  let pairs = 0;
  for (let i = 0; i < value.length; i += 1) {
    if ((value.charCodeAt(i) & 0xfc00) === 0xdc00) pairs += 1; // the second half of a pair: the text is well-formed
  }
  return value.length - pairs;
}
