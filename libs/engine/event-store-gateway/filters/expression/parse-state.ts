import type { CaptureGroupCollector, CaptureGroups } from './capture-groups.js';
import { alternation, type Pattern } from './pattern.js';
import type { PatternCursor } from './pattern-cursor.js';

/** The inline options `(?imnsx)`, by .NET's names. */
export interface PatternOptions {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  /** Unnamed groups do not capture. */
  readonly explicitCapture: boolean;
  /** A dot matches a newline too. */
  readonly singleLine: boolean;
  /** White space is ignored, and `#` starts a comment. */
  readonly extended: boolean;
}

export const NO_OPTIONS: PatternOptions = {
  ignoreCase: false,
  multiline: false,
  explicitCapture: false,
  singleLine: false,
  extended: false,
};

/** The state of a parser. */
export interface ParseState {
  readonly cursor: PatternCursor;
  /** undefined in the first pass, which collects the groups. */
  readonly groups: CaptureGroups | undefined;
  readonly collector: CaptureGroupCollector;
  /** Inline options change them for the rest of the enclosing group. */
  options: PatternOptions;
  /** Within a lookbehind, which is matched from right to left. */
  readonly rightToLeft: boolean;
  /** Number of enclosing groups. */
  readonly depth: number;
  /** Parses alternatives up to the end of the group. A member, because it and the parsers of groups call each other. */
  readonly parseAlternatives: (state: ParseState) => readonly Pattern[];
}

/** Parses the content of a group and its closing parenthesis. */
export function parseGroupContent(state: ParseState, changes: Partial<ParseState> = {}): Pattern {
  return closeGroup(state, alternation(state.parseAlternatives({ ...insideGroup(state), ...changes })));
}

/** The state within a group. Inline options that are set there end with the group. */
export function insideGroup(state: ParseState): ParseState {
  return { ...state, depth: state.depth + 1 };
}

/** Reads the closing parenthesis after a pattern. */
export function closeGroup({ cursor }: ParseState, pattern: Pattern): Pattern {
  cursor.expect(')', 'a group has no closing parenthesis');
  return pattern;
}
