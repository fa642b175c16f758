import { isWordUnit } from './character-class.js';
import type { Place } from './pattern.js';

export const NEWLINE = 0x0a;

/** Whether this holds at a position of a text. A search begins at the text's start, as Regex.IsMatch does. */
export function isAt(place: Place, text: string, position: number): boolean {
  switch (place) {
    case 'textStart':
    case 'searchStart':
      return position === 0;
    case 'textEnd':
      return position === text.length;
    case 'textEndOrLastNewline':
      return position === text.length || (position === text.length - 1 && text.charCodeAt(position) === NEWLINE);
    case 'lineStart':
      return position === 0 || text.charCodeAt(position - 1) === NEWLINE;
    case 'lineEnd':
      return position === text.length || text.charCodeAt(position) === NEWLINE;
    case 'wordBoundary':
      return isWordBoundary(text, position);
    case 'noWordBoundary':
      return !isWordBoundary(text, position);
  }
}

function isWordBoundary(text: string, position: number): boolean {
  const before = position > 0 && isWordUnit(text.charCodeAt(position - 1));
  return before !== (position < text.length && isWordUnit(text.charCodeAt(position)));
}
