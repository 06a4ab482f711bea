'use strict';

/** A Jest reporter that writes the results of each file to FRESHET_TALLY, for `scripts/test-stage.mjs`. */
const { writeFileSync } = require('node:fs');
const { stripVTControlCharacters } = require('node:util');
const { FINAL_FAILURE } = require('./final-failure-text');

const MAX_MESSAGE_LINES = 12;

module.exports = class Tally {
  onRunComplete(_contexts, { testResults }) {
    writeFileSync(process.env.FRESHET_TALLY, JSON.stringify(testResults.map(resultOf)));
  }
};

function resultOf({ testFilePath, numPassingTests, numFailingTests, testExecError, testResults, failureMessage }) {
  const failures = testResults.filter(({ status }) => status === 'failed');
  const [first] = failures;
  const message = first === undefined ? (failureMessage ?? '') : `${first.fullName}\n${first.failureMessages[0] ?? ''}`;
  return {
    file: testFilePath,
    passed: numPassingTests,
    // A file that could not be loaded, or that failed after its tests, counts as one failure.
    failed: numFailingTests + (testExecError === undefined || numFailingTests > 0 ? 0 : 1),
    isFinal: failures.some(({ failureMessages }) => failureMessages.join('\n').includes(FINAL_FAILURE)),
    message: stripVTControlCharacters(message).split('\n').slice(0, MAX_MESSAGE_LINES).join('\n'),
  };
}
