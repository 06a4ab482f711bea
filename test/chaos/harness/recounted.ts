/**
 * The end of every fault test: compares the log, the counts and each API process's responses with a recount of the sent
 * events.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Cooccurrence } from '../../../src/learn/cooccurrence';
import { ArtefactStore } from '../../../src/platform/artefacts';
import { SHOP_ARTEFACT } from '../../../src/live-state/live-state-names';
import { ShopState } from '../../../src/live-state/shop-state';
import { expectExactly } from '../../setup/final-failure';
import { ids, LIST, type ListAnswer } from '../../setup/operations';
import { startApiProcess } from '../../setup/processes';
import {
  ownersAfter,
  recountInterest,
  recountPurchases,
  recountViewed,
  type Counts,
  type Merged,
} from '../../setup/recount';
import { until } from '../../setup/until';
import { COMPARED_CUSTOMERS, customer, product } from './events';
import type { ApiProcess, FaultShop } from './fault-shop';

/** Products whose lists are compared individually. */
const PRODUCTS = [0, 9, 21, 39];

export interface Recounted {
  /** Acknowledged events that are missing in the log: must be empty. */
  readonly lost: readonly string[];
  /** Events in the log that were never sent, or are there more than once: must be empty. */
  readonly strange: readonly string[];
  readonly positionsAreGapless: boolean;
  readonly rejected: number;
  /** The merges in the log. */
  readonly merges: readonly Merged[];
  /** `apart`: the counts without any merge. */
  readonly interest: { readonly kept: Counts; readonly recount: Counts; readonly apart: Counts };
  readonly purchase: { readonly kept: Counts; readonly recount: Counts };
  /**
   * The lists of each API process, in the order of {@link Recounted.expectedViewed} and of the fresh process's
   * responses.
   */
  readonly viewed: readonly string[][][];
  readonly expectedViewed: readonly string[][];
  readonly similar: readonly unknown[][];
  /** The responses of a process that has loaded the last checkpoint and never received a delta. */
  readonly expectedSimilar: readonly unknown[];
}

/**
 * Call it after the shop has settled. It stops the workers, so that the last checkpoint covers the whole log.
 * @param visits sessions whose lists are compared as well
 */
export async function recount(shop: FaultShop, visits: readonly string[] = []): Promise<Recounted> {
  const { pool } = shop.services;
  const { rows, merges, owner, logged, sent, events, lost } = await readLog(shop);
  const { rows: positions } = await pool.query<{ position: number }>('SELECT position FROM outbox ORDER BY position');
  const rejected = await shop.services.count('SELECT count(*) FROM rejected_events');
  await Promise.all(shop.workers.splice(0).map((worker) => worker.stop()));
  const artefacts = new ArtefactStore(pool);
  const checkpoint = await artefacts.newest(SHOP_ARTEFACT);
  const state = ShopState.decode(await artefacts.load(checkpoint?.id ?? ''));
  const fresh = await startApiProcess(shop.services.shop);
  try {
    return {
      lost,
      strange: [
        ...rows.map((row) => row.id).filter((id) => !sent.has(id)),
        ...(rows.length === logged.size ? [] : ['the same id twice']),
      ],
      positionsAreGapless: positions.every(({ position }, n) => position === n + 1),
      rejected,
      interest: {
        kept: countsOf(state, state.interest),
        recount: recountInterest(events, owner),
        apart: recountInterest(events),
      },
      purchase: { kept: countsOf(state, state.purchase), recount: recountPurchases(events, owner) },
      merges,
      viewed: await Promise.all(shop.apis.map((api) => viewedAt(api, visits))),
      expectedViewed: [
        ...expectedViews({ events, owner }),
        ...visits.map((id) => recountViewed(events, `s:${id}`, owner)),
      ],
      similar: await Promise.all(shop.apis.map(similarAt)),
      expectedSimilar: await similarAt(fresh),
    };
  } finally {
    await fresh.stop();
  }
}

/**
 * The expectations between two faults: waits until everything is learned, and compares the lists of each API process with
 * a recount and with those of a process that starts now. The workers continue, and so does the load afterwards.
 */
export async function expectExactSoFar(shop: FaultShop): Promise<void> {
  await shop.load.stop();
  await shop.settle();
  const { events, owner, lost } = await readLog(shop);
  const viewed = await Promise.all(shop.apis.map((api) => viewedAt(api, [])));
  expectExactly(() => {
    expect(lost).toEqual([]);
    for (const lists of viewed) expect(lists).toEqual(expectedViews({ events, owner }));
  });
  const fresh = await startApiProcess(shop.services.shop);
  try {
    const expected = await similarAt(fresh);
    // An API process may answer with a list that it computed up to a second ago.
    await until(
      () => Promise.all(shop.apis.map(similarAt)),
      (all) => all.every((similar) => isDeepStrictEqual(similar, expected)),
    );
  } finally {
    await fresh.stop();
  }
  shop.load.start();
}

/** The log, and what it says of the sent events. */
async function readLog(shop: FaultShop) {
  const { pool } = shop.services;
  const { rows } = await pool.query<{ id: string; position: number }>(
    'SELECT e.id, b.position FROM events e JOIN log_batches b ON b.batch = e.batch',
  );
  const { rows: merges } = await pool.query<Merged>(
    'SELECT position, from_subject AS "from", into_subject AS into FROM merges ORDER BY position',
  );
  const owner = ownersAfter(merges, new Map(rows.map(({ id, position }) => [id, position])));
  const logged = new Set(rows.map((row) => row.id));
  const sent = new Map(shop.sent.map((event) => [event.id, event]));
  const events = [...logged].flatMap((id) => sent.get(id) ?? []);
  const lost = shop.acknowledged.map(({ id }) => id).filter((id) => !logged.has(id));
  return { rows, merges, owner, logged, sent, events, lost };
}

type ReadLog = Awaited<ReturnType<typeof readLog>>;

function expectedViews({ events, owner }: Pick<ReadLog, 'events' | 'owner'>): string[][] {
  return COMPARED_CUSTOMERS.map((n) => recountViewed(events, `c:${customer(n)}`, owner));
}

/** The expectations at the end of every fault test. */
export function expectExact(recounted: Recounted): void {
  expectExactly(() => compare(recounted));
}

function compare(recounted: Recounted): void {
  const { interest, purchase } = recounted;
  expect(recounted.lost).toEqual([]);
  expect(recounted.strange).toEqual([]);
  expect(recounted.positionsAreGapless).toBe(true);
  expect(recounted.rejected).toBe(0);
  expect(interest.kept.size).toBeGreaterThan(100);
  expect(interest.kept).toEqual(interest.recount);
  expect(purchase.kept).toEqual(purchase.recount);
  expect(recounted.viewed.length).toBeGreaterThan(0);
  for (const viewed of recounted.viewed) expect(viewed).toEqual(recounted.expectedViewed);
  for (const similar of recounted.similar) expect(similar).toEqual(recounted.expectedSimilar);
}

async function viewedAt({ client }: ApiProcess, visits: readonly string[]): Promise<string[][]> {
  const subjects = [
    ...COMPARED_CUSTOMERS.map((n) => ({ customerId: customer(n) })),
    ...visits.map((sessionId) => ({ sessionId })),
  ];
  const lists: string[][] = [];
  for (const subject of subjects) {
    const input = { intent: 'RECENTLY_VIEWED', ...subject };
    lists.push(ids(await client.data<ListAnswer>(LIST, { input, first: 100 })));
  }
  return lists;
}

function similarAt({ client }: ApiProcess): Promise<unknown[]> {
  return Promise.all(
    ['SIMILAR', 'COMPLEMENTARY'].flatMap((intent) =>
      PRODUCTS.map(async (n) => {
        const input = { intent, productIds: [product(n)] };
        const { recommendations } = await client.data<ListAnswer>(LIST, { input, first: 100 });
        return recommendations.edges.map(({ node, score }) => [node.id, score]);
      }),
    ),
  );
}

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
