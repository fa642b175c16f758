import type { DescMessage } from '@bufbuild/protobuf';
import { registerDecorator } from 'class-validator';
import { fieldRule } from './field-rules.js';

/** What {@link FollowsContract} leaves on a fault, for whoever reports it. */
export interface ContractFieldContext {
  /** The field's name in the contract's JSON, which may differ from the property's. */
  readonly field: string;
}

/**
 * Gives a property of a command or query the rule that the contract states for a field, so that no rule is written
 * down twice. Checked by class-validator.
 *
 * @param schema the request message that holds the field
 * @param name the field's name in lower camel case
 * @throws Error at start, when the contract's rule is of a kind that is not implemented
 */
export function FollowsContract<Desc extends DescMessage>(schema: Desc, name: keyof Desc['field'] & string) {
  const rule = fieldRule(schema, name);
  const context: ContractFieldContext = { field: schema.field[name]?.jsonName ?? name };
  return (target: object, propertyName: string): void =>
    registerDecorator({
      name: 'followsContract',
      target: target.constructor,
      propertyName,
      options: { context },
      validator: {
        validate: (value: unknown) => rule(value) === undefined,
        defaultMessage: (fault) => rule(fault?.value) ?? '',
      },
    });
}
