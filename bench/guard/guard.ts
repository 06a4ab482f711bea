import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { appendTo } from '../../src/learn/group-by';
import { percentile } from '../row';
import { compareWithFloors, digits, raiseFloors, type Floors } from './floors';
import type { GuardRow } from './guard-row';
import { GROUP_NAMES, measureGroup } from './in-process';
import { measureRunningImport } from './import-running';
import { measureAttribution } from './attribution-rows';
import { measureAgainIfBelow } from './measure-again';
import { measureShop } from './shop-rows';

const FLOORS = path.resolve(__dirname, '../../../bench/floors.json');
/** Samples of each row of the shop; the median counts. The other rows have rounds of their own. */
const SHOP_SAMPLES = 3;

export interface GuardOptions {
  /** Adds and raises floors to the measured values before the comparison. */
  readonly raise: boolean;
  readonly json: boolean;
}

/**
 * Measures code that must not become slower, as ratios to the CPU time of the reference kernel, and compares the ratios
 * with `bench/floors.json`. A group with a row below its floor is measured again, up to three times in all.
 * @returns the exit code: 1 if a row is below its floor
 */
export async function runGuard({ raise, json }: GuardOptions): Promise<number> {
  const before = JSON.parse(readFileSync(FLOORS, 'utf8')) as Floors;
  const rows: GuardRow[] = [];
  for (const { name, measure } of GROUPS) {
    const again = (names: readonly string[]) => console.error(`${name} again, because of ${names.join(', ')} …`);
    const measured = async () => medians(await againAfterDisconnect(name, measure));
    rows.push(...(await measureAgainIfBelow(measured, before, again)));
  }
  const floors = raise ? raiseFloors(rows, before, new Date().toISOString().slice(0, 10)) : before;
  if (raise) writeFileSync(FLOORS, `${JSON.stringify(floors, null, 2)}\n`);
  const faults = compareWithFloors(rows, floors);
  if (json) console.log(JSON.stringify({ bench: 'guard', rows, faults }));
  else print(rows, floors);
  for (const fault of faults) console.error(`✗ ${fault}`);
  return faults.length === 0 ? 0 : 1;
}

/** The groups that are measured one after the other. Each returns one or more samples of each of its rows. */
const GROUPS: readonly { readonly name: string; readonly measure: () => Promise<GuardRow[]> }[] = [
  ...GROUP_NAMES.map((name) => ({ name, measure: () => announced(name, () => measureGroup(name)) })),
  { name: 'a shop', measure: () => announced('a shop', () => measureShop(SHOP_SAMPLES)) },
  {
    name: 'attribution',
    measure: () => announced('attribution', () => measureAttribution((line) => console.error(line))),
  },
  { name: 'a running import', measure: () => announced('a running import', measureRunningImport) },
];

/**
 * Measures a group again, once, if it ended by an error of a connection. The line is as loud as that of a flaky test: CI
 * prints it before its last line.
 */
async function againAfterDisconnect(name: string, measure: () => Promise<GuardRow[]>): Promise<GuardRow[]> {
  try {
    return await measure();
  } catch (error) {
    if (!DISCONNECTED.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    console.error(`Flaky: bench guard, ${name} (failed 1 of 2)\n  ${(error as Error).stack?.replaceAll('\n', '\n  ')}`);
    return measure();
  }
}

/** Codes of errors of a connection that existed. A socket that hangs up has the first one, too. */
const DISCONNECTED: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

function announced<T>(group: string, measure: () => T): T {
  console.error(`${group} …`);
  return measure();
}

function medians(samples: readonly GuardRow[]): GuardRow[] {
  const ratios = new Map<string, number[]>();
  for (const { name, ratio } of samples) appendTo(ratios, name, ratio);
  return [...ratios].map(([name, all]) => {
    const { what } = samples.find((sample) => sample.name === name) as GuardRow;
    return { name, what, ratio: percentile(all, 0.5) };
  });
}

function print(rows: readonly GuardRow[], floors: Floors): void {
  console.log(`${'row'.padEnd(28)} ${'measured'.padStart(9)} ${'floor'.padStart(9)}  what`);
  for (const { name, what, ratio } of rows) {
    const floor = Object.hasOwn(floors, name) ? digits(floors[name].floor) : '–';
    console.log(`${name.padEnd(28)} ${digits(ratio).padStart(9)} ${floor.padStart(9)}  ${what}`);
  }
}
