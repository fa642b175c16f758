import { isBoundaryWordCodeUnit } from './character-class.js';
import type { Anchor } from './pattern.js';

export const NEWLINE = 0x0a;

/** Whether an anchor holds at a position. A search starts at the beginning of the text, as in `Regex.IsMatch`. */
export function anchorHolds(anchor: Anchor, text: string, position: number): boolean {
  switch (anchor) {
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
    case 'nonWordBoundary':
      return !isWordBoundary(text, position);
  }
}

function isWordBoundary(text: string, position: number): boolean {
  const before = position > 0 && isBoundaryWordCodeUnit(text.charCodeAt(position - 1));
  return before !== (position < text.length && isBoundaryWordCodeUnit(text.charCodeAt(position)));
}
