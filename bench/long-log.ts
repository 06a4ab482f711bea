import type { Pool } from '../src/platform/postgres';

/** Events of one log position, as an import writes them. */
const BATCH = 5_000;
/** Events written by one statement. */
const CHUNK = 250_000;
const CONNECTIONS = 2;
export const LOG_DAYS = 30;
const PRODUCTS = 1_000;
const CUSTOMERS = 20_000;
const DAY_MS = 86_400_000;

/**
 * Fills an empty shop's log with synthetic events of thirty days, evenly spread in order of time, with 1,000 products
 * (the cube of a uniform random number: few are in high demand) and 20,000 customers. Every twentieth event is a
 * purchase. The function writes with SQL, as if workers had written the events; it skips the workers' checks and the
 * followers' learning.
 * @returns the beginning of the first day, in milliseconds since 1970
 */
export async function fillLog(pool: Pool, events: number): Promise<number> {
  const from = Math.floor(Date.now() / DAY_MS - LOG_DAYS) * DAY_MS;
  await pool.query(
    `INSERT INTO customers (id, created_at) SELECT 'c' || n, now() FROM generate_series(0, ${CUSTOMERS - 1}) AS n ON CONFLICT DO NOTHING`,
  );
  let next = 0;
  const writer = async () => {
    while (next < events) {
      const first = next;
      next = Math.min(events, next + CHUNK);
      await pool.query(EVENTS, [first, next - 1, BATCH, from, (LOG_DAYS * DAY_MS) / events]);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, writer));
  await pool.query(BATCHES, [Math.ceil(events / BATCH), BATCH, events]);
  // Autovacuum does this in a long-running shop.
  await pool.query(`SELECT brin_summarize_new_values('events_occurred_at_idx')`);
  await pool.query('ANALYZE events, log_batches');
  return from;
}

/**
 * $1 and $2: the first and the last number; $3: events of a batch; $4: the first time; $5: milliseconds between two
 * events.
 */
const EVENTS = `
  INSERT INTO events (source, id, occurred_at, received_at, batch, sequence, type, subject, customer_id, product_id, quantity,
    unit_price, currency, placement, backfill, digest)
  SELECT 'STOREFRONT', 'h' || n, at, at + interval '1 second', 1 + n / $3::int, n % $3::int,
    CASE WHEN n % 20 = 0 THEN 'PURCHASE' ELSE 'VIEW' END, 'c:c' || customer, 'c' || customer,
    'p' || floor(${PRODUCTS} * power(draw, 3)), 1 + n % 3,
    CASE WHEN n % 20 = 0 THEN (100 + n % 9900) / 100.0 END, CASE WHEN n % 20 = 0 THEN 'EUR' END, 'home', false, n
  FROM (
    SELECT n, to_timestamp(($4::float8 + n * $5::float8) / 1000.0) AS at, (n * 7919) % ${CUSTOMERS} AS customer,
      ((n * 2654435761) % 4294967296) / 4294967296.0::float8 AS draw
    FROM generate_series($1::bigint, $2::bigint) AS n
  ) made`;

/** Appends $1 batches of $2 events, $3 in total, after the shop's current position. */
const BATCHES = `
  WITH begun AS (SELECT position FROM log_position), moved AS (
    UPDATE log_position SET position = position + $1::bigint
  ), numbered AS (SELECT setval(pg_get_serial_sequence('log_batches', 'batch'), $1::bigint))
  INSERT INTO log_batches (position, batch, events, known_at)
  SELECT begun.position + n, n, least($2::int, $3::int - (n - 1) * $2::int), begun.position
  FROM begun, numbered, generate_series(1, $1::bigint) AS n`;
