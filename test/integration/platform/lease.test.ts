import type { Pool, PoolClient } from 'pg';
import pino from 'pino';
import { ArtefactStore, FencedOff } from '../../../src/platform/artefacts';
import { Lease, leaseHolder } from '../../../src/platform/lease';
import { connectPostgres } from '../../../src/platform/postgres';
import { VERSION } from '../../../src/platform/version';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const log = pino({ level: 'silent' });
/** No lease expires on a busy machine while a test uses it. */
const LEASE_MS = 60_000;

describe('Lease', () => {
  let shop: TestNamespace;
  let pool: Pool;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
  });

  afterAll(async () => {
    await pool.end();
    await shop.drop();
  });

  it('has one owner, for any number of concurrent requests', async () => {
    const asked = await Promise.all([...Array(8)].map(() => Lease.acquire(pool, log, 'one', LEASE_MS)));
    const owners = asked.filter((lease) => lease !== null);
    expect(owners).toHaveLength(1);
    await owners[0].release();
    expect(await Lease.acquire(pool, log, 'one', LEASE_MS)).not.toBeNull();
  });

  it("is held beyond its duration while it is renewed, and shows its owner's progress", async () => {
    jest.useFakeTimers({ advanceTimers: true, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    const ownPool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    try {
      const lease = (await Lease.acquire(ownPool, log, 'kept', LEASE_MS)) as Lease;
      const lost = jest.fn();
      let position = 40;
      lease.startRenewing(() => position, lost);
      const renewed = () =>
        until(
          () => leaseHolder(ownPool, 'kept'),
          (holder) => holder?.position === position,
        );
      // One and a half times the duration pass, in PostgreSQL and in this process.
      for (let step = 0; step < 6; step++) {
        await renewed();
        await ownPool.query(`UPDATE leases SET expires_at = expires_at - $1 * interval '1 ms' WHERE name = 'kept'`, [
          LEASE_MS / 4,
        ]);
        position++;
        jest.advanceTimersByTime(LEASE_MS / 4);
      }
      expect(await renewed()).toEqual({ token: 1, position: 46 });
      expect(lease.held).toBe(true);
      expect(await Lease.acquire(ownPool, log, 'kept', LEASE_MS)).toBeNull();
      expect(lost).not.toHaveBeenCalled();
      await lease.release();
      expect(lease.held).toBe(false);
      expect(await leaseHolder(ownPool, 'kept')).toBeNull();
    } finally {
      await ownPool.end();
      jest.useRealTimers();
    }
  });

  it('fences off an owner that slept beyond its lease', async () => {
    const artefacts = new ArtefactStore(pool);
    const sleeper = (await Lease.acquire(pool, log, 'fenced', 50)) as Lease;
    await until(
      () => sleeper.held,
      (held) => !held,
    );
    const next = (await until(
      () => Lease.acquire(pool, log, 'fenced', LEASE_MS),
      (lease) => lease !== null,
    )) as Lease;
    expect(next.token).toBe(sleeper.token + 1);
    const lost = new Promise<string>((resolve) => sleeper.startRenewing(() => 0, resolve));
    expect(await lost).toMatch(/taken over/);
    const artefact = { kind: 'state', position: 7, bytes: Buffer.from('late'), minRelease: '0.1.0' };
    await expect(artefacts.save([artefact], sleeper)).rejects.toThrow(FencedOff);
    await artefacts.save([{ ...artefact, bytes: Buffer.from('good') }], next);
    const newest = await artefacts.newest('state');
    expect(Buffer.from(await artefacts.load(newest?.id ?? '')).toString()).toBe('good');
    await sleeper.release();
    expect(next.held).toBe(true);
    expect(await leaseHolder(pool, 'fenced')).toMatchObject({ token: next.token });
  });
});

describe('ArtefactStore', () => {
  it('reads an artefact completely while it is removed', async () => {
    const shop = await testNamespace();
    const pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 3 });
    const lease = (await Lease.acquire(pool, log, 'writer', LEASE_MS)) as Lease;
    const [id] = await new ArtefactStore(pool).save(
      [{ kind: 'removed', position: 1, bytes: Buffer.from('whole'), minRelease: '0.1.0' }],
      lease,
    );
    // A reader sees the artefact's size first; the artefact is removed right then.
    const removing = <Target extends Pool | PoolClient>(target: Target): Target =>
      new Proxy(target, {
        get(_, name) {
          const value = Reflect.get(target, name) as unknown;
          if (name === 'connect') return async () => removing(await pool.connect());
          if (typeof value !== 'function') return value;
          if (name !== 'query') return value.bind(target) as unknown;
          return async (...said: [string]) => {
            const answer = await target.query(...said);
            if (String(said[0]).includes('size')) await pool.query('DELETE FROM artefacts');
            return answer;
          };
        },
      });
    expect(Buffer.from(await new ArtefactStore(removing(pool)).load(id)).toString()).toBe('whole');
    expect((await pool.query('SELECT FROM artefacts')).rows).toEqual([]);
    await pool.end();
    await shop.drop();
  });

  it('rejects bytes that differ from those that were written', async () => {
    const shop = await testNamespace();
    const pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    const artefacts = new ArtefactStore(pool);
    const lease = (await Lease.acquire(pool, log, 'writer', LEASE_MS)) as Lease;
    const bytes = Buffer.alloc(3_000_000, 'abc');
    const [id] = await artefacts.save([{ kind: 'big', position: 1, bytes, minRelease: '0.1.0' }], lease);
    expect(Buffer.compare(Buffer.from(await artefacts.load(id)), bytes)).toBe(0);
    await pool.query('UPDATE artefact_chunks SET bytes = set_byte(bytes, 5, 0) WHERE sequence = 1');
    await expect(artefacts.load(id)).rejects.toThrow('damaged');
    await artefacts.save(
      [
        { kind: 'big', position: 2, bytes, minRelease: '0.1.0' },
        { kind: 'big', position: 3, bytes, minRelease: '0.1.0' },
      ],
      lease,
    );
    await artefacts.prune('big', 1);
    expect((await artefacts.newest('big'))?.position).toBe(3);
    await expect(artefacts.load(id)).rejects.toThrow('does not exist');
    await pool.end();
    await shop.drop();
  });

  it('neither reads nor prunes what only a newer release can read, and reports it', async () => {
    const shop = await testNamespace();
    const pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    const artefacts = new ArtefactStore(pool);
    const lease = (await Lease.acquire(pool, log, 'writer', LEASE_MS)) as Lease;
    const [major, minor, patch] = VERSION.split('.').map(Number);
    const bytes = Buffer.from('bytes');
    const releases = [`${major}.${minor}.${patch}`, `${major}.${minor}.${patch + 10}`, `${major + 10}.0.0`, '0.1.0'];
    const written = releases.map((minRelease, position) => ({ kind: 'state', position, bytes, minRelease }));
    const ids = await artefacts.save([...written, { ...written[2], kind: 'other', position: 9 }], lease);
    for (const at of [0, 3]) expect(Buffer.from(await artefacts.load(ids[at]))).toEqual(bytes);
    for (const at of [1, 2])
      await expect(artefacts.load(ids[at])).rejects.toThrow(
        `The artefact state needs Freshet ${releases[at]} or newer; this is ${VERSION}`,
      );
    // The newest artefact of kind state can be read.
    expect(await artefacts.unreadable()).toEqual([{ kind: 'other', minRelease: releases[2] }]);
    await pool.query(`INSERT INTO active_models (kind, artefact_id) VALUES ('blend', $1)`, [ids[1]]);
    expect(await artefacts.unreadable()).toHaveLength(2);
    await pool.query('DELETE FROM active_models');
    await artefacts.prune('state', 1);
    const { rows } = await pool.query<{ id: string }>(
      `SELECT id FROM artefacts WHERE kind = 'state' ORDER BY position`,
    );
    expect(rows.map(({ id }) => id)).toEqual([ids[1], ids[2], ids[3]]);
    await pool.end();
    await shop.drop();
  });
});
