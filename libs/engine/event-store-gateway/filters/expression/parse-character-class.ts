import type { CharacterClass, Range } from './character-class.js';
import { ExpressionNotSupportedError } from './expression-errors.js';
import { parseClassEscape, parseUnitEscape } from './parse-escape.js';
import type { PatternCursor } from './pattern-cursor.js';
import type { CategoryMask } from './unicode-tables.js';

/** Each level costs a comparison with every code unit that is tested. */
const MAX_SUBTRACTIONS = 8;

/**
 * Parses a class in brackets, behind the opening one. A `]` that comes first is one of its characters; a class behind a
 * hyphen, which must come last, is taken away from it.
 *
 * @throws ExpressionSyntaxError it is none
 * @throws ExpressionNotSupportedError too many classes are taken away from one another
 */
export function parseCharacterClass(cursor: PatternCursor, ignoreCase: boolean, depth = 0): CharacterClass {
  if (depth > MAX_SUBTRACTIONS) {
    throw new ExpressionNotSupportedError(`more than ${MAX_SUBTRACTIONS} class subtractions within one another`);
  }
  const negated = cursor.take('^');
  const members = new Members(cursor);
  for (let first = true; ; first = false) {
    if (cursor.left === 0) throw cursor.error('a character class has no end');
    if (!first && cursor.take(']')) return { ...members.taken, negated };
    if (takesSubtraction(cursor, members, first)) {
      const without = parseCharacterClass(cursor, ignoreCase, depth + 1);
      cursor.expect(']', 'a class that is taken away must come last');
      return { ...members.taken, negated, without };
    }
    parseMember(cursor, members, ignoreCase);
  }
}

/** What has been read of a class, and the beginning of a range whose end has not been read. */
class Members {
  readonly #ranges: Range[] = [];
  #categories: CategoryMask = 0;
  #rangeStart: number | undefined;

  constructor(private readonly cursor: PatternCursor) {}

  get taken(): { readonly ranges: readonly Range[]; readonly categories: CategoryMask } {
    return { ranges: this.#ranges, categories: this.#categories };
  }

  get inRange(): boolean {
    return this.#rangeStart !== undefined;
  }

  /** The range that has begun is none: its beginning stands alone. */
  endRange(): void {
    if (this.#rangeStart !== undefined) this.#ranges.push([this.#rangeStart, this.#rangeStart]);
    this.#rangeStart = undefined;
  }

  addPart({ ranges, categories }: Pick<CharacterClass, 'ranges' | 'categories'>): void {
    if (this.inRange) throw this.cursor.error('a range cannot end with a class');
    this.#ranges.push(...ranges);
    this.#categories |= categories;
  }

  /** Adds a code unit, which ends a range, or begins one if a hyphen follows that is not the last character. */
  addUnit(unit: number, mayBeginRange: boolean): void {
    const { cursor } = this;
    if (this.#rangeStart !== undefined) {
      if (this.#rangeStart > unit) throw cursor.error('a range ends before it begins');
      this.#ranges.push([this.#rangeStart, unit]);
      this.#rangeStart = undefined;
    } else if (mayBeginRange && cursor.left >= 2 && cursor.peek() === '-' && cursor.peek(1) !== ']') {
      cursor.next();
      this.#rangeStart = unit;
    } else {
      this.#ranges.push([unit, unit]);
    }
  }
}

/** Reads `-[`, or `[` where a range would end; says whether a class follows that is taken away. */
function takesSubtraction(cursor: PatternCursor, members: Members, first: boolean): boolean {
  if (first) return false;
  if (!members.inRange) return cursor.take('-[');
  if (!cursor.take('[')) return false;
  members.endRange();
  return true;
}

function parseMember(cursor: PatternCursor, members: Members, ignoreCase: boolean): void {
  const character = cursor.next();
  if (character !== '\\' || cursor.left === 0) {
    if (character === '[' && !members.inRange) skipPosixClass(cursor);
    members.addUnit(character.charCodeAt(0), true);
    return;
  }
  const part = parseClassEscape(cursor, ignoreCase);
  if (part !== undefined) members.addPart(part);
  else if (cursor.take('-')) members.addUnit('-'.charCodeAt(0), false);
  else members.addUnit(parseUnitEscape(cursor), true);
}

/** .NET reads over an empty `[::]` and takes the bracket before it for a character. */
function skipPosixClass(cursor: PatternCursor): void {
  cursor.take('::]');
}
