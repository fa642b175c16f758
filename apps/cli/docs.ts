import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { generatedPages } from './documentation/pages.js';

// `npm run docs`: writes the generated pages; run it from the root of the repository.
for (const [path, page] of Object.entries(generatedPages)) {
  writeFileSync(resolve(path), page());
  console.log(`wrote ${path}`);
}
