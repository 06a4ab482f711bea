import { event, InboxShop, YESTERDAY } from '../../setup/inbox-shop';
import { ERASE, type Erased } from '../../setup/erasure-shop';
import { ids, LIST, MERGE, UPSERT, type ListAnswer, type MergeAnswer } from '../../setup/operations';
import { startApi, startWorker } from '../../setup/processes';
import { replayed } from '../../setup/replay-command';
import { until } from '../../setup/until';

const RECEIPT = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/;

let inbox: InboxShop;

beforeEach(async () => {
  inbox = await InboxShop.open();
  await inbox.through(startApi(inbox.shop, { INBOX_MAX_AGE_MS: '600000' }));
  await inbox.client.data(UPSERT, { products: ['a', 'b', 'c', 'd'].map((id) => ({ id, title: id.toUpperCase() })) });
});

afterEach(() => inbox.close());

let clock = YESTERDAY;
const view = (who: object, productId: string, id = `${productId}-${clock}`) =>
  event(id, { customerId: undefined, productId, occurredAt: new Date((clock += 1_000)).toISOString(), ...who });
const visit = { sessionId: 'visit' };
const merge = async (input: object) => {
  const { mergeCustomer } = await inbox.client.data<MergeAnswer>(MERGE, { input });
  expect(mergeCustomer.errors).toEqual([]);
  return mergeCustomer.receipt!;
};
const viewed = async (who: object) =>
  ids(await inbox.client.data<ListAnswer>(LIST, { input: { intent: 'RECENTLY_VIEWED', ...who }, first: 50 }));

describe('a merge of events that no worker has stored yet', () => {
  it('is acknowledged, and applied once those are in the log; later events stay separate', async () => {
    await inbox.record([view(visit, 'a'), view(visit, 'b')]);
    await inbox.record([view(visit, 'c'), view({ customerId: 'mia' }, 'd')]);
    const first = await merge({ fromSessionId: 'visit', intoCustomerId: 'mia' });
    expect(first).toMatch(RECEIPT);
    expect(await inbox.client.code(LIST, { input: { intent: 'POPULAR', awaitReceipt: first } })).toBe('TIMEOUT');
    // A repeated request returns the same merge.
    expect(await merge({ fromSessionId: 'visit', intoCustomerId: 'mia' })).toBe(first);
    const later = await inbox.record([view(visit, 'd')]);
    // A merge of the customer into another comes after the pending one, although none of its own events wait.
    const second = await merge({ fromCustomerId: 'mia', intoCustomerId: 'maria' });
    expect(await inbox.metrics()).toMatch(/^freshet_pending_merges 2$/m);
    const worker = inbox.keep(startWorker(inbox.shop));
    for (const receipt of [first, later, second]) expect(await inbox.applied(receipt)).toBeUndefined();
    expect(await viewed({ customerId: 'maria' })).toEqual(['d', 'c', 'b', 'a']);
    expect(await viewed({ customerId: 'mia' })).toEqual([]);
    expect(await viewed(visit)).toEqual(['d']);
    // An applied merge is not applied again.
    expect(await merge({ fromCustomerId: 'mia', intoCustomerId: 'maria' })).toMatch(/^p\d+$/);
    const { rows } = await inbox.pool.query('SELECT from_subject, into_subject FROM merges ORDER BY position');
    expect(rows).toEqual([
      { from_subject: 's:visit', into_subject: 'c:mia' },
      { from_subject: 'c:mia', into_subject: 'c:maria' },
    ]);
    await worker.stop();
    expect(await replayed(inbox.shop)).toMatchObject({ equal: true });
  });

  it('waits only for events of the merged subject, and so do later events', async () => {
    // Another customer's event, with a product, a customer and a known visit of the same name.
    const others = [view({ customerId: 'otto' }, '17'), view({ customerId: '17' }, 'b')];
    const known = view({ customerId: 'otto', sessionId: '17' }, 'c');
    await inbox.record([others[0], known]);
    expect(await merge({ fromSessionId: '17', intoCustomerId: 'mia' })).toMatch(/^p\d+$/);

    const first = await inbox.record([view({ sessionId: '17' }, 'a')]);
    const receipt = await merge({ fromSessionId: '17', intoCustomerId: 'mia' });
    expect(receipt).toMatch(RECEIPT);
    const lane = await inbox.pool.connect();
    await lane.query('SET idle_in_transaction_session_timeout = 0; BEGIN');
    await lane.query('SELECT FROM inbox WHERE id = $1 FOR UPDATE', [first]);
    const free = await inbox.record([view({ customerId: 'otto' }, '17'), others[1], { ...known, id: 'again' }]);
    const waiting = await inbox.record([view({ sessionId: '17' }, 'd')]);
    inbox.keep(startWorker(inbox.shop));
    expect(await inbox.applied(free)).toBeUndefined();
    const isBlocked = async () => (await inbox.batches({ state: 'BLOCKED' })).nodes.map(({ id }) => id);
    expect(await until(isBlocked, (blocked) => blocked.length > 0)).toEqual([waiting]);
    await lane.query('COMMIT');
    lane.release();
    for (const each of [receipt, waiting]) expect(await inbox.applied(each)).toBeUndefined();
    expect(await viewed({ customerId: 'mia' })).toEqual(['a']);
    expect(await viewed({ sessionId: '17' })).toEqual(['d']);
  });

  it('waits for the halves of a batch that fails repeatedly', async () => {
    await inbox.pool.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.id = 'bad' THEN RAISE EXCEPTION 'the database refuses this event'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse()`);
    await inbox.record([view(visit, 'a'), view({ customerId: 'otto' }, 'b', 'bad'), view(visit, 'c')]);
    inbox.keep(startWorker(inbox.shop));
    await until(
      async () => (await inbox.batches()).nodes[0].state,
      (state) => state === 'FAILING',
    );
    const receipt = await merge({ fromSessionId: 'visit', intoCustomerId: 'mia' });
    expect(receipt).toMatch(RECEIPT);
    inbox.hurry();
    expect(await inbox.applied(receipt)).toBeUndefined();
    expect(await viewed({ customerId: 'mia' })).toEqual(['c', 'a']);
    expect(await viewed(visit)).toEqual([]);
  });

  it('is rejected when it fails repeatedly, and blocks neither other merges nor later events', async () => {
    await inbox.pool.query(`CREATE FUNCTION refuse_merge() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.from_subject = 's:broken' THEN RAISE EXCEPTION 'the database refuses this merge'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER refuse_merge BEFORE INSERT ON merges FOR EACH ROW EXECUTE FUNCTION refuse_merge()`);
    const broken = { sessionId: 'broken' };
    await inbox.record([view(broken, 'a'), view(visit, 'b')]);
    const failing = await merge({ fromSessionId: 'broken', intoCustomerId: 'otto' });
    const other = await merge({ fromSessionId: 'visit', intoCustomerId: 'mia' });
    const behind = await inbox.record([view(broken, 'c')]);
    inbox.keep(startWorker(inbox.shop));
    for (const receipt of [other, behind, failing]) expect(await inbox.applied(receipt)).toBeUndefined();
    expect(await viewed({ customerId: 'mia' })).toEqual(['b']);
    expect(await viewed(broken)).toEqual(['c', 'a']);
    expect(await viewed({ customerId: 'otto' })).toEqual([]);
    expect(await inbox.rejected()).toMatchObject([
      {
        code: 'POISON',
        message: 'the database refuses this merge',
        event: { type: 'MERGE', fromSessionId: 'broken', intoCustomerId: 'otto' },
      },
    ]);
    expect(await inbox.metrics()).toMatch(/^freshet_pending_merges 0$/m);
    // Once its cause is fixed, the merge is requested again.
    await inbox.pool.query('DROP TRIGGER refuse_merge ON merges');
    expect(await merge({ fromSessionId: 'broken', intoCustomerId: 'otto' })).toMatch(/^p\d+$/);
  });

  it('is not applied if the customer is erased meanwhile', async () => {
    await inbox.record([view(visit, 'a')]);
    const receipt = await merge({ fromSessionId: 'visit', intoCustomerId: 'mia' });
    const { eraseCustomer } = await inbox.client.data<Erased>(ERASE, { customerId: 'mia' });
    expect(eraseCustomer).toMatchObject({ status: 'DONE', errors: [] });
    const { rows } = await inbox.pool.query(
      "SELECT FROM pending_merges m WHERE m::text LIKE '%visit%' OR m::text LIKE '%mia%'",
    );
    expect(rows).toEqual([]);
    inbox.keep(startWorker(inbox.shop));
    expect(await inbox.applied(receipt)).toBeUndefined();
    await until(async () => (await inbox.batches()).nodes.every(({ state }) => state === 'DONE'), Boolean);
    // The visit belonged to the erased customer.
    expect(await inbox.logged()).toEqual([]);
    expect((await inbox.pool.query('SELECT FROM merges')).rows).toEqual([]);
  });
});
