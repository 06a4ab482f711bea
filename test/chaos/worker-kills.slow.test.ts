import type { Pool } from 'pg';
import { shuffle } from '../../src/learn/random-draws';
import { seededRandom } from '../../src/learn/seeded-random';
import { ArtefactStore } from '../../src/platform/artefacts';
import { connectPostgres } from '../../src/platform/postgres';
import type { Cooccurrence } from '../../src/learn/cooccurrence';
import { SHOP_ARTEFACT } from '../../src/live-state/live-state-names';
import { ShopState } from '../../src/live-state/shop-state';
import { caughtUp } from '../setup/caught-up';
import { NaiveCounts } from '../setup/naive-counts';
import { ids, LIST, RECORD, UPSERT, type ListAnswer, type RecordAnswer } from '../setup/operations';
import { startApiProcess, startNaiveWorker, type OwnProcess } from '../setup/processes';
import { recountInterest, recountPurchases, recountViewed, type Counts, type SentEvent } from '../setup/recount';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { itIsExact } from '../setup/final-failure';

const PRODUCTS = 40;
const CUSTOMERS = 150;
const EVENTS = 20_000;
const BATCH = 60;
const KILLS = 5;

interface Attempt {
  readonly id: string;
  readonly attempts: number;
}

/** The result of a kill: the batches that the killed worker had started. No other worker has run since its launch. */
interface Kill {
  readonly undoneBefore: number;
  readonly undoneAfter: number;
  readonly begun: readonly Attempt[];
}

const random = seededRandom(7);
const below = (n: number) => Math.floor(random() * n);
const product = (n: number) => `product-${String(n).padStart(2, '0')}`;

/** Orders and sessions of a month, including returns; every event once. */
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
      // Distinct times, so that "newest" is unambiguous.
      occurredAt: new Date(month + n * 100_000).toISOString(),
      type,
      customerId: `customer-${customer}`,
      productId: product(below(PRODUCTS)),
      quantity: 1 + below(3),
    };
  });
}

describe('a worker killed again and again in the middle of its batches', () => {
  const events = makeEvents();
  // 10 % duplicates, in random order.
  const sent = shuffle([...events, ...shuffle([...events], random).slice(0, EVENTS / 10)], random);
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApiProcess>>;
  let worker: OwnProcess;
  let pool: Pool;
  let naive: NaiveCounts;
  /** Every kill, whether or not it interrupted a batch. */
  const kills: Kill[] = [];
  const struck = () => kills.filter(({ begun }) => begun.length > 0);

  const count = async (sql: string) => (await pool.query<{ n: number }>(`SELECT (${sql})::int AS n`)).rows[0].n;
  const undone = () => count('SELECT count(*) FROM inbox WHERE done_at IS NULL');
  /** Attempts of each unfinished batch. The query waits for a worker that still has a row locked. */
  const attempts = async () => {
    const { rows } = await pool.query<Attempt>('SELECT id, attempts FROM inbox WHERE done_at IS NULL FOR UPDATE');
    return new Map(rows.map((row) => [row.id, row.attempts]));
  };
  const start = () => startNaiveWorker(shop);

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    naive = await NaiveCounts.create(pool);
    api = await startApiProcess(shop, { INGEST_DELAY_MS: '0', INBOX_MAX_AGE_MS: '600000' });
    await api.client.data(UPSERT, {
      products: [...Array(PRODUCTS).keys()].map((n) => ({ id: product(n), title: product(n) })),
    });
    // The backlog exists before the first worker starts, so that every kill finds work.
    for (let at = 0; at < sent.length; at += BATCH) {
      const { recordEvents } = await api.client.data<RecordAnswer>(RECORD, { events: sent.slice(at, at + BATCH) });
      expect(recordEvents.errors).toEqual([]);
    }
    while (struck().length < KILLS) {
      const before = await attempts();
      if (before.size === 0)
        throw new Error(
          `the backlog is empty: of ${kills.length} kills only these interrupted a batch: ${JSON.stringify(struck())}`,
        );
      worker = start();
      // The worker is busy with a batch that may or may not be unfinished when it is killed.
      while (before.size - (await undone()) < 10 && (await undone()) > 0);
      await worker.kill();
      const after = await attempts();
      const begun = [...after].filter(([id, n]) => n > (before.get(id) ?? 0)).map(([id, n]) => ({ id, attempts: n }));
      kills.push({ undoneBefore: before.size, undoneAfter: after.size, begun });
    }
    worker = start();
    await caughtUp(pool, ['inbox']);
    const last = await count('SELECT position FROM log_position');
    await api.client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: `p${last}` } });
  });

  afterAll(async () => {
    await api.stop();
    await worker.stop();
    await pool.end();
    await shop.drop();
  });

  it('was interrupted in the middle of a batch by at least five kills', async () => {
    expect(struck().length).toBeGreaterThanOrEqual(KILLS);
    for (const { undoneBefore, undoneAfter, begun } of struck()) {
      // The worker had finished other batches; these were started and unfinished at the kill, so they had to be started
      // again.
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

  it('would have miscounted without the transaction', async () => {
    // The job that counts first and works later has counted more events than were ever delivered, including repeats.
    expect(await naive.total()).toBeGreaterThan(sent.length);
    expect(await naive.tooMany()).toBe((await naive.total()) - (await count('SELECT sum(count) FROM inbox')));
    // The same worker's transaction has counted neither these nor the repeats.
    expect(await count('SELECT sum(events) FROM log_batches')).toBe(EVENTS);
  });

  itIsExact('has every event once in the log, at gapless positions', async () => {
    expect(await count('SELECT count(*) FROM events')).toBe(EVENTS);
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM events');
    expect(new Set(rows.map((row) => row.id))).toEqual(new Set(events.map((event) => event.id)));
    expect(await count('SELECT sum(events) FROM log_batches')).toBe(EVENTS);
    const { rows: positions } = await pool.query<{ position: number }>('SELECT position FROM outbox ORDER BY position');
    expect(positions.map((row) => row.position)).toEqual(positions.map((_, n) => n + 1));
    expect(await count('SELECT count(*) FROM rejected_events')).toBe(0);
  });

  itIsExact('gives the same responses as a recount', async () => {
    for (const customer of [0, 1, 2, 3, 4].map((n) => `customer-${n * 7}`)) {
      const viewed = await api.client.data<ListAnswer>(LIST, {
        input: { intent: 'RECENTLY_VIEWED', customerId: customer },
        first: 100,
      });
      expect(ids(viewed)).toEqual(recountViewed(events, `c:${customer}`));
    }
  });

  itIsExact(
    'has the same co-occurrence counts as a recount, in both views, in the API and the checkpoint',
    async () => {
      await worker.stop();
      const artefacts = new ArtefactStore(pool);
      const checkpoint = await artefacts.newest(SHOP_ARTEFACT);
      const state = ShopState.decode(await artefacts.load(checkpoint?.id ?? ''));
      expect(countsOf(state, state.interest)).toEqual(recountInterest(events));
      expect(countsOf(state, state.purchase)).toEqual(recountPurchases(events));
      // An API process that loads the checkpoint and one that has applied every delta give the same responses.
      const other = await startApiProcess(shop);
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
    },
  );
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
