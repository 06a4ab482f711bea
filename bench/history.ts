import { Outbox } from '../src/events/outbox.service';
import { seededRandom } from '../src/learn/seeded-random';
import { WindowMerger } from '../src/streams/window-merger.service';
import { StreamService } from '../src/streams/stream.service';
import type { StreamInput } from '../src/streams/stream-input.type';
import { fillLog, LOG_DAYS } from './long-log';
import { keepAliveAgent, post } from './post';
import { percentile, type BenchRow } from './row';
import { benchShop, type BenchShop } from './shop';

const EVENTS = Number(process.env.BENCH_LOG_EVENTS ?? 10_000_000);
const ASKED = 200;
const ANALYSES = 5;
/** Products that are queried one by one. */
const MAX_PRODUCTS = 50;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const STREAM: StreamInput = {
  id: 'products-by-hour',
  keys: [{ name: 'product', expression: 'event.productId' }],
  window: { kind: 'TUMBLING', size: 'PT1H' },
  aggregates: [
    { name: 'count', kind: 'COUNT' },
    { name: 'revenue', kind: 'SUM', expression: 'event.amount' },
    { name: 'customers', kind: 'DISTINCT', expression: 'event.customerId' },
  ],
};
const WINDOWS = `query($input: WindowsInput!) {
  windows(input: $input, first: 100) { key start end events values { name decimal } } }`;
const ANALYZE = `query($input: AnalyzeInput!) { analyze(input: $input) { key events values { name decimal } } }`;

/**
 * Measures queries over a long log (`BENCH_LOG_EVENTS`, synthetic: {@link fillLog}): filling a stream from the log,
 * `windows` of a day, and `analyze` of a day, through GraphQL, one request after another.
 */
export async function measureHistory(): Promise<BenchRow[]> {
  const shop = await benchShop();
  try {
    console.error(`a log of ${EVENTS} events …`);
    const from = await fillLog(shop.platform.pool, EVENTS);
    console.error('a stream filled from it …');
    const filled = await fillStream(shop);
    const { port, adminKey } = await shop.open({ worker: false });
    const agent = keepAliveAgent(1);
    const ask = async (query: string, variables: object) => {
      const began = performance.now();
      const answer = await post(port, adminKey, agent, JSON.stringify({ query, variables }));
      const ms = performance.now() - began;
      if (!answer.includes('"key":"p')) throw new Error(`answered with ${answer.slice(0, 300)}`);
      return ms;
    };
    console.error('windows of a day …');
    const random = seededRandom(1);
    const day = () => {
      const start = from + Math.floor(LOG_DAYS * random()) * DAY_MS;
      return { from: new Date(start).toISOString(), to: new Date(start + DAY_MS).toISOString() };
    };
    const product = () => `p${Math.floor(MAX_PRODUCTS * random())}`;
    const rows = [filled];
    for (const [name, more] of [
      ['by hour and product, the first 100', () => ({})],
      ['by hour, of one product', () => ({ keys: [product()] })],
      ['by product: hours put together, the first 100', () => ({ size: 'P1D' })],
    ] as const) {
      const times: number[] = [];
      for (let n = -20; n < ASKED; n++) {
        const ms = await ask(WINDOWS, { input: { stream: STREAM.id, ...day(), ...more() } });
        if (n >= 0) times.push(ms);
      }
      rows.push(row(`windows of a day of ${EVENTS} events: ${name}`, timesOf(times)));
    }
    console.error('analyses of a day …');
    rows.push(...(await measureAnalyses(shop, () => ask(ANALYZE, { input: analysisOf(day()) }))));
    agent.destroy();
    return rows;
  } finally {
    await shop.close();
  }
}

/** Runs in this process what a worker would run. */
async function fillStream({ platform: { pool, pubSub, log } }: BenchShop): Promise<BenchRow> {
  const streams = new StreamService(pool, new Outbox(pool, pubSub, log));
  const { errors } = await streams.create(STREAM);
  if (errors.length > 0) throw new Error(errors[0].message);
  const { rows } = await pool.query<{ version: number }>('SELECT version FROM stream_versions');
  const fold = new WindowMerger(pool);
  const began = performance.now();
  while ((await fold.backfill({ stream: STREAM.id, version: rows[0].version }))?.hasMore);
  const filled = await streams.stream(STREAM.id);
  if (filled?.state !== 'LIVE') throw new Error(`not filled: ${JSON.stringify(filled)}`);
  return row('a stream filled from the log', {
    rate: EVENTS / ((performance.now() - began) / 1_000),
    unit: 'events/s',
  });
}

const analysisOf = (range: { from: string; to: string }) => ({
  ...range,
  keys: STREAM.keys,
  aggregates: STREAM.aggregates.slice(0, 2),
  orderBy: { value: 'revenue' },
});

async function measureAnalyses(shop: BenchShop, ask: () => Promise<number>): Promise<BenchRow[]> {
  await ask();
  const before = { api: shop.usage(), database: await shop.databaseUsage() };
  const times: number[] = [];
  for (let n = 0; n < ANALYSES; n++) times.push(await ask());
  const after = { api: shop.usage(), database: await shop.databaseUsage() };
  const read = (ANALYSES * EVENTS) / LOG_DAYS;
  const cost = (of: 'api' | 'database') => ({
    rate: ((after[of].cpuSeconds - before[of].cpuSeconds) * 1e6) / read,
    unit: 'µs/event',
  });
  return [
    row(`analyze of a day, ${Math.round(EVENTS / LOG_DAYS)} events`, timesOf(times)),
    row('analyze: CPU of the API process', cost('api')),
    row('analyze: CPU of PostgreSQL', cost('database')),
  ];
}

function timesOf(times: readonly number[]): Partial<BenchRow> {
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95), p99: percentile(times, 0.99) };
}

function row(name: string, figures: Partial<BenchRow>): BenchRow {
  return { name, subject: 'freshet', ...figures };
}
