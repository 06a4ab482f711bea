/**
 * `npm run bench [-- NAME]`: measurements, as a table or as JSON with `--json`. `guard` compares its measurements with
 * their floors.
 */
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { measureAds } from './ads';
import { measureBehaviour } from './behaviour';
import { measureBestSellers } from './best-sellers';
import { runCosts } from './costs';
import { measureCustomers } from './customers';
import { runFair } from './fair';
import { runGuard } from './guard/guard';
import { measureHistory } from './history';
import { measureIngest } from './ingest';
import { measureLarge } from './large';
import { measureLive } from './live';
import { measureLogistics } from './logistics';
import { measureModels } from './models';
import { measureOrders } from './orders';
import { measurePairs } from './pairs';
import { measurePastSearches } from './past-searches';
import { measureRecommend } from './recommend';
import type { BenchRow } from './row';
import { measureSearch } from './search';
import { measureSearchService } from './search-service';
import { measureSpelling } from './spelling';
import { measureStreams } from './streams';
import { measureSupport } from './support';
import { measureTraining } from './training';

const BENCHES: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  ingest: measureIngest,
  live: measureLive,
  models: measureModels,
  'past-searches': measurePastSearches,
  recommend: measureRecommend,
  search: measureSearch,
  'search-service': measureSearchService,
  spelling: measureSpelling,
  streams: measureStreams,
  training: measureTraining,
};

/** Benches that run only if they are named, or as a part of another one. */
const PARTS: typeof BENCHES = {
  ads: measureAds,
  behaviour: measureBehaviour,
  'best-sellers': measureBestSellers,
  customers: measureCustomers,
  history: measureHistory,
  large: measureLarge,
  logistics: measureLogistics,
  orders: measureOrders,
  pairs: measurePairs,
  support: measureSupport,
};
const ALL = { ...BENCHES, ...PARTS };

/** Benches with options and tables of their own. Each runs only if it is named, alone, and returns the exit code. */
const ALONE: Readonly<Record<string, { readonly run: (settings: Settings) => Promise<number>; options: string[] }>> = {
  costs: { run: runCosts, options: ['fields'] },
  fair: { run: runFair, options: ['seconds', 'attacks', 'from'] },
  guard: { run: runGuard, options: ['raise'] },
};

const USAGE = `Usage: npm run bench [-- [${Object.keys(ALL).join('|')}] [--json]]
       npm run bench -- guard [--raise] [--json]
       npm run bench -- fair [--seconds N] [--attacks NAME,…] [--from visit,address,ten] [--json]
       npm run bench -- costs [--fields NAME,…] [--json]`;

interface Settings {
  readonly names: readonly string[];
  readonly json: boolean;
  readonly raise: boolean;
  readonly seconds?: string;
  readonly attacks?: string;
  readonly from?: string;
  readonly fields?: string;
}

/** @throws Error if the command line is wrong */
function settingsFrom(args: string[]): Settings {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      raise: { type: 'boolean' },
      ...{
        seconds: { type: 'string' },
        attacks: { type: 'string' },
        from: { type: 'string' },
        fields: { type: 'string' },
      },
    },
  });
  const names = positionals.length > 0 ? positionals : Object.keys(BENCHES);
  const settings = { raise: false, ...values, names };
  const isAlone = names.length === 1 && Object.hasOwn(ALONE, names[0]);
  const allowed = ['json', ...(isAlone ? ALONE[names[0]].options : [])];
  const option = Object.keys(values).find((name) => !allowed.includes(name));
  if (option !== undefined) throw new Error(`--${option} is not an option of ${names.join(', ')}`);
  if (isAlone) return settings;
  const unknown = names.find((name) => !Object.hasOwn(ALL, name));
  if (unknown !== undefined)
    throw new Error(`there is no bench ${unknown}${Object.hasOwn(ALONE, unknown) ? ' beside others' : ''}`);
  if (settings.json && names.length > 1) throw new Error('--json takes one name');
  return settings;
}

async function main(): Promise<number> {
  let settings: Settings;
  try {
    settings = settingsFrom(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  // An unhandled rejection also makes the bench fail, but only after the bench has stopped the services that it
  // started.
  let stray: Error | undefined;
  process.on('unhandledRejection', (error) => (stray ??= error as Error));
  if (Object.hasOwn(ALONE, settings.names[0])) {
    const code = await ALONE[settings.names[0]].run(settings);
    if (stray !== undefined) throw stray;
    return code;
  }
  for (const name of settings.names) {
    const rows = await ALL[name]();
    if (stray !== undefined) throw stray;
    const machine = {
      cores: cpus().length,
      model: cpus()[0].model,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    };
    if (settings.json) console.log(JSON.stringify({ bench: name, machine, rows }));
    else printTable(name, rows);
  }
  return 0;
}

function printTable(name: string, rows: readonly BenchRow[]): void {
  console.log(`\n${name}`);
  console.log(
    `${'row'.padEnd(58)} ${'subject'.padEnd(14)} ${'p50'.padStart(9)} ${'p95'.padStart(9)} ${'p99'.padStart(9)} ${'rate'.padStart(10)} ${'cpu ms'.padStart(7)} ${'ratio'.padStart(7)}`,
  );
  for (const row of rows) {
    const number = (value: number | undefined, digits: number) => (value === undefined ? '' : value.toFixed(digits));
    const milliseconds = (value: number | undefined) => number(value, value !== undefined && value < 10 ? 3 : 1);
    const rate = row.rate === undefined ? '' : `${row.rate.toFixed(row.rate < 100 ? 1 : 0)} ${row.unit ?? ''}`;
    console.log(
      `${row.name.padEnd(58)} ${row.subject.padEnd(14)} ${milliseconds(row.p50).padStart(9)} ${milliseconds(row.p95).padStart(9)} ${milliseconds(row.p99).padStart(9)} ${rate.padStart(10)} ${number(row.cpu, 2).padStart(7)} ${number(row.ratio, 2).padStart(7)}`,
    );
  }
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.stack);
    process.exit(1);
  },
);
