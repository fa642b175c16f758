import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository, with which every script works whatever the current folder is. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A path in the repository. */
export const inRoot = (...parts) => join(root, ...parts);

/** Tells the person at the terminal; standard output stays free for what was asked for. */
export const tell = (line) => process.stderr.write(`${line}\n`);
