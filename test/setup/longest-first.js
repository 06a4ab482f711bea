'use strict';

const { createHash } = require('node:crypto');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { readFileSync } = require('node:fs');
const Sequencer = require('@jest/test-sequencer').default;

/** The slowest test files, one a line. A slow file that starts last would run alone on one core. */
const SLOWEST_FIRST = readFileSync(path.join(__dirname, 'longest-first.txt'), 'utf8').trim().split('\n');
const PLACES = new Map(SLOWEST_FIRST.map((file, place) => [path.join(__dirname, '..', `${file}.test.ts`), place]));

/**
 * Runs the slowest files first, and the others by their size. The order is the same on every machine. If the time is
 * limited, the order depends on the commit instead, so that it is not always the same files that are left out.
 */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    if (process.env.FRESHET_TESTS_UNTIL) return sortForCommit(tests);
    const place = ({ path: file }) => PLACES.get(file) ?? SLOWEST_FIRST.length;
    const size = ({ path: file, context }) => context.hasteFS.getSize(file) ?? 0;
    return [...tests].sort((a, b) => place(a) - place(b) || size(b) - size(a));
  }
};

function sortForCommit(tests) {
  const commit = commitOf(path.join(__dirname, '../..'));
  const hash = ({ path: file }) =>
    createHash('sha256')
      .update(`${commit}${path.relative(__dirname, file)}`)
      .digest('hex');
  const keyed = tests.map((test) => ({ test, key: hash(test) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ test }) => test);
}

/** Returns the commit; an empty text where there is no repository. */
function commitOf(cwd) {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
