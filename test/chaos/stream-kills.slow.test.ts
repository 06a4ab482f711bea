import { shuffle } from '../../src/learn/random-draws';
import { seededRandom } from '../../src/learn/seeded-random';
import { connectPostgres } from '../../src/platform/postgres';
import { replayStreams } from '../../src/streams/replay-streams';
import { caughtUp } from '../setup/caught-up';
import { RECORD, type RecordAnswer } from '../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../setup/processes';
import { testNamespace } from '../setup/shop';
import {
  CREATE_STREAM,
  STREAM,
  storedWindows,
  WINDOWS,
  figuresOf,
  type StreamAnswer,
  type StreamWritten,
  type WindowsAnswer,
} from '../setup/stream-operations';
import { until } from '../setup/until';
import { itIsExact } from '../setup/final-failure';

const EVENTS = 6_000;
const BATCH = 40;
const KILLS = 4;
const random = seededRandom(11);
const below = (n: number) => Math.floor(random() * n);
/** Half past the newest whole minute, so that the number of windows doesn't depend on when the test runs. */
const NOW = Math.floor((Date.now() - 30_000) / 60_000) * 60_000 + 30_000;

interface Sent {
  readonly id: string;
  readonly occurredAt: string;
  readonly [field: string]: unknown;
}

/** 94 % on time, 5 % late within the grace period of ten minutes, 1 % later than that. */
function makeEvents(): Sent[] {
  return [...Array(EVENTS).keys()].map((n) => {
    const kind = below(100);
    const age = kind < 94 ? below(120) : kind < 99 ? 300 + below(120) : 1_200 + below(600);
    return {
      source: 'ORDERS',
      id: `o${n}:1`,
      occurredAt: new Date(NOW - age * 1_000).toISOString(),
      type: below(3) === 0 ? 'RETURN' : 'PURCHASE',
      customerId: `customer-${below(300)}`,
      productId: `product-${below(7)}`,
      quantity: 1 + below(3),
      unitPrice: { amount: (below(10_000) / 100).toFixed(2), currency: 'EUR' },
    };
  });
}

const figures = {
  from: ['PURCHASE'],
  lateness: 'PT10M',
  aggregates: [
    { name: 'orders', kind: 'COUNT' },
    { name: 'revenue', kind: 'SUM', expression: 'event.amount' },
    { name: 'mean', kind: 'AVERAGE', expression: 'event.quantity' },
    { name: 'least', kind: 'MIN', expression: 'event.unitPrice' },
    { name: 'most', kind: 'MAX', expression: 'event.unitPrice' },
    { name: 'customers', kind: 'DISTINCT', expression: 'event.customerId' },
    { name: 'median', kind: 'QUANTILES', expression: 'event.unitPrice' },
    { name: 'best', kind: 'TOP', expression: 'event.customerId' },
  ],
};
const PRODUCT = [{ name: 'product', expression: 'event.productId' }];
const WINDOW = { kind: 'TUMBLING', size: 'PT1M' };
const STREAMS = [
  { ...figures, id: 'minutes', keys: PRODUCT, window: WINDOW },
  { ...figures, id: 'visits', keys: PRODUCT, window: { kind: 'SESSION', gap: 'PT5S' } },
  {
    ...figures,
    id: 'regrets',
    join: {
      from: ['RETURN'],
      on: ['customerId', 'productId'].map((field) => ({ event: `event.${field}`, other: `other.${field}` })),
      before: 'PT10S',
      after: 'PT1M',
    },
    keys: PRODUCT,
    window: WINDOW,
  },
];

/** Computes the expected value of each window, by SQL over the log alone. */
const RECOUNT = `
  SELECT product_id AS key, date_trunc('minute', occurred_at) AS start, count(*)::int AS events,
    trim_scale(sum(unit_price * quantity))::text AS revenue, trim_scale(min(unit_price))::text AS least,
    trim_scale(max(unit_price))::text AS most, trim_scale(round(avg(quantity), 12))::text AS mean,
    count(DISTINCT customer_id)::text AS customers
  FROM events WHERE type = 'PURCHASE' AND received_at - occurred_at <= interval '10 minutes'
  GROUP BY 1, 2 ORDER BY 2, 1`;
/** Runs of a key's events less than five seconds apart. */
const SESSIONS = `
  WITH timed AS (
    SELECT product_id AS key, occurred_at AS at, coalesce(occurred_at - lag(occurred_at) OVER w >= interval '5 seconds', true) AS opens
    FROM events WHERE type = 'PURCHASE' AND received_at - occurred_at <= interval '10 minutes'
    WINDOW w AS (PARTITION BY product_id ORDER BY occurred_at)
  ), numbered AS (SELECT key, at, sum(opens::int) OVER (PARTITION BY key ORDER BY at) AS session FROM timed)
  SELECT key, min(at) AS start, max(at) + interval '5 seconds' AS end, count(*)::int AS events
  FROM numbered GROUP BY key, session ORDER BY 2, 1`;

/** Purchases with the returns that refer to them. */
const PAIRS = `
  SELECT p.product_id AS key, date_trunc('minute', greatest(p.occurred_at, r.occurred_at)) AS start, count(*)::int AS events,
    trim_scale(sum(p.unit_price * p.quantity))::text AS revenue
  FROM events p JOIN events r USING (customer_id, product_id) WHERE p.type = 'PURCHASE' AND r.type = 'RETURN'
    AND r.occurred_at BETWEEN p.occurred_at - interval '10 seconds' AND p.occurred_at + interval '1 minute'
    AND p.received_at - p.occurred_at <= interval '10 minutes' AND r.received_at - r.occurred_at <= interval '10 minutes'
  GROUP BY 1, 2 ORDER BY 2, 1`;

/** A shop that receives the events in its own order, with a tenth of them repeated. */
async function run(events: readonly Sent[], workers: number, kills: number) {
  const shop = await testNamespace();
  const pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
  const api = await startApiProcess(shop, { INGEST_DELAY_MS: '0', INBOX_MAX_AGE_MS: '600000' });
  for (const stream of STREAMS) {
    const { written } = await api.client.data<StreamWritten>(CREATE_STREAM, { stream });
    expect(written.errors).toEqual([]);
  }
  const sent = shuffle([...events, ...shuffle([...events], random).slice(0, EVENTS / 10)], random);
  for (let at = 0; at < sent.length; at += BATCH) {
    const { recordEvents } = await api.client.data<RecordAnswer>(RECORD, { events: sent.slice(at, at + BATCH) });
    expect(recordEvents.errors).toEqual([]);
  }
  let running: OwnProcess[] = [];
  const undone = async () =>
    (await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM inbox WHERE done_at IS NULL')).rows[0].n;
  const unfolded = async () =>
    (await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM stream_parts')).rows[0].n;
  const start = () => (running = Array.from({ length: workers }, () => startWorkerProcess(shop)));
  const struck = { ingesting: 0, folding: 0 };
  start();
  for (let killed = 0; killed < kills; killed++) {
    const before = await undone();
    // In the middle of batches, some of them merged into windows and some not.
    await until(undone, (left) => left <= before - 10 || left === 0);
    await Promise.all(running.map((worker) => worker.kill()));
    if ((await undone()) > 0) struck.ingesting++;
    if ((await unfolded()) > 0) struck.folding++;
    start();
  }
  const undoneByLiving = () => {
    for (const { child, log } of running) {
      const ended = child.exitCode ?? child.signalCode;
      if (ended !== null) throw new Error(`a worker ended by itself with ${ended}: ${log().slice(-4_000)}`);
    }
    return undone();
  };
  await until(undoneByLiving, (left) => left === 0);
  await caughtUp(pool, ['streams']);
  return {
    pool,
    api,
    shop,
    struck,
    stop: async () => {
      await api.stop();
      await Promise.all(running.map((worker) => worker.stop()));
      await pool.end();
      await shop.drop();
    },
  };
}

describe('windows of workers that are killed, of unordered, repeated and late events', () => {
  const events = makeEvents();
  let shops: Awaited<ReturnType<typeof run>>[] = [];
  const one = () => shops[0];

  beforeAll(async () => {
    shops = [await run(events, 1, 0), await run(events, 2, KILLS)];
  });

  afterAll(() => Promise.all(shops.map(({ stop }) => stop())));

  it('were interrupted in the middle of a batch', () => {
    expect(shops[1].struck.ingesting).toBeGreaterThanOrEqual(2);
    expect(shops[1].struck.folding).toBeGreaterThanOrEqual(1);
  });

  itIsExact('have the same bytes as those of an undisturbed worker, which received another order', async () => {
    for (const { id } of STREAMS) {
      const [calm, killed] = await Promise.all(shops.map(({ pool }) => storedWindows(pool, id)));
      expect(calm.length).toBeGreaterThan(20);
      expect(killed).toEqual(calm);
    }
  });

  itIsExact('equal a recount by SQL over the log', async () => {
    for (const { pool, api } of shops) {
      const { rows } = await pool.query<{ key: string; start: Date; events: number } & Record<string, string>>(RECOUNT);
      const input = { stream: 'minutes', from: new Date(NOW - 86_400_000), to: new Date(NOW + 60_000) };
      const found: WindowsAnswer['windows'][number][] = [];
      for (let offset = 0; offset === found.length; offset += 20) {
        const { windows } = await api.client.data<WindowsAnswer>(WINDOWS, { input, first: 20, offset });
        found.push(...windows);
      }
      expect(
        found.map((window) => {
          const { median: _, best: __, orders, ...exact } = figuresOf(window);
          expect(orders).toBe(String(window.events));
          return { key: window.key, start: window.start, events: window.events, ...exact };
        }),
      ).toEqual(rows.map((row) => ({ ...row, start: row.start.toISOString() })));
      expect(rows.reduce((sum, row) => sum + row.events, 0)).toBeGreaterThan(EVENTS / 2);
    }
  });

  itIsExact('do so for sessions, too', async () => {
    for (const { pool } of shops) {
      const { rows } = await pool.query(SESSIONS);
      const { rows: stored } = await pool.query(
        `SELECT key, start_at AS start, end_at AS end FROM stream_windows WHERE stream = 'visits' ORDER BY 2, 1`,
      );
      expect(stored).toEqual(rows.map(({ key, start, end }: Record<string, unknown>) => ({ key, start, end })));
    }
  });

  itIsExact('do so for pairs, too', async () => {
    for (const { pool, api } of shops) {
      const { rows } = await pool.query<{ key: string; start: Date; events: number; revenue: string }>(PAIRS);
      const input = { stream: 'regrets', from: new Date(NOW - 86_400_000), to: new Date(NOW + 60_000) };
      const { windows } = await api.client.data<WindowsAnswer>(WINDOWS, { input, first: 20 });
      const first = rows.slice(0, 20).map((row) => ({ ...row, start: row.start.toISOString() }));
      expect(
        windows.map((window) => ({
          key: window.key,
          start: window.start,
          events: window.events,
          revenue: figuresOf(window).revenue,
        })),
      ).toEqual(first);
      expect(first.length).toBe(20);
      expect(rows.reduce((sum, { events: n }) => sum + n, 0)).toBeGreaterThan(500);
    }
  });

  itIsExact('equal a replay of the log, which finds a window that differs', async () => {
    for (const { pool } of shops) expect(await replayStreams(pool)).toEqual([]);
    const { pool } = one();
    const changed = await pool.query<{ key: string }>(
      // One more event, in windows whose number of events is one byte.
      `UPDATE stream_windows SET state = set_byte(state, 0, get_byte(state, 0) + 1) WHERE ctid IN (
         SELECT ctid FROM stream_windows WHERE stream = 'minutes' AND get_byte(state, 0) < 127 LIMIT 1) RETURNING key`,
    );
    const [difference, ...more] = await replayStreams(pool);
    expect(more).toEqual([]);
    expect(difference).toMatchObject({
      part: 'stream minutes',
      key: expect.stringMatching(`^${changed.rows[0].key} @ `) as string,
    });
    expect(difference.checkpoint).not.toBe(difference.replay);
  });

  itIsExact('leave out events that came too late, and report their number', async () => {
    for (const { pool, api } of shops) {
      const { rows } = await pool.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM events WHERE type = 'PURCHASE' AND received_at - occurred_at > interval '10 minutes'`,
      );
      const { stream } = await api.client.data<StreamAnswer>(STREAM, { id: 'minutes' });
      expect(stream!.lateCount).toBe(rows[0].n);
      expect(stream!.lateEvents.reduce((sum, { count }) => sum + count, 0)).toBe(rows[0].n);
      expect(rows[0].n).toBeGreaterThan(10);
    }
    expect(one().struck).toEqual({ ingesting: 0, folding: 0 });
  });
});
