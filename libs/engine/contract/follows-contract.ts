import type { DescMessage } from '@bufbuild/protobuf';
import { fieldRule } from './field-rules.js';
import { PropertyRule } from './property-rules.js';

/**
 * Gives a property of a command or query the rule that the contract states for a field, so that no rule is written
 * twice.
 *
 * @param schema the request message that holds the field
 * @param name the field's name in lower camel case
 * @throws Error at start, when the contract's rule is of a kind that is not implemented
 */
export function FollowsContract<Desc extends DescMessage>(
  schema: Desc,
  name: keyof Desc['field'] & string,
): PropertyDecorator {
  return PropertyRule('followsContract', fieldRule(schema, name), schema.field[name]?.jsonName);
}
