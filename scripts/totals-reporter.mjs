import { writeFileSync } from 'node:fs';

/**
 * A jest reporter: writes the results of each file of tests, as JSON, into the file that APPLEDGER_TEST_RESULTS names.
 * `scripts/jest.mjs` adds them up.
 *
 * @typedef {{ project: string, path: string, passed: number, failed: number, skipped: readonly string[] }} FileResult
 *     skipped: full names of the tests that did not run, todo tests included
 */
export default class TotalsReporter {
  onRunComplete(_contexts, { testResults }) {
    writeFileSync(process.env.APPLEDGER_TEST_RESULTS, JSON.stringify(testResults.map(fileResult)));
  }
}

/** @returns {FileResult} */
function fileResult({ displayName, testFilePath, testExecError, numFailingTests, numPassingTests, testResults }) {
  return {
    project: displayName?.name ?? '',
    path: testFilePath,
    passed: numPassingTests,
    // A file that could not be loaded counts as one failure: it has no tests.
    failed: numFailingTests + (testExecError && numFailingTests === 0 ? 1 : 0),
    skipped: testResults
      .filter(({ status }) => status === 'pending' || status === 'todo')
      .map(({ fullName }) => fullName),
  };
}
