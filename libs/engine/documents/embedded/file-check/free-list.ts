import { demand } from './file-fault.js';
import type { UsedPages } from './used-pages.js';

const WORD_BYTES = 8;

/**
 * Checks a list of free pages: the number of its words as a first word, then for each page its number, or 0 for an empty
 * place; a negative word is the number of pages in a row that begin with the next word. Words behind are not used.
 *
 * @throws FileFault a page is in use, or there is none
 */
export function checkFreeList(list: Buffer, used: UsedPages): void {
  demand(list.length >= WORD_BYTES && list.length % WORD_BYTES === 0, 'a list of free pages is cut off');
  const words = Number(list.readBigUInt64LE(0));
  const end = (words + 1) * WORD_BYTES;
  demand(end <= list.length, 'a list of free pages is cut off');
  for (let at = WORD_BYTES; at < end; at += WORD_BYTES) {
    const word = Number(list.readBigInt64LE(at));
    if (word > 0) used.add(word, 1);
    if (word >= 0) continue;
    at += WORD_BYTES;
    demand(at < end, 'a list of free pages is cut off');
    used.add(Number(list.readBigInt64LE(at)), -word);
  }
}
