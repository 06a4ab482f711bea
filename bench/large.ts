import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newestPosition } from '../src/events/position.store';
import { leasePosition } from '../src/platform/lease';
import { LEARNER_LEASE, SHOP_ARTEFACT, SUBJECTS_ARTEFACT } from '../src/live-state/live-state-names';
import { catchUpRows } from './large-catch-up';
import { deltaRow, ingestRow, refreshRow } from './large-changes';
import { DatabaseWatch } from './large-database';
import { importLargeShop } from './large-import';
import { measureLists, measureSearches } from './large-load';
import { customerId, SHOP_SIZES, type ShopSize } from './large-shop';
import { LargeWatch, learnerToken, row } from './large-watch';
import { measureAround } from './live';
import { keepAliveAgent, post } from './post';
import type { BenchRow } from './row';
import { syntheticCatalogue } from './search-service-shop';
import { benchShop, type BenchShop } from './shop';

const EVENTS_AROUND = 500;
/** Level of a warning in the log. */
const WARNING = 40;
/** A small shop is measured in a minute, with fewer requests. */
const LONG = { settleSeconds: 60, single: 500, together: 4_000, changes: 200, ingestSeconds: 20 };
const SHORT = { settleSeconds: 3, single: 100, together: 500, changes: 20, ingestSeconds: 3 };
const MAX_SHORT_EVENTS = 300_000;

/**
 * Measures a synthetic shop of `BENCH_LARGE_SIZE` (`small`, `medium`, `large` or CUSTOMERS,PRODUCTS,EVENTS,FILES[,DAYS]),
 * imported by the command while an API and a worker process run: import rates and CPU time, catching up, memory, event
 * loops, responses, a restart and a killed worker.
 */
export async function measureLarge(): Promise<BenchRow[]> {
  const size = sizeFrom(process.env.BENCH_LARGE_SIZE ?? 'small');
  const seed = Number(process.env.BENCH_LARGE_SEED ?? 1);
  const effort = size.events <= MAX_SHORT_EVENTS ? SHORT : LONG;
  console.error(
    `A synthetic shop: ${size.customers} customers, ${size.products} products, ${size.events} events, seed ${seed}`,
  );
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-large-'));
  const watch = new LargeWatch(folder);
  const shop = await benchShop();
  const database = new DatabaseWatch(shop);
  // The customers are spread over the whole range, each used once.
  let asked = 0;
  const nextCustomer = () => customerId((asked++ * 7_919 + 13) % size.customers);
  try {
    const log = new CheckpointLog();
    const opened = await shop.open({ env: watch.env, onWorkerLog: (line) => log.read(line) });
    watch.rows('at the start');
    const { rows, storedAt } = await importLargeShop(shop, { size, seed, folder, env: watch.env });
    rows.push(...watch.rows('during the import'), database.snapshotRow('during the import'));
    console.error('Catching up …');
    rows.push(...(await catchUpRows(shop, opened, storedAt, nextCustomer)), ...database.startedRows(storedAt));
    rows.push(...watch.rows('while catching up'), database.snapshotRow('while catching up'));
    await pause(effort.settleSeconds * 1_000);
    rows.push(...watch.residentRows(`${effort.settleSeconds} s after catching up`), ...(await checkpointRows(shop)));
    console.error('Answers …');
    rows.push(...(await answers(shop, opened, size, effort, nextCustomer)), ...watch.rows('while serving'));
    console.error('A refresh …');
    rows.push(await refreshRow(shop, opened, 'BLEND'), ...watch.rows('during a refresh of BLEND'));
    rows.push(await refreshRow(shop, opened, 'SEARCH'), ...watch.rows('during a refresh of SEARCH'));
    console.error('A restart …');
    rows.push(...log.rows(), ...(await restart(shop, watch)), ...watch.rows('after a restart'));
    return rows;
  } finally {
    watch.stop();
    await database.stop();
    await shop.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Door = Awaited<ReturnType<BenchShop['open']>>;

async function answers(
  shop: BenchShop,
  door: Door,
  size: ShopSize,
  effort: typeof LONG,
  nextCustomer: () => string,
): Promise<BenchRow[]> {
  const catalogue = syntheticCatalogue(size.products);
  const { single, together } = effort;
  const products = Array.from({ length: size.products }, (_, n) => `p${n}`);
  return [
    await measureLists(
      'lists of fresh customers, one connection',
      { ...door, connections: 1, requests: single },
      nextCustomer,
    ),
    await measureLists(
      'lists of fresh customers, 20 connections',
      { ...door, connections: 20, requests: together },
      nextCustomer,
    ),
    await measureSearches('searches, 10 connections', { ...door, connections: 10, requests: together }, (n) =>
      catalogue.query(n),
    ),
    ...(await deltaRow(shop, () =>
      measureAround({ ...door, name: 'synthetic shop', products }, EVENTS_AROUND, effort.changes),
    )),
    await ingestRow(door, size, effort.ingestSeconds),
  ];
}

/** Reads from the worker's log how long its learner takes to write a checkpoint. */
class CheckpointLog {
  private longestMs = 0;

  read(line: string): void {
    const { level = WARNING, msg, milliseconds = 0 } = parseLogLine(line);
    if (level >= WARNING) console.error(line);
    if (msg === 'checkpoint') this.longestMs = Math.max(this.longestMs, milliseconds);
  }

  /** Returns one row; none if no checkpoint was written. */
  rows(): BenchRow[] {
    return this.longestMs === 0 ? [] : [row('checkpoint: encoded and stored, longest', this.longestMs / 1_000, 's')];
  }
}

interface LogLine {
  readonly level?: number;
  readonly msg?: string;
  readonly milliseconds?: number;
}

/** Returns {} for a line that is not a whole JSON object. */
function parseLogLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return {};
  }
}

/** Returns the size of the newest checkpoint in bytes: the state that the learner and the API processes hold. */
async function checkpointRows({ platform }: BenchShop): Promise<BenchRow[]> {
  const { rows } = await platform.pool.query<{ kind: string; bytes: number }>(
    `SELECT DISTINCT ON (kind) kind, size::float8 AS bytes FROM artefacts WHERE kind = ANY($1) ORDER BY kind, position DESC`,
    [[SHOP_ARTEFACT, SUBJECTS_ARTEFACT]],
  );
  return rows.map(({ kind, bytes }) => row(`checkpoint: ${kind}`, bytes / 2 ** 20, 'MiB'));
}

async function restart(shop: BenchShop, watch: LargeWatch): Promise<BenchRow[]> {
  const stopped = performance.now();
  await shop.shut();
  const began = performance.now();
  const door = await shop.open({ env: watch.env });
  await isReady(door.port);
  const ready = performance.now();
  await learnsNext(shop, door);
  const learns = performance.now();
  return [
    row('restart: API and worker end', (began - stopped) / 1_000, 's'),
    row('restart: ready again', (ready - began) / 1_000, 's'),
    row('restart: learning again', (learns - began) / 1_000, 's'),
    await killWorker(shop, door, watch),
  ];
}

/** Kills the worker whose learner holds the lease, and starts another immediately, as `npm start` does. */
async function killWorker(shop: BenchShop, door: Door, watch: LargeWatch): Promise<BenchRow> {
  const token = await learnerToken(shop);
  const killed = performance.now();
  shop.killWorkers();
  shop.startWorker(watch.env);
  await learnsNext(shop, door);
  if ((await learnerToken(shop)) === token) throw new Error('the killed worker still holds the lease');
  return row('worker killed: learning again', (performance.now() - killed) / 1_000, 's');
}

/** Records an event and waits until it is learned. */
async function learnsNext({ platform: { pool } }: BenchShop, { port, adminKey }: Door): Promise<void> {
  const agent = keepAliveAgent(1);
  const before = await newestPosition(pool);
  const variables = { events: [{ type: 'VIEW', customerId: customerId(0), productId: 'p0' }] };
  const query = 'mutation($events: [EventInput!]!) { recordEvents(input: { events: $events }) { accepted } }';
  const answer = await post(port, adminKey, agent, JSON.stringify({ query, variables }));
  agent.destroy();
  if (!answer.includes('"accepted":1')) throw new Error(`answered with ${answer}`);
  while ((await leasePosition(pool, LEARNER_LEASE)) <= before) await pause(20);
}

async function isReady(port: number): Promise<void> {
  while ((await fetch(`http://127.0.0.1:${port}/readyz`)).status !== 200) await pause(50);
}

/** @throws Error if the value is neither a known size nor four or five numbers */
function sizeFrom(text: string): ShopSize {
  if (Object.hasOwn(SHOP_SIZES, text)) return SHOP_SIZES[text as keyof typeof SHOP_SIZES];
  const [customers, products, events, files, days] = text.split(',').map(Number);
  if (![customers, products, events, files, days ?? 1].every((n) => Number.isInteger(n) && n > 0))
    throw new Error(
      `BENCH_LARGE_SIZE must be ${Object.keys(SHOP_SIZES).join(', ')} or CUSTOMERS,PRODUCTS,EVENTS,FILES[,DAYS]; got ${text}`,
    );
  return { customers, products, events, files, days };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
