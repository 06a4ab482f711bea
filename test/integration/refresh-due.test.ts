import type { Pool } from 'pg';
import { RefreshDue } from '../../src/models/refresh-due.service';
import { connectPostgres } from '../../src/platform/postgres';
import { testNamespace, type TestNamespace } from '../setup/shop';

const BATCHES = 20_000;

describe('when a refresh is due', () => {
  let shop: TestNamespace;
  let pool: Pool;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 1 });
  });

  afterAll(async () => {
    await pool.end();
    await shop.drop();
  });

  const append = async (from: number, count: number, events: number) => {
    await pool.query(
      'INSERT INTO log_batches (position, events) SELECT $1::int + n, $3 FROM generate_series(0, $2::int - 1) AS n',
      [from, count, events],
    );
    await pool.query('ANALYZE log_batches');
  };
  const lookedAt = (position: number) =>
    pool.query(
      `INSERT INTO leases (name, owner, token, expires_at, position) VALUES ('refresh:blend', 'o', 1, now(), $1)
       ON CONFLICT (name) DO UPDATE SET position = $1`,
      [position],
    );
  const ended = (ago: string, took: string) =>
    pool.query(
      `INSERT INTO jobs (id, model, state, reason, started_at, ended_at) VALUES
         (gen_random_uuid(), 'blend', 'DONE', 'EVENTS', now() - $1::interval - $2::interval, now() - $1::interval)`,
      [ago, took],
    );
  /** Rows of the log's batches that were read, one after the other or by an index. */
  const read = async () => {
    await pool.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await pool.query<{ n: number }>(
      `SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) AS n FROM pg_stat_user_tables
       WHERE relname = 'log_batches' AND schemaname = $1`,
      [shop.namespace],
    );
    return rows[0].n;
  };

  it('it is by growth, after a rest, and by age; and asking again reads what is new', async () => {
    const due = new RefreshDue(pool, 'blend');
    expect(await due.reason()).toBeNull();
    await append(1, BATCHES, 10);
    expect(await due.reason()).toBe('EVENTS');
    await lookedAt(BATCHES);
    await ended('1 minute', '1 second');
    expect(await due.reason()).toBeNull();
    const before = await read();
    await append(BATCHES + 1, 999, 10);
    expect(await due.reason()).toBeNull();
    expect((await read()) - before).toBeLessThan(3_000);
    await append(BATCHES + 1_000, 200, 10);
    expect(await due.reason()).toBe('EVENTS');
    await ended('1 second', '1 minute');
    expect(await due.reason()).toBeNull();
    await pool.query('DELETE FROM jobs');
    await ended('2 days', '1 second');
    await lookedAt(BATCHES + 1_000);
    expect(await due.reason()).toBe('SCHEDULE');
    await lookedAt(BATCHES + 1_199);
    expect(await due.reason()).toBeNull();
  });
});
