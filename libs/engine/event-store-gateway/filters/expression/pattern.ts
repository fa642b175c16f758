import type { CodeUnitTest } from './character-class.js';

/** A zero-width assertion about a position. */
export type Anchor =
  | 'textStart'
  | 'textEnd'
  | 'textEndOrLastNewline'
  | 'lineStart'
  | 'lineEnd'
  | 'searchStart'
  | 'wordBoundary'
  | 'nonWordBoundary';

/** The syntax tree of a .NET regular expression. `rightToLeft` is set for everything within a lookbehind. */
export type Pattern =
  | { readonly kind: 'codeUnit'; readonly test: CodeUnitTest; readonly rightToLeft: boolean }
  | { readonly kind: 'anchor'; readonly anchor: Anchor }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[]; readonly rightToLeft: boolean }
  | { readonly kind: 'alternation'; readonly branches: readonly Pattern[] }
  | {
      readonly kind: 'repetition';
      readonly part: Pattern;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    }
  | { readonly kind: 'capture'; readonly captureGroup: number; readonly part: Pattern }
  | { readonly kind: 'lookaround'; readonly part: Pattern; readonly negative: boolean }
  | { readonly kind: 'atomic'; readonly part: Pattern }
  | {
      readonly kind: 'backreference';
      readonly captureGroup: number;
      readonly ignoreCase: boolean;
      readonly rightToLeft: boolean;
    }
  | { readonly kind: 'ifCaptured'; readonly captureGroup: number; readonly yes: Pattern; readonly no: Pattern }
  | { readonly kind: 'ifMatches'; readonly condition: Pattern; readonly yes: Pattern; readonly no: Pattern };

/** Matches the empty text. */
export const EMPTY: Pattern = { kind: 'sequence', parts: [], rightToLeft: false };

/** The greatest number in a .NET expression; as a maximum it means "unlimited". */
export const MAX_NUMBER = 2 ** 31 - 1;

/** Combines alternatives into one pattern. */
export function alternation(branches: readonly Pattern[]): Pattern {
  const [first = EMPTY] = branches;
  return branches.length <= 1 ? first : { kind: 'alternation', branches };
}
