import type { Pool } from 'pg';
import { seededRandom } from '../../src/learn/seeded-random';
import { ArtefactStore } from '../../src/platform/artefacts';
import { connectPostgres } from '../../src/platform/postgres';
import type { Cooccurrence } from '../../src/learn/cooccurrence';
import { SHOP_ARTEFACT } from '../../src/recommend/learner-names';
import { ShopState } from '../../src/recommend/shop-state';
import { NaiveCounts } from '../setup/naive-counts';
import { ids, LIST, RECORD, UPSERT, type ListAnswer, type RecordAnswer } from '../setup/operations';
import { startApi, startNaiveWorker, type ShopProcess } from '../setup/processes';
import { recountInterest, recountPurchases, recountViewed, type Counts, type SentEvent } from '../setup/recount';
import { testNamespace, type TestNamespace } from '../setup/shop';

const PRODUCTS = 40;
const CUSTOMERS = 150;
const EVENTS = 20_000;
const BATCH = 60;
const KILLS = 5;

interface Attempt {
  readonly id: string;
  readonly attempts: number;
}

/** What a kill found: batches that the worker had begun, as nobody but that worker has since it started. */
interface Kill {
  readonly undoneBefore: number;
  readonly undoneAfter: number;
  readonly begun: readonly Attempt[];
}

const random = seededRandom(7);
const below = (n: number) => Math.floor(random() * n);
const product = (n: number) => `product-${String(n).padStart(2, '0')}`;

/** Orders and visits of a month, returns among them; every event once. */
function makeEvents(): SentEvent[] {
  const types = [
    'VIEW',
    'VIEW',
    'VIEW',
    'ADD_TO_CART',
    'REMOVE_FROM_CART',
    'PURCHASE',
    'PURCHASE',
    'PURCHASE',
    'RETURN',
  ];
  const month = Date.now() - 30 * 86_400_000;
  return [...Array(EVENTS).keys()].map((n) => {
    const customer = below(CUSTOMERS);
    const type = types[below(types.length)];
    const ordered = type === 'PURCHASE' || type === 'RETURN';
    return {
      source: ordered ? 'ORDERS' : 'STOREFRONT',
      id: ordered ? `order-${customer}-${below(12)}:${n}` : `visit-${n}`,
      // Distinct times, so that "newest" is one.
      occurredAt: new Date(month + n * 100_000).toISOString(),
      type,
      customerId: `customer-${customer}`,
      productId: product(below(PRODUCTS)),
      quantity: 1 + below(3),
    };
  });
}

function shuffled<T>(items: readonly T[]): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

describe('a worker killed again and again in the middle of its batches', () => {
  const events = makeEvents();
  // 10 % duplicates, and no order at all.
  const sent = shuffled([...events, ...shuffled(events).slice(0, EVENTS / 10)]);
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  let pool: Pool;
  let naive: NaiveCounts;
  /** Every kill, whether or not it struck. */
  const kills: Kill[] = [];
  const struck = () => kills.filter(({ begun }) => begun.length > 0);

  const count = async (sql: string) => (await pool.query<{ n: number }>(`SELECT (${sql})::int AS n`)).rows[0].n;
  const undone = () => count('SELECT count(*) FROM inbox WHERE done_at IS NULL');
  /** Attempts per batch that is not done. It waits for whoever still has one of them locked. */
  const attempts = async () => {
    const { rows } = await pool.query<Attempt>('SELECT id, attempts FROM inbox WHERE done_at IS NULL FOR UPDATE');
    return new Map(rows.map((row) => [row.id, row.attempts]));
  };
  const start = () => startNaiveWorker(shop);

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    naive = await NaiveCounts.create(pool);
    api = await startApi(shop, { INGEST_DELAY_MS: '0', INBOX_MAX_AGE_MS: '600000' });
    await api.client.data(UPSERT, {
      products: [...Array(PRODUCTS).keys()].map((n) => ({ id: product(n), title: product(n) })),
    });
    // The backlog is there before the first worker, so that there is always something to be killed in.
    for (let at = 0; at < sent.length; at += BATCH) {
      const { recordEvents } = await api.client.data<RecordAnswer>(RECORD, { events: sent.slice(at, at + BATCH) });
      expect(recordEvents.errors).toEqual([]);
    }
    while (struck().length < KILLS) {
      const before = await attempts();
      if (before.size === 0)
        throw new Error(`the backlog is gone: of ${kills.length} kills only these struck: ${JSON.stringify(struck())}`);
      worker = start();
      // At work, and at a batch that the kill may or may not find unfinished.
      while (before.size - (await undone()) < 10 && (await undone()) > 0);
      await worker.kill();
      const after = await attempts();
      const begun = [...after].filter(([id, n]) => n > (before.get(id) ?? 0)).map(([id, n]) => ({ id, attempts: n }));
      kills.push({ undoneBefore: before.size, undoneAfter: after.size, begun });
    }
    worker = start();
    while ((await undone()) > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    const last = await count('SELECT position FROM log_position');
    await api.client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: `p${last}` } });
  }, 120_000);

  afterAll(async () => {
    await api.stop();
    await worker.stop();
    await pool.end();
    await shop.drop();
  });

  it('was struck in mid-batch by at least five kills', async () => {
    expect(struck().length).toBeGreaterThanOrEqual(KILLS);
    for (const { undoneBefore, undoneAfter, begun } of struck()) {
      // The worker had finished others, and the kill found these begun and not finished: they had to be begun again.
      expect(undoneBefore - undoneAfter).toBeGreaterThanOrEqual(10);
      for (const { id, attempts: then } of begun) {
        const { rows } = await pool.query<Attempt & { done: boolean; failed: string | null }>(
          'SELECT id, attempts, done_at IS NOT NULL AS done, last_error AS failed FROM inbox WHERE id = $1',
          [id],
        );
        expect(rows).toEqual([{ id, attempts: expect.any(Number), done: true, failed: null }]);
        expect(rows[0].attempts).toBeGreaterThan(then);
      }
    }
  });

  it('would have miscounted, had it counted without the transaction', async () => {
    // The job that counted first and worked then has counted more than was ever delivered, repeats included…
    expect(await naive.total()).toBeGreaterThan(sent.length);
    expect(await naive.tooMany()).toBe((await naive.total()) - (await count('SELECT sum(count) FROM inbox')));
    // …and the same worker's transaction neither that, nor the repeats.
    expect(await count('SELECT sum(events) FROM log_batches')).toBe(EVENTS);
  });

  it('has every event once in the log, in gapless positions', async () => {
    expect(await count('SELECT count(*) FROM events')).toBe(EVENTS);
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM events');
    expect(new Set(rows.map((row) => row.id))).toEqual(new Set(events.map((event) => event.id)));
    expect(await count('SELECT sum(events) FROM log_batches')).toBe(EVENTS);
    const { rows: positions } = await pool.query<{ position: number }>('SELECT position FROM outbox ORDER BY position');
    expect(positions.map((row) => row.position)).toEqual(positions.map((_, n) => n + 1));
    expect(await count('SELECT count(*) FROM rejected_events')).toBe(0);
  });

  it('answers what a recount answers', async () => {
    for (const customer of [0, 1, 2, 3, 4].map((n) => `customer-${n * 7}`)) {
      const viewed = await api.client.data<ListAnswer>(LIST, {
        input: { intent: 'RECENTLY_VIEWED', customerId: customer },
        first: 100,
      });
      expect(ids(viewed)).toEqual(recountViewed(events, `c:${customer}`));
    }
  });

  it('has the co-occurrence that a recount has, in both views, in API and checkpoint', async () => {
    await worker.stop();
    const artefacts = new ArtefactStore(pool);
    const checkpoint = await artefacts.newest(SHOP_ARTEFACT);
    const state = ShopState.decode(await artefacts.load(checkpoint?.id ?? ''));
    expect(countsOf(state, state.interest)).toEqual(recountInterest(events));
    expect(countsOf(state, state.purchase)).toEqual(recountPurchases(events));
    // An API process that loads the checkpoint and one that has followed all along answer alike.
    const other = await startApi(shop);
    for (const intent of ['SIMILAR', 'COMPLEMENTARY']) {
      for (const id of [0, 9, 21].map(product)) {
        const variables = { input: { intent, productIds: [id] }, first: 100 };
        const [mine, theirs] = await Promise.all(
          [api, other].map(({ client }) => client.data<ListAnswer>(LIST, variables)),
        );
        const scores = (answer: ListAnswer) => answer.recommendations.edges.map((edge) => [edge.node.id, edge.score]);
        expect(scores(mine)).toEqual(scores(theirs));
        expect(ids(mine)).toHaveLength(PRODUCTS - 1);
      }
    }
    await other.stop();
    worker = start();
  });
});

function countsOf(state: ShopState, matrix: Cooccurrence): Counts {
  const names = [...Array(state.products.size).keys()].map((n) => state.products.idAt(n));
  const counts = new Map<string, number>();
  const put = (key: string, n: number) => n > 0 && counts.set(key, n);
  names.forEach((a, i) => {
    put(a, matrix.n(i));
    names.forEach((b, j) => a < b && put(`${a} ${b}`, matrix.count(i, j)));
  });
  return counts;
}
