import { ErasureService } from '../../src/erasure/erasure.service';
import { Outbox } from '../../src/events/outbox';
import { bury } from '../../src/events/tombstone.service';
import type { Logger } from '../../src/platform/log';
import { inTransaction } from '../../src/platform/postgres';
import type { RedisPubSub } from '../../src/platform/pubsub';
import { ERASE, erasureShop } from '../setup/erasure-shop';
import { until } from '../setup/until';

const { client, record, event, erase, rows, whereFound, pool } = erasureShop();

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

  it('waits for batches under way, gives up in time, and is not forgotten', async () => {
    const held = await pool().connect();
    await held.query('SET idle_in_transaction_session_timeout = 0; BEGIN; LOCK TABLE tombstones IN ROW SHARE MODE');
    expect(await client().code(ERASE, { customerId: 'waited-for' })).toBe('TIMEOUT');
    await held.query('COMMIT');
    held.release();
    const outbox = new Outbox(pool(), { send: () => undefined } as unknown as RedisPubSub, {} as Logger);
    await pool().query("UPDATE erasures SET requested_at = now() - interval '1 minute' WHERE done_at IS NULL");
    await new ErasureService(pool(), outbox, {} as Logger).resume();
    expect(await rows('SELECT 1 FROM erasures WHERE done_at IS NULL')).toEqual([]);
  }, 30_000);
});
