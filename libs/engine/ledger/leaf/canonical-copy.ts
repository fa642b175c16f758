import { isUtf8 } from 'node:buffer';

/** Deeper values are left to the parser. */
const MAX_DEPTH = 16;

/** So many members and elements of open objects and arrays at once; more are left to the parser. */
const MAX_ITEMS = 256;

/** More digits may be more than a double holds, or have another canonical form. */
const MAX_DIGITS = 15;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const ARRAY_START = 0x5b;
const ARRAY_END = 0x5d;
const OBJECT_START = 0x7b;
const OBJECT_END = 0x7d;
const FIRST_PRINTABLE = 0x20;
const LAST_ASCII = 0x7f;

/** So many bytes of names are compared as one number. */
const PREFIX_BYTES = 4;

const LITERALS = ['true', 'false', 'null'].map((text) => Buffer.from(text));

/** Whether a byte is a character of a string that stands for itself. */
const IS_PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte >= FIRST_PRINTABLE && byte <= LAST_ASCII && byte !== QUOTE && byte !== BACKSLASH),
);

/** What may follow a backslash in canonical JSON, but for the hexadecimal digits of other control characters. */
const SHORT_ESCAPES = new Set(Buffer.from('"\\bfnrt'));

/** In place of the end of a value that a parser has to read. */
const FOREIGN = -1;

/**
 * Copies JSON in UTF-8 as canonical JSON (RFC 8785) where that only puts members into another order, as it does with
 * nearly all that JSON.stringify writes. Everything else, such as blanks, fractions, members with the same name, and what
 * is no JSON, is left to a parser. The copy is as long as the source.
 */
export class CanonicalCopy {
  #source: Buffer = Buffer.alloc(0);
  #written = 0;
  #isAscii = true;
  /**
   * The members and elements of the open objects and arrays: where each begins in the source, where the name of a member
   * ends and how it begins, where the item ends, and whether all members in it are in order.
   */
  readonly #begins = new Int32Array(MAX_ITEMS);
  readonly #nameEnds = new Int32Array(MAX_ITEMS);
  readonly #prefixes = new Int32Array(MAX_ITEMS);
  readonly #ends = new Int32Array(MAX_ITEMS);
  readonly #areOrdered = new Uint8Array(MAX_ITEMS);
  /** The items in the order of their copy. */
  readonly #sorted = new Int32Array(MAX_ITEMS);
  /** Of the value that was read last: the end of its items, and whether all members in it are in order. */
  #itemsEnd = 0;
  #isOrdered = true;

  /** @param target of the copies */
  constructor(private readonly target: Buffer) {}

  /**
   * Copies a value.
   *
   * @param start where the value begins in the source, and where it ends
   * @param at where the copy begins in the target, which has room for it
   * @returns whether it is copied; false: a parser has to read the value, and the target behind `at` has any content
   */
  copy(source: Buffer, start: number, end: number, at: number): boolean {
    this.#source = source;
    this.#written = at;
    this.#isAscii = true;
    // What is not complete is read beyond its end.
    if (this.#value(start, 0, 0) !== end) return false;
    if (!this.#isAscii && !isUtf8(source.subarray(start, end))) return false;
    if (!this.#isOrdered) return this.#arrange(start, 0);
    this.#put(start, end);
    return true;
  }

  /**
   * Reads a value. The items of an object or array are then those from `first` to {@link #itemsEnd}.
   *
   * @returns where it ends, or {@link FOREIGN}
   */
  #value(start: number, first: number, depth: number): number {
    this.#isOrdered = true;
    const byte = this.#source[start];
    if (byte === QUOTE) return this.#string(start);
    if (byte === OBJECT_START || byte === ARRAY_START)
      return depth > MAX_DEPTH ? FOREIGN : this.#items(start, first, depth);
    return isDigit(byte) || byte === MINUS ? this.#integer(start) : this.#literal(start);
  }

  #items(start: number, first: number, depth: number): number {
    const source = this.#source;
    const isObject = source[start] === OBJECT_START;
    const end = isObject ? OBJECT_END : ARRAY_END;
    let isOrdered = true;
    let item = first;
    let read = start + 1;
    for (let isNext = source[read] !== end; isNext; ) {
      if (item === MAX_ITEMS) return FOREIGN;
      this.#begins[item] = read;
      this.#sorted[item] = item;
      if (isObject) {
        read = this.#name(item, read);
        if (read === FOREIGN) return FOREIGN;
        const place = this.#sort(item, first);
        if (place === FOREIGN) return FOREIGN;
        if (place < item) isOrdered = false;
      }
      read = this.#value(read, item + 1, depth + 1);
      if (read === FOREIGN) return FOREIGN;
      this.#areOrdered[item] = Number(this.#isOrdered);
      if (!this.#isOrdered) isOrdered = false;
      this.#ends[item] = read;
      item += 1;
      isNext = source[read] === COMMA;
      if (isNext) read += 1;
    }
    this.#itemsEnd = item;
    this.#isOrdered = isOrdered;
    return source[read] === end ? read + 1 : FOREIGN;
  }

  /** Reads the name of a member and the colon. Names are compared as bytes, so they have ASCII only, and no escapes. */
  #name(item: number, start: number): number {
    const source = this.#source;
    if (source[start] !== QUOTE) return FOREIGN;
    let read = start + 1;
    while (IS_PLAIN[source[read] as number] === 1) read += 1;
    if (source[read] !== QUOTE || source[read + 1] !== COLON) return FOREIGN;
    this.#nameEnds[item] = read;
    let prefix = 0;
    for (let at = start + 1; at <= start + PREFIX_BYTES; at += 1)
      prefix = (prefix << 8) | (at < read ? (source[at] as number) : 0);
    this.#prefixes[item] = prefix;
    return read + 2;
  }

  #string(start: number): number {
    const source = this.#source;
    for (let read = start + 1; ; ) {
      while (IS_PLAIN[source[read] as number] === 1) read += 1;
      const byte = source[read++];
      if (byte === QUOTE) return read;
      if (byte === undefined || byte < FIRST_PRINTABLE) return FOREIGN;
      if (byte !== BACKSLASH) this.#isAscii = false;
      else if (!SHORT_ESCAPES.has(source[read++] ?? 0)) return FOREIGN;
    }
  }

  #integer(start: number): number {
    const source = this.#source;
    const first = source[start] === MINUS ? start + 1 : start;
    if (source[first] === ZERO) return first === start ? first + 1 : FOREIGN;
    let read = first;
    while (isDigit(source[read])) read += 1;
    return read > first && read - first <= MAX_DIGITS ? read : FOREIGN;
  }

  #literal(start: number): number {
    for (const literal of LITERALS) {
      let at = 0;
      while (at < literal.length && this.#source[start + at] === literal[at]) at += 1;
      if (at === literal.length) return start + at;
    }
    return FOREIGN;
  }

  /**
   * Writes an object or array, whose items are those from `first` to {@link #itemsEnd}, with all members in order.
   *
   * @returns false: there are too many items
   */
  #arrange(start: number, first: number): boolean {
    const source = this.#source;
    const end = this.#itemsEnd;
    const isObject = source[start] === OBJECT_START;
    this.target[this.#written++] = source[start] as number;
    for (let place = first; place < end; place += 1) {
      if (place > first) this.target[this.#written++] = COMMA;
      const item = this.#sorted[place] as number;
      if (this.#areOrdered[item] === 1) this.#put(this.#begins[item] as number, this.#ends[item] as number);
      else if (!this.#arrangeItem(item, isObject, end)) return false;
    }
    this.target[this.#written++] = isObject ? OBJECT_END : ARRAY_END;
    return true;
  }

  /** Writes an item whose value is not in order. It is read again: its own items have been forgotten. */
  #arrangeItem(item: number, isMember: boolean, free: number): boolean {
    const begin = this.#begins[item] as number;
    const value = isMember ? (this.#nameEnds[item] as number) + 2 : begin;
    this.#put(begin, value);
    return this.#value(value, free, 0) !== FOREIGN && this.#arrange(value, free);
  }

  /** Copies bytes as they are. */
  #put(start: number, end: number): void {
    const { target } = this;
    const source = this.#source;
    let written = this.#written;
    for (let at = start; at < end; at += 1) target[written++] = source[at] as number;
    this.#written = written;
  }

  /** Puts a member in its place among those before it. @returns the place; FOREIGN: one of them has its name */
  #sort(member: number, first: number): number {
    const sorted = this.#sorted;
    let place = member;
    for (; place > first; place -= 1) {
      const before = sorted[place - 1] as number;
      const order = this.#compare(before, member);
      if (order === 0) return FOREIGN;
      if (order < 0) break;
      sorted[place] = before;
    }
    sorted[place] = member;
    return place;
  }

  /** Compares the names of two members: below 0, the first one stands before the other one; 0: they are the same. */
  #compare(one: number, other: number): number {
    const byPrefix = (this.#prefixes[one] as number) - (this.#prefixes[other] as number);
    if (byPrefix !== 0) return byPrefix;
    const source = this.#source;
    const end = this.#nameEnds[one] as number;
    const otherEnd = this.#nameEnds[other] as number;
    let at = (this.#begins[one] as number) + 1;
    let otherAt = (this.#begins[other] as number) + 1;
    for (; at < end && otherAt < otherEnd; at += 1, otherAt += 1) {
      const difference = (source[at] as number) - (source[otherAt] as number);
      if (difference !== 0) return difference;
    }
    return end - at - (otherEnd - otherAt);
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}
