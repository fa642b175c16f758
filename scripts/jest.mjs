/** Runs the tests; arguments go to jest. Ends with a line of totals. */
import { runNode } from './run.mjs';
import { inRoot } from './workspace.mjs';

const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']; // jest runs ES modules through vm
const reporters = ['default', inRoot('scripts', 'totals-reporter.mjs')].map((reporter) => `--reporters=${reporter}`);
process.exitCode = await runNode([
  ...node,
  inRoot('node_modules', 'jest', 'bin', 'jest.js'),
  ...process.argv.slice(2),
  ...reporters,
]);
