'use strict';

const { default: runFile } = require('jest-circus/runner');

/**
 * Runs a test file as Jest does, unless the time FRESHET_TESTS_UNTIL (in ms since 1970) has passed. Then no test of the
 * file runs, and `test/setup/tally.js` lists it.
 */
module.exports = async (globalConfig, config, environment, runtime, testPath, ...rest) => {
  const until = Number(process.env.FRESHET_TESTS_UNTIL || Infinity);
  if (Date.now() < until) return runFile(globalConfig, config, environment, runtime, testPath, ...rest);
  const notRun = { title: 'not run', fullName: 'not run', ancestorTitles: [], status: 'pending', duration: null };
  return {
    ...{ testFilePath: testPath, skipped: true, leaks: false, openHandles: [] },
    ...{ numPassingTests: 0, numFailingTests: 0, numPendingTests: 1, numTodoTests: 0 },
    perfStats: { start: until, end: until, runtime: 0, slow: false },
    snapshot: { added: 0, fileDeleted: false, matched: 0, unchecked: 0, uncheckedKeys: [], unmatched: 0, updated: 0 },
    testResults: [{ ...notRun, failureDetails: [], failureMessages: [], invocations: 0, numPassingAsserts: 0 }],
  };
};
