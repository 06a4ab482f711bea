import type { Pool } from 'pg';
import { readLog } from '../../../src/events/log-reader.store';
import { appendEvents, beginBatchStatement } from '../../../src/events/append-events.store';
import type { StoredEvent } from '../../../src/events/stored-event';
import { connectPostgres, inTransaction } from '../../../src/platform/postgres';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const IN_A_BATCH = 100;
const BATCHES = 300;
/** PostgreSQL switches to a generic plan after five executions. */
const RUNS_UNTIL_GENERIC_PLAN = 8;

describe("a log that grows faster than PostgreSQL's statistics", () => {
  let shop: TestNamespace;
  let pool: Pool;

  beforeAll(async () => {
    shop = await testNamespace();
    // One connection, which uses statements prepared while the log was small when the log is large.
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 1 });
    for (const table of ['events', 'log_batches'])
      await pool.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
  });

  afterAll(async () => {
    await pool.end();
    await shop.drop();
  });

  const append = (position: number) =>
    inTransaction(pool, async (client) => {
      const arrival = { receivedAt: () => new Date(), backfill: false };
      const appended = await appendEvents(client, eventsAt(position), arrival, beginBatchStatement([]));
      if (appended.inserted.length === 0) return appended;
      await client.query('INSERT INTO log_batches (position, batch, events) VALUES ($1, $2, $3)', [
        position,
        appended.batch,
        appended.inserted.length,
      ]);
      await client.query('UPDATE log_position SET position = $1', [position]);
      return appended;
    });

  /** Returns the number of rows of the log that were read by a sequential scan. */
  const scanned = async () => {
    await pool.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await pool.query<{ n: number }>(
      `SELECT seq_tup_read AS n FROM pg_stat_user_tables WHERE relname = 'events' AND schemaname = $1`,
      [shop.namespace],
    );
    return rows[0].n;
  };

  it('is read and written a batch at a time, by plans from when it was small', async () => {
    for (let position = 1; position <= RUNS_UNTIL_GENERIC_PLAN; position++) {
      await append(position);
      await readLog(pool, position - 1, 1);
      expect((await append(position)).duplicates).toBe(IN_A_BATCH);
    }
    for (let position = RUNS_UNTIL_GENERIC_PLAN + 1; position <= BATCHES; position++) await append(position);
    const before = await scanned();
    for (let position = BATCHES - 20; position < BATCHES; position++) {
      const slice = await readLog(pool, position, 1);
      expect(slice?.entries).toMatchObject(eventsAt(position + 1).map(({ id }) => ({ id })));
      expect((await append(position)).duplicates).toBe(IN_A_BATCH);
    }
    // Each bad plan reads the log 20 times. PostgreSQL itself may read a part of it once, to summarize it for a BRIN index.
    expect((await scanned()) - before).toBeLessThan(BATCHES * IN_A_BATCH);
  });

  it('estimates how many events wait, also in many small batches', async () => {
    const logged = BATCHES * IN_A_BATCH;
    expect((await readLog(pool, 0, 1))?.waiting).toBe(logged);
    await pool.query(
      `INSERT INTO log_batches (position, events)
       SELECT position, 3 FROM generate_series($1::int + 1, $1::int + 5000) AS position`,
      [BATCHES],
    );
    await pool.query('UPDATE log_position SET position = $1', [BATCHES + 5_000]);
    expect((await readLog(pool, BATCHES, 1))?.waiting).toBe(15_000);
  });
});

function eventsAt(position: number): StoredEvent[] {
  return Array.from({ length: IN_A_BATCH }, (_, n) => ({
    source: 'SUPPORT' as const,
    id: `${position}-${n}`,
    type: 'VIEW' as const,
    occurredAt: 1_700_000_000_000 + position,
    customerId: `c${n}`,
    productId: 'p',
    quantity: 1,
  }));
}
