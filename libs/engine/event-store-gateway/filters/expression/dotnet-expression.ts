import { BacktrackingMatcher } from './backtracking-matcher.js';
import { compilePattern } from './compile-pattern.js';
import { parsePattern } from './parse-pattern.js';

export type { StepBudget } from './backtracking-matcher.js';

/**
 * Compiles a regular expression with the meaning of .NET's `new Regex(text)`, for matching as with `Regex.IsMatch`.
 * Compilation time depends on the length of the expression only.
 *
 * @throws ExpressionSyntaxError the expression is not valid in .NET
 * @throws ExpressionNotSupportedError the expression is valid in .NET, but not supported here
 */
export function compileExpression(text: string): BacktrackingMatcher {
  return new BacktrackingMatcher(compilePattern(parsePattern(text)));
}
