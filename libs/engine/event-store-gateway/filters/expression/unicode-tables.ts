/** The general categories of Unicode, in the order of their bits in a {@link CategoryMask}. */
const CATEGORIES = [
  ...['Lu', 'Ll', 'Lt', 'Lm', 'Lo', 'Mn', 'Mc', 'Me', 'Nd', 'Nl', 'No', 'Zs', 'Zl', 'Zp', 'Cc'],
  ...['Cf', 'Cs', 'Co', 'Cn', 'Pc', 'Pd', 'Ps', 'Pe', 'Pi', 'Pf', 'Po', 'Sm', 'Sc', 'Sk', 'So'],
] as const;

/** A set of general categories, one bit each. */
export type CategoryMask = number;

export const LAST_CODE_UNIT = 0xffff;

/** All general categories. */
export const ALL_CATEGORIES: CategoryMask = 2 ** CATEGORIES.length - 1;

/** The categories of a name such as `Lu`, or `L` for all that start with L; undefined if there are none. */
export function categoriesNamed(name: string): CategoryMask | undefined {
  if (name.length === 0 || name.length > 2) return undefined;
  const mask = CATEGORIES.reduce((bits, category, bit) => (category.startsWith(name) ? bits | (1 << bit) : bits), 0);
  return mask === 0 ? undefined : mask;
}

/** The category of a code unit, as a mask with one bit. A surrogate is in category Cs. */
export function categoryOf(unit: number): CategoryMask {
  return 1 << (CATEGORY_OF_UNIT[unit] as number);
}

/** The lower-case form of a code unit in the invariant culture, always one code unit; `İ` has none. */
export function lowerCase(unit: number): number {
  return LOWER_OF_UNIT[unit] as number;
}

/** The other code units with this lower-case form. */
export function upperCaseVariants(lower: number): readonly number[] {
  return UPPERS_OF_UNIT.get(lower) ?? NONE;
}

const NONE: readonly number[] = [];
const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;

/** Every code unit except surrogates, of which two in a row would form a code point. */
const UNITS = [...unitsBetween(0, FIRST_SURROGATE - 1), ...unitsBetween(LAST_SURROGATE + 1, LAST_CODE_UNIT)].join('');

const CATEGORY_OF_UNIT = categoryTable();
const LOWER_OF_UNIT = lowerTable();
const UPPERS_OF_UNIT = uppersTable();

function* unitsBetween(first: number, last: number): Generator<string> {
  for (let unit = first; unit <= last; unit += 1) yield String.fromCharCode(unit);
}

function categoryTable(): Uint8Array {
  const table = new Uint8Array(LAST_CODE_UNIT + 1).fill(CATEGORIES.indexOf('Cs'));
  CATEGORIES.forEach((category, bit) => {
    for (const [run] of UNITS.matchAll(new RegExp(`\\p{${category}}+`, 'gu'))) {
      for (let i = 0; i < run.length; i += 1) table[run.charCodeAt(i)] = bit;
    }
  });
  return table;
}

function lowerTable(): Uint16Array {
  const table = Uint16Array.from({ length: LAST_CODE_UNIT + 1 }, (_, unit) => unit);
  for (const [upper] of UNITS.matchAll(/\p{Changes_When_Lowercased}/gu)) {
    const lower = upper.toLowerCase();
    if (lower.length === 1) table[upper.charCodeAt(0)] = lower.charCodeAt(0);
  }
  return table;
}

function uppersTable(): ReadonlyMap<number, readonly number[]> {
  const uppers = new Map<number, number[]>();
  LOWER_OF_UNIT.forEach((lower, unit) => {
    if (lower !== unit) uppers.set(lower, [...(uppers.get(lower) ?? []), unit]);
  });
  return uppers;
}
