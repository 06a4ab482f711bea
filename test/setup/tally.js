'use strict';

/**
 * A Jest reporter that writes the results of each file, and whether Jest came to all files, to FRESHET_TALLY, for
 * `scripts/test-stage.mjs`.
 */
const { writeFileSync } = require('node:fs');
const { stripVTControlCharacters } = require('node:util');
const { FINAL_FAILURE } = require('./final-failure-text');

const MAX_MESSAGE_LINES = 12;

module.exports = class Tally {
  onRunComplete(_contexts, { testResults, numTotalTestSuites, runExecError, wasInterrupted }) {
    // `--bail`, a signal or an error of Jest itself leave files out.
    const isComplete = testResults.length === numTotalTestSuites && !runExecError && !wasInterrupted;
    // See `test/setup/run-in-time.js`. A file whose tests are all skipped is none of them.
    const isNotRun = ({ testResults: [first] }) => first?.status === 'pending' && first.fullName === 'not run';
    const files = testResults.filter((result) => !isNotRun(result)).map(resultOf);
    const notRun = testResults.filter(isNotRun).map(({ testFilePath }) => testFilePath);
    writeFileSync(process.env.FRESHET_TALLY, JSON.stringify({ isComplete, files, notRun }));
  }
};

function resultOf({
  testFilePath,
  perfStats,
  numPassingTests,
  numFailingTests,
  testExecError,
  testResults,
  failureMessage,
}) {
  const first = testResults.find(({ status }) => status === 'failed');
  const message = first === undefined ? (failureMessage ?? '') : `${first.fullName}\n${first.failureMessages[0] ?? ''}`;
  return {
    file: testFilePath,
    seconds: perfStats.runtime / 1000,
    tests: numPassingTests + numFailingTests,
    passed: numPassingTests,
    // A file that could not be loaded, or that failed after its tests, counts as one failure.
    failed: numFailingTests + (testExecError === undefined || numFailingTests > 0 ? 0 : 1),
    isFinal: (failureMessage ?? '').includes(FINAL_FAILURE),
    message: stripVTControlCharacters(message).split('\n').slice(0, MAX_MESSAGE_LINES).join('\n'),
  };
}
