import { ExpressionNotSupportedError } from './expression-errors.js';
import { parseConditional } from './parse-conditional.js';
import { closeGroup, insideGroup, type ParseState, type PatternOptions, parseGroupContent } from './parse-state.js';
import type { Pattern } from './pattern.js';
import { isDigit, isWord } from './pattern-cursor.js';

/** Maximum nesting of groups: the parser is recursive, and its call stack is limited. */
const MAX_DEPTH = 250;

const OPTION_LETTERS: Readonly<Record<string, keyof PatternOptions>> = {
  i: 'ignoreCase',
  m: 'multiline',
  n: 'explicitCapture',
  s: 'singleLine',
  x: 'extended',
};

/**
 * Parses a grouping construct after its opening parenthesis. Returns undefined for inline options such as `(?i)`.
 *
 * @throws ExpressionSyntaxError .NET has no such construct
 * @throws ExpressionNotSupportedError the construct is a balancing group, or nested too deep
 */
export function parseGroupingConstruct(state: ParseState): Pattern | undefined {
  const { cursor, collector } = state;
  if (state.depth >= MAX_DEPTH) {
    throw new ExpressionNotSupportedError(`groups nested more than ${MAX_DEPTH} levels deep`);
  }
  if (!cursor.take('?')) {
    return state.options.explicitCapture ? parseGroupContent(state) : parseCapture(state, collector.unnamed());
  }
  if (cursor.take(':')) return parseGroupContent(state);
  if (cursor.take('=')) return lookaround(state, false, false);
  if (cursor.take('!')) return lookaround(state, true, false);
  if (cursor.take('<=')) return lookaround(state, false, true);
  if (cursor.take('<!')) return lookaround(state, true, true);
  if (cursor.take('>')) return { kind: 'atomic', part: parseGroupContent(state) };
  if (cursor.take('<')) return parseNamed(state, '>');
  if (cursor.take("'")) return parseNamed(state, "'");
  if (cursor.take('(')) return closeGroup(state, parseConditional(insideGroup(state), parseGroupingConstruct));
  return parseInlineOptions(state);
}

function parseCapture(state: ParseState, captureGroup: number): Pattern {
  return { kind: 'capture', captureGroup, part: parseGroupContent(state) };
}

function lookaround(state: ParseState, negative: boolean, rightToLeft: boolean): Pattern {
  return { kind: 'lookaround', negative, part: parseGroupContent(state, { rightToLeft }) };
}

/** Parses a named or numbered group. */
function parseNamed(state: ParseState, close: string): Pattern {
  const { cursor, groups, collector } = state;
  if (cursor.peek() === '-') throw balancing();
  if (!isWord(cursor.peek())) throw cursor.error('a group name must start with a word character');
  const byNumber = isDigit(cursor.peek());
  const number = byNumber ? cursor.decimal() : 0;
  const name = byNumber ? '' : cursor.name();
  if (cursor.peek() === '-') throw balancing();
  cursor.expect(close, 'a group name may contain word characters only');
  if (byNumber && number === 0) throw cursor.error('a group cannot have the number 0');
  if (byNumber) return parseCapture(state, collector.numbered(number));
  collector.named(name);
  return parseCapture(state, groups?.named(name) ?? 0);
}

function balancing(): ExpressionNotSupportedError {
  return new ExpressionNotSupportedError('balancing groups, (?<a-b>...)');
}

/** Parses inline options: `(?i)` applies up to the end of the enclosing group, `(?i:…)` within its own parentheses. */
function parseInlineOptions(state: ParseState): Pattern | undefined {
  const { cursor } = state;
  const options = parseOptions(state);
  if (cursor.take(':')) return parseGroupContent(state, { options });
  cursor.expect(')', '(? starts no known grouping construct');
  if (cursor.text.slice(cursor.at - 2, cursor.at) === '?)')
    throw cursor.error('a grouping construct is empty after its question mark');
  state.options = options;
  return undefined;
}

function parseOptions({ cursor, options }: ParseState): PatternOptions {
  const changed = { ...options };
  for (let on = true; ; cursor.next()) {
    const letter = cursor.peek();
    const option = OPTION_LETTERS[letter.toLowerCase()];
    if (letter === '-' || letter === '+') on = letter === '+';
    else if (option !== undefined) changed[option] = on;
    else return changed;
  }
}
