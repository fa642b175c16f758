import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version of Appledger in package.json. */
export function productVersion(): string {
  return JSON.parse(readFileSync(packageFile(import.meta.dirname), 'utf8')).version;
}

/** The path of package.json, in a folder above the sources or the build. */
function packageFile(folder: string): string {
  const path = join(folder, 'package.json');
  return existsSync(path) ? path : packageFile(dirname(folder));
}
