import type { Pool } from 'pg';
import { JobStore, type ModelJob } from '../../../src/models/job.store';
import { mustWait, RefreshTrigger } from '../../../src/models/refresh-trigger.service';
import { connectPostgres } from '../../../src/platform/postgres';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const BATCHES = 20_000;

describe('the schedule of refreshes', () => {
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
  /** Returns the rows of the log's batches that were read by a scan or by an index. */
  const read = async () => {
    await pool.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await pool.query<{ n: number }>(
      `SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) AS n FROM pg_stat_user_tables
       WHERE relname = 'log_batches' AND schemaname = $1`,
      [shop.namespace],
    );
    return rows[0].n;
  };

  it('starts a refresh by growth, after a rest, and by age; each check reads only new rows', async () => {
    const due = new RefreshTrigger(pool, 'blend', { format: 'now' });
    expect(await due.dueReason()).toBeNull();
    await append(1, BATCHES, 10);
    expect(await due.dueReason()).toBe('EVENTS');
    await lookedAt(BATCHES);
    await ended('1 minute', '1 second');
    expect(await due.dueReason()).toBeNull();
    const before = await read();
    await append(BATCHES + 1, 999, 10);
    expect(await due.dueReason()).toBeNull();
    expect((await read()) - before).toBeLessThan(3_000);
    await append(BATCHES + 1_000, 200, 10);
    expect(await due.dueReason()).toBe('EVENTS');
    await ended('1 second', '1 minute');
    expect(await due.dueReason()).toBeNull();
    await pool.query('DELETE FROM jobs');
    await ended('2 days', '1 second');
    await lookedAt(BATCHES + 1_000);
    expect(await due.dueReason()).toBe('SCHEDULE');
    await lookedAt(BATCHES + 1_199);
    expect(await due.dueReason()).toBeNull();
  });

  it('of a kind with an interval starts when that has passed, if the kind has new data', async () => {
    await pool.query('DELETE FROM jobs');
    let hasNew = true;
    const fitter = { format: 'now', minIntervalMs: 600_000, isDue: () => Promise.resolve(hasNew) };
    const due = new RefreshTrigger(pool, 'blend', fitter);
    expect(await due.dueReason()).toBe('EVENTS');
    await ended('9 minutes', '1 second');
    expect(await due.dueReason()).toBeNull();
    await pool.query('DELETE FROM jobs');
    await ended('10 minutes', '1 second');
    expect(await due.dueReason()).toBe('EVENTS');
    hasNew = false;
    expect(await due.dueReason()).toBeNull();
  });

  it('waits while an import is running, until it has paused, and at most an hour', async () => {
    await pool.query('TRUNCATE log_batches');
    const batch = (position: number, secondsAgo: number, backfill: boolean) =>
      pool.query(
        `INSERT INTO log_batches (position, events, backfill, committed_at)
         VALUES ($1, 1000, $2, now() - $3 * interval '1 second')`,
        [position, backfill, secondsAgo],
      );
    const requestedAt = new Date();
    const waits = (minutes: number, reason: ModelJob['reason'] = 'EVENTS') =>
      mustWait(pool, { reason, requestedAt }, requestedAt.getTime() + minutes * 60_000);
    expect(await waits(0)).toBe(false);
    await batch(1, 7_200, true);
    await batch(2, -30, true);
    await batch(3, 0, false);
    expect(await waits(0)).toBe(true);
    expect(await waits(0, 'SCHEDULE')).toBe(true);
    expect(await waits(59)).toBe(true);
    expect(await waits(61)).toBe(false);
    for (const reason of ['OPERATOR', 'UPGRADE'] as const) expect(await waits(0, reason)).toBe(false);
    await pool.query(`UPDATE log_batches SET committed_at = committed_at - interval '61 seconds'`);
    expect(await waits(0)).toBe(false);
  });

  it('of an operator or an upgrade does not wait, even if an automatic one was requested before', async () => {
    const jobs = new JobStore(pool, { publish: () => undefined });
    const reasons = ['EVENTS', 'SCHEDULE', 'UPGRADE', 'EVENTS', 'OPERATOR', 'UPGRADE'] as const;
    const seen = [];
    for (const reason of reasons) seen.push((await jobs.request('search', reason)).reason);
    expect(seen).toEqual(['EVENTS', 'EVENTS', 'UPGRADE', 'UPGRADE', 'OPERATOR', 'OPERATOR']);
  });

  it("starts one immediately if this program can't serve the active version, and only once", async () => {
    const jobs = new JobStore(pool, { publish: () => undefined });
    const version = async (format: string | null, verdict = 'PROMOTED') => {
      const { rows } = await pool.query<{ id: string }>(
        `WITH artefact AS (INSERT INTO artefacts (id, kind, position, token, size, checksum, figures)
           VALUES (gen_random_uuid(), 'blend', 1, 1, 0, '', '{}') RETURNING id)
         INSERT INTO model_versions (id, kind, number, verdict, reasons, position, data_hash, seed, parameters, figures, seconds)
         SELECT id, 'blend', (SELECT count(*) + 1 FROM model_versions), $2, '{}', 1, '', 1, $1, '{}', 1 FROM artefact
         RETURNING id`,
        [JSON.stringify(format === null ? {} : { format }), verdict],
      );
      if (verdict === 'PROMOTED')
        await pool.query(
          `INSERT INTO active_models (kind, artefact_id) VALUES ('blend', $1)
           ON CONFLICT (kind) DO UPDATE SET artefact_id = excluded.artefact_id`,
          [rows[0].id],
        );
    };
    const reason = () => new RefreshTrigger(pool, 'blend', { format: 'now' }).dueReason();
    const usual = await reason(); // No version is active.
    expect(usual).not.toBe('UPGRADE');
    await version('now');
    expect(await reason()).toBe(usual);
    for (const before of [null, 'before']) {
      await version(before);
      const due = new RefreshTrigger(pool, 'blend', { format: 'now' });
      expect(await due.dueReason()).toBe('UPGRADE');
      expect(await due.dueReason()).toBe(usual);
      // Two workers request one job.
      expect(await reason()).toBe('UPGRADE');
      const asked = await Promise.all([jobs.request('blend', 'UPGRADE'), jobs.request('blend', 'UPGRADE')]);
      expect(asked[0]).toMatchObject({ id: asked[1].id, reason: 'UPGRADE' });
    }
    // This program's version was refused, so another one would be, too.
    await version('now', 'REFUSED');
    expect(await reason()).toBe(usual);
  });
});
