/** Longer words are neither path segments of a service nor ids, and might be misplaced secrets. */
const MAX_WORD_CHARACTERS = 42;
const MAX_WORDS = 12;
const HIDDEN = '…';

/** The path of a request without a route, safe for a log: without its query and without long words. */
export function shownPath(url: string): string {
  const [path = ''] = url.split(/[?#]/, 1);
  const words = path.split('/', MAX_WORDS + 1).map(shownWord);
  return (words.length > MAX_WORDS ? words.with(MAX_WORDS, HIDDEN) : words).join('/');
}

/** A word chosen by a client, safe for a log: printable and short. */
export function shownWord(word: string): string {
  return word.length > MAX_WORD_CHARACTERS ? HIDDEN : word.replaceAll(/[^\x21-\x7e]/g, '?');
}
