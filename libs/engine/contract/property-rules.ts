import { getMetadataStorage, registerDecorator, ValidateNested } from 'class-validator';
import type { FieldRule } from './field-rules.js';

/** What {@link PropertyRule} adds to a violation that class-validator reports. */
export interface PropertyRuleContext {
  /** The field's name in the contract's JSON, which may differ from the property's. */
  readonly field?: string | undefined;
}

type Constructor = new (...args: never) => unknown;
type Check = (subject: object) => boolean;

/** The rules that a class itself declares, as checks of the whole object. */
const declared = new WeakMap<object, Check[]>();
const compiled = new WeakMap<object, Check>();

/**
 * Gives a property of a command or query a rule, which class-validator checks. {@link keepsRules} checks it as well, in
 * a tenth of the time.
 *
 * @param name of the rule, for class-validator
 * @param rule says what the value must be and is not
 * @param field the name by which an error speaks of the property; default: the property's
 */
export function PropertyRule(name: string, rule: FieldRule, field?: string): PropertyDecorator {
  const context: PropertyRuleContext = { field };
  return (target, property) => {
    declare(target.constructor, (subject) => rule(valueIn(subject, property)) === undefined);
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      options: { context },
      validator: {
        validate: (value: unknown) => rule(value) === undefined,
        defaultMessage: (violated) => rule(violated?.value) ?? '',
      },
    });
  };
}

/** Checks the object in a property by the rules of its own class; undefined is valid. */
export function NestedRules(): PropertyDecorator {
  const validateNested = ValidateNested();
  return (target, property) => {
    declare(target.constructor, (subject) => {
      const value = valueIn(subject, property);
      return value === undefined || (isSingleObject(value) && keepsRules(value));
    });
    validateNested(target, property);
  };
}

/**
 * Says whether an object keeps every rule of its class. False: it breaks one, or its class has rules that were declared
 * by other decorators of class-validator; `validateSync` decides then.
 */
export function keepsRules(subject: object): boolean {
  const type = subject.constructor as Constructor;
  const known = compiled.get(type);
  if (known !== undefined) return known(subject);
  const check = compile(type);
  compiled.set(type, check);
  return check(subject);
}

function compile(type: Constructor): Check {
  const checks = checksOf(type);
  const all = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  return all.length === checks.length ? (subject) => checks.every((check) => check(subject)) : () => false;
}

/** The checks of a class and of those that it extends. */
function checksOf(type: Constructor): readonly Check[] {
  const parent = Object.getPrototypeOf(type) as Constructor;
  return typeof parent === 'function'
    ? [...checksOf(parent), ...(declared.get(type) ?? [])]
    : (declared.get(type) ?? []);
}

function declare(type: object, check: Check): void {
  declared.set(type, [...(declared.get(type) ?? []), check]);
}

function valueIn(subject: object, property: string | symbol): unknown {
  return (subject as Readonly<Record<string | symbol, unknown>>)[property];
}

function isSingleObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return !(Array.isArray(value) || value instanceof Set || value instanceof Map);
}
