import { NEWLINE } from './anchors.js';
import { CaptureGroupCollector, type CaptureGroups } from './capture-groups.js';
import { type ClassPart, type CodeUnitTest, testOf } from './character-class.js';
import { parseBackreference } from './parse-backreference.js';
import { parseCharacterClass } from './parse-character-class.js';
import { parseClassEscape, parseUnitEscape } from './parse-escape.js';
import { parseGroupingConstruct } from './parse-grouping-construct.js';
import { isQuantifier, parseQuantified } from './parse-quantifier.js';
import { NO_OPTIONS, type ParseState } from './parse-state.js';
import { type Anchor, alternation, type Pattern } from './pattern.js';
import { PatternCursor } from './pattern-cursor.js';
import { lowerCase } from './unicode-tables.js';

/**
 * Parses a .NET regular expression without options, which is how EventStoreDB compiles that of a filter.
 *
 * @throws ExpressionSyntaxError the expression is not valid in .NET
 * @throws ExpressionNotSupportedError the expression is valid in .NET, but not supported here
 */
export function parsePattern(text: string): Pattern {
  const collector = new CaptureGroupCollector();
  parseAll(text, undefined, collector);
  return parseAll(text, collector.groups(), new CaptureGroupCollector());
}

/** @param groups undefined in the first pass, which collects the groups and accepts every backreference */
function parseAll(text: string, groups: CaptureGroups | undefined, collector: CaptureGroupCollector): Pattern {
  const cursor = new PatternCursor(text);
  const state: ParseState = {
    cursor,
    groups,
    collector,
    options: NO_OPTIONS,
    rightToLeft: false,
    depth: 0,
    parseAlternatives,
  };
  const pattern = alternation(parseAlternatives(state));
  if (cursor.left > 0) throw cursor.error('a closing parenthesis has no opening one');
  return pattern;
}

/**
 * Parses alternatives up to a closing parenthesis, which is not read, or the end. Inline options apply to later
 * alternatives too.
 */
function parseAlternatives(state: ParseState): Pattern[] {
  const branches = [parseSequence(state)];
  while (state.cursor.take('|')) branches.push(parseSequence(state));
  return branches;
}

function parseSequence(state: ParseState): Pattern {
  const { cursor, rightToLeft } = state;
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
  return parts.length === 1 && only !== undefined ? only : { kind: 'sequence', parts, rightToLeft };
}

/** Returns undefined for inline options. */
function parsePart(state: ParseState): Pattern | undefined {
  const { cursor, options } = state;
  if (isQuantifier(cursor)) throw cursor.error('a quantifier follows nothing, or another quantifier');
  const character = cursor.next();
  switch (character) {
    case '(':
      return parseGroupingConstruct(state);
    case '[': {
      const characters = parseCharacterClass(cursor, options.ignoreCase);
      return unit(state, testOf(characters, options.ignoreCase));
    }
    case '.':
      return unit(state, options.singleLine ? anyUnit : anyButNewline);
    case '^':
      return { kind: 'anchor', anchor: options.multiline ? 'lineStart' : 'textStart' };
    case '$':
      return { kind: 'anchor', anchor: options.multiline ? 'lineEnd' : 'textEndOrLastNewline' };
    case '\\':
      return parseEscape(state);
    default:
      return literal(state, character.charCodeAt(0));
  }
}

const anyUnit: CodeUnitTest = () => true;
const anyButNewline: CodeUnitTest = (code) => code !== NEWLINE;

const ANCHORS: Readonly<Record<string, Anchor>> = {
  A: 'textStart',
  z: 'textEnd',
  Z: 'textEndOrLastNewline',
  G: 'searchStart',
  b: 'wordBoundary',
  B: 'nonWordBoundary',
};

function parseEscape(state: ParseState): Pattern {
  const { cursor, options } = state;
  if (cursor.left === 0) throw cursor.error('the last character is a backslash');
  const anchor = ANCHORS[cursor.peek()];
  if (anchor !== undefined) {
    cursor.next();
    return { kind: 'anchor', anchor };
  }
  const part = parseClassEscape(cursor, options.ignoreCase);
  if (part !== undefined) return unit(state, testOfPart(part, options.ignoreCase));
  return parseBackreference(state) ?? literal(state, parseUnitEscape(cursor));
}

function testOfPart(part: ClassPart, ignoreCase: boolean): CodeUnitTest {
  return testOf({ ...part, negated: false }, ignoreCase);
}

function literal(state: ParseState, code: number): Pattern {
  if (!state.options.ignoreCase) return unit(state, (other) => other === code);
  const lower = lowerCase(code);
  return unit(state, (other) => lowerCase(other) === lower);
}

function unit({ rightToLeft }: ParseState, test: CodeUnitTest): Pattern {
  return { kind: 'codeUnit', test, rightToLeft };
}

/** Skips comments and, with `(?x)`, white space and the rest of a line after `#`. */
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
  throw cursor.error('a comment has no closing parenthesis');
}
