/** Longer words are no names of a service's paths and no ids, and might be a secret in the wrong place. */
const MAX_WORD_CHARACTERS = 42;
const MAX_WORDS = 12;
const HIDDEN = '…';

/** The path of a request that no route takes, as a log may show it: without its query and without long words. */
export function shownPath(url: string): string {
  const [path = ''] = url.split(/[?#]/, 1);
  const words = path.split('/', MAX_WORDS + 1).map(shownWord);
  return (words.length > MAX_WORDS ? words.with(MAX_WORDS, HIDDEN) : words).join('/');
}

/** A word that a client has chosen, as a log may show it: printable, and not long. */
export function shownWord(word: string): string {
  return word.length > MAX_WORD_CHARACTERS ? HIDDEN : word.replaceAll(/[^\x21-\x7e]/g, '?');
}
