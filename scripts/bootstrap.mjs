/**
 * Makes a fresh clone runnable with Node and npm only: installs packages, generates the Prisma client, compiles the
 * kernels and builds. A step runs only if its inputs have changed, so a second call takes some tens of milliseconds.
 * Steps that don't depend on each other run side by side.
 * All messages go to standard error, because standard output belongs to the command that called this script.
 *
 * Uses Node without dependencies, because it runs before packages are installed.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile as compileSources, filesUnder as filesBelow } from './compile.mjs';
import { withLock } from './lock.mjs';

const MIN_NODE = [20, 19];
const SOURCE_FOLDERS = ['src', 'workers', 'cli', 'bench'];
const BUILD_SETTINGS = ['scripts/compile.mjs', 'scripts/swc-options.cjs'];
/** While steps run, this often a line names them. */
const PROGRESS_MS = 4_000;

/** The root of this checkout. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** An error whose message is sufficient without a stack trace. */
export class BootstrapError extends Error {}

/**
 * Brings packages, Prisma client and build up to date.
 * @param {{ dev?: boolean, compile?: boolean }} [options] dev: also install the packages that only tests and linters
 *   need. Without it, they are installed only if something has to be built, so an image with a finished build needs
 *   none of them. compile: false for commands that only read sources.
 * @throws {BootstrapError}
 */
export async function bootstrap({ dev = false, compile = true } = {}) {
  checkNode();
  const chains = CHAINS.map((chain) => chain.filter((step) => compile || !step.compiles));
  const isCurrent = () => chains.flat().every((step) => step.isCurrent());
  const needsInstall = () => !isInstalled(dev || !isCurrent());
  if (isCurrent() && !needsInstall()) return;
  await withLock(path.join(root, 'node_modules', '.freshet', 'bootstrap.lock'), {
    onWait: (pid) => say(`Waiting for another bootstrap (process ${pid}) …`),
    notifyEveryMs: PROGRESS_MS,
    run: () =>
      endChildrenOnSignals(async () => {
        // The previous lock holder may have done the work.
        if (needsInstall()) await install();
        // The lock is held until the last step has ended, also if another one fails.
        const ended = await Promise.allSettled(chains.map(runChain));
        const failed = ended.find(({ status }) => status === 'rejected');
        if (failed !== undefined) throw failed.reason;
      }),
  });
}

async function runChain(chain) {
  for (const step of chain) if (!step.isCurrent()) await step.run();
}

/** The processes of the steps that run now. */
const children = new Set();

/** A signal ends the processes of the steps, and with them the step and this bootstrap. */
async function endChildrenOnSignals(work) {
  const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  let stoppedBy;
  const stop = (signal) => {
    stoppedBy = signal;
    for (const child of children) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    await work();
  } catch (error) {
    throw stoppedBy === undefined ? error : new BootstrapError(`Stopped by ${stoppedBy}.`);
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, stop);
  }
  if (stoppedBy !== undefined) throw new BootstrapError(`Stopped by ${stoppedBy}.`);
}

/**
 * Like `bootstrap`, for the first line of a script: an error prints one line on standard error and exits with code 1.
 */
export async function bootstrapOrExit(options) {
  try {
    await bootstrap(options);
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    say(error.message);
    process.exit(1);
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return;
  throw new BootstrapError(
    `Freshet needs Node ${MIN_NODE.join('.')} or newer; this is ${process.versions.node} (${process.execPath}). See https://nodejs.org/`,
  );
}

/** The steps after the installation. Each one needs the step before it; the chains run side by side. */
const CHAINS = [
  [
    { run: generate, isCurrent: isGenerated },
    { run: build, isCurrent: isBuilt, compiles: true },
  ],
  [{ run: compileKernels, isCurrent: areKernelsCompiled, compiles: true }],
  [
    { run: generateClientSchema, isCurrent: isClientSchemaGenerated },
    { run: buildPages, isCurrent: arePagesBuilt, compiles: true },
  ],
];

// ── packages ──────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Returns whether node_modules matches package-lock.json, according to the copy of the lock file that npm writes there
 * at the end of an install. Optional packages of other platforms may be missing.
 */
function isInstalled(dev) {
  const hidden = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([place, { version, optional, devOptional, dev: forDevelopment }]) =>
      place === '' || optional || ((forDevelopment || devOptional) && !dev) || installed[place]?.version === version,
  );
}

/**
 * Uses `npm install`, which honours the lock file like `npm ci` and replaces only what differs. `npm ci` would begin by
 * removing node_modules, including the lock file in it that this process holds.
 * Development packages are included explicitly, because the build needs them and NODE_ENV=production would omit them.
 * Scripts are disabled, because one of them would download an engine binary that Freshet does not use.
 */
async function install() {
  await run('Installing packages', [
    ...npmCommand(),
    ...['install', '--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund'],
    ...['--no-save', '--loglevel=error', '--no-progress'],
  ]);
  if (!isInstalled(true))
    throw new BootstrapError(
      'npm install succeeded, but node_modules does not match package-lock.json. Delete node_modules and try again.',
    );
}

/** @returns {string[]} command and first arguments of the npm that called this script, or of the npm on PATH */
export function npmCommand() {
  if (process.env.npm_execpath?.endsWith('.js')) return [process.execPath, process.env.npm_execpath];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}

// ── Prisma client ─────────────────────────────────────────────────────────────────────────────────────────────────

const clientFolder = path.join(root, 'src', 'generated', 'prisma');

function clientHash() {
  const hash = createHash('sha256');
  for (const name of ['prisma/schema.prisma', 'prisma.config.ts']) addFile(hash, name);
  hash.update(lockedVersion('prisma'));
  return hash.digest('hex');
}

function isGenerated() {
  if (!existsSync(path.join(root, 'prisma', 'schema.prisma'))) return true;
  return readStamp(path.join(clientFolder, '.made-from')) === clientHash();
}

async function generate() {
  const madeFrom = clientHash();
  await run(
    'Generating the Prisma client',
    [process.execPath, path.join('node_modules', 'prisma', 'build', 'index.js'), 'generate'],
    {
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
    },
  );
  writeStamp(path.join(clientFolder, '.made-from'), madeFrom);
}

// ── kernels ───────────────────────────────────────────────────────────────────────────────────────────────────────

const kernelFolder = path.join(root, 'dist', 'kernels');
const kernelStamp = path.join(kernelFolder, '.made-from');

/** Optimised for speed and without a runtime: the host manages the memory, which threads may share. */
const KERNEL_OPTIONS = [
  ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'threads'],
  ...['--importMemory', '--sharedMemory', '--maximumMemory', '65536'],
];

function kernelHash() {
  const hash = createHash('sha256');
  for (const name of kernelSources()) addFile(hash, name);
  hash.update(KERNEL_OPTIONS.join(' ')).update(lockedVersion('assemblyscript'));
  return hash.digest('hex');
}

function areKernelsCompiled() {
  return readStamp(kernelStamp) === kernelHash();
}

/** Compiles kernels/NAME.ts to dist/kernels/NAME.wasm. Files in subfolders are imported by these. */
async function compileKernels() {
  const madeFrom = kernelHash();
  rmSync(kernelFolder, { recursive: true, force: true });
  for (const source of kernelSources().filter((file) => path.dirname(file) === 'kernels')) {
    const name = path.basename(source, '.ts');
    await run(`Compiling the kernel ${name}`, [
      process.execPath,
      path.join('node_modules', 'assemblyscript', 'bin', 'asc.js'),
      source,
      ...['--outFile', path.join('dist', 'kernels', `${name}.wasm`), ...KERNEL_OPTIONS],
    ]);
  }
  writeStamp(kernelStamp, madeFrom);
}

function kernelSources() {
  return filesUnder('kernels').filter((name) => name.endsWith('.ts'));
}

// ── build ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const buildStamp = path.join(root, 'dist', '.made-from');

function buildHash() {
  const hash = createHash('sha256');
  for (const name of BUILD_SETTINGS) addFile(hash, name);
  for (const name of sources()) addFile(hash, name);
  hash.update(lockedVersion('@swc/core'));
  return hash.digest('hex');
}

function isBuilt() {
  return readStamp(buildStamp) === buildHash();
}

async function build() {
  const madeFrom = buildHash();
  rmSync(buildStamp, { force: true }); // A build that is cut off is not taken for a complete one.
  await timed('Building', async () => {
    try {
      await compileSources(root, sources(), SOURCE_FOLDERS);
    } catch (error) {
      throw new BootstrapError(`Building failed: ${error.message}`);
    }
  });
  writeStamp(buildStamp, madeFrom);
}

function sources() {
  return SOURCE_FOLDERS.flatMap(filesUnder).filter((name) => name.endsWith('.ts') || name.endsWith('.json'));
}

// ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The schema types that the typed client is generated from. */
const clientSchema = path.join('client', 'src', 'generated', 'schema.d.ts');
const clientSchemaStamp = path.join(root, 'client', 'src', 'generated', '.made-from');

function clientSchemaHash() {
  const hash = createHash('sha256');
  addFile(hash, 'schema.graphql');
  return hash.update(lockedVersion('gql.tada')).digest('hex');
}

function isClientSchemaGenerated() {
  return readStamp(clientSchemaStamp) === clientSchemaHash();
}

async function generateClientSchema() {
  const madeFrom = clientSchemaHash();
  await run('Generating the client', [process.execPath, path.join('scripts', 'client-schema.mjs'), clientSchema]);
  writeStamp(clientSchemaStamp, madeFrom);
}

const pagesStamp = path.join(root, 'dist', 'pages', '.made-from');
const PAGES = ['shop', 'console', 'explorer'];

function pagesHash() {
  const hash = createHash('sha256');
  for (const folder of ['client', ...PAGES]) for (const name of filesUnder(folder)) addFile(hash, name);
  addFile(hash, path.join('scripts', 'page-config.mjs'));
  // The lock file determines the packages that are bundled into a page.
  addFile(hash, 'package-lock.json');
  return hash.digest('hex');
}

function arePagesBuilt() {
  return readStamp(pagesStamp) === pagesHash();
}

/** Builds shop/ into dist/pages/shop, and the other pages likewise. */
async function buildPages() {
  const madeFrom = pagesHash();
  rmSync(pagesStamp, { force: true });
  for (const page of PAGES)
    await run(`Building the page /${page}/`, [
      process.execPath,
      path.join('node_modules', 'vite', 'bin', 'vite.js'),
      ...['build', '--config', path.join(page, 'vite.config.mjs'), '--logLevel', 'warn'],
    ]);
  writeStamp(pagesStamp, madeFrom);
}

// ── shared functions ──────────────────────────────────────────────────────────────────────────────────────────────

/** Returns the paths of all files below a folder of the checkout, relative to the root, sorted. */
const filesUnder = (folder) => filesBelow(root, folder);

function addFile(hash, name) {
  const file = path.join(root, name);
  const content = existsSync(file) ? readFileSync(file) : '';
  hash.update(`${name}\0${content.length}\0`).update(content);
}

/** Returns the locked version of a package: output of another compiler or generator version is stale. */
function lockedVersion(name) {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  return lock.packages[`node_modules/${name}`]?.version ?? '';
}

function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function writeStamp(file, text) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Runs a command as a step, and shows its output only if it fails. */
function run(title, [command, ...args], env = {}) {
  return timed(title, async () => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    const how = await new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) =>
        resolve(code === 0 ? undefined : signal ? `ended by ${signal}` : `exit code ${code}`),
      );
    });
    children.delete(child);
    if (how === undefined) return;
    process.stderr.write(output);
    throw new BootstrapError(`${title} failed: ${how}. The command was: ${[command, ...args].join(' ')}`);
  });
}

/** The steps that run now. */
const running = new Set();

/** Runs a step, and says how long it took. While steps run, a line says so regularly. */
async function timed(title, step) {
  const since = Date.now();
  const seconds = () => ((Date.now() - since) / 1000).toFixed(1);
  running.add(title);
  const progress = setInterval(() => {
    const [first] = running;
    if (first === title) say(`${[...running].join(', ')} … (${seconds()} s)`);
  }, PROGRESS_MS);
  try {
    await step();
  } finally {
    clearInterval(progress);
    running.delete(title);
  }
  say(`${title}: ${seconds()} s`);
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  await bootstrapOrExit({ dev: process.argv.includes('--dev'), compile: !process.argv.includes('--no-build') });
