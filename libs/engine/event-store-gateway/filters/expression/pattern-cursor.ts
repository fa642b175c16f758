import { isBoundaryWordCodeUnit } from './character-class.js';
import { ExpressionSyntaxError } from './expression-errors.js';
import { MAX_NUMBER } from './pattern.js';

/** The parser's position in the expression. */
export class PatternCursor {
  at = 0;

  constructor(readonly text: string) {}

  /** Number of code units left. */
  get left(): number {
    return this.text.length - this.at;
  }

  /** The next character, or one further ahead; empty after the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  /** Reads the next character; empty at the end. */
  next(): string {
    const character = this.peek();
    this.at += character.length;
    return character;
  }

  /** Reads a text if it follows. Returns whether it did. */
  take(text: string): boolean {
    const found = this.text.startsWith(text, this.at);
    if (found) this.at += text.length;
    return found;
  }

  /** @throws ExpressionSyntaxError the text does not follow */
  expect(text: string, otherwise: string): void {
    if (!this.take(text)) throw this.error(otherwise);
  }

  /**
   * Reads a number; 0 if there are no digits.
   *
   * @throws ExpressionSyntaxError the number is too large
   */
  decimal(): number {
    let value = 0;
    while (isDigit(this.peek())) {
      value = value * 10 + Number(this.next());
      if (value > MAX_NUMBER) throw this.error('a number is too large');
    }
    return value;
  }

  /** Reads the name of a group: word characters. */
  name(): string {
    const start = this.at;
    while (isWord(this.peek())) this.at += 1;
    return this.text.slice(start, this.at);
  }

  error(reason: string): ExpressionSyntaxError {
    return new ExpressionSyntaxError(`${reason} (at character ${this.at})`);
  }
}

export function isDigit(character: string): boolean {
  return character >= '0' && character <= '9' && character.length === 1;
}

/** Whether a character may be part of a group name. */
export function isWord(character: string): boolean {
  return character !== '' && isBoundaryWordCodeUnit(character.charCodeAt(0));
}
