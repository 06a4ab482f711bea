/**
 * `npm test`, `npm run test:slow` and `npm run test:all`, each `[-- [--no-retry] [--minutes N] [--node RELEASE] JEST'S
 * ARGUMENTS]`:
 * runs the tests of the first tier, of the slow tier or of both; with arguments for Jest, the tests that they select, of
 * both tiers. The last line is `N passed, N failed`. The exit code is 1 if a test failed or none ran. A file that fails
 * is run again by itself; if it passes then, it counts as passed and is listed as flaky. `--no-retry` runs each file
 * once. The line before the last is `Programs started: N`, the programs of Freshet that the tests started; the first tier
 * fails if there are more than its limit. `--minutes N` starts no file after N minutes; the files that were not started
 * are listed and don't count. `--node 26` runs the tests, and every process that they start, on that release of Node.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BootstrapError, bootstrap, root } from './bootstrap.mjs';
import './end-with-parent.mjs';
import { installNode } from './node-release.mjs';
import { MAX_FILE_SECONDS, runStage, wasInterrupted } from './test-stage.mjs';

const FIRST = ['unit', 'integration'];
/** These files measure times, so they run one at a time. */
const MEASURED = ['--selectProjects', 'measured', '--maxWorkers=1'];
const FIRST_TIER = { args: ['--selectProjects', ...FIRST], isShort: true };
const SLOW_TIER = [{ args: MEASURED }, { args: ['--selectProjects', 'slow'] }];
const STAGES = { first: [FIRST_TIER], slow: SLOW_TIER, all: [FIRST_TIER, ...SLOW_TIER] };

/**
 * Maximum number of programs that the tests of the whole first tier start, in addition to one shop host for each Jest
 * worker (`test/setup/host-process.js`). A start takes more than a second of a core. They are the programs of a
 * tutorial and one `npm start`. The limit may only fall.
 */
const MAX_FIRST_PROGRAMS = 15;

/** Options that select tests, also as `OPTION=VALUE`. */
const SELECTS = /^(-t|--test(NamePattern|PathPatterns))\b/;

const CHOOSES_PROJECTS = /^--(config|selectProjects)$/;

const isWholeTier = (rest) =>
  rest.every((one) => one.startsWith('-') && !SELECTS.test(one) && !CHOOSES_PROJECTS.test(one));

/** @param rest Jest's arguments. Any that is no option selects tests, too. */
function stagesOf(tier, rest) {
  if (isWholeTier(rest)) {
    return STAGES[tier].map(({ args, ...stage }) => ({ ...stage, args: [...rest, ...args] }));
  }
  if (rest.some((one) => CHOOSES_PROJECTS.test(one))) return [{ args: rest }];
  const selected = [...rest, '--passWithNoTests'];
  return [{ args: [...selected, '--selectProjects', ...FIRST, 'slow'] }, { args: [...selected, ...MEASURED] }];
}

/** Removes this command's own options from Jest's arguments. */
function parseArguments(args) {
  const rest = [...args];
  const take = (option) => {
    const at = rest.indexOf(option);
    return at < 0 ? undefined : (rest.splice(at, 2)[1] ?? '');
  };
  const tier = take('--tier') ?? 'first';
  const release = take('--node');
  const minutes = take('--minutes');
  const retry = !rest.includes('--no-retry');
  return { tier, release, minutes, retry, rest: rest.filter((one) => one !== '--no-retry') };
}

async function run() {
  const { tier, release, minutes, retry, rest } = parseArguments(process.argv.slice(2));
  if (minutes !== undefined && !/^\d+$/.test(minutes)) throw new BootstrapError('--minutes must be a whole number.');
  const until = minutes === undefined ? undefined : Date.now() + Number(minutes) * 60_000;
  await bootstrap({ dev: true });
  let node = process.execPath;
  if (release !== undefined) {
    const installed = installNode(release);
    node = installed.binary;
    process.stderr.write(`Running the tests on Node ${installed.release}.\n`);
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-launches-'));
  const launches = (process.env.FRESHET_LAUNCHES = path.join(folder, 'launches'));
  const total = { passed: 0, failed: 0, flaky: [], long: [], notRun: [], programs: [] };
  for (const { args, isShort = false } of stagesOf(tier, rest)) {
    const { passed, failed, flaky, long, notRun } = await runStage(args, { retry, node, until });
    total.passed += passed;
    total.failed += failed;
    total.flaky.push(...flaky);
    total.notRun.push(...notRun);
    if (isShort) total.long.push(...long);
    if (wasInterrupted()) break;
  }
  if (existsSync(launches)) total.programs = readFileSync(launches, 'utf8').trimEnd().split('\n');
  rmSync(folder, { recursive: true });
  const ownCount = total.programs.filter((program) => program !== 'host').length;
  // A file that failed and was run again has started its programs twice.
  if (tier === 'first' && isWholeTier(rest) && total.flaky.length === 0 && ownCount > MAX_FIRST_PROGRAMS) {
    total.failed++;
    total.excess = `The tests started ${ownCount} programs, more than ${MAX_FIRST_PROGRAMS}: open shops in the shop host.`;
  }
  return total;
}

const relative = (file) => path.relative(root, file);

/** Returns the text between the summary of Jest and the last line. */
function reportOf({ long, flaky, notRun, programs = [], excess }) {
  const lines = long.map(
    ({ file, seconds }) => `Longer than ${MAX_FILE_SECONDS} s: ${relative(file)} (${Math.round(seconds)} s)`,
  );
  for (const { file, failures, runs, message } of flaky) {
    lines.push(`Flaky: ${relative(file)} (failed ${failures} of ${runs})`);
    lines.push(
      ...message
        .trim()
        .split('\n')
        .map((line) => `  ${line}`),
    );
  }
  lines.push(...notRun.map((file) => `Not run, because the time had passed: ${relative(file)}`));
  if (excess !== undefined) lines.push(excess);
  lines.push(`Programs started: ${programs.length}${listOf(programs)}`);
  return lines.map((line) => `${line}\n`).join('');
}

/** Returns ` (12 host, 3 workers/main.js)`; an empty text if nothing was started. */
function listOf(programs) {
  const counts = new Map();
  for (const program of programs) counts.set(program, (counts.get(program) ?? 0) + 1);
  return counts.size === 0 ? '' : ` (${[...counts].map(([program, count]) => `${count} ${program}`).join(', ')})`;
}

let result;
try {
  result = await run();
} catch (error) {
  process.stderr.write(`${error instanceof BootstrapError ? error.message : error.stack}\n`);
  result = { passed: 0, failed: 1, flaky: [], long: [], notRun: [] };
}
if (result.passed + result.failed + result.notRun.length === 0) process.stderr.write('No test ran.\n');
process.stdout.write(`${reportOf(result)}${result.passed} passed, ${result.failed} failed\n`, () =>
  process.exit(result.failed > 0 || result.passed + result.notRun.length === 0 ? 1 : 0),
);
