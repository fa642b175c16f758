import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type CliRun, runProgram } from './cli.js';
import { tempFolder } from './temp-folder.js';

const ROOT = resolve(import.meta.dirname, '../..');
const SHOWN = ['package.json', 'scripts', 'dist', 'deploy'];

/**
 * A folder that shows this checkout, in an empty folder of its own: documented commands run in it as they stand, and
 * find nothing else in `./data` and beside it. Call it inside a spec only.
 */
export class Checkout {
  readonly folder = join(tempFolder(), 'appledger');
  /** Where the stores are when no variable says otherwise. */
  readonly dataDir = join(this.folder, 'data');

  constructor() {
    mkdirSync(this.folder);
    for (const name of SHOWN) symlinkSync(join(ROOT, name), join(this.folder, name));
  }

  /** Runs a line of shell as a person in the folder does, with no variable of Appledger's but those that it sets. */
  run(line: string): Promise<CliRun> {
    return runProgram('bash', ['-c', line], {}, this.folder);
  }
}
