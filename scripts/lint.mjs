/**
 * `npm run lint`: all checks of the code's form, as many at a time as there are cores. Prints the output of each when it
 * has ended. The exit code is 1 if one of them found something.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { root } from './bootstrap.mjs';
import './end-with-parent.mjs';

const bin = (name) => path.join(root, 'node_modules/.bin', name);

/** The longest first. The two runs of ESLint read different TypeScript projects, see eslint.config.mjs. */
const CHECKS = [
  [
    bin('eslint'),
    '.',
    '--max-warnings=0',
    ...['src', 'workers', 'cli'].flatMap((folder) => ['--ignore-pattern', `/${folder}/`]),
  ],
  [bin('eslint'), 'src', 'workers', 'cli', '--max-warnings=0'],
  [bin('prettier'), '--check', '.', '--log-level=warn'],
  [bin('knip'), '--no-progress'],
  [process.execPath, path.join(root, 'scripts/lint-prose.mjs')],
  [bin('depcruise'), 'src', 'workers', 'cli', 'bench'],
  [bin('depcruise'), 'client', 'shop', 'console', 'explorer', '--config', '.dependency-cruiser.pages.cjs'],
];

function run([program, ...args]) {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ passed: false, output: `${error.message}\n` }));
    child.once('close', (code) => resolve({ passed: code === 0, output }));
  });
}

const waiting = [...CHECKS];

async function runWaiting() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const { passed, output } = await run(check);
    process.stdout.write(output);
    if (passed) continue;
    process.exitCode = 1;
    process.stdout.write(`✗ ${path.relative(root, check[0])} ${check.slice(1).join(' ')}\n`);
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, runWaiting));
