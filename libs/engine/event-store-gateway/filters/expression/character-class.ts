import {
  ALL_CATEGORIES,
  type CategoryMask,
  categoriesNamed,
  categoryOf,
  LAST_UNIT,
  lowerCase,
  upperCases,
} from './unicode-tables.js';

/** Code units from the first to the last, both included. */
export type Range = readonly [first: number, last: number];

/** Which code units a class takes: those of its ranges and of its categories, or all others. */
export interface CharacterClass {
  readonly ranges: readonly Range[];
  readonly categories: CategoryMask;
  readonly negated: boolean;
  /** What is taken away again: `[a-z-[b]]`. */
  readonly without?: CharacterClass | undefined;
}

/** Says whether a code unit is wanted. */
export type UnitTest = (unit: number) => boolean;

/** What a class may be made of. */
export type ClassPart = Pick<CharacterClass, 'ranges' | 'categories'>;

/** `\w`: letters, non-spacing marks, decimal digits, connector punctuation. */
export const WORD: ClassPart = { ranges: [], categories: named('L') | named('Mn') | named('Nd') | named('Pc') };

/** `\d`: the decimal digits of all scripts. */
export const DIGIT: ClassPart = { ranges: [], categories: named('Nd') };

/** `\s`: what .NET's Char.IsWhiteSpace takes. U+FEFF is not among it, U+0085 is. */
export const SPACE: ClassPart = {
  ranges: [
    [0x09, 0x0d],
    [0x85, 0x85],
  ],
  categories: named('Z'),
};

/** All code units that a part does not take. It must have either ranges or categories. */
export function otherThan({ ranges, categories }: ClassPart): ClassPart {
  return ranges.length === 0
    ? { ranges: [], categories: ALL_CATEGORIES & ~categories }
    : { ranges: gapsOf(merged(ranges)), categories: 0 };
}

/** `\S`: the ranges of {@link SPACE} lie within a category that is not white space as a whole. */
export const NOT_SPACE: ClassPart = {
  ranges: [
    [0x00, 0x08],
    [0x0e, 0x1f],
    [0x7f, 0x84],
    [0x86, 0x9f],
  ],
  categories: ALL_CATEGORIES & ~(named('Z') | named('Cc')),
};

/** The test of a class; ignoring case it takes what it takes in any case. */
export function testOf(characters: CharacterClass, ignoreCase: boolean): UnitTest {
  return remembering(wholeTest(characters, ignoreCase));
}

/** Names are ASCII for the most part: what a class says of that is worked out once. */
const REMEMBERED_UNITS = 128;

function remembering(test: UnitTest): UnitTest {
  const known = new Int8Array(REMEMBERED_UNITS);
  return (unit) => {
    if (unit >= REMEMBERED_UNITS) return test(unit);
    if (known[unit] === 0) known[unit] = test(unit) ? 1 : -1;
    return known[unit] === 1;
  };
}

function wholeTest(characters: CharacterClass, ignoreCase: boolean): UnitTest {
  const { categories, negated, without } = characters;
  const ranges = merged(characters.ranges);
  const has: UnitTest = (unit) => (categories & categoryOf(unit)) !== 0 || inRanges(ranges, unit);
  const taken: UnitTest = ignoreCase
    ? (unit) => {
        const lower = lowerCase(unit);
        return has(lower) || upperCases(lower).some((upper) => inRanges(ranges, upper));
      }
    : has;
  if (without === undefined) return negated ? (unit) => !taken(unit) : taken;
  const takenAway = wholeTest(without, ignoreCase);
  return (unit) => taken(unit) !== negated && !takenAway(unit);
}

/** Whether a code unit is one of `\w`, or one of the two joiners, which count where words begin and end. */
export function isWordUnit(unit: number): boolean {
  return (WORD.categories & categoryOf(unit)) !== 0 || unit === 0x200c || unit === 0x200d;
}

function named(name: string): CategoryMask {
  return categoriesNamed(name) ?? 0;
}

/** The same code units in ascending ranges that do not touch. */
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
  if (next <= LAST_UNIT) gaps.push([next, LAST_UNIT]);
  return gaps;
}

/** A binary search: a class may have thousands of ranges. */
function inRanges(ranges: readonly Range[], unit: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle] as Range)[1] < unit) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low];
  return range !== undefined && range[0] <= unit;
}
