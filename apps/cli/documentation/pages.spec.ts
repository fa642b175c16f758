import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { errorCatalogue } from '#libs/registry/contract/errors/error-catalogue.js';
import { generatedPages } from './pages.js';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');

describe('generated documentation', () => {
  it.each(Object.entries(generatedPages))('%s is what `npm run docs` writes today', (path, page) => {
    expect(read(path)).toBe(page());
  });

  it('has a row for every error of the catalogue, and no other', () => {
    const ids = [...read('docs/errors.md').matchAll(/^\| `([^`]+)` \| (\d+) /gm)].map(([, id, code]) => [
      id,
      Number(code),
    ]);
    expect(ids).toEqual(Object.entries(errorCatalogue).map(([id, { code }]) => [id, code]));
  });
});
