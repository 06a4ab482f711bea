import { seededRandom } from '../../../src/learn/seeded-random';
import { caughtUp } from '../../setup/caught-up';
import type { GraphqlClient } from '../../setup/graphql-client';
import { event, InboxShop } from '../../setup/inbox-shop';
import { RECORD, type RecordAnswer } from '../../setup/operations';
import { startApiProcess, startWorkerProcess } from '../../setup/processes';
import { until } from '../../setup/until';

/** Independent of how long the workers take to start. */
const PATIENT = { INBOX_MAX_AGE_MS: '600000' };

let inbox: InboxShop;

beforeEach(async () => {
  inbox = await InboxShop.open();
});

afterEach(() => inbox.close());

const stored = async () =>
  (
    await inbox.pool.query<{ id: string; product: string; at: Date }>(
      'SELECT id, product_id AS product, received_at AS at FROM events ORDER BY id',
    )
  ).rows;
const receivedAt = async (receipt: string) =>
  (await inbox.pool.query<{ at: Date }>('SELECT received_at AS at FROM inbox WHERE id = $1', [receipt])).rows[0].at;
const stateOf = async (receipt: string) => (await inbox.batches()).nodes.find(({ id }) => id === receipt)?.state;

describe('of two events with one identity, the one acknowledged first', () => {
  it('is stored, although a worker is free for the other one first', async () => {
    await inbox.through(startApiProcess(inbox.shop, PATIENT));
    const first = await inbox.record([event('pair', { productId: 'first' }), event('beside')]);
    const lane = await inbox.pool.connect();
    // Another worker holds the first batch for longer than the second one takes.
    await lane.query('SET idle_in_transaction_session_timeout = 0; BEGIN');
    await lane.query('SELECT FROM inbox WHERE id = $1 FOR UPDATE', [first]);
    const second = await inbox.record([event('pair', { productId: 'second' })]);
    const other = await inbox.record([event('other')]);
    inbox.keep(startWorkerProcess(inbox.shop));
    // A batch without a shared identity does not wait.
    expect(await inbox.applied(other)).toBeUndefined();
    expect(
      await until(
        () => stateOf(second),
        (state) => state !== 'WAITING',
      ),
    ).toBe('BLOCKED');
    await lane.query('COMMIT');
    lane.release();
    expect(await inbox.applied(second)).toBeUndefined();
    const pair = (await stored()).find(({ id }) => id === 'pair');
    expect(pair).toEqual({ id: 'pair', product: 'first', at: await receivedAt(first) });
    expect(await inbox.rejected()).toMatchObject([{ code: 'CONFLICT', event: { id: 'pair', productId: 'second' } }]);
  });

  it('is stored, although its batch fails and is halved meanwhile', async () => {
    await inbox.pool.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.id = 'bad' THEN RAISE EXCEPTION 'the database refuses this event'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse()`);
    await inbox.through(startApiProcess(inbox.shop, PATIENT));
    inbox.keep(startWorkerProcess(inbox.shop));
    const first = await inbox.record([event('bad'), event('one', { productId: 'first' }), event('two')]);
    const second = await inbox.record([event('one', { productId: 'second' })]);
    const third = await inbox.record([event('two', { productId: 'third' })]);
    inbox.hurry();
    expect(await inbox.applied(second)).toBeUndefined();
    expect(await inbox.applied(third)).toBeUndefined();
    const at = await receivedAt(first);
    expect(await stored()).toEqual([
      { id: 'one', product: 'first', at },
      { id: 'two', product: 'mug', at },
    ]);
    const rejected = await until(inbox.rejected, (all) => all.length === 3);
    expect(rejected.map(({ code, event: { id } }) => `${code} ${id}`).sort()).toEqual([
      'CONFLICT one',
      'CONFLICT two',
      'POISON bad',
    ]);
  });

  it('is stored, with many at the same time, two API processes and two workers', async () => {
    const SENDERS = 12;
    const ROUNDS = 8;
    const random = seededRandom(17);
    const below = (n: number) => Math.floor(n * random());
    const clients: GraphqlClient[] = [(await inbox.through(startApiProcess(inbox.shop, PATIENT))).client];
    clients.push(inbox.keep(await startApiProcess(inbox.shop, PATIENT)).client);
    for (let n = 0; n < 2; n++) inbox.keep(startWorkerProcess(inbox.shop));
    const receipts: string[] = [];
    const expected: { id: string; product: string; receipt: string }[] = [];
    let conflicts = 0;
    const send = async (batch: object[]) => {
      const { recordEvents } = await clients[below(2)].data<RecordAnswer>(RECORD, { events: batch });
      receipts.push(recordEvents.receipt!);
      return recordEvents.receipt!;
    };
    const sender = async (n: number) => {
      for (let round = 0; round < ROUNDS; round++) {
        const id = `pair-${n}-${round}`;
        const beside = Array.from({ length: below(20) }, (_, k) => event(`${id}-beside-${k}`));
        const product = `p${below(3)}`;
        expected.push({ id, product, receipt: await send([...beside, event(id, { productId: product })]) });
        for (let again = below(3); again >= 0; again--) {
          const other = `p${below(3)}`;
          if (other !== product) conflicts++;
          await send([event(id, { productId: other })]);
        }
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, (_, n) => sender(n)));
    for (const receipt of new Set(receipts)) expect(await inbox.applied(receipt)).toBeUndefined();
    const at = new Map(
      (await inbox.pool.query<{ id: string; at: Date }>('SELECT id, received_at AS at FROM inbox')).rows.map((row) => [
        row.id,
        row.at,
      ]),
    );
    const pairs = (await stored()).filter(({ id }) => /^pair-\d+-\d+$/.test(id));
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    expect(pairs.sort(byId)).toEqual(
      expected.map(({ id, product, receipt }) => ({ id, product, at: at.get(receipt) })).sort(byId),
    );
    const { rows } = await inbox.pool.query<{ n: number }>(
      "SELECT count(*) AS n FROM rejected_events WHERE code = 'CONFLICT'",
    );
    expect(rows[0].n).toBe(conflicts);
    expect(conflicts).toBeGreaterThan(60);
  });
});

it('batches that all repeat one event are in the log about as soon as others', async () => {
  const COUNT = 300;
  await inbox.through(startApiProcess(inbox.shop, PATIENT));
  // No worker runs yet: all batches wait, each with an event of another customer.
  const wave = (id: (n: number) => string, prefix: string) =>
    Promise.all(
      Array.from({ length: COUNT }, (_, n) =>
        inbox.record([
          event(id(n), { productId: 'same' }),
          event(`${prefix}-beside-${n}`, { customerId: `${prefix}-${n}` }),
        ]),
      ),
    );
  await wave((n) => `own-${n}`, 'apart');
  const transactions = async () =>
    (await inbox.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM log_batches')).rows[0].n;
  inbox.keep(startWorkerProcess(inbox.shop));
  const drained = () => caughtUp(inbox.pool, ['inbox']);
  await drained();
  await wave((n) => `warm-${n}`, 'warm');
  await drained();
  const before = await transactions();
  await wave((n) => `plain-${n}`, 'plain');
  await drained();
  const unrelated = (await transactions()) - before;
  await wave(() => 'again', 'repeating');
  await drained();
  const repeating = (await transactions()) - before - unrelated;
  expect(repeating).toBeLessThan(2 * unrelated + 10);
  const log = await stored();
  expect(log.filter(({ id }) => id === 'again')).toHaveLength(1);
  expect(log.filter(({ id }) => id.startsWith('repeating-beside-'))).toHaveLength(COUNT);
  expect(await inbox.rejected()).toEqual([]);
});
