import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEMO_STOREFRONT_KEY } from '../src/demo/demo-names';
import { demoCustomer } from '../src/demo/demo-customers';
import { ATTACKS } from './fair-attacks';
import { FROM, type AttackCounts, type AttackStart, type From } from './fair-attacker';
import type { BystanderStart, BystanderTook } from './fair-bystander';
import { inFilledShop, type OpenShop } from './filled-shop';
import { forgetPeaks, residentOfTree, type Resident } from './process-memory';
import { percentile } from './row';
import { syntheticCatalogue } from './search-service-shop';
import { STOREFRONT, SYNTHETIC_PRODUCTS } from './storefront-shop';
import { signIn } from './visit';

const DEFAULT_SECONDS = 60;
const BYSTANDERS = 20;
const QUERIES = 1_000;
const WARM_UP_MS = 5_000;
/** After an attack, the bystander has to wait until the shop is as quick again, but not longer than this. */
const MAX_RECOVERY_MS = 40_000;
const LOOK_MS = 2_000;
const QUIET_FACTOR = 2;
const QUIET_MS = 25;
/** The bystander is idle between attacks for this share of an attack. */
const IDLE_SHARE = 0.25;
const MIN_IDLE_MS = 3_000;
/** Under attack, the processes log that queries took too long. */
const QUIET = { LOG_LEVEL: 'fatal' };
/** The timer that measures the delay of an event loop is due after this time. */
const LOOP_RESOLUTION_MS = 10;

export interface FairOptions {
  readonly seconds?: string;
  readonly attacks?: string;
  readonly from?: string;
  readonly json: boolean;
}

/** Times are in milliseconds, memory is in MiB. */
interface FairRow {
  readonly attack: string;
  readonly from: From;
  readonly samples: number;
  /** The bystander's lists while no attack runs: before the first attack or before this one, where p99 is smaller. */
  readonly idleP50: number;
  readonly idleP99: number;
  /** During the attack. */
  readonly p50: number;
  readonly p99: number;
  /** p99 during the attack divided by {@link idleP99}. */
  readonly factor: number;
  /** After the attack, when the bystander has waited until the shop is as quick again. */
  readonly afterP50: number;
  readonly afterP99: number;
  readonly hasRecovered: boolean;
  /** The bystander's searches, idle (the smaller one, too) and during the attack. */
  readonly idleSearchP99: number;
  readonly searchP99: number;
  /** The bystander's requests that failed. */
  readonly failed: number;
  /** What happened to the attacker's operations, a second. */
  readonly answered: number;
  readonly refused: number;
  readonly memoryBefore: number;
  readonly memoryPeak: number;
  /** The share of a core that the main thread of the API process used. */
  readonly mainThread: number;
  /** The longest that the event loop of the API process was held, and its 99th percentile. */
  readonly longestStep: number;
  readonly stepP99: number;
  /** From a bystander's own event to its changed live list. */
  readonly liveP50?: number;
  readonly liveMax: number;
}

/**
 * Measures what attackers with a storefront key cost a bystander at another address. The attackers' process has a lower
 * priority than the others.
 * @throws Error if an option is wrong
 */
export async function runFair(options: FairOptions): Promise<number> {
  const plan = planFrom(options);
  // A row is printed as soon as it is measured, because all of them take an hour.
  const onRow = options.json ? () => undefined : printRow;
  const measured = (shop: OpenShop) => {
    if (!options.json) printHeader();
    return measure(shop, plan, onRow);
  };
  const rows = await inFilledShop(STOREFRONT, measured, { env: QUIET });
  if (options.json) console.log(JSON.stringify({ bench: 'fair', seconds: plan.seconds, rows }));
  return 0;
}

interface Plan {
  readonly seconds: number;
  readonly attacks: readonly string[];
  readonly from: readonly From[];
}

function planFrom({ seconds: given, attacks, from }: FairOptions): Plan {
  const seconds = Number(given ?? DEFAULT_SECONDS);
  if (!(seconds >= 1)) throw new Error('--seconds must be at least 1');
  return {
    seconds,
    attacks: namesFrom('--attacks', attacks, Object.keys(ATTACKS)),
    from: namesFrom('--from', from, Object.keys(FROM)) as From[],
  };
}

function namesFrom(option: string, given: string | undefined, known: readonly string[]): readonly string[] {
  const names = given?.split(',') ?? known;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${option}: ${unknown} is none of ${known.join(', ')}`);
  return names;
}

async function measure(shop: OpenShop, plan: Plan, onRow: (row: FairRow) => void): Promise<FairRow[]> {
  const { port, adminKey, products } = shop;
  const ids = Array.from({ length: BYSTANDERS }, (_, n) => demoCustomer(n + 1).id);
  const visits = await signIn(shop, '198.51.100.7', ids);
  const [watched] = await signIn(shop, '198.51.100.8', ['watched']);
  const [searcher] = await signIn(shop, '198.51.100.9', ['searcher']);
  const api = apiProcess();
  const catalogue = syntheticCatalogue(SYNTHETIC_PRODUCTS);
  const queries = Array.from({ length: QUERIES }, (_, n) => catalogue.query(n));
  const start: BystanderStart = { port, key: DEMO_STOREFRONT_KEY, visits, watched, searcher, products, queries };
  const bystander = fork(path.join(__dirname, 'fair-bystander.js'), [], CHILD);
  bystander.send(start);
  const take = async () => {
    bystander.send('take');
    return ((await once(bystander, 'message')) as [BystanderTook])[0];
  };
  const idle = async (ms: number) => {
    await sleep(ms);
    return take();
  };
  const recover = async (quietMs: number) => {
    const deadline = performance.now() + MAX_RECOVERY_MS;
    while ((await idle(LOOK_MS)).p99 > quietMs && performance.now() < deadline);
  };
  const idleMs = Math.max(MIN_IDLE_MS, IDLE_SHARE * plan.seconds * 1_000);
  const rows: FairRow[] = [];
  try {
    await idle(WARM_UP_MS);
    const first = await idle(idleMs);
    let before = first;
    for (const attack of plan.attacks)
      for (const from of plan.from) {
        console.error(`${attack}, ${from} …`);
        const runAttack = await prepareAttack({
          ...{ port, key: DEMO_STOREFRONT_KEY, attack, from, seconds: plan.seconds },
          ...{ products, run: rows.length },
        });
        const [memory] = residentOfTree(api.pid);
        forgetPeaks([memory]);
        await loopDelays(port, adminKey);
        const cpuBefore = mainThreadSeconds(api.pid);
        const began = performance.now();
        await take();
        const attacked = await runAttack();
        const seconds = (performance.now() - began) / 1_000;
        const mainThread = (mainThreadSeconds(api.pid) - cpuBefore) / seconds;
        const during = await take();
        const delays = await loopDelays(port, adminKey);
        const [{ peak }] = residentOfTree(api.pid);
        // An earlier attack may still slow down the idle shop.
        const quiet = first.p99 < before.p99 ? first : before;
        const quietMs = Math.max(QUIET_MS, QUIET_FACTOR * quiet.p99);
        await recover(quietMs);
        const after = await idle(idleMs);
        const row: FairRow = {
          ...{ attack, from, samples: during.count, failed: during.refused },
          ...{ idleP50: quiet.p50, idleP99: quiet.p99, p50: during.p50, p99: during.p99 },
          factor: during.p99 / quiet.p99,
          ...{ afterP50: after.p50, afterP99: after.p99, hasRecovered: after.p99 <= quietMs },
          ...{ idleSearchP99: Math.min(first.searchP99, before.searchP99), searchP99: during.searchP99 },
          ...{ answered: attacked.answered / plan.seconds, refused: attacked.refused / plan.seconds },
          ...{ memoryBefore: memory.now, memoryPeak: peak, mainThread },
          ...{ longestStep: delays.max, stepP99: delays.p99 },
          ...{ liveP50: percentile(during.live, 0.5), liveMax: Math.max(0, ...during.live) },
        };
        rows.push(row);
        onRow(row);
        before = after;
      }
    return rows;
  } finally {
    bystander.kill();
  }
}

const CHILD: { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] } = { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] };

/** @returns a function that runs the attack in the process that has been started for it */
async function prepareAttack(start: AttackStart): Promise<() => Promise<AttackCounts>> {
  const child = fork(path.join(__dirname, 'fair-attacker.js'), [], CHILD);
  await once(child, 'message');
  return async () => {
    const ended = once(child, 'exit').then(() => {
      throw new Error(`the process of the attack ${start.attack} ended before it had counted`);
    });
    child.send(start);
    const [counts] = (await Promise.race([once(child, 'message'), ended])) as [AttackCounts];
    await ended.catch(() => undefined);
    return counts;
  };
}

function apiProcess(): Resident {
  const api = residentOfTree(process.pid).find(({ command }) => command.includes('src/main.js'));
  if (api === undefined) throw new Error('no API process runs');
  return api;
}

/** Returns the CPU time of the main thread of a process (Linux). */
function mainThreadSeconds(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
}

/** Returns for how many milliseconds the event loop of the API process was held since the last call. */
async function loopDelays(port: number, adminKey: string): Promise<{ max: number; p99: number }> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { 'x-api-key': adminKey } });
  const metrics = await answer.text();
  const milliseconds = (name: string) =>
    1_000 * Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds(?:{.*})? (\\S+)`, 'm').exec(metrics)?.[1]);
  const held = (name: string) => Math.max(0, milliseconds(name) - LOOP_RESOLUTION_MS);
  return { max: held('max'), p99: held('p99') };
}

const COLUMNS: readonly (readonly [string, (row: FairRow) => string])[] = [
  ['attack', ({ attack }) => attack],
  ['from', ({ from }) => from],
  ['samples', ({ samples, failed }) => `${samples}${failed > 0 ? `+${failed} failed` : ''}`],
  ['idle p50/p99', ({ idleP50, idleP99 }) => `${idleP50.toFixed(1)}/${idleP99.toFixed(1)}`],
  ['attack p50/p99', ({ p50, p99 }) => `${p50.toFixed(1)}/${p99.toFixed(1)}`],
  ['factor', ({ factor }) => factor.toFixed(1)],
  [
    'after p50/p99',
    ({ afterP50, afterP99, hasRecovered }) =>
      `${afterP50.toFixed(1)}/${afterP99.toFixed(1)}${hasRecovered ? '' : ' SLOW'}`,
  ],
  ['search idle/attack', ({ idleSearchP99, searchP99 }) => `${idleSearchP99.toFixed(1)}/${searchP99.toFixed(1)}`],
  ['ok/refused a s', ({ answered, refused }) => `${answered.toFixed(0)}/${refused.toFixed(0)}`],
  ['MiB', ({ memoryBefore, memoryPeak }) => `${memoryBefore.toFixed(0)}+${(memoryPeak - memoryBefore).toFixed(0)}`],
  ['main', ({ mainThread }) => `${(100 * mainThread).toFixed(0)} %`],
  ['step max/p99', ({ longestStep, stepP99 }) => `${longestStep.toFixed(0)}/${stepP99.toFixed(0)}`],
  [
    'live p50/max',
    ({ liveP50, liveMax }) => (liveP50 === undefined ? '–' : `${liveP50.toFixed(0)}/${liveMax.toFixed(0)}`),
  ],
];
const WIDTH = 18;

function printHeader(): void {
  console.log(COLUMNS.map(([name]) => name.padEnd(WIDTH)).join(' '));
}

function printRow(row: FairRow): void {
  console.log(COLUMNS.map(([, text]) => text(row).padEnd(WIDTH)).join(' '));
}
