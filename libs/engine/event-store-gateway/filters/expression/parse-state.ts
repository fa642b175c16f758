import type { FoundGroups, GroupNumbers } from './group-numbers.js';
import { oneOf, type Pattern } from './pattern.js';
import type { PatternCursor } from './pattern-cursor.js';

/** The options that an expression can set for what follows: `(?imnsx)`. */
export interface PatternOptions {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  /** Parentheses without a name do not capture. */
  readonly explicitCapture: boolean;
  /** A dot takes a newline, too. */
  readonly singleLine: boolean;
  /** White space and what stands behind a `#` are comments. */
  readonly extended: boolean;
}

export const NO_OPTIONS: PatternOptions = {
  ignoreCase: false,
  multiline: false,
  explicitCapture: false,
  singleLine: false,
  extended: false,
};

/** Where a parser is, and what holds there. */
export interface ParseState {
  readonly cursor: PatternCursor;
  /** undefined: the groups are only being found. */
  readonly numbers: GroupNumbers | undefined;
  readonly found: FoundGroups;
  /** Changes where a group sets options for the rest of the group around it. */
  options: PatternOptions;
  /** Within a look-behind: matched from right to left. */
  readonly back: boolean;
  /** How many groups there are around this place. */
  readonly depth: number;
  /** Parses what stands here up to the end of the group: for the parsers of groups, which it calls itself. */
  readonly parseBranches: (state: ParseState) => readonly Pattern[];
}

/** Parses what stands between the parentheses of a group, and the closing one. */
export function parseInside(state: ParseState, changes: Partial<ParseState> = {}): Pattern {
  return closed(state, oneOf(state.parseBranches({ ...within(state), ...changes })));
}

/** The state within a group. Options that are set there end with it. */
export function within(state: ParseState): ParseState {
  return { ...state, depth: state.depth + 1 };
}

/** Reads the closing parenthesis behind a pattern. */
export function closed({ cursor }: ParseState, pattern: Pattern): Pattern {
  cursor.expect(')', 'a group has no closing parenthesis');
  return pattern;
}
