import { pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';
import { inRoot } from './workspace.mjs';

/**
 * Prepares the checkout, then runs a built program in this very process: it gets the arguments and the signals, and
 * its exit code is this process's.
 *
 * @param {string} program path of the built file in the repository
 */
export async function launch(program) {
  await prepare();
  process.argv[1] = inRoot(program);
  await import(pathToFileURL(process.argv[1]).href);
}
