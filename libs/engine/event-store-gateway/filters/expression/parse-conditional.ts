import { type ParseState, parseGroupContent } from './parse-state.js';
import { EMPTY, type Pattern } from './pattern.js';
import { isDigit, isWord } from './pattern-cursor.js';

/** Parses a grouping construct after its opening parenthesis. */
type GroupParser = (state: ParseState) => Pattern | undefined;

/** The branches for yes and no. */
const MAX_BRANCHES = 2;

/**
 * Parses `(?(condition)yes|no)` after the second opening parenthesis, up to the last closing one. The condition is the
 * number or name of a group (has it captured?), or an expression (does it match here?).
 *
 * @throws ExpressionSyntaxError the conditional is malformed
 */
export function parseConditional(state: ParseState, parseGroupingConstruct: GroupParser): Pattern {
  const captureGroup = parseGroupCondition(state);
  const condition = captureGroup === undefined ? parseCondition(state, parseGroupingConstruct) : EMPTY;
  const branches = state.parseAlternatives(state);
  if (branches.length > MAX_BRANCHES) throw state.cursor.error('a conditional has more than two branches');
  const [yes = EMPTY, no = EMPTY] = branches;
  return captureGroup === undefined
    ? { kind: 'ifMatches', condition, yes, no }
    : { kind: 'ifCaptured', captureGroup, yes, no };
}

/**
 * Reads a group number or name with the closing parenthesis. Returns undefined, and reads nothing, if it is neither.
 */
function parseGroupCondition({ cursor, groups }: ParseState): number | undefined {
  if (isDigit(cursor.peek())) {
    const number = cursor.decimal();
    cursor.expect(')', 'a group number in a condition must be followed by a closing parenthesis');
    if (groups !== undefined && !groups.has(number)) throw cursor.error(`there is no group ${number}`);
    return number;
  }
  if (!isWord(cursor.peek())) return undefined;
  const start = cursor.at;
  const number = groups?.named(cursor.name());
  if (number !== undefined && cursor.take(')')) return number;
  cursor.at = start;
  return undefined;
}

function parseCondition(state: ParseState, parseGroupingConstruct: GroupParser): Pattern {
  const { cursor } = state;
  if (cursor.peek() !== '?') return parseGroupContent(state);
  if (!/^\?(?:[:=!>]|<[=!]|\()/.test(cursor.text.slice(cursor.at, cursor.at + 3))) {
    throw cursor.error('a condition cannot be a comment, a named group or inline options');
  }
  return parseGroupingConstruct(state) ?? EMPTY;
}
