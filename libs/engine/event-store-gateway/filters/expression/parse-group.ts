import { ExpressionNotSupportedError } from './expression-errors.js';
import { parseConditional } from './parse-conditional.js';
import { closed, type ParseState, type PatternOptions, parseInside, within } from './parse-state.js';
import type { Pattern } from './pattern.js';
import { isDigit, isWord } from './pattern-cursor.js';

/** The parser calls itself for each level, and its stack ends somewhere. */
const MAX_DEPTH = 250;

const OPTION_LETTERS: Readonly<Record<string, keyof PatternOptions>> = {
  i: 'ignoreCase',
  m: 'multiline',
  n: 'explicitCapture',
  s: 'singleLine',
  x: 'extended',
};

/**
 * Parses a group behind its opening parenthesis. undefined: it sets options for what follows and is nothing itself.
 *
 * @throws ExpressionSyntaxError .NET has no such group
 * @throws ExpressionNotSupportedError it is a balancing group, or lies too deep in others
 */
export function parseGroup(state: ParseState): Pattern | undefined {
  const { cursor, found } = state;
  if (state.depth >= MAX_DEPTH) {
    throw new ExpressionNotSupportedError(`groups more than ${MAX_DEPTH} levels deep`);
  }
  if (!cursor.take('?')) {
    return state.options.explicitCapture ? parseInside(state) : parseCapture(state, found.unnamed());
  }
  if (cursor.take(':')) return parseInside(state);
  if (cursor.take('=')) return look(state, false, false);
  if (cursor.take('!')) return look(state, true, false);
  if (cursor.take('<=')) return look(state, false, true);
  if (cursor.take('<!')) return look(state, true, true);
  if (cursor.take('>')) return { kind: 'atomic', part: parseInside(state) };
  if (cursor.take('<')) return parseNamed(state, '>');
  if (cursor.take("'")) return parseNamed(state, "'");
  if (cursor.take('(')) return closed(state, parseConditional(within(state), parseGroup));
  return parseOptionGroup(state);
}

function parseCapture(state: ParseState, group: number): Pattern {
  return { kind: 'capture', group, part: parseInside(state) };
}

function look(state: ParseState, negative: boolean, back: boolean): Pattern {
  return { kind: 'look', negative, part: parseInside(state, { back }) };
}

/** A group with a name or a number of its own. */
function parseNamed(state: ParseState, close: string): Pattern {
  const { cursor, numbers, found } = state;
  if (cursor.peek() === '-') throw balancing();
  if (!isWord(cursor.peek())) throw cursor.error('the name of a group must begin with a word character');
  const byNumber = isDigit(cursor.peek());
  const number = byNumber ? cursor.decimal() : 0;
  const name = byNumber ? '' : cursor.name();
  if (cursor.peek() === '-') throw balancing();
  cursor.expect(close, 'the name of a group may hold word characters alone');
  if (byNumber && number === 0) throw cursor.error('a group cannot have the number 0');
  if (byNumber) return parseCapture(state, found.numbered(number));
  found.named(name);
  return parseCapture(state, numbers?.named(name) ?? 0);
}

function balancing(): ExpressionNotSupportedError {
  return new ExpressionNotSupportedError('balancing groups, (?<a-b>...)');
}

/** `(?i)` holds up to the end of the group around it, `(?i:…)` within its own parentheses. */
function parseOptionGroup(state: ParseState): Pattern | undefined {
  const { cursor } = state;
  const options = parseOptions(state);
  if (cursor.take(':')) return parseInside(state, { options });
  cursor.expect(')', 'the parenthesis and question mark begin no group that there is');
  if (cursor.text.slice(cursor.at - 2, cursor.at) === '?)')
    throw cursor.error('a group is empty behind its question mark');
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
