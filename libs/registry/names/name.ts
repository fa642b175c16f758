import { caseFolded, comparableText } from '#libs/engine/kernel/case-folding.js';
import { showsNothing, trimmed } from '#libs/engine/kernel/visible-text.js';

/** A name as it is stored and answered: without white space around it; empty when nothing of it is visible. */
export function normalizedName(name: string): string {
  return showsNothing(name) ? '' : trimmed(name);
}

/** The form in which names are compared: names that differ only in case or Unicode normal form are equal in it. */
export function comparableName(name: string): string {
  return comparableText(normalizedName(name));
}

/** The forms of a name that are stored beside it, for searches that ignore case. */
export interface SearchableName {
  /** The name with each code point case-folded by itself: a part of the name is a part of this. */
  readonly nameFolded: string;
  /** The form in which names are compared. */
  readonly nameComparable: string;
}

/** Both forms of a name. */
export function searchableName(name: string): SearchableName {
  return { nameFolded: caseFolded(name), nameComparable: comparableName(name) };
}
