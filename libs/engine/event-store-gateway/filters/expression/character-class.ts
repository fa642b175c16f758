import { lowerBound } from '#libs/engine/kernel/lower-bound.js';
import {
  ALL_CATEGORIES,
  type CategoryMask,
  categoriesNamed,
  categoryOf,
  LAST_CODE_UNIT,
  lowerCase,
  upperCaseVariants,
} from './unicode-tables.js';

/** A range of UTF-16 code units, both ends included. */
export type Range = readonly [first: number, last: number];

/** A character class: ranges and Unicode categories, possibly negated. */
export interface CharacterClass {
  readonly ranges: readonly Range[];
  readonly categories: CategoryMask;
  readonly negated: boolean;
  /** The subtracted class: `[a-z-[b]]`. */
  readonly subtracted?: CharacterClass | undefined;
}

/** Whether a code unit is in a class. */
export type CodeUnitTest = (unit: number) => boolean;

/** A part of a character class. */
export type ClassPart = Pick<CharacterClass, 'ranges' | 'categories'>;

/** `\w`: letters, non-spacing marks, decimal digits, connector punctuation. */
export const WORD: ClassPart = { ranges: [], categories: named('L') | named('Mn') | named('Nd') | named('Pc') };

/** `\d`: the decimal digits of all scripts. */
export const DIGIT: ClassPart = { ranges: [], categories: named('Nd') };

/** `\s`: the white space of .NET's Char.IsWhiteSpace, which includes U+0085 and not U+FEFF. */
export const SPACE: ClassPart = {
  ranges: [
    [0x09, 0x0d],
    [0x85, 0x85],
  ],
  categories: named('Z'),
};

/** The complement of a part, which must have either ranges or categories. */
export function complementOf({ ranges, categories }: ClassPart): ClassPart {
  return ranges.length === 0
    ? { ranges: [], categories: ALL_CATEGORIES & ~categories }
    : { ranges: gapsOf(merged(ranges)), categories: 0 };
}

/** `\S`. The ranges of {@link SPACE} belong to category Cc, of which only some characters are white space. */
export const NOT_SPACE: ClassPart = {
  ranges: [
    [0x00, 0x08],
    [0x0e, 0x1f],
    [0x7f, 0x84],
    [0x86, 0x9f],
  ],
  categories: ALL_CATEGORIES & ~(named('Z') | named('Cc')),
};

/** Builds the test of a class. With `ignoreCase` a code unit is in the class if one of its case variants is. */
export function testOf(characters: CharacterClass, ignoreCase: boolean): CodeUnitTest {
  return cachingAscii(uncachedTest(characters, ignoreCase));
}

/** Names are mostly ASCII, so the results for ASCII are cached. */
const CACHED_CODE_UNITS = 128;

function cachingAscii(test: CodeUnitTest): CodeUnitTest {
  const known = new Int8Array(CACHED_CODE_UNITS);
  return (unit) => {
    if (unit >= CACHED_CODE_UNITS) return test(unit);
    if (known[unit] === 0) known[unit] = test(unit) ? 1 : -1;
    return known[unit] === 1;
  };
}

function uncachedTest(characters: CharacterClass, ignoreCase: boolean): CodeUnitTest {
  const { categories, negated, subtracted } = characters;
  const ranges = merged(characters.ranges);
  const has: CodeUnitTest = (unit) => (categories & categoryOf(unit)) !== 0 || inRanges(ranges, unit);
  const taken: CodeUnitTest = ignoreCase
    ? (unit) => {
        const lower = lowerCase(unit);
        return has(lower) || upperCaseVariants(lower).some((upper) => inRanges(ranges, upper));
      }
    : has;
  if (subtracted === undefined) return negated ? (unit) => !taken(unit) : taken;
  const takenAway = uncachedTest(subtracted, ignoreCase);
  return (unit) => taken(unit) !== negated && !takenAway(unit);
}

/** Whether a code unit counts as a word character at a word boundary: `\w` and the two joiners. */
export function isBoundaryWordCodeUnit(unit: number): boolean {
  return (WORD.categories & categoryOf(unit)) !== 0 || unit === 0x200c || unit === 0x200d;
}

function named(name: string): CategoryMask {
  return categoriesNamed(name) ?? 0;
}

/** Sorts ranges, and merges those that overlap or touch. */
function merged(ranges: readonly Range[]): readonly Range[] {
  const result: [number, number][] = [];
  for (const [first, last] of ranges.toSorted(([a], [b]) => a - b)) {
    const before = result.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else result.push([first, last]);
  }
  return result;
}

function gapsOf(ranges: readonly Range[]): readonly Range[] {
  const gaps: Range[] = [];
  let next = 0;
  for (const [first, last] of ranges) {
    if (first > next) gaps.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= LAST_CODE_UNIT) gaps.push([next, LAST_CODE_UNIT]);
  return gaps;
}

/** Binary search, because a class may have thousands of ranges. */
function inRanges(ranges: readonly Range[], unit: number): boolean {
  const range = ranges[lowerBound(ranges.length, (at) => (ranges[at] as Range)[1] < unit)];
  return range !== undefined && range[0] <= unit;
}
