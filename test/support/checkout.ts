import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type CliRun, runProgram } from './cli.js';
import { tempFolder } from './temp-folder.js';

const ROOT = resolve(import.meta.dirname, '../..');
const SHOWN = ['package.json', 'scripts', 'dist', 'deploy'];

/**
 * A folder that mirrors this checkout, inside an empty folder: documented commands run in it unchanged, and find nothing
 * else in `./data` and beside it. Call it inside a spec only.
 */
export class Checkout {
  readonly folder = join(tempFolder(), 'appledger');
  /** The default folder of the stores. */
  readonly dataDir = join(this.folder, 'data');

  constructor() {
    mkdirSync(this.folder);
    for (const name of SHOWN) symlinkSync(join(ROOT, name), join(this.folder, name));
  }

  /** Runs a shell command in the folder, without Appledger's variables except those that it sets. */
  run(line: string): Promise<CliRun> {
    return runProgram('bash', ['-c', line], {}, this.folder);
  }
}
