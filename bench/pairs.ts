import { Outbox } from '../src/events/outbox.service';
import type { Pool } from '../src/platform/postgres';
import { WindowMerger } from '../src/streams/window-merger.service';
import { StreamService } from '../src/streams/stream.service';
import type { StreamInput } from '../src/streams/stream-input.type';
import type { BenchRow } from './row';
import { benchShop, type BenchShop } from './shop';

/** Number of events of each kind; an even number of batches. */
const EVENTS = Number(process.env.BENCH_PAIR_EVENTS ?? 50_000);
const BATCH = 500;

const STREAM: StreamInput = {
  id: '',
  from: ['IMPRESSION'],
  join: {
    from: ['CLICK'],
    on: [
      { event: 'event.requestId', other: 'other.requestId' },
      { event: 'event.productId', other: 'other.productId' },
    ],
    before: 'PT0S',
    after: 'PT1H',
  },
  keys: [{ name: 'placement', expression: 'event.placement' }],
  window: { kind: 'TUMBLING', size: 'PT5M' },
  aggregates: [
    { name: 'clicks', kind: 'COUNT' },
    { name: 'seconds', kind: 'QUANTILES', expression: 'other.secondsAfter', quantiles: [0.5, 0.99] },
  ],
};

/**
 * Measures streams of pairs filled from half an hour of synthetic, alternating impressions and clicks: one log in which
 * each click has one impression, and one in which all events have the same key, as an attacker would send them. With
 * PostgreSQL, which merges live events in the same way.
 */
export async function measurePairs(): Promise<BenchRow[]> {
  const shop = await benchShop();
  try {
    const { pool } = shop.platform;
    await addEvents(pool, 0, `'r' || n / 2`);
    const honest = await fill(shop, 'honest', EVENTS);
    await addEvents(pool, EVENTS, `'flood'`);
    const both = await fill(shop, 'flooded', 2 * EVENTS);
    return [row('each click of one impression', honest), row('all of one key', both - honest)];
  } finally {
    await shop.close();
  }
}

/** $1: the first number; $2: how many; $3: events of a batch; $4: the number of the first batch. */
async function addEvents(pool: Pool, first: number, requestId: string): Promise<void> {
  const half = `date_trunc('hour', now()) - interval '1 hour'`;
  await pool.query(
    `INSERT INTO events (source, id, occurred_at, received_at, batch, sequence, type, subject, session_id, product_id, request_id,
       list_position, placement, backfill, digest)
     SELECT 'STOREFRONT', 'p' || n, at, at, $4 + (n - $1) / $3, n % $3, CASE n % 2 WHEN 0 THEN 'IMPRESSION' ELSE 'CLICK' END,
       's:v', 'v', 'mug', ${requestId}, 1, 'home', false, n
     FROM (SELECT n::int, ${half} + (n - $1) * interval '30 minutes' / $2::int AS at
       FROM generate_series($1::int, $1::int + $2::int - 1) AS n) made`,
    [first, EVENTS, BATCH, 1 + first / BATCH],
  );
  await pool.query(
    `WITH moved AS (UPDATE log_position SET position = position + $1::bigint RETURNING position)
     INSERT INTO log_batches (position, batch, events, known_at)
     SELECT moved.position - $1 + n, $2 + n, $3, moved.position FROM moved, generate_series(1, $1::bigint) AS n`,
    [EVENTS / BATCH, first / BATCH, BATCH],
  );
  await pool.query(
    `SELECT setval(pg_get_serial_sequence('log_batches', 'batch'), (SELECT max(batch) FROM log_batches))`,
  );
  await pool.query('ANALYZE events, log_batches');
}

/** Runs in this process what a worker would run. @returns seconds */
async function fill({ platform: { pool, pubSub, log } }: BenchShop, id: string, events: number): Promise<number> {
  const streams = new StreamService(pool, new Outbox(pool, pubSub, log));
  const { errors } = await streams.create({ ...STREAM, id });
  if (errors.length > 0) throw new Error(errors[0].message);
  const { rows } = await pool.query<{ version: number }>('SELECT version FROM stream_versions WHERE stream = $1', [id]);
  const fold = new WindowMerger(pool);
  const began = performance.now();
  while ((await fold.backfill({ stream: id, version: rows[0].version }))?.hasMore);
  const filled = await streams.stream(id);
  if (filled?.state !== 'LIVE' || (filled.rememberedCount ?? 0) + (filled.crowdedCount ?? 0) < events / 2)
    throw new Error(`not filled: ${JSON.stringify(filled)}`);
  return (performance.now() - began) / 1_000;
}

function row(name: string, seconds: number): BenchRow {
  return { name: `pairs: ${name}`, subject: 'freshet', rate: EVENTS / seconds, unit: 'events/s' };
}
