import type { UnitTest } from './character-class.js';

/** What holds at a place between two code units. */
export type Place =
  | 'textStart'
  | 'textEnd'
  | 'textEndOrLastNewline'
  | 'lineStart'
  | 'lineEnd'
  | 'searchStart'
  | 'wordBoundary'
  | 'noWordBoundary';

/**
 * A .NET regular expression as a tree. `back` says that a part is matched from right to left, as everything in a
 * look-behind is.
 */
export type Pattern =
  | { readonly kind: 'unit'; readonly test: UnitTest; readonly back: boolean }
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[]; readonly back: boolean }
  | { readonly kind: 'alternatives'; readonly branches: readonly Pattern[] }
  | {
      readonly kind: 'repeat';
      readonly part: Pattern;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    }
  | { readonly kind: 'capture'; readonly group: number; readonly part: Pattern }
  | { readonly kind: 'look'; readonly part: Pattern; readonly negative: boolean }
  | { readonly kind: 'atomic'; readonly part: Pattern }
  | { readonly kind: 'reference'; readonly group: number; readonly ignoreCase: boolean; readonly back: boolean }
  | { readonly kind: 'ifCaptured'; readonly group: number; readonly yes: Pattern; readonly no: Pattern }
  | { readonly kind: 'ifMatches'; readonly condition: Pattern; readonly yes: Pattern; readonly no: Pattern };

/** Matches everywhere and takes nothing. */
export const EMPTY: Pattern = { kind: 'sequence', parts: [], back: false };

/** The largest number in an expression, as in .NET; also what stands for "any number of times". */
export const MAX_NUMBER = 2 ** 31 - 1;

/** The branches of an alternation as one pattern. */
export function oneOf(branches: readonly Pattern[]): Pattern {
  const [first = EMPTY] = branches;
  return branches.length <= 1 ? first : { kind: 'alternatives', branches };
}
