import {
  type DescEnum,
  type DescEnumValue,
  type DescField,
  getOption,
  hasOption,
  isFieldSet,
} from '@bufbuild/protobuf';
import {
  type EnumRules,
  type FieldRules,
  type RepeatedRules,
  RepeatedRulesSchema,
  rules,
  type StringRules,
  StringRulesSchema,
} from '@zitadel/proto/validate/validate_pb.js';

/** How many there must be at least and may be at most; undefined: any number. */
export interface Limits {
  readonly min: number;
  readonly max: number | undefined;
}

/** What the contract states for a field (its `validate.rules` option). */
export function statedRules(field: DescField): FieldRules | undefined {
  return hasOption(field, rules) ? getOption(field, rules) : undefined;
}

/** How long a text may be, in characters (code points). */
export function lengthLimits(stated: StringRules): Limits {
  const max = isFieldSet(stated, StringRulesSchema.field.maxLen) ? Number(stated.maxLen) : undefined;
  return { min: Number(stated.minLen), max };
}

/** How many items a list may have. */
export function itemLimits(stated: RepeatedRules): Limits {
  const max = isFieldSet(stated, RepeatedRulesSchema.field.maxItems) ? Number(stated.maxItems) : undefined;
  return { min: Number(stated.minItems), max };
}

/** The values of an enum that a field takes. */
export function allowedValues({ values }: DescEnum, { notIn }: EnumRules): readonly DescEnumValue[] {
  return values.filter(({ number }) => !notIn.includes(number));
}
