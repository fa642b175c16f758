import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { features } from '#libs/registry/features.js';
import { generatedPages } from './documentation/pages.js';

// `npm run docs`: writes the generated pages; run it from the root of the repository.
for (const [path, page] of Object.entries(generatedPages(features))) {
  writeFileSync(resolve(path), page());
  console.log(`wrote ${path}`);
}
