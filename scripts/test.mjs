/**
 * `npm test [-- [--no-retry] [--node RELEASE] JEST'S ARGUMENTS]`: runs the tests. The last line is `N passed, N failed`.
 * The exit code is 1 if a test failed or none ran. A file that fails is run again by itself; if it passes then, it
 * counts as passed and is listed as flaky. `--no-retry` runs each file once. `--node 26` runs the tests, and every
 * process that they start, on that release of Node.
 */
import path from 'node:path';
import { BootstrapError, bootstrap, root } from './bootstrap.mjs';
import './end-with-parent.mjs';
import { installNode } from './node-release.mjs';
import { runStage, wasInterrupted } from './test-stage.mjs';

/** Stages of a whole run. Tests that measure recovery times after a fault run last and one at a time. */
const STAGES = [
  ['--selectProjects', 'unit', 'integration'],
  ['--selectProjects', 'chaos', '--maxWorkers=1'],
];

/** Removes `--no-retry` and `--node` from Jest's arguments. */
function parseArguments(args) {
  const retry = !args.includes('--no-retry');
  const rest = args.filter((one) => one !== '--no-retry');
  const option = rest.indexOf('--node');
  const release = option < 0 ? undefined : (rest.splice(option, 2)[1] ?? '');
  return { retry, release, rest };
}

async function run() {
  await bootstrap({ dev: true });
  const { retry, release, rest } = parseArguments(process.argv.slice(2));
  let node = process.execPath;
  if (release !== undefined) {
    const installed = installNode(release);
    node = installed.binary;
    process.stderr.write(`Running the tests on Node ${installed.release}.\n`);
  }
  const total = { passed: 0, failed: 0, flaky: [] };
  for (const stage of rest.length > 0 ? [rest] : STAGES) {
    const { passed, failed, flaky } = await runStage(stage, { retry, node });
    total.passed += passed;
    total.failed += failed;
    total.flaky.push(...flaky);
    if (wasInterrupted()) break;
  }
  return total;
}

/** Returns the text between the summary of Jest and the last line. */
function flakyLines(flaky) {
  return flaky
    .map(({ file, failures, runs, message }) => {
      const lines = message.trim().split('\n');
      return `Flaky: ${path.relative(root, file)} (failed ${failures} of ${runs})\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
    })
    .join('');
}

let result;
try {
  result = await run();
} catch (error) {
  process.stderr.write(`${error instanceof BootstrapError ? error.message : error.stack}\n`);
  result = { passed: 0, failed: 1, flaky: [] };
}
if (result.passed + result.failed === 0) process.stderr.write('No test ran.\n');
process.stdout.write(`${flakyLines(result.flaky)}${result.passed} passed, ${result.failed} failed\n`, () =>
  process.exit(result.failed > 0 || result.passed === 0 ? 1 : 0),
);
