import type { CharacterClass, Range } from './character-class.js';
import { ExpressionNotSupportedError } from './expression-errors.js';
import { parseClassEscape, parseUnitEscape } from './parse-escape.js';
import type { PatternCursor } from './pattern-cursor.js';
import type { CategoryMask } from './unicode-tables.js';

/** Maximum nesting of subtractions; each level adds a comparison per tested code unit. */
const MAX_SUBTRACTIONS = 8;

/**
 * Parses a character class after `[`. A leading `]` is a literal. A class after a hyphen is subtracted and must come
 * last.
 *
 * @throws ExpressionSyntaxError the class is malformed
 * @throws ExpressionNotSupportedError the subtractions are nested too deep
 */
export function parseCharacterClass(cursor: PatternCursor, ignoreCase: boolean, depth = 0): CharacterClass {
  if (depth > MAX_SUBTRACTIONS) {
    throw new ExpressionNotSupportedError(`class subtractions nested more than ${MAX_SUBTRACTIONS} levels deep`);
  }
  const negated = cursor.take('^');
  const members = new Members(cursor);
  for (let first = true; ; first = false) {
    if (cursor.left === 0) throw cursor.error('a character class has no closing bracket');
    if (!first && cursor.take(']')) return { ...members.taken, negated };
    if (takesSubtraction(cursor, members, first)) {
      const subtracted = parseCharacterClass(cursor, ignoreCase, depth + 1);
      cursor.expect(']', 'a subtracted class must come last');
      return { ...members.taken, negated, subtracted };
    }
    parseMember(cursor, members, ignoreCase);
  }
}

/** The members of a class that were read, and the start of an incomplete range. */
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

  /** Turns the start of an incomplete range into a single character. */
  endRange(): void {
    if (this.#rangeStart !== undefined) this.#ranges.push([this.#rangeStart, this.#rangeStart]);
    this.#rangeStart = undefined;
  }

  addPart({ ranges, categories }: Pick<CharacterClass, 'ranges' | 'categories'>): void {
    if (this.inRange) throw this.cursor.error('a range cannot end with a character class');
    this.#ranges.push(...ranges);
    this.#categories |= categories;
  }

  /** Adds a code unit. It completes a range, or starts one if a hyphen follows that is not the last character. */
  addUnit(unit: number, mayBeginRange: boolean): void {
    const { cursor } = this;
    if (this.#rangeStart !== undefined) {
      if (this.#rangeStart > unit) throw cursor.error('a range is in reverse order');
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

/** Reads `-[`, or `[` at the end of a range. Returns whether a subtracted class follows. */
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

/** .NET skips an empty `[::]` and treats its first bracket as a literal. */
function skipPosixClass(cursor: PatternCursor): void {
  cursor.take('::]');
}
