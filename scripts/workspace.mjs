import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository, which scripts use instead of the current folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A path in the repository. */
export const inRoot = (...parts) => join(root, ...parts);

/** Prints a message to standard error; standard output is reserved for results. */
export const tell = (line) => process.stderr.write(`${line}\n`);
