import { isUtf8 } from 'node:buffer';

/** Deeper values are left to the parser. */
const MAX_DEPTH = 16;

/** So many members of open objects at once; more are left to the parser. */
const MAX_MEMBERS = 256;

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

const LITERALS = ['true', 'false', 'null'].map((text) => Buffer.from(text));

/** Whether a byte is a character of a string that stands for itself. */
const IS_PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte >= FIRST_PRINTABLE && byte <= LAST_ASCII && byte !== QUOTE && byte !== BACKSLASH),
);

/** What may follow a backslash in canonical JSON, but for the hexadecimal digits of other control characters. */
const SHORT_ESCAPES = new Set(Buffer.from('"\\bfnrt'));

/**
 * Copies JSON in UTF-8 as canonical JSON (RFC 8785) where that only puts members into another order, as it does with
 * nearly all that JSON.stringify writes. Everything else, such as blanks, fractions, members with the same name, and what
 * is no JSON, is left to a parser. The copy is as long as the source.
 */
export class CanonicalCopy {
  #source: Uint8Array = Buffer.alloc(0);
  #read = 0;
  #written = 0;
  #isAscii = true;
  /** The members of the open objects: where each begins, where its name ends, and where it ends, in the target. */
  readonly #begins = new Int32Array(MAX_MEMBERS);
  readonly #nameEnds = new Int32Array(MAX_MEMBERS);
  readonly #ends = new Int32Array(MAX_MEMBERS);
  #members = 0;
  /** Holds the members of an object while they are put into order, and this order. */
  readonly #unordered: Buffer;
  readonly #sorted = new Int32Array(MAX_MEMBERS);

  /** @param target of the copies */
  constructor(private readonly target: Buffer) {
    this.#unordered = Buffer.alloc(target.length);
  }

  /**
   * Copies a value.
   *
   * @param at where the copy begins in the target, which has room for it
   * @returns where the copy ends; undefined: a parser has to read the value, and the target behind `at` has any content
   */
  copy(source: Uint8Array, at: number): number | undefined {
    this.#source = source;
    this.#read = 0;
    this.#written = at;
    this.#isAscii = true;
    this.#members = 0;
    const isCopied = this.#value(0) && this.#read === source.length && (this.#isAscii || isUtf8(source));
    return isCopied ? this.#written : undefined;
  }

  #value(depth: number): boolean {
    if (depth > MAX_DEPTH) return false;
    switch (this.#source[this.#read]) {
      case QUOTE:
        return this.#string(false);
      case OBJECT_START:
        return this.#object(depth);
      case ARRAY_START:
        return this.#array(depth);
      default:
        return this.#integer() || LITERALS.some((literal) => this.#literal(literal));
    }
  }

  #object(depth: number): boolean {
    const first = this.#members;
    this.#take();
    const start = this.#written;
    let isOrdered = true;
    for (let isNext = this.#source[this.#read] !== OBJECT_END; isNext; isNext = this.#takes(COMMA)) {
      const member = this.#members;
      if (member === MAX_MEMBERS) return false;
      this.#members += 1;
      this.#begins[member] = this.#written;
      if (this.#source[this.#read] !== QUOTE || !this.#string(true)) return false;
      this.#nameEnds[member] = this.#written;
      if (!this.#takes(COLON) || !this.#value(depth + 1)) return false;
      this.#ends[member] = this.#written;
      // Members with the same name are not in order either.
      if (member > first && !this.#isBefore(this.target, member - 1, member)) isOrdered = false;
    }
    if (!isOrdered && !this.#order(first, start)) return false;
    this.#members = first;
    return this.#takes(OBJECT_END);
  }

  #array(depth: number): boolean {
    this.#take();
    for (let isNext = this.#source[this.#read] !== ARRAY_END; isNext; isNext = this.#takes(COMMA)) {
      if (!this.#value(depth + 1)) return false;
    }
    return this.#takes(ARRAY_END);
  }

  /** @param isName the names of members are compared as bytes, so they have no escapes and ASCII only */
  #string(isName: boolean): boolean {
    const { target } = this;
    const source = this.#source;
    let read = this.#read + 1;
    let written = this.#written;
    target[written++] = QUOTE;
    for (;;) {
      const byte = source[read++];
      if (byte === undefined) return false;
      target[written++] = byte;
      if (IS_PLAIN[byte] === 1) continue;
      if (byte === QUOTE) break;
      if (isName || byte < FIRST_PRINTABLE) return false;
      if (byte === BACKSLASH) {
        const escaped = source[read++];
        if (escaped === undefined || !SHORT_ESCAPES.has(escaped)) return false;
        target[written++] = escaped;
      } else this.#isAscii = false;
    }
    this.#read = read;
    this.#written = written;
    return true;
  }

  #integer(): boolean {
    const first = this.#source[this.#read];
    const second = this.#source[this.#read + 1];
    if (!isDigit(first) && !(first === MINUS && isDigit(second) && second !== ZERO)) return false;
    this.#take();
    if (first === ZERO) return true;
    let digits = first === MINUS ? 0 : 1;
    for (; isDigit(this.#source[this.#read]); digits += 1) this.#take();
    return digits <= MAX_DIGITS;
  }

  #literal(literal: Uint8Array): boolean {
    for (let at = 0; at < literal.length; at += 1) {
      if (this.#source[this.#read + at] !== literal[at]) return false;
    }
    for (let at = 0; at < literal.length; at += 1) this.#take();
    return true;
  }

  #takes(byte: number): boolean {
    if (this.#source[this.#read] !== byte) return false;
    this.#take();
    return true;
  }

  #take(): void {
    this.target[this.#written] = this.#source[this.#read] ?? 0;
    this.#read += 1;
    this.#written += 1;
  }

  /** Puts the members from `first` on into the order of their names. @returns false: two have the same name */
  #order(first: number, start: number): boolean {
    const { target } = this;
    const unordered = this.#unordered;
    const order = this.#sorted;
    const members = this.#members;
    const end = this.#written;
    for (let at = start; at < end; at += 1) unordered[at] = target[at] as number;
    for (let member = first; member < members; member += 1) {
      let place = member;
      for (; place > first && this.#isBefore(unordered, member, order[place - 1] as number); place -= 1) {
        order[place] = order[place - 1] as number;
      }
      if (place > first && !this.#isBefore(unordered, order[place - 1] as number, member)) return false;
      order[place] = member;
    }
    let written = start;
    for (let place = first; place < members; place += 1) {
      if (place > first) target[written++] = COMMA;
      const member = order[place] as number;
      const memberEnd = this.#ends[member] as number;
      for (let at = this.#begins[member] as number; at < memberEnd; at += 1)
        target[written++] = unordered[at] as number;
    }
    return true;
  }

  /** Whether the name of a member stands before that of another one. @param bytes that hold the members */
  #isBefore(bytes: Buffer, one: number, other: number): boolean {
    const start = this.#begins[one] as number;
    const otherStart = this.#begins[other] as number;
    const length = (this.#nameEnds[one] as number) - start - 1;
    const otherLength = (this.#nameEnds[other] as number) - otherStart - 1;
    for (let at = 1; at < length && at < otherLength; at += 1) {
      const byte = bytes[start + at] as number;
      const otherByte = bytes[otherStart + at] as number;
      if (byte !== otherByte) return byte < otherByte;
    }
    return length < otherLength;
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}
