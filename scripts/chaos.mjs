/**
 * `npm run chaos [-- --json] [-- --seconds N] [-- FAULTS]`: runs the fault matrix and writes it to docs/guarantees.md.
 * With FAULTS, runs only the rows whose names contain one of them, and writes nothing. Each row is a fault: the
 * guarantee, how the fault is known to have occurred, what was lost, and the recovery times. Exits with code 1 if a
 * guarantee was broken.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrapOrExit, root } from './bootstrap.mjs';
import './end-with-parent.mjs';

const USAGE = 'Usage: npm run chaos [-- [--seconds N] [--rate N] [--json] [flood | PART OF A FAULT’S NAME ...]]';
const DOCUMENT = path.join(root, 'docs', 'guarantees.md');
const FLOOD = 'flood';

function settings() {
  const options = {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '160' },
    rate: { type: 'string', default: '2000' },
  };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    for (const name of ['seconds', 'rate']) {
      if (!/^[1-9]\d{0,4}$/.test(values[name]))
        throw new Error(`--${name} must be a whole number above 0; got ${values[name]}`);
    }
    return { ...values, only: positionals };
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    process.exit(2);
  }
}

/** Runs one test: jest starts the services, and stops them in any case. */
function run(test, { seconds, rate, only }, report) {
  const jest = [path.join(root, 'node_modules/jest/bin/jest.js'), '--config', 'jest.chaos.config.js', test];
  const child = spawn(process.execPath, jest, {
    cwd: root,
    env: {
      ...process.env,
      CHAOS_SECONDS: seconds,
      CHAOS_RATE: rate,
      CHAOS_REPORT: report,
      CHAOS_ONLY: only.join('\n'),
    },
    stdio: ['ignore', 2, 2], // standard output is reserved for the report
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

const number = (value) => (value === null ? '–' : Math.round(value).toLocaleString('en'));

function table({ rows }) {
  const head =
    '| fault | guarantee | evidence of the fault | acknowledged | lost | recordEvents recovers, ms | live list recovers, ms | learning recovers, ms | naive counter, overcount |';
  const lines = rows.map(
    ({ fault, promise, proof, acknowledged, lost, recordsMs, livesMs, learnsMs, naive }) =>
      `| ${[fault, promise, proof, ...[acknowledged, lost, recordsMs, livesMs, learnsMs, naive].map(number)].join(' | ')} |`,
  );
  return [head, '| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |', ...lines].join('\n');
}

function matrixDocument(report) {
  const { machine, shop, exact } = report;
  const verdict = exact
    ? 'At the end, the log, co-occurrence in both views, and the lists and catalogue of each API process equalled an independent recount, including merges; every read with `awaitReceipt` included the writes it waited for.'
    : '**At the end, something differed from the recount.**';
  return [
    `${shop.apis} API and ${shop.workers} worker processes, PostgreSQL with fsync, Redis with its append-only file; ` +
      `${shop.rate.toLocaleString('en')} events/s sent, ${shop.achieved.toLocaleString('en')}/s acknowledged over ` +
      `${shop.seconds} s (10 % duplicates, out of order, 2 % a day late), on ${machine.cores} cores. ` +
      `Concurrent traffic: ${shop.traffic.join('; ')}. ${verdict}`,
    '',
    `For comparison, the workers also ran a naive counter without the transaction (check whether the batch is done, ` +
      `count, process): it counted ${number(shop.naive?.total ?? null)} events, ${number(shop.naive?.tooMany ?? null)} of them more than once.`,
    '',
    'Recovery times run from the end of the fault, at the slowest API process: until an event is acknowledged, until an ' +
      'event changes a live list, until a query with `awaitReceipt` reflects an event.',
    '',
    table(report),
  ].join('\n');
}

function floodDocument({ machine, apis, workers, capacity, flooded, lost, exact }) {
  const { seconds, offered, acknowledged, refused, memory, backlog, drainedMs, learnedMs, livesMs } = flooded;
  const said = Object.entries(refused).map(([code, count]) => `${number(count)} ${code}`);
  const peaks = memory.map(({ process, first, last }) => `${process} ${number(first)} → ${number(last)}`);
  return [
    `${apis} API and ${workers} worker processes and the clients on ${machine.cores} cores. The shop can write ` +
      `${number(capacity)} events/s to its log. For ${number(seconds)} s it was offered ${number(offered)}/s, in requests of 500 from ` +
      `open-loop clients that retry refused requests after \`retryAfterMs\`. It acknowledged ` +
      `${number(acknowledged)}/s and refused the rest (requests: ${said.join(', ')}). Acknowledged but lost: ${lost}; stored ` +
      `although refused: none. ${exact ? 'Log, counts and lists equalled a recount.' : '**Something differed from the recount.**'}`,
    '',
    `When the load ended, ${number(backlog)} events were accepted but not yet in the log. All were in the log after ${number(drainedMs)} ms ` +
      `and learned after ${number(learnedMs)} ms; after ${number(livesMs)} ms, a new event changed its live list within a second again. ` +
      `Peak memory in MiB, first third → last third: ${peaks.join(', ')}.`,
  ].join('\n');
}

/** Replaces the text between the markers of that name, formatted as `npm run lint` requires. */
async function writeDocument(name, said) {
  const text = readFileSync(DOCUMENT, 'utf8');
  const markers = [`<!-- ${name}: written by npm run chaos -->`, `<!-- /${name} -->`];
  const [begin, end] = markers.map((marker) => text.indexOf(marker));
  if (begin < 0 || end < begin) throw new Error(`${DOCUMENT} lacks the markers ${markers.join(' … ')}`);
  const { format, resolveConfig } = await import('prettier');
  const written = `${text.slice(0, begin + markers[0].length)}\n\n${said}\n\n${text.slice(end)}`;
  writeFileSync(DOCUMENT, await format(written, { ...(await resolveConfig(DOCUMENT)), filepath: DOCUMENT }));
}

const chosen = settings();
const whole = chosen.only.length === 0;
const parts = [
  {
    name: 'chaos',
    test: 'test/chaos/matrix.ts',
    document: matrixDocument,
    wanted: !chosen.only.includes(FLOOD),
    writes: whole,
  },
  {
    name: FLOOD,
    test: 'test/chaos/flood.ts',
    document: floodDocument,
    wanted: whole || chosen.only.includes(FLOOD),
    writes: true,
  },
];
await bootstrapOrExit({ dev: true });
const folder = mkdtempSync(path.join(tmpdir(), 'freshet-chaos-'));
try {
  for (const { name, test, document, writes } of parts.filter(({ wanted }) => wanted)) {
    const file = path.join(folder, `${name}.json`);
    const code = await run(test, chosen, file);
    if (code !== 0) process.exitCode = code;
    if (!existsSync(file)) continue;
    const measured = JSON.parse(readFileSync(file, 'utf8'));
    if (name === FLOOD && !measured.flooded) continue; // the flood test was aborted
    const machine = { cores: cpus().length, model: cpus()[0].model, memoryGiB: Math.round(totalmem() / 2 ** 30) };
    const report = { machine, ...measured };
    process.stdout.write(chosen.json ? `${JSON.stringify(report)}\n` : `${document(report)}\n\n`);
    if (writes) await writeDocument(name, document(report));
  }
} finally {
  rmSync(folder, { recursive: true });
}
