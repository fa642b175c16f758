import { writeSync } from 'node:fs';

/** A jest reporter: names the tests that were skipped and ends with `N passed, N failed, N skipped`. */
export default class TotalsReporter {
  onRunComplete(_contexts, results) {
    const lines = [...skipped(results).map((name) => `skipped: ${name}`), totals(results)];
    // At exit, so that these are the last lines: jest prints its own summary after the reporters.
    process.once('exit', () => writeSync(process.stdout.fd, `${lines.join('\n')}\n`));
  }
}

/** Full names of the tests that did not run, todo tests included. */
function skipped({ testResults }) {
  return testResults.flatMap((file) =>
    file.testResults.filter(({ status }) => status === 'pending' || status === 'todo').map(({ fullName }) => fullName),
  );
}

/** A file that could not be loaded counts as one failure: its tests are not counted elsewhere. */
function totals(results) {
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return `${results.numPassedTests} passed, ${failed} failed, ${results.numPendingTests + results.numTodoTests} skipped`;
}
