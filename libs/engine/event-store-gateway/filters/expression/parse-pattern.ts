import { type ClassPart, testOf, type UnitTest } from './character-class.js';
import { FoundGroups, type GroupNumbers } from './group-numbers.js';
import { parseCharacterClass } from './parse-character-class.js';
import { parseClassEscape, parseUnitEscape } from './parse-escape.js';
import { parseGroup } from './parse-group.js';
import { isQuantifier, parseQuantified } from './parse-quantifier.js';
import { parseReference } from './parse-reference.js';
import { NO_OPTIONS, type ParseState } from './parse-state.js';
import { oneOf, type Pattern, type Place } from './pattern.js';
import { PatternCursor } from './pattern-cursor.js';
import { NEWLINE } from './places.js';
import { lowerCase } from './unicode-tables.js';

/**
 * Parses a .NET regular expression that has no options but those it sets itself, as EventStoreDB compiles a filter's.
 *
 * @throws ExpressionSyntaxError .NET does not take it either
 * @throws ExpressionNotSupportedError .NET takes it, the gateway does not
 */
export function parsePattern(text: string): Pattern {
  const found = new FoundGroups();
  parseAll(text, undefined, found);
  return parseAll(text, found.numbers(), new FoundGroups());
}

/** @param numbers undefined: the groups are only being found, and every reference is taken for one */
function parseAll(text: string, numbers: GroupNumbers | undefined, found: FoundGroups): Pattern {
  const cursor = new PatternCursor(text);
  const state: ParseState = { cursor, numbers, found, options: NO_OPTIONS, back: false, depth: 0, parseBranches };
  const pattern = oneOf(parseBranches(state));
  if (cursor.left > 0) throw cursor.error('a closing parenthesis has no opening one');
  return pattern;
}

/** Parses branches up to a closing parenthesis, which is left, or the end. Options that are set within them go on. */
function parseBranches(state: ParseState): Pattern[] {
  const branches = [parseSequence(state)];
  while (state.cursor.take('|')) branches.push(parseSequence(state));
  return branches;
}

function parseSequence(state: ParseState): Pattern {
  const { cursor, back } = state;
  const parts: Pattern[] = [];
  for (;;) {
    skipBlanks(state);
    if (cursor.left === 0 || cursor.peek() === '|' || cursor.peek() === ')') break;
    const part = parsePart(state);
    if (part === undefined) continue;
    skipBlanks(state);
    parts.push(isQuantifier(cursor) ? parseQuantified(cursor, part, () => skipBlanks(state)) : part);
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'sequence', parts, back };
}

/** undefined: a group that sets options and nothing else. */
function parsePart(state: ParseState): Pattern | undefined {
  const { cursor, options } = state;
  if (isQuantifier(cursor)) throw cursor.error('a quantifier stands behind nothing, or behind another one');
  const character = cursor.next();
  switch (character) {
    case '(':
      return parseGroup(state);
    case '[': {
      const characters = parseCharacterClass(cursor, options.ignoreCase);
      return unit(state, testOf(characters, options.ignoreCase));
    }
    case '.':
      return unit(state, options.singleLine ? anyUnit : anyButNewline);
    case '^':
      return { kind: 'place', place: options.multiline ? 'lineStart' : 'textStart' };
    case '$':
      return { kind: 'place', place: options.multiline ? 'lineEnd' : 'textEndOrLastNewline' };
    case '\\':
      return parseEscape(state);
    default:
      return literal(state, character.charCodeAt(0));
  }
}

const anyUnit: UnitTest = () => true;
const anyButNewline: UnitTest = (code) => code !== NEWLINE;

const PLACES: Readonly<Record<string, Place>> = {
  A: 'textStart',
  z: 'textEnd',
  Z: 'textEndOrLastNewline',
  G: 'searchStart',
  b: 'wordBoundary',
  B: 'noWordBoundary',
};

function parseEscape(state: ParseState): Pattern {
  const { cursor, options } = state;
  if (cursor.left === 0) throw cursor.error('a backslash stands at the end');
  const place = PLACES[cursor.peek()];
  if (place !== undefined) {
    cursor.next();
    return { kind: 'place', place };
  }
  const part = parseClassEscape(cursor, options.ignoreCase);
  if (part !== undefined) return unit(state, testOfPart(part, options.ignoreCase));
  return parseReference(state) ?? literal(state, parseUnitEscape(cursor));
}

function testOfPart(part: ClassPart, ignoreCase: boolean): UnitTest {
  return testOf({ ...part, negated: false }, ignoreCase);
}

function literal(state: ParseState, code: number): Pattern {
  if (!state.options.ignoreCase) return unit(state, (other) => other === code);
  const lower = lowerCase(code);
  return unit(state, (other) => lowerCase(other) === lower);
}

function unit({ back }: ParseState, test: UnitTest): Pattern {
  return { kind: 'unit', test, back };
}

/** Skips comments, and with `(?x)` white space and what stands behind a `#`. */
function skipBlanks({ cursor, options }: ParseState): void {
  for (;;) {
    if (options.extended && cursor.left > 0 && ' \t\n\f\r'.includes(cursor.peek())) cursor.next();
    else if (options.extended && cursor.peek() === '#') skipLine(cursor);
    else if (cursor.take('(?#')) skipComment(cursor);
    else return;
  }
}

function skipLine(cursor: PatternCursor): void {
  while (cursor.left > 0 && cursor.peek() !== '\n') cursor.next();
}

function skipComment(cursor: PatternCursor): void {
  while (cursor.left > 0) if (cursor.next() === ')') return;
  throw cursor.error('a comment has no end');
}
