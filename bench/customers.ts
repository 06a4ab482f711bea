import { fillDemo } from '../src/demo/fill-demo';
import { demoProducts } from '../src/demo/demo-catalogue';
import { readSweep } from '../src/customers/profiles/profile.store';
import { openEventLog } from '../src/events/event-log';
import { SHOP } from '../src/shop';
import { measureProfileChanges } from './customers-changes';
import { CUSTOMER_MODELS, measureFit } from './customers-fits';
import { measureComputing } from './customers-computing';
import { writeCustomers } from './customers-shop';
import type { OpenShop } from './filled-shop';
import { drained } from './ingest-load';
import { keepAliveAgent } from './post';
import { refreshThroughApi } from './refresh-through-api';
import { percentile, type BenchRow } from './row';
import { benchShop, type BenchShop } from './shop';
import { steadyLoad, type Latencies } from './steady-load';

const DEFAULT_CUSTOMERS = 100_000;
const WARM_UP_MS = 5_000;
const IDLE_MS = 30_000;
const LOOK_EVERY_MS = 200;
const MAX_SWEEP_MS = 240_000;
/** No other refresh begins after this time. */
const MAX_REFRESHING_MS = 100_000;

/**
 * Measures the models of customers in a synthetic shop with `BENCH_CUSTOMERS` customers, 100,000 by default, and as many
 * sessions: the fits in the background process, what one customer's segment, value and behaviour take after an event,
 * how long a change takes to a live subscriber, and lists and single events while the models are refreshed and when
 * idle. Real processes, PostgreSQL with fsync, Redis with its append-only file.
 */
export async function measureCustomers(): Promise<BenchRow[]> {
  const customers = Number(process.env.BENCH_CUSTOMERS ?? DEFAULT_CUSTOMERS);
  if (!Number.isInteger(customers) || customers < 1_000) throw new Error('BENCH_CUSTOMERS must be at least 1000');
  const shop = await benchShop();
  try {
    await fillDemo(shop.platform, await openEventLog(shop.platform, SHOP), say, { customers: 50, days: 30 });
    const written = await timed('writing the log', () => writeCustomers(shop.platform.pool, customers));
    say(`${JSON.stringify(written)}, all synthetic`);
    await holdBackOtherRefreshes(shop);
    const rows: BenchRow[] = [
      { name: 'synthetic customers, each with orders and a session', subject: 'freshet', rate: customers },
      { name: 'synthetic order lines', subject: 'freshet', rate: written.orderLines },
      { name: 'synthetic events, with the order lines', subject: 'freshet', rate: written.events },
    ];
    for (const model of CUSTOMER_MODELS) rows.push(...(await measureFit(shop, model)));
    rows.push(...(await measureComputing(shop.platform)));
    const open: OpenShop = {
      ...shop,
      name: 'synthetic customers',
      products: demoProducts(new Date()).map(({ id }) => id),
      ...(await shop.open()),
    };
    await timed('learning the log', () => drained(shop));
    rows.push(await measureSweep(shop, customers));
    await during(open, () => pause(WARM_UP_MS));
    const idle = await timed('idle', () => during(open, () => pause(IDLE_MS)));
    rows.push(...(await measureProfileChanges(open)));
    const refreshing = await timed('while refreshing', () => during(open, () => refreshAll(open)));
    rows.push(...beside('lists of 10', idle.lists, refreshing.lists));
    rows.push(...beside('recordEvents', idle.events, refreshing.events));
    return rows;
  } finally {
    await shop.close();
  }
}

/** Makes refreshes of other models not due: they would disturb the measurement. */
async function holdBackOtherRefreshes({ platform: { pool } }: BenchShop): Promise<void> {
  await pool.query(
    `INSERT INTO leases (name, owner, token, expires_at, position)
     SELECT 'refresh:' || kind, 'bench', 0, now(), position FROM log_position, unnest(ARRAY['blend', 'search']) AS kind
     ON CONFLICT (name) DO UPDATE SET position = excluded.position`,
  );
}

/** Waits until the worker has computed all profiles with the new versions. */
async function measureSweep({ platform: { pool } }: BenchShop, customers: number): Promise<BenchRow> {
  const began = performance.now();
  for (;;) {
    const sweep = await readSweep(pool);
    if (sweep !== undefined && sweep.cursor === null) break;
    if (performance.now() - began > MAX_SWEEP_MS) throw new Error('the profiles were not computed in time');
    await pause(LOOK_EVERY_MS);
  }
  const { rows } = await pool.query<{ count: number }>('SELECT count(*)::int AS count FROM customer_profiles');
  if (rows[0].count < customers) throw new Error(`${rows[0].count} of ${customers} customers have a profile`);
  const { rows: took } = await pool.query<{ seconds: number }>(
    'SELECT extract(epoch FROM max(p.as_of) - max(s.started_at))::float8 AS seconds FROM customer_profiles p, profile_sweep s',
  );
  const [{ seconds }] = took;
  return { name: 'all profiles computed again', subject: 'freshet', rate: customers / seconds, unit: '/s' };
}

async function refreshAll(shop: OpenShop): Promise<void> {
  const agent = keepAliveAgent(1);
  const begun = performance.now();
  for (const model of CUSTOMER_MODELS) {
    if (performance.now() - begun > MAX_REFRESHING_MS) {
      say(`${model} is not refreshed: the machine is too slow`);
      break;
    }
    const hasEnded = await timed(`refreshing ${model}`, () => refreshThroughApi(shop, agent, model.toUpperCase()));
    if (!hasEnded) say(`the refresh of ${model} has not ended`);
  }
  agent.destroy();
}

async function during(shop: OpenShop, phase: () => Promise<unknown>): Promise<Latencies> {
  const stop = await steadyLoad(shop);
  await phase();
  return stop();
}

/** The ratio compares the 99th percentiles: 1 means that refreshes delay no request. */
function beside(name: string, idle: readonly number[], refreshing: readonly number[]): BenchRow[] {
  const row = (samples: readonly number[]) => ({
    p50: percentile(samples, 0.5),
    p95: percentile(samples, 0.95),
    p99: percentile(samples, 0.99),
  });
  const alone = row(idle);
  const meanwhile = row(refreshing);
  return [
    { name: `${name}, idle`, subject: 'freshet', ...alone },
    { name: `${name}, while models are refreshed`, subject: 'freshet', ...meanwhile, ratio: alone.p99 / meanwhile.p99 },
  ];
}

async function timed<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  const result = await run();
  say(`${name}: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  return result;
}

function say(line: string): void {
  console.error(line);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
