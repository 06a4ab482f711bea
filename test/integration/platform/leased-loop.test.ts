import type { Pool } from 'pg';
import pino from 'pino';
import { Lease, leasePosition, withLease } from '../../../src/platform/lease';
import { LeasedLoop } from '../../../src/platform/leased-loop';
import { connectPostgres } from '../../../src/platform/postgres';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const log = pino({ level: 'silent' });
/** No lease expires on a busy machine while a test uses it. */
const LEASE_MS = 60_000;
/** A lease is renewed after a quarter of its duration. An owner notices only then that it has lost the lease. */
const SHORT_LEASE_MS = 2_000;
/** Longer than a test may take: a pause that does not end when the loop closes fails the test. */
const HOUR_MS = 3_600_000;

let shop: TestNamespace;
let pool: Pool;

const rows = async <Row extends object = object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
  (await pool.query<Row>(sql, values)).rows;

beforeAll(async () => {
  shop = await testNamespace();
  pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
});

afterAll(async () => {
  await pool.end();
  await shop.drop();
});

describe('withLease', () => {
  const options = (name: string, leaseMs = LEASE_MS) => ({ pool, log, name, leaseMs });

  it('works only if no other owner holds the lease, and releases it with the position that was reached', async () => {
    let position = 3;
    const ran = await withLease(
      options('work'),
      async () => {
        expect(await withLease(options('work'), () => Promise.reject(new Error('two owners')))).toBe(false);
        position = 7;
      },
      { position: () => position },
    );
    expect([ran, await leasePosition(pool, 'work')]).toEqual([true, 7]);
    expect(await withLease(options('work'), async ({ token }) => expect(token).toBe(2))).toBe(true);
    // An owner without a position of its own leaves the stored one.
    expect(await leasePosition(pool, 'work')).toBe(7);
  });

  it('releases the lease if the work fails', async () => {
    await expect(withLease(options('fails'), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    const next = await Lease.acquire(pool, log, 'fails', LEASE_MS);
    expect(next?.token).toBe(2);
  });

  it('does not renew a lease that was released while the renewal waited for a lock', async () => {
    const lease = (await Lease.acquire(pool, log, 'released', LEASE_MS))!;
    const blocker = await pool.connect();
    try {
      await blocker.query(`BEGIN; SELECT FROM leases WHERE name = 'released' FOR UPDATE`);
      const { rows: own } = await blocker.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const lost = jest.fn();
      lease.startRenewing(() => 0, lost);
      await until(
        () => rows('SELECT FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))', [own[0].pid]),
        (waiting) => waiting.length > 0,
      );
      // What a release does.
      await blocker.query(
        `UPDATE leases SET owner = '', expires_at = clock_timestamp() WHERE name = 'released'; COMMIT`,
      );
      await until(
        async () => lost.mock.calls.length,
        (calls) => calls > 0,
      );
    } finally {
      blocker.release();
    }
    expect((await Lease.acquire(pool, log, 'released', LEASE_MS))?.token).toBe(2);
  });

  it('reports that the lease was taken over', async () => {
    const lost = jest.fn();
    await withLease(
      options('lost', SHORT_LEASE_MS),
      async (lease) => {
        await pool.query(`UPDATE leases SET owner = 'somebody else', token = 9 WHERE name = 'lost'`);
        await until(
          async () => lease.held,
          (held) => !held,
        );
      },
      { onLost: lost },
    );
    expect(lost).toHaveBeenCalledTimes(1);
    expect(await rows(`SELECT owner FROM leases WHERE name = 'lost'`)).toEqual([{ owner: 'somebody else' }]);
  });
});

describe('LeasedLoop', () => {
  const loopOf = (name: string, run: (lease: Lease, loop: LeasedLoop) => Promise<unknown>): LeasedLoop => {
    const loop: LeasedLoop = new LeasedLoop({
      pool,
      log,
      name,
      leaseMs: LEASE_MS,
      acquireMs: 20,
      retryMs: 20,
      failure: 'failed',
      begin: (lease) => ({ run: () => run(lease, loop) }),
    });
    return loop;
  };
  const open = (name: string, run: (lease: Lease, loop: LeasedLoop) => Promise<unknown>) => {
    const loop = loopOf(name, run);
    return { loop, running: loop.run() };
  };

  it('has one process at work, and another takes over when that one closes', async () => {
    const working: string[] = [];
    const work = (name: string) => async (lease: Lease, loop: LeasedLoop) => {
      working.push(name);
      while (!loop.isClosing && lease.held) await loop.pause(HOUR_MS);
    };
    const first = open('shared', work('first'));
    await until(
      async () => working,
      (names) => names.length === 1,
    );
    const second = open('shared', work('second'));
    // The second loop pauses after each attempt to acquire the lease.
    const attempts = jest.spyOn(second.loop, 'pause').mock.calls;
    await until(
      () => attempts.length,
      (count) => count >= 3,
    );
    expect(working).toEqual(['first']);
    first.loop.close();
    await first.running;
    await until(
      async () => working,
      (names) => names.length === 2,
    );
    second.loop.close();
    await second.running;
    expect(working).toEqual(['first', 'second']);
  });

  it('works again after a failure', async () => {
    let attempts = 0;
    const { loop, running } = open('again', async (_, loop) => {
      if (++attempts < 3) throw new Error('broken');
      loop.close();
    });
    await running;
    expect([attempts, loop.isClosing]).toEqual([3, true]);
  });

  it('is woken from a pause that allows it. Any other lasts its time, or until the loop closes', async () => {
    jest.useFakeTimers();
    try {
      const loop = loopOf('woken', () => Promise.resolve());
      const wakeable = loop.pauseUntilWoken(200);
      loop.wake();
      await wakeable;
      const ended = jest.fn();
      void loop.pause(200).then(ended);
      loop.wake();
      await jest.advanceTimersByTimeAsync(199);
      expect(ended).not.toHaveBeenCalled();
      await jest.advanceTimersByTimeAsync(1);
      expect(ended).toHaveBeenCalledTimes(1);
      const closed = loop.pause(200);
      loop.close();
      await closed;
    } finally {
      jest.useRealTimers();
    }
  });
});
