import { caseFolded, comparableText } from '#libs/engine/kernel/case-folding.js';
import { showsNothing, trimmed } from '#libs/engine/kernel/visible-text.js';

/** A name as it is stored and answered: as it was sent, without white space around it; empty when it shows nothing. */
export function normalizedName(name: string): string {
  return showsNothing(name) ? '' : trimmed(name);
}

/** What two names have in common that may not both be taken: they differ in case or in Unicode normal form alone. */
export function comparableName(name: string): string {
  return comparableText(normalizedName(name));
}

/** What is stored beside a name, for searches that ignore case. */
export interface SearchableName {
  /** The name with each code point folded by itself: it contains what the name contains. */
  readonly nameFolded: string;
  /** What the name has in common with those that are the same. */
  readonly nameComparable: string;
}

export function searchableName(name: string): SearchableName {
  return { nameFolded: caseFolded(name), nameComparable: comparableName(name) };
}
