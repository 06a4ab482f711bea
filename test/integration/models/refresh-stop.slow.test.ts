import type { Pool } from 'pg';
import pino from 'pino';
import { readConfig } from '../../../src/config';
import { type ModelJob, JobStore } from '../../../src/models/job.store';
import type { RefreshProcesses as Processes } from '../../../src/models/refresh-process';
import { connectPostgres } from '../../../src/platform/postgres';
import { Queues } from '../../../src/platform/queues';
import { startWorkerProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { unprinted } from '../../setup/unprinted';
import { until } from '../../setup/until';

/** Imported from the build, because the process that it starts runs built code. */
const { RefreshProcesses } = jest.requireActual<{ RefreshProcesses: typeof Processes }>(
  '../../../dist/src/models/refresh-process.js',
);

/** The reads of a fit that wait for a lock of the log. */
const BLOCKED_READS = `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE relation = 'events'::regclass AND NOT granted AND application_name = 'freshet ' || current_schema() || ' refresh segments'`;

/** What an erasure writes, under a new position. */
const ERASE = `WITH next AS (UPDATE log_position SET position = position + 1 RETURNING position)
  INSERT INTO erasures (id, hash, subjects, position) SELECT gen_random_uuid(), decode(md5(position::text), 'hex'), '{}', position FROM next`;

/** A restart of the database ends connections in the same way. */
const END_BLOCKED_FITS = `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE relation = 'active_models'::regclass AND NOT granted AND application_name = 'freshet ' || current_schema() || ' refresh behaviour'`;

describe('a worker that is stopped while it fits', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let queues: Queues;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 3 });
    queues = new Queues(shop.redisUrl, shop.namespace, pino({ level: 'silent' }));
  });

  afterAll(async () => {
    await queues.close();
    await pool.end();
    await shop.drop();
  });

  /** Enqueues a job whenever it is read, because the queue ignores a job that it still has. */
  const enqueuedJob = (id: string) => async () => {
    queues.enqueue('refresh', { jobId: id }, id);
    return (await new JobStore(pool, { publish: () => undefined }).find(id)) as ModelJob;
  };

  it('uses up no attempt of the job, for any number of stops, and the next worker continues it', async () => {
    const jobs = new JobStore(pool, { publish: () => undefined });
    const { id } = await jobs.request('blend', 'OPERATOR');
    const job = async () => (await jobs.find(id)) as ModelJob;
    const reached = (state: ModelJob['state']) => until(job, (now) => now.state === state);
    // A fit begins by reading the active version. It runs as long as that read is blocked.
    const held = await pool.connect();
    await held.query('SET idle_in_transaction_session_timeout = 0');
    await held.query('BEGIN; LOCK TABLE active_models IN ACCESS EXCLUSIVE MODE');
    for (let stops = 0; stops < 4; stops++) {
      const worker = startWorkerProcess(shop);
      queues.enqueue('refresh', { jobId: id }, id);
      await reached('RUNNING');
      await worker.stop();
      expect(await job()).toMatchObject({ state: 'QUEUED', attempts: 0, error: null, endedAt: null });
    }
    await held.query('ROLLBACK');
    held.release();
    const worker = startWorkerProcess(shop);
    queues.enqueue('refresh', { jobId: id }, id);
    expect(await reached('DONE')).toMatchObject({ attempts: 1, stage: 'there is too little to learn from yet' });
    await worker.stop();
  });

  it('uses up no attempt when the database ends the connections of a fit, and tries again', async () => {
    const jobs = new JobStore(pool, { publish: () => undefined });
    const { id } = await jobs.request('behaviour', 'OPERATOR');
    const job = async () => (await jobs.find(id)) as ModelJob;
    const held = await pool.connect();
    await held.query('SET idle_in_transaction_session_timeout = 0');
    await held.query('BEGIN; LOCK TABLE active_models IN ACCESS EXCLUSIVE MODE');
    const worker = startWorkerProcess(shop);
    // As many as attempts that count would be.
    for (let outages = 0; outages < 3; outages++) {
      // The queue ignores a job that it still has, although its attempt was released.
      const ended = async () => {
        queues.enqueue('refresh', { jobId: id }, id);
        return (await pool.query(END_BLOCKED_FITS)).rowCount;
      };
      await until(ended, (count) => count === 1);
      const released = await until(job, ({ state }) => state === 'QUEUED');
      expect(released).toMatchObject({ attempts: 0, error: expect.stringContaining('terminat'), endedAt: null });
    }
    await held.query('ROLLBACK');
    held.release();
    expect(await until(enqueuedJob(id), ({ state }) => state === 'DONE')).toMatchObject({
      attempts: 1,
      error: null,
    });
    await worker.stop();
  });

  it('waits while an import is running, unless an operator requests it, and uses up no attempt', async () => {
    const jobs = new JobStore(pool, { publish: () => undefined });
    const { id } = await jobs.request('value', 'EVENTS');
    const job = async () => (await jobs.find(id)) as ModelJob;
    const imports = () =>
      pool.query(
        `INSERT INTO log_batches (position, events, backfill, committed_at)
         SELECT count(*) + 1, 1, true, now() + interval '1 hour' FROM log_batches`,
      );
    const pauses = () => pool.query(`UPDATE log_batches SET committed_at = committed_at - interval '2 hours'`);
    await imports();
    const worker = startWorkerProcess(shop);
    queues.enqueue('refresh', { jobId: id }, id);
    // When a later job is done, the worker has left out this one.
    const later = await jobs.request('blend', 'OPERATOR');
    queues.enqueue('refresh', { jobId: later.id }, later.id);
    await until(
      () => jobs.find(later.id),
      (found) => found?.state === 'DONE',
    );
    expect(await job()).toMatchObject({ state: 'QUEUED', attempts: 0 });
    const held = await pool.connect();
    await held.query('SET idle_in_transaction_session_timeout = 0');
    await held.query('BEGIN; LOCK TABLE active_models IN ACCESS EXCLUSIVE MODE');
    await pauses();
    await until(enqueuedJob(id), ({ state }) => state === 'RUNNING');
    await imports();
    await until(job, ({ state }) => state === 'QUEUED');
    expect(await job()).toMatchObject({ attempts: 0, error: null, endedAt: null });
    await jobs.request('value', 'OPERATOR');
    await until(enqueuedJob(id), ({ state }) => state === 'RUNNING');
    await imports();
    await held.query('ROLLBACK');
    held.release();
    expect(await until(job, ({ state }) => state === 'DONE')).toMatchObject({
      attempts: 1,
      reason: 'OPERATOR',
    });
    await worker.stop();
  });

  it('uses up no attempt when a person is erased during the read, and tries again', async () => {
    const jobs = new JobStore(pool, { publish: () => undefined });
    const { id } = await jobs.request('segments', 'OPERATOR');
    const job = async () => (await jobs.find(id)) as ModelJob;
    await pool.query(
      `INSERT INTO products (id, title, currency, updated_at, offer_updated_at) VALUES ('mug', 'Mug', 'EUR', now(), now())`,
    );
    await pool.query(`INSERT INTO customers (id, created_at) VALUES ('ann', now())`);
    const worker = startWorkerProcess(shop);
    const held = await pool.connect();
    await held.query('SET idle_in_transaction_session_timeout = 0');
    // As many as attempts that count would be.
    for (let erasures = 0; erasures < 3; erasures++) {
      // The fit has read its position when it waits for the purchases.
      await held.query('BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE');
      const blocked = async () => {
        queues.enqueue('refresh', { jobId: id }, id);
        return (await pool.query(BLOCKED_READS)).rowCount;
      };
      await until(blocked, (count) => count === 1);
      await held.query(`${ERASE}; COMMIT`);
      const released = await until(job, ({ state }) => state === 'QUEUED');
      expect(released).toMatchObject({ attempts: 0, error: expect.stringContaining('erased'), endedAt: null });
    }
    held.release();
    expect(await until(enqueuedJob(id), ({ state }) => state === 'DONE')).toMatchObject({
      attempts: 1,
      error: null,
    });
    await worker.stop();
  });

  it('records on the job that the fit ran out of memory', async () => {
    const jobs = new JobStore(pool, { publish: () => undefined });
    const { id } = await jobs.request('search', 'OPERATOR');
    const begun = (await jobs.startAttempt(id)) as ModelJob;
    const config = readConfig({ DATABASE_URL: shop.databaseUrl, REDIS_URL: shop.redisUrl, NAMESPACE: shop.namespace });
    // Too little memory to load the program.
    const { ended } = new RefreshProcesses({
      ...{ config, pool },
      pubSub: { publish: () => undefined },
      log: pino({ level: 'silent' }),
    }).start(begun, 1, { maxHeapMib: 8 });
    await unprinted(() => expect(ended).rejects.toThrow('out of memory: the heap reached its limit of 8 MiB'));
    expect(await jobs.find(id)).toMatchObject({
      state: 'QUEUED',
      attempts: 1,
      error: expect.stringContaining('8 MiB'),
    });
  });

  it('gives back only its own attempt, and no failure', async () => {
    const jobs = new JobStore(pool, { publish: () => undefined });
    const { id } = await jobs.request('blend', 'OPERATOR');
    const first = (await jobs.startAttempt(id)) as ModelJob;
    await jobs.failAttempt(first, 'broken');
    await jobs.releaseAttempt(first);
    expect(await jobs.find(id)).toMatchObject({ attempts: 1, state: 'QUEUED', error: 'broken' });
    const second = (await jobs.startAttempt(id)) as ModelJob;
    await jobs.releaseAttempt(first);
    expect(await jobs.find(id)).toMatchObject({ attempts: 2, state: 'RUNNING' });
    await jobs.releaseAttempt(second);
    expect(await jobs.find(id)).toMatchObject({ attempts: 1, state: 'QUEUED' });
  });
});
