import { addTombstones } from '../../../src/events/tombstone.store';
import { inTransaction } from '../../../src/platform/postgres';
import type { CheckResult } from '../../../src/platform/checks';
import { caughtUp } from '../../setup/caught-up';
import { runCommand } from '../../setup/command';
import { erasureShop } from '../../setup/erasure-shop';
import { LIST } from '../../setup/operations';
import { until } from '../../setup/until';

const { client, record, event, erase, seen, rows, whereFound, pool, apis, logs, shop } = erasureShop();

/** Requests the erasure until it is done: on a busy machine, it takes longer than a request waits. */
const eraseCompletely = (customerId: string) =>
  until(
    () => erase(customerId),
    ({ status }) => status === 'DONE',
  );

describe('an erasure', () => {
  it('during traffic of the same customer leaves no data, including events that were in the inbox', async () => {
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
    const { removedEvents } = await eraseCompletely('very-busy');
    expect(removedEvents).toBeGreaterThan(200);
    // The senders continue after the erasure.
    const sentBefore = sent;
    await until(
      () => sent,
      (now) => now >= sentBefore + 20 * senders.length * 2,
    );
    stop = true;
    await Promise.all(senders);
    await caughtUp(pool(), ['inbox']);
    expect(
      await until(
        () => whereFound('very-busy'),
        (found) => found.length === 0,
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
      const [hash] = await addTombstones(connection, ['c:half-way']);
      await connection.query(
        `INSERT INTO erasures (id, hash, subjects, requested_at)
         VALUES (gen_random_uuid(), $1, ARRAY['c:half-way'], now() - interval '1 minute')`,
        [hash],
      );
    });
    await until(
      () => rows('SELECT 1 FROM erasures WHERE done_at IS NULL'),
      (open) => open.length === 0,
    );
    expect(await whereFound('half-way')).toEqual([]);
  });

  it('waits for transactions that began before it, and blocks no other request meanwhile', async () => {
    await record([event('VIEW', 'a', { customerId: 'waited-for' })]);
    await until(
      () => rows("SELECT 1 FROM events WHERE subject = 'c:waited-for'"),
      (found) => found.length > 0,
    );
    const held = await pool().connect();
    await held.query('SET idle_in_transaction_session_timeout = 0; BEGIN; LOCK TABLE tombstones IN ROW SHARE MODE');
    const pending = await erase('waited-for');
    expect(pending).toMatchObject({ status: 'PENDING', errors: [] });
    expect(pending.receipt).not.toMatch(/^p/);
    // Repeated requests return the same erasure. Batches are accepted while it runs.
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
      ),
    ).toBeUndefined();
    expect(await eraseCompletely('waited-for')).toMatchObject({ removedEvents: 1 });
    expect(await whereFound('waited-for')).toEqual([]);
  });

  it('that fails is postponed, and delays no other erasure', async () => {
    const names = ['fine-0', 'refused', 'fine-1', 'fine-2', 'fine-3'];
    await record(names.map((customerId) => event('VIEW', 'a', { customerId })));
    await until(
      () => rows("SELECT 1 FROM events WHERE subject LIKE 'c:fine-%' OR subject = 'c:refused'"),
      (found) => found.length === names.length,
    );
    await rows(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF OLD.subject = 'c:refused' THEN RAISE EXCEPTION 'refused by the test'; END IF; RETURN OLD; END $$`);
    await rows('CREATE TRIGGER refuse BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse()');
    // A writer that began before the erasures leaves them pending until all are requested. The refused erasure is the
    // oldest of the second group.
    const held = await pool().connect();
    await held.query('SET idle_in_transaction_session_timeout = 0; BEGIN; LOCK TABLE tombstones IN ROW SHARE MODE');
    const requests: ReturnType<typeof erase>[] = [];
    for (const [n, name] of names.entries()) {
      requests.push(erase(name));
      await until(
        () => rows("SELECT 1 FROM erasures WHERE subjects && '{c:fine-0,c:refused,c:fine-1,c:fine-2,c:fine-3}'"),
        (found) => found.length === n + 1,
      );
    }
    await held.query('COMMIT');
    held.release();
    await Promise.all(requests);
    await until(
      () => rows('SELECT 1 FROM erasures WHERE done_at IS NULL'),
      (open) => open.length === 1,
    );
    expect(await whereFound('fine-')).toEqual([]);
    expect((await erase('refused')).status).toBe('PENDING');
    await until(logs, (text) => /refused by the test.*an erasure failed and is postponed/.test(text));

    await rows("UPDATE erasures SET requested_at = now() - interval '6 minutes' WHERE done_at IS NULL");
    const { output } = await runCommand(shop(), ['doctor', '--json']);
    expect((JSON.parse(output) as { findings: readonly CheckResult[] }).findings).toContainEqual(
      expect.objectContaining({
        check: 'erasures',
        state: 'warning',
        found: expect.stringMatching(/^1 requested erasures are pending/) as string,
      }),
    );

    await rows('DROP FUNCTION refuse() CASCADE');
    await rows('UPDATE erasures SET due_at = now() WHERE done_at IS NULL');
    await eraseCompletely('refused');
    expect(await whereFound('refused')).toEqual([]);
  });

  it('buries names that two callers share without a deadlock', async () => {
    for (let round = 0; round < 10; round++) {
      const names = Array.from({ length: 3_000 }, (_, n) => `s:shared-${round}-${n}`);
      await Promise.all(
        [names, names.toReversed()].map((order) =>
          inTransaction(pool(), (connection) => addTombstones(connection, order)),
        ),
      );
    }
    const [{ count }] = await rows<{ count: number }>('SELECT count(*) FROM tombstones');
    expect(count).toBeGreaterThanOrEqual(30_000);
  });
});
