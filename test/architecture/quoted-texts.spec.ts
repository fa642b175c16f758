import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Error texts and log lines that documents quote, as far as they are fixed: document, text. */
const QUOTES: readonly (readonly [string, string])[] = [
  ['docs/operations.md', 'projection stopped'],
  ['docs/operations.md', 'a restore into it was interrupted'],
  ['docs/operations.md', 'are not of this event log'],
  ['docs/operations.md', 'too many failed authentications'],
  ['docs/distributed.md', 'denies access: check user and password'],
  ['docs/decisions/0016-json-request-parser.md', 'stands twice: give it once'],
];

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

describe('texts that documents quote', () => {
  const sources = ['apps', 'libs'].flatMap(sourcesIn);

  it.each(QUOTES)('%s quotes "%s", which is in the code', (document, quote) => {
    const inDocument = readFileSync(join(root, document), 'utf8').includes(quote);
    const inCode = sources.some((source) => source.includes(quote));
    expect({ inDocument, inCode }).toEqual({ inDocument: true, inCode: true });
  });
});
