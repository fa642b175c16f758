import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { features } from '#libs/registry/features.js';
import { generatedPages } from './pages.js';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');

describe('generated documentation', () => {
  it.each(Object.entries(generatedPages(features)))('%s is what `npm run docs` writes today', (path, page) => {
    expect(read(path)).toBe(page());
  });

  it('has a row for every refusal, and no other', () => {
    const ids = [...read('docs/errors.md').matchAll(/^\| `([^`]+)` \| (\d+) /gm)].map(([, id, code]) => [
      id,
      Number(code),
    ]);
    expect(ids).toEqual(Object.entries(features.refusals).map(([id, { code }]) => [id, code]));
  });
});
