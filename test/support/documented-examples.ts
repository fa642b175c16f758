import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const DOCS = resolve(import.meta.dirname, '../../docs');

const FENCED = /^```(\w*)\n(.*?)^```$/gms;
const INDENTED = /^ {4,}(\S.*)$/gm;
const IN_A_SENTENCE = /`([^`\n]+)`/g;

/** Code spans in sentences that can be run or sent; names and quotations cannot. */
const CAN_BE_TRIED =
  /^(npm|npx|node|kubectl|docker|promtool|curl|projections|backup|restore|GET|POST|PUT|DELETE) |^[A-Z_]+=/;

/**
 * The examples of a page in docs/: each fenced block, each indented line, and each code span that can be run or sent.
 *
 * @param page file name in docs/
 */
export function examplesOf(page: string): readonly string[] {
  const text = readFileSync(resolve(DOCS, page), 'utf8');
  const fenced = Array.from(text.matchAll(FENCED), ([, , code = '']) => code.trimEnd());
  const prose = text.replaceAll(FENCED, '');
  const indented = Array.from(prose.matchAll(INDENTED), ([, line = '']) => line);
  const spans = Array.from(prose.replaceAll(INDENTED, '').matchAll(IN_A_SENTENCE), ([, code = '']) => code);
  return [...new Set([...fenced, ...indented, ...spans.filter((code) => CAN_BE_TRIED.test(code))])];
}
