/**
 * Runs Jest once over all files of a stage, and then each file that failed again by itself. A file that passes then
 * counts as passed and is reported as flaky. Tests that depend on the machine's load therefore don't hide whether a
 * change is correct, and still can't go unnoticed.
 *
 * A file is not run again if a failure is final, see `test/setup/final-failure.ts`.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './bootstrap.mjs';

/** A file of the first tier that takes longer should be shortened, or move to the slow tier. */
export const MAX_FILE_SECONDS = 15;
/** Runs of a failing file, after the first one. */
const MAX_RERUNS = 2;
/** With a time limit, no file is run again later than this after it. */
const RERUN_GRACE_MS = 600_000;
/** If more files fail, the cause is unlikely to be chance, and none of them is run again. */
const MAX_RERUN_FILES = 10;
const EXIT_PATIENCE_MS = 20_000; // the services end during this time

let interrupted = false;

/** @returns {boolean} whether a signal has ended a stage. Later stages should not start. */
export const wasInterrupted = () => interrupted;

/**
 * @typedef {object} FileResult The counts of a test file in its last run.
 * @property {string} file absolute path
 * @property {number} seconds how long it took
 * @property {number} tests how many of its tests passed or failed
 * @property {number} passed
 * @property {number} failed
 * @property {boolean} isFinal whether a failure may not be excused by another run
 * @property {string} message the first failure
 *
 * @typedef {{ file: string, failures: number, runs: number, message: string }} Flaky
 */

/**
 * @param {string[]} args Jest's
 * @param {{ retry: boolean, node: string, until?: number }} options node: path of the executable that runs the tests;
 *   until: when no further file is started, in ms since 1970. A file that failed may be run again for ten minutes more
 * @returns {Promise<{ passed: number, failed: number, flaky: Flaky[], long: FileResult[], notRun: string[] }>} long: files
 *   that took longer than {@link MAX_FILE_SECONDS}, longest first; notRun: paths of the files that were not started
 */
export async function runStage(args, { retry, node, until }) {
  const first = await runJest(args, node, { until });
  const results = new Map(first.files.map((result) => [result.file, result]));
  const failing = first.files.filter(({ failed }) => failed > 0);
  const flaky = [];
  if (retry && !first.isBroken && failing.length <= MAX_RERUN_FILES) {
    for (const result of failing) {
      const { file, isFinal, message } = result;
      if (isFinal || Date.now() > (until ?? Infinity) + RERUN_GRACE_MS) continue;
      const { runs, last } = await runAgain(result, args, node);
      if (last === undefined) continue;
      results.set(file, last);
      if (last.failed === 0) flaky.push({ file, failures: runs, runs: runs + 1, message });
    }
  } else if (retry && failing.length > MAX_RERUN_FILES) {
    say(`${failing.length} files failed, more than ${MAX_RERUN_FILES}: none of them is run again.`);
  }
  const counts = [...results.values()];
  const sum = (of) => counts.reduce((total, result) => total + of(result), 0);
  // A failure outside of any test file, such as a failing global setup or a signal, counts as one.
  const outside = Number(first.isBroken || interrupted);
  const long = first.files.filter(({ seconds }) => seconds > MAX_FILE_SECONDS).sort((a, b) => b.seconds - a.seconds);
  const { notRun } = first;
  return { passed: sum((one) => one.passed), failed: sum((one) => one.failed) + outside, flaky, long, notRun };
}

/**
 * Runs a failing file by itself until it passes, at most {@link MAX_RERUNS} times.
 * @param {FileResult} first the result of its first run
 * @returns {Promise<{ runs: number, last?: FileResult }>} runs: the failures so far, the first run included
 */
async function runAgain(first, args, node) {
  const { file, tests } = first;
  let last;
  for (let runs = 1; runs <= MAX_RERUNS && !interrupted; runs++) {
    say(`Running ${path.relative(root, file)} again, because it failed (${runs} of ${MAX_RERUNS}) …`);
    const again = await runJest([...args, `--filter=${path.join(root, 'test/setup/one-file.js')}`], node, {
      only: file,
    });
    const result = again.files.find((one) => one.file === file);
    // A run that ended without a result, failed outside of the file or left tests out is no proof that the file passes.
    if (result === undefined) continue;
    const isProof = !again.isBroken && result.passed >= tests;
    last = isProof ? result : { ...result, failed: Math.max(result.failed, 1) };
    if (last.failed === 0 || last.isFinal) return { runs, last };
  }
  return { runs: MAX_RERUNS + 1, last };
}

/**
 * Runs Jest in this process group, so that Ctrl-C reaches it; forwards other signals and waits for Jest to end. A test
 * that leaves a server or a connection open would keep Jest running forever, so Jest is ended some time after it has
 * reported.
 * @param {{ only?: string, until?: number }} options only: the one file to run, see `test/setup/one-file.js`; until: see
 *   `test/setup/run-in-time.js`
 * @returns {Promise<{ files: FileResult[], notRun: string[], isBroken: boolean }>} isBroken: Jest failed but no file did,
 *   or files are missing
 */
async function runJest(args, node, options) {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-tally-'));
  const tally = path.join(folder, 'tally.json');
  try {
    const { code, isHung } = await exitOfJest(args, node, tally, options);
    const { files, notRun, isComplete } = readTally(tally);
    const isUnexplained = code !== 0 && !isHung && files.every(({ failed }) => failed === 0);
    return { files, notRun, isBroken: !isComplete || isUnexplained };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readTally(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { files: [], notRun: [], isComplete: false };
}

function exitOfJest(args, node, tally, { only = '', until }) {
  const reporters = ['--reporters=default', `--reporters=${path.join(root, 'test/setup/tally.js')}`];
  const child = spawn(node, [path.join(root, 'node_modules/jest/bin/jest.js'), ...args, ...reporters], {
    cwd: root,
    env: {
      ...process.env,
      FRESHET_TALLY: tally,
      FRESHET_ONLY_FILE: only,
      FRESHET_TESTS_UNTIL: until === undefined ? '' : String(until),
      // Scripts and packages that start `node` by its name get the same release.
      PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const forward = (name) => {
    interrupted = true;
    child.kill(name);
  };
  const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of SIGNALS) process.once(name, forward);
  let countedAt;
  let isHung = false;
  const watch = setInterval(() => {
    if (existsSync(tally)) countedAt ??= Date.now();
    if (countedAt === undefined || isHung || Date.now() - countedAt < EXIT_PATIENCE_MS) return;
    isHung = true;
    say('Jest did not exit: a test left a handle open (see "npx jest --detectOpenHandles"). Ending Jest.');
    child.kill('SIGTERM');
  }, 500);
  return new Promise((resolve) => {
    child.once('error', () => resolve({ code: 1, isHung }));
    child.once('exit', (code) => resolve({ code: code ?? 1, isHung }));
  }).finally(() => {
    clearInterval(watch);
    for (const name of SIGNALS) process.removeListener(name, forward);
  });
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
