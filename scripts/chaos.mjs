/**
 * `npm run chaos [-- --json] [-- --seconds N] [-- FAULTS]`: the fault matrix, or the rows of it whose names have a part in
 * common with what is asked for (then nothing is written). A row a fault: what is promised, how it is known to have
 * struck, what was lost, how long until normal. The table goes into docs/guarantees.md. Exit code 1 where a promise broke.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrapOrExit, root } from './bootstrap.mjs';

const USAGE = 'Usage: npm run chaos [-- [--seconds N] [--rate N] [--json] [PART OF A FAULT’S NAME ...]]';
const DOCUMENT = path.join(root, 'docs', 'guarantees.md');
const BEGIN = '<!-- chaos: written by npm run chaos -->';
const END = '<!-- /chaos -->';

function settings() {
  const options = {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '160' },
    rate: { type: 'string', default: '2000' },
  };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    for (const name of ['seconds', 'rate']) {
      if (!/^[1-9]\d{0,4}$/.test(values[name])) throw new Error(`--${name} is not a whole number above 0`);
    }
    return { ...values, only: positionals };
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    process.exit(2);
  }
}

/** The matrix is a test, run by itself: jest starts the services, and ends them whatever happens. */
function runMatrix({ seconds, rate, only }, report) {
  const jest = [path.join(root, 'node_modules/jest/bin/jest.js'), '--config', 'jest.chaos.config.js'];
  const child = spawn(process.execPath, jest, {
    cwd: root,
    env: {
      ...process.env,
      CHAOS_SECONDS: seconds,
      CHAOS_RATE: rate,
      CHAOS_REPORT: report,
      CHAOS_ONLY: only.join('\n'),
    },
    stdio: ['ignore', 2, 2], // standard output is the answer's alone
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

const number = (value) => (value === null ? '–' : Math.round(value).toLocaleString('en'));

function table({ rows }) {
  const head =
    '| fault | promise | it has struck | acknowledged | lost | recordEvents again, ms | live list again, ms | learned again, ms | naive counter, too many |';
  const lines = rows.map(
    ({ fault, promise, proof, acknowledged, lost, recordsMs, livesMs, learnsMs, naive }) =>
      `| ${[fault, promise, proof, ...[acknowledged, lost, recordsMs, livesMs, learnsMs, naive].map(number)].join(' | ')} |`,
  );
  return [head, '| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |', ...lines].join('\n');
}

function document(report) {
  const { machine, shop, exact } = report;
  const verdict = exact
    ? 'At the end the log, co-occurrence in both views, and each API process’s lists and catalogue equalled an independent recount, merges included; no read left out what it had been told to wait for.'
    : '**At the end something differed from the recount.**';
  return [
    `${shop.apis} API and ${shop.workers} worker processes, PostgreSQL with fsync, Redis with its append-only file; ` +
      `${shop.rate.toLocaleString('en')} events/s asked for, ${shop.achieved.toLocaleString('en')}/s acknowledged over ` +
      `${shop.seconds} s (10 % repeated, in disorder, 2 % a day late), on ${machine.cores} × ${machine.model}. ` +
      `Beside it, all the while: ${shop.traffic.join('; ')}. ${verdict}`,
    '',
    `The workers also ran the counter that a job without the transaction would be (it looks whether the batch is done, ` +
      `counts, works): it counted ${number(shop.naive?.total ?? null)} events, ${number(shop.naive?.tooMany ?? null)} of them again.`,
    '',
    'Times are counted from the end of the fault, at the slowest API process: until an event is acknowledged, until a ' +
      'live list has changed by an event, until a query with `awaitReceipt` is answered with what it taught.',
    '',
    table(report),
  ].join('\n');
}

/** Formatted as `npm run lint` asks. */
async function writeDocument(report) {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${DOCUMENT} has lost its markers ${BEGIN} … ${END}`);
  const { format, resolveConfig } = await import('prettier');
  const written = `${text.slice(0, begin + BEGIN.length)}\n\n${document(report)}\n\n${text.slice(end)}`;
  writeFileSync(DOCUMENT, await format(written, { ...(await resolveConfig(DOCUMENT)), filepath: DOCUMENT }));
}

const chosen = settings();
await bootstrapOrExit({ dev: true });
const folder = mkdtempSync(path.join(tmpdir(), 'freshet-chaos-'));
try {
  const file = path.join(folder, 'report.json');
  const code = await runMatrix(chosen, file);
  if (existsSync(file)) {
    const measured = JSON.parse(readFileSync(file, 'utf8'));
    const machine = { cores: cpus().length, model: cpus()[0].model, memoryGiB: Math.round(totalmem() / 2 ** 30) };
    const report = { machine, ...measured };
    process.stdout.write(chosen.json ? `${JSON.stringify(report)}\n` : `${document(report)}\n`);
    if (chosen.only.length === 0) await writeDocument(report);
  }
  process.exitCode = code;
} finally {
  rmSync(folder, { recursive: true });
}
