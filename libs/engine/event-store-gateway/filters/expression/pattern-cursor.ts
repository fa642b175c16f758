import { isWordUnit } from './character-class.js';
import { ExpressionSyntaxError } from './expression-errors.js';
import { MAX_NUMBER } from './pattern.js';

/** A place in the text of an expression, which moves forward as it is read. */
export class PatternCursor {
  at = 0;

  constructor(readonly text: string) {}

  /** Code units that are left. */
  get left(): number {
    return this.text.length - this.at;
  }

  /** The character here, or further on; empty behind the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  /** The character here, which is read; empty at the end. */
  next(): string {
    const character = this.peek();
    this.at += character.length;
    return character;
  }

  /** Reads a text if it stands here; says whether it did. */
  take(text: string): boolean {
    const found = this.text.startsWith(text, this.at);
    if (found) this.at += text.length;
    return found;
  }

  /** @throws ExpressionSyntaxError the text does not stand here */
  expect(text: string, otherwise: string): void {
    if (!this.take(text)) throw this.error(otherwise);
  }

  /** Reads a number; 0 where there are no digits. @throws ExpressionSyntaxError it is too large */
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

/** Whether a group's name may hold this character. */
export function isWord(character: string): boolean {
  return character !== '' && isWordUnit(character.charCodeAt(0));
}
