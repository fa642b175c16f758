import { pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';
import { inRoot } from './workspace.mjs';

/**
 * Prepares the checkout, then runs a built program in this process, with its arguments, signals and exit code.
 *
 * @param {string} program path of the built file in the repository
 */
export async function launch(program) {
  await prepare();
  process.argv[1] = inRoot(program);
  await import(pathToFileURL(process.argv[1]).href);
}
