import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version of Appledger, as package.json says it. */
export function productVersion(): string {
  return JSON.parse(readFileSync(packageFile(import.meta.dirname), 'utf8')).version;
}

/** The package's own file, above the sources and above what is built of them. */
function packageFile(folder: string): string {
  const path = join(folder, 'package.json');
  return existsSync(path) ? path : packageFile(dirname(folder));
}
