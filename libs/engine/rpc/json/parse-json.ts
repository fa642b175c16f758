import { ContractError } from '#libs/engine/errors/contract-error.js';
import { type Json, type JsonMap, NumberText } from './json-value.js';

/** A list whose end has not been read yet. */
interface OpenList {
  readonly list: Json[];
}

/** An object whose end has not been read yet, and the name whose value is read next. */
interface OpenMap {
  readonly map: JsonMap;
  name: string;
}

/** An integer of so few digits that a JavaScript number represents it exactly. */
const EXACT_DIGITS = 15;

const EXACT_INTEGER = new RegExp(`^-?\\d{1,${EXACT_DIGITS}}$`);
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

const MAX_PATH_LENGTH = 200; // of a path in an error; names in a body may be as long as the body

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;

/**
 * Parses JSON as `JSON.parse` does, but refuses an object with a duplicate name, and keeps the text of numbers that a
 * JavaScript number may not represent exactly.
 *
 * @throws ContractError an object has a duplicate name; the message names it
 * @throws SyntaxError the text is not JSON
 */
export function parseJson(text: string): Json {
  return new JsonReader(text).read();
}

/** Reads without recursion, so that deep nesting cannot overflow the stack. */
class JsonReader {
  readonly #text: string;
  readonly #open: (OpenList | OpenMap)[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Json {
    let value = this.#begin();
    for (;;) {
      const parent = this.#open.at(-1);
      if (parent === undefined) break;
      this.#add(parent, value);
      value = this.#follow(parent);
    }
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw malformed();
    return value;
  }

  /** Reads up to the end of the next value that contains no other value: a scalar, an empty list or an empty object. */
  #begin(): Json {
    for (;;) {
      this.#skipBlanks();
      switch (this.#text[this.#at]) {
        case '{': {
          this.#at += 1;
          if (this.#takes('}')) return {};
          const map: JsonMap = {};
          const open = { map, name: '' };
          this.#open.push(open);
          this.#readName(open);
          break;
        }
        case '[':
          this.#at += 1;
          if (this.#takes(']')) return [];
          this.#open.push({ list: [] });
          break;
        case '"':
          return this.#readText();
        case 't':
          return this.#readWord('true', true);
        case 'f':
          return this.#readWord('false', false);
        case 'n':
          return this.#readWord('null', null);
        default:
          return this.#readNumber();
      }
    }
  }

  /** Reads after a value: on to the next value of its parent, or to the end of the parent. */
  #follow(parent: OpenList | OpenMap): Json {
    if (this.#takes(',')) {
      if ('map' in parent) this.#readName(parent);
      return this.#begin();
    }
    if (!this.#takes('map' in parent ? '}' : ']')) throw malformed();
    this.#open.pop();
    return 'map' in parent ? parent.map : parent.list;
  }

  #add(parent: OpenList | OpenMap, value: Json): void {
    if ('list' in parent) parent.list.push(value);
    else if (parent.name !== '__proto__') parent.map[parent.name] = value;
    else Object.defineProperty(parent.map, parent.name, { value, enumerable: true, configurable: true });
  }

  #readName(open: OpenMap): void {
    this.#skipBlanks();
    if (this.#text[this.#at] !== '"') throw malformed();
    open.name = this.#readText();
    if (Object.hasOwn(open.map, open.name))
      throw ContractError.invalidField(this.#path(), 'stands twice: give it once');
    if (!this.#takes(':')) throw malformed();
  }

  #readText(): string {
    const begin = this.#at;
    let isEscaped = false;
    let at = begin + 1;
    for (let unit = this.#text.charCodeAt(at); unit !== QUOTE; unit = this.#text.charCodeAt(at)) {
      if (!(unit >= FIRST_PRINTABLE)) throw malformed(); // beyond the end it is NaN
      isEscaped ||= unit === BACKSLASH;
      at += unit === BACKSLASH ? 2 : 1;
    }
    this.#at = at + 1;
    return isEscaped ? JSON.parse(this.#text.slice(begin, this.#at)) : this.#text.slice(begin + 1, at);
  }

  #readWord<Value extends boolean | null>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at)) throw malformed();
    this.#at += word.length;
    return value;
  }

  #readNumber(): Json {
    NUMBER.lastIndex = this.#at;
    const [text] = NUMBER.exec(this.#text) ?? [];
    if (text === undefined) throw malformed();
    this.#at += text.length;
    return EXACT_INTEGER.test(text) ? Number(text) : new NumberText(text);
  }

  /** Consumes a character if it is the next one. */
  #takes(sign: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #skipBlanks(): void {
    while (isBlank(this.#text.charCodeAt(this.#at))) this.#at += 1;
  }

  /** The path of the value being read, such as `queries[1].nameQuery`. */
  #path(): string {
    const steps = this.#open.map((open) => ('list' in open ? `[${open.list.length}]` : `.${open.name}`));
    const path = steps.join('').replace(/^\./, '');
    return path.length > MAX_PATH_LENGTH ? `${path.slice(0, MAX_PATH_LENGTH)}…` : path;
  }
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}

function malformed(): SyntaxError {
  return new SyntaxError('the text is not JSON');
}
