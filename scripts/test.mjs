/**
 * `npm test [-- [--node RELEASE] JEST'S ARGUMENTS]`: runs the tests. The last line is `N passed, N failed`. The exit
 * code is 1 if a test failed or none ran. `--node 26` runs the tests, and every process that they start, on that
 * release of Node.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BootstrapError, bootstrap, root } from './bootstrap.mjs';
import { installNode } from './node-release.mjs';

let interrupted = false;
/** The `node` that runs the tests. */
let node = process.execPath;

const EXIT_PATIENCE_MS = 20_000; // the services end during this time

/** @returns {Promise<{ passed: number, failed: number }>} */
async function runTests(args) {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-tally-'));
  const file = path.join(folder, 'tally.json');
  try {
    const reporters = ['--reporters=default', `--reporters=${path.join(root, 'test/setup/tally.js')}`];
    const { code, hung } = await runJest([...args, ...reporters], file);
    const { passed, failed } = read(file);
    // A failure outside of any test, such as a failing setup or a signal, counts as one.
    const unexplained = code !== 0 && failed === 0 && !hung ? 1 : 0;
    return { passed, failed: failed + unexplained };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Runs jest in this process group, so that Ctrl-C reaches it; forwards other signals and waits for jest to end. A test
 * that leaves a server or a connection open would keep jest running forever, so jest is ended some time after it has
 * reported.
 */
function runJest(args, tally) {
  const child = spawn(node, [path.join(root, 'node_modules/jest/bin/jest.js'), ...args], {
    cwd: root,
    env: {
      ...process.env,
      FRESHET_TALLY: tally,
      // Scripts and packages that start `node` by its name get the same release.
      PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(name, () => {
      interrupted = true;
      child.kill(name);
    });
  let countedAt;
  let hung = false;
  const watch = setInterval(() => {
    if (existsSync(tally)) countedAt ??= Date.now();
    if (countedAt === undefined || hung || Date.now() - countedAt < EXIT_PATIENCE_MS) return;
    hung = true;
    process.stderr.write(
      'Jest did not exit: a test left a handle open (see "npx jest --detectOpenHandles"). Ending jest.\n',
    );
    child.kill('SIGTERM');
  }, 500);
  return new Promise((resolve) => {
    child.once('error', () => resolve({ code: 1, hung }));
    child.once('exit', (code) => resolve({ code: code ?? 1, hung }));
  }).finally(() => clearInterval(watch));
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 0 };
  }
}

/** Runs all tests. Tests that measure recovery times after a fault run last and one at a time. */
async function runAll() {
  const most = await runTests(['--selectProjects', 'unit', 'integration']);
  if (interrupted) return most;
  const timed = await runTests(['--selectProjects', 'chaos', '--maxWorkers=1']);
  return { passed: most.passed + timed.passed, failed: most.failed + timed.failed };
}

let result;
try {
  await bootstrap({ dev: true });
  const args = process.argv.slice(2);
  const option = args.indexOf('--node');
  if (option >= 0) {
    const [, version = ''] = args.splice(option, 2);
    const installed = installNode(version);
    node = installed.binary;
    process.stderr.write(`Running the tests on Node ${installed.release}.\n`);
  }
  result = await (args.length > 0 ? runTests(args) : runAll());
} catch (error) {
  process.stderr.write(`${error instanceof BootstrapError ? error.message : error.stack}\n`);
  result = { passed: 0, failed: 1 };
}
if (result.passed + result.failed === 0) process.stderr.write('No test ran.\n');
process.stdout.write(`${result.passed} passed, ${result.failed} failed\n`, () =>
  process.exit(result.failed > 0 || result.passed === 0 ? 1 : 0),
);
