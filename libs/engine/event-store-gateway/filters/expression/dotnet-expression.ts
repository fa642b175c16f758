import { compilePattern } from './compile-pattern.js';
import { Machine } from './machine.js';
import { parsePattern } from './parse-pattern.js';

export type { Steps } from './machine.js';

/**
 * Compiles a regular expression as .NET's `new Regex(text)` does, to be asked as `Regex.IsMatch` is: whether it matches
 * somewhere in a text. The time that this takes grows with the expression's length alone.
 *
 * @throws ExpressionSyntaxError .NET does not take it either
 * @throws ExpressionNotSupportedError .NET takes it, the gateway does not
 */
export function compileExpression(text: string): Machine {
  return new Machine(compilePattern(parsePattern(text)));
}
