import { bury } from '../../src/events/tombstone.service';
import { inTransaction } from '../../src/platform/postgres';
import { erasureShop } from '../setup/erasure-shop';
import { LIST } from '../setup/operations';
import { until } from '../setup/until';

const { client, record, event, erase, seen, rows, whereFound, pool, apis } = erasureShop();

describe('an erasure', () => {
  it('beside traffic of the same customer leaves nothing, whatever was on its way', async () => {
    const busy = { customerId: 'very-busy' };
    const other = { customerId: 'otto', sessionId: 'visit-of-otto' };
    let stop = false;
    let sent = 0;
    const senders = [...Array(6).keys()].map(async (sender) => {
      while (!stop) {
        const batch = [...Array(20).keys()].map((n) =>
          event('VIEW', 'a', n % 2 ? busy : other, { id: `busy-${sender}-${sent++}`, source: 'SUPPORT' }),
        );
        await record(batch);
      }
    });
    await until(
      () => rows<{ n: number }>("SELECT count(*) AS n FROM events WHERE subject = 'c:very-busy'"),
      ([{ n }]) => n > 200,
    );
    const { removedEvents } = await erase('very-busy');
    expect(removedEvents).toBeGreaterThan(200);
    await new Promise((resolve) => setTimeout(resolve, 300));
    stop = true;
    await Promise.all(senders);
    await until(
      () => rows('SELECT 1 FROM inbox WHERE done_at IS NULL'),
      (waiting) => waiting.length === 0,
      15_000,
    );
    expect(
      await until(
        () => whereFound('very-busy'),
        (found) => found.length === 0,
        15_000,
      ),
    ).toEqual([]);
    const [{ others, counted, logged }] = await rows<{ others: number; counted: number; logged: number }>(
      `SELECT (SELECT count(*) FROM events WHERE id LIKE 'busy-%') AS others,
         (SELECT sum(events)::int FROM log_batches) AS counted, (SELECT count(*) FROM events) AS logged`,
    );
    expect(others).toBe(sent / 2);
    expect(counted).toBe(logged);
  });

  it('that its process began and did not finish is finished by a worker', async () => {
    await record([event('VIEW', 'a', { customerId: 'half-way' }), event('VIEW', 'b', { customerId: 'stays' })]);
    await until(
      () => rows("SELECT 1 FROM events WHERE subject = 'c:stays'"),
      (found) => found.length > 0,
    );
    await inTransaction(pool(), async (connection) => {
      const [hash] = await bury(connection, ['c:half-way']);
      await connection.query(
        `INSERT INTO erasures (id, hash, subjects, requested_at)
         VALUES (gen_random_uuid(), $1, ARRAY['c:half-way'], now() - interval '1 minute')`,
        [hash],
      );
    });
    await until(
      () => rows('SELECT 1 FROM erasures WHERE done_at IS NULL'),
      (open) => open.length === 0,
      15_000,
    );
    expect(await whereFound('half-way')).toEqual([]);
  });

  it('waits for transactions that began before it, and holds up nobody meanwhile', async () => {
    await record([event('VIEW', 'a', { customerId: 'waited-for' })]);
    const held = await pool().connect();
    await held.query('SET idle_in_transaction_session_timeout = 0; BEGIN; LOCK TABLE tombstones IN ROW SHARE MODE');
    const pending = await erase('waited-for');
    expect(pending).toMatchObject({ status: 'PENDING', errors: [] });
    expect(pending.receipt).not.toMatch(/^p/);
    // It is the same erasure, however often it is requested; batches go in beside it.
    expect(await erase('waited-for')).toMatchObject({ status: 'PENDING', receipt: pending.receipt });
    const other = { customerId: 'beside-it' };
    const receipt = await record([event('VIEW', 'b', other)]);
    expect(
      await until(
        () => seen(apis()[0], other, receipt),
        (list) => list.length > 0,
      ),
    ).toEqual(['b']);
    expect((await erase('waited-for')).status).toBe('PENDING');
    await held.query('COMMIT');
    held.release();
    const wait = { input: { intent: 'POPULAR', awaitReceipt: pending.receipt } };
    expect(
      await until(
        () => client().code(LIST, wait),
        (code) => code !== 'TIMEOUT',
        20_000,
      ),
    ).toBeUndefined();
    expect(await erase('waited-for')).toMatchObject({ status: 'DONE', removedEvents: 1 });
    expect(await whereFound('waited-for')).toEqual([]);
  }, 60_000);
});
