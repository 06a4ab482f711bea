import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openEventLog } from '../src/events/event-log';
import { DatabaseTarget } from '../src/imports/database-target';
import { createLineReader } from '../src/imports/formats';
import { importFile } from '../src/imports/import-file';
import { readLines } from '../src/imports/lines';
import { defaultRejectsPath, RejectsFile } from '../src/imports/rejects-file';
import { seededRandom } from '../src/learn/seeded-random';
import { Outbox } from '../src/events/outbox.service';
import { OrderAnalytics } from '../src/orders/order-analytics.service';
import { orderStreams, PRODUCT_SALES_STREAM } from '../src/orders/order-streams';
import { SHOP } from '../src/shop';
import { WindowMerger } from '../src/streams/window-merger.service';
import { MonthlyRollup } from '../src/streams/monthly-rollup/monthly-rollup.service';
import type { StreamInput } from '../src/streams/stream-input.type';
import { StreamService } from '../src/streams/stream.service';
import { WindowTotals } from '../src/streams/window-totals.service';
import { keepAliveAgent, post } from './post';
import { percentile, type BenchRow } from './row';
import { benchShop, type BenchShop } from './shop';

const RETAIL = path.resolve(__dirname, '../../../shared/data/online-retail.csv.gz');
const ASKED = 200;
const DAY_MS = 86_400_000;
const FROM = Date.UTC(2010, 11, 1);
/** Days by which Online Retail exceeds one year. */
const SPARE_DAYS = 9;
const QUERY = `query($from: DateTime!, $to: DateTime!) {
  bestSellers(input: { from: $from, to: $to }, first: 100) { productId currency units revenue } }`;

/**
 * Measures `bestSellers` over a year of Online Retail, through GraphQL and in this process, whose event loop is
 * observed.
 */
export async function measureBestSellers(): Promise<BenchRow[]> {
  if (!existsSync(RETAIL)) throw new Error(`${RETAIL} is not there`);
  const shop = await benchShop();
  try {
    console.error('Importing the orders of Online Retail …');
    await importFile({
      lines: readLines(RETAIL),
      reader: createLineReader('orders', 'online-retail'),
      target: new DatabaseTarget(shop.platform, await openEventLog(shop.platform, SHOP)),
      rejects: new RejectsFile(defaultRejectsPath(RETAIL, mkdtempSync(path.join(tmpdir(), 'freshet-rejects-')))),
    });
    console.error('a stream filled from them …');
    await fillStream(shop);
    const random = seededRandom(1);
    const analytics = new OrderAnalytics({} as never, new WindowTotals(shop.platform.pool));
    const ask = (day: number) => analytics.bestSellers(yearFrom(day), 100);
    const rows = await inProcess('a year of Online Retail, no month merged', 5, () => ask(0));
    const rollup = new MonthlyRollup(shop.platform.pool);
    let months = 0;
    for (let hasMerged = true; hasMerged; months++)
      rows.push(
        ...(await inProcess(`…merging month ${months + 1}`, 1, async () => (hasMerged = await rollup.mergeOne()))),
      );
    rows.push(...(await inProcess('…months merged', ASKED, () => ask(Math.floor(SPARE_DAYS * random())))));
    rows.push(await throughGraphql(shop, random));
    return rows;
  } finally {
    await shop.close();
  }
}

/** Runs in this process what a worker would run. */
async function fillStream({ platform: { pool, pubSub, log } }: BenchShop): Promise<void> {
  const streams = new StreamService(pool, new Outbox(pool, pubSub, log));
  const input = orderStreams('UTC').find(({ id }) => id === PRODUCT_SALES_STREAM) as StreamInput;
  const { errors } = await streams.create(input);
  if (errors.length > 0) throw new Error(errors[0].message);
  const { rows } = await pool.query<{ version: number }>('SELECT version FROM stream_versions');
  const fold = new WindowMerger(pool);
  while ((await fold.backfill({ stream: PRODUCT_SALES_STREAM, version: rows[0].version }))?.hasMore);
}

const yearFrom = (day: number) => ({
  from: new Date(FROM + day * DAY_MS),
  to: new Date(FROM + (day + 365) * DAY_MS),
});

/** Measures the durations of a task and the longest time that it blocked the event loop. */
async function inProcess(name: string, times: number, task: () => Promise<unknown>): Promise<BenchRow[]> {
  const taken: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (let n = 0; n < times; n++) {
    const began = performance.now();
    await task();
    taken.push(performance.now() - began);
  }
  delay.disable();
  return [
    { name: `best sellers: ${name}`, subject: 'freshet', ...timesOf(taken) },
    {
      name: 'best sellers: event loop held up meanwhile',
      subject: 'freshet',
      p50: delay.percentile(50) / 1e6,
      p99: delay.percentile(99) / 1e6,
    },
  ];
}

async function throughGraphql(shop: BenchShop, random: () => number): Promise<BenchRow> {
  const { port, adminKey } = await shop.open({ worker: false });
  const agent = keepAliveAgent(1);
  const taken: number[] = [];
  for (let n = 0; n < ASKED; n++) {
    const body = JSON.stringify({ query: QUERY, variables: yearFrom(Math.floor(SPARE_DAYS * random())) });
    const began = performance.now();
    const answer = await post(port, adminKey, agent, body);
    taken.push(performance.now() - began);
    if (!answer.includes('"productId"')) throw new Error(`answered with ${answer.slice(0, 300)}`);
  }
  agent.destroy();
  return { name: 'best sellers: …months merged, through GraphQL', subject: 'freshet', ...timesOf(taken) };
}

function timesOf(times: readonly number[]): Partial<BenchRow> {
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95), p99: percentile(times, 0.99) };
}
