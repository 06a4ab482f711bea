import type { Pool } from 'pg';
import { readHistory } from '../../../src/events/log-reader.store';
import { connectPostgres } from '../../../src/platform/postgres';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const BATCHES = 2_000;
const IN_A_BATCH = 60;
const SUBJECTS = 200;
const MERGES = 250;

describe('a history merged from many, in a log without statistics in PostgreSQL', () => {
  let shop: TestNamespace;
  let pool: Pool;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 1 });
    for (const table of ['events', 'log_batches'])
      await pool.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
    await pool.query(
      'INSERT INTO log_batches (position, batch, events) SELECT g, g, $2::int FROM generate_series(1, $1::int) g',
      [BATCHES, IN_A_BATCH],
    );
    await pool.query(
      `INSERT INTO events (source, id, occurred_at, received_at, batch, sequence, type, subject, customer_id, product_id, digest)
       SELECT 'SUPPORT', g::text, now() - g * interval '1 s', now(), 1 + g / $2::int, g % $2::int, 'VIEW', 'c:' || g % $3::int,
         (g % $3::int)::text, 'p', 0 FROM generate_series(0, $1::int * $2::int - 1) g`,
      [BATCHES, IN_A_BATCH, SUBJECTS],
    );
    await pool.query(
      `INSERT INTO merges (position, from_subject, into_subject)
       SELECT g * $2::int, 'c:' || 1 + g % $3::int, 'c:0' FROM generate_series(1, $1::int) g`,
      [MERGES, BATCHES / MERGES, SUBJECTS - 1],
    );
    await pool.query('UPDATE log_position SET position = $1', [BATCHES]);
  });

  afterAll(async () => {
    await pool.end();
    await shop.drop();
  });

  /** Returns the number of events that were read by sequential scans. */
  const scanned = async () => {
    await pool.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await pool.query<{ n: number }>(
      `SELECT seq_tup_read AS n FROM pg_stat_user_tables WHERE relname = 'events' AND schemaname = $1`,
      [shop.namespace],
    );
    return rows[0].n;
  };

  it('is read without a scan of the log, and belongs to the right customer', async () => {
    const before = await scanned();
    const { events } = await readHistory(pool, 'c:0', ['VIEW'], 1_000_000);
    // Each subject with its events up to its last merge. The last merge is the last number that leads to it.
    const lastMerge = new Map<number, number>();
    for (let merge = 1; merge <= MERGES; merge++)
      lastMerge.set(1 + (merge % (SUBJECTS - 1)), merge * (BATCHES / MERGES));
    const expected = Array.from({ length: BATCHES * IN_A_BATCH }, (_, g) => g).filter((g) => {
      const position = 1 + Math.floor(g / IN_A_BATCH);
      return g % SUBJECTS === 0 || position <= (lastMerge.get(g % SUBJECTS) ?? 0);
    });
    expect(events.map(({ id }) => Number(id))).toEqual(expected);
    // PostgreSQL itself may read a part of the log, to summarize it for a BRIN index.
    expect((await scanned()) - before).toBeLessThan(BATCHES * IN_A_BATCH);
  });
});
