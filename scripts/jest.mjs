/**
 * Runs the tests; arguments go to jest. Ends with a line of totals, `N passed, N failed, N skipped`. In continuous
 * integration (CI=true) the files that failed are run again if they are few, and the output names them.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { runNode } from './run.mjs';
import { inRoot, root } from './workspace.mjs';

const NODE_OPTIONS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']; // jest runs ES modules through vm
const REPORTERS = ['default', inRoot('scripts', 'totals-reporter.mjs')].map((path) => `--reporters=${path}`);
/** Where more files have failed, a busy machine is not the cause. */
const MAX_FILES_AGAIN = 5;

const folder = mkdtempSync(join(tmpdir(), 'appledger-tests-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
process.env.APPLEDGER_TEST_RESULTS = join(folder, 'results.json');

/**
 * Runs jest once.
 *
 * @returns {Promise<{ code: number, files: import('./totals-reporter.mjs').FileResult[] }>} files: none if jest has run no
 *     tests or was interrupted
 */
async function jest(args) {
  const results = process.env.APPLEDGER_TEST_RESULTS;
  rmSync(results, { force: true });
  const code = await runNode([
    ...NODE_OPTIONS,
    inRoot('node_modules', 'jest', 'bin', 'jest.js'),
    ...args,
    ...REPORTERS,
  ]);
  return { code, files: existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : [] };
}

/** Runs the failed files once more, one after the other, and answers the results that then hold. */
async function again({ files }) {
  const failed = files.filter(isFailed);
  const results = files.filter((file) => !isFailed(file));
  let code = 0;
  for (const { project, path } of failed) {
    print(`\nFailed, run again: ${project} ${relative(root, path)}`);
    const second = await jest(['--selectProjects', project, '--runTestsByPath', path]);
    if (second.code !== 0) code = second.code;
    results.push(...second.files);
  }
  for (const { project, path } of failed)
    print(`run twice, because it failed at first: ${project} ${relative(root, path)}`);
  return { code, files: results };
}

const isFailed = ({ failed }) => failed > 0;
const print = (line) => writeSync(process.stdout.fd, `${line}\n`);
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

const first = await jest(process.argv.slice(2));
const failures = first.files.filter(isFailed).length;
const isAgain = process.env.CI === 'true' && failures > 0 && failures <= MAX_FILES_AGAIN;
const { code, files } = isAgain ? await again(first) : first;
const skipped = files.flatMap((file) => file.skipped);
for (const name of skipped) print(`skipped: ${name}`);
if (files.length > 0) {
  print(
    `${sum(files.map(({ passed }) => passed))} passed, ${sum(files.map(({ failed }) => failed))} failed, ${skipped.length} skipped`,
  );
}
process.exitCode = code;
