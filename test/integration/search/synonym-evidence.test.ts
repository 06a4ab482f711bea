/** The evidence of suggested synonyms equals a recount of the query log in plain TypeScript. */
import { seededRandom } from '../../../src/learn/seeded-random';
import { connectPostgres, inTransaction, type Pool } from '../../../src/platform/postgres';
import type { QueryLogEntry, QueryLogReaction } from '../../../src/search/query-log/query-log-batch.store';
import { addToQueryLog, removeSearches } from '../../../src/search/query-log/query-log.store';
import {
  type EvidenceLimits,
  readReformulations,
  readSharedClicks,
  type Reformulation,
  type SharedClicks,
} from '../../../src/search/synonyms/suggested/synonym-evidence.store';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const START = Date.UTC(2026, 4, 20);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const QUERIES = ['sofa', 'couch', 'blue sofa', 'blue couch', 'settee -red', 'lamp', 'rare'];

interface Log {
  readonly searches: readonly QueryLogEntry[];
  readonly reactions: readonly QueryLogReaction[];
}

function randomLog(seed: number, searchCount: number): Log {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const searches = Array.from({ length: searchCount }, (_, n): QueryLogEntry => {
    const query = QUERIES[below(QUERIES.length - (below(20) === 0 ? 0 : 1))];
    return {
      requestId: `r${n}`,
      // Whole minutes, so that searches have equal times and are ten minutes apart.
      occurredAt: START + below(300) * MINUTE_MS,
      position: n + 1,
      subject: below(12) === 0 ? null : `s:${below(30)}`,
      query,
      text: query.toUpperCase(),
      language: [null, 'en', 'de'][below(3)],
      total: 5,
      shown: 5,
      asTyped: true,
    };
  });
  const reactions = searches.flatMap((search, n) =>
    Array.from({ length: Math.max(0, below(5) - 2) }, (_, m): QueryLogReaction => ({
      source: 'STOREFRONT',
      id: `${n}-${m}`,
      // Some reactions are too early to count.
      occurredAt: search.occurredAt - (below(6) === 0 ? 2 * DAY_MS : 0) + MINUTE_MS,
      requestId: search.requestId,
      productId: `p${below(6)}`,
      listPosition: 1,
      bought: false,
    })),
  );
  return { searches, reactions };
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

/** Recounts from the definitions. */
function recount({ searches, reactions }: Log, limits: EvidenceLimits) {
  const typedBy = new Map<string, Set<string>>();
  for (const { query, subject } of searches)
    if (subject !== null) typedBy.set(query, (typedBy.get(query) ?? new Set()).add(subject));
  const isShown = (query: string) =>
    (typedBy.get(query)?.size ?? 0) >= limits.minCustomers && !query.split(' ').some((word) => word.startsWith('-'));
  const productsOf = (search: QueryLogEntry) =>
    reactions
      .filter(({ requestId, occurredAt }) => requestId === search.requestId && occurredAt >= search.occurredAt - DAY_MS)
      .map(({ productId }) => productId);
  const recent = searches
    .filter(({ subject }) => subject !== null)
    .sort((a, b) => b.occurredAt - a.occurredAt || compare(b.requestId, a.requestId))
    .slice(0, limits.searches)
    .reverse();
  const describe = (language: string, from: string, to: string) => ({
    ...{ language, from, to, fromText: from.toUpperCase(), toText: to.toUpperCase() },
  });

  const visitsByPair = new Map<string, Set<string>>();
  recent.forEach((search, at) => {
    const next = recent.slice(at + 1).find(({ subject }) => subject === search.subject);
    if (next === undefined || next.query === search.query || next.language !== search.language) return;
    if (productsOf(search).length > 0 || productsOf(next).length === 0) return;
    if (next.occurredAt > search.occurredAt + 10 * MINUTE_MS) return;
    const key = JSON.stringify([search.language ?? '', search.query, next.query]);
    visitsByPair.set(key, (visitsByPair.get(key) ?? new Set()).add(search.subject!));
  });
  const counted = [...visitsByPair].map(([key, visits]) => {
    const [language, from, to] = JSON.parse(key) as [string, string, string];
    return { language, from, to, visits: visits.size };
  });
  const sum = (some: typeof counted) => some.reduce((total, { visits }) => total + visits, 0);
  const reformulations = counted
    .filter(({ from, to, visits }) => isShown(from) && isShown(to) && visits >= limits.minVisits)
    .map(({ language, from, to, visits }): Reformulation => {
      const same = counted.filter((one) => one.language === language);
      return {
        ...describe(language, from, to),
        ...{ visits, fromVisits: sum(same.filter((one) => one.from === from)) },
        ...{ toVisits: sum(same.filter((one) => one.to === to)), allVisits: sum(same) },
      };
    })
    .sort((a, b) => b.visits - a.visits || compareQueries(a, b))
    .slice(0, limits.pairs);

  const sharedClicks: SharedClicks[] = [];
  for (const language of ['', 'de', 'en']) {
    const clicksOf = new Map<string, Map<string, number>>();
    for (const query of QUERIES.filter(isShown)) {
      const subjects = new Map<string, Set<string>>();
      for (const search of recent.filter((one) => one.query === query && (one.language ?? '') === language))
        for (const product of productsOf(search))
          subjects.set(product, (subjects.get(product) ?? new Set()).add(search.subject!));
      // A product that only one visit clicked is no evidence.
      const byMany = [...subjects].filter(([, all]) => all.size >= 2);
      clicksOf.set(query, new Map(byMany.map(([product, all]) => [product, all.size])));
    }
    const isCompared = (query: string, product: string) =>
      [...clicksOf]
        .filter(([, clicks]) => clicks.has(product))
        .sort(([a, aClicks], [b, bClicks]) => bClicks.get(product)! - aClicks.get(product)! || compare(a, b))
        .slice(0, limits.queriesPerProduct)
        .some(([one]) => one === query);
    for (const [from, a] of clicksOf)
      for (const [to, b] of clicksOf) {
        if (from >= to) continue;
        const products = [...a.keys()].filter((one) => b.has(one) && isCompared(from, one) && isCompared(to, one));
        const squares = (clicks: Map<string, number>) => [...clicks.values()].reduce((all, n) => all + n * n, 0);
        const dot = products.reduce((all, one) => all + a.get(one)! * b.get(one)!, 0);
        const evidence = {
          ...describe(language, from, to),
          sharedProducts: products.length,
          sharedClicks: products.reduce((all, one) => all + Math.min(a.get(one)!, b.get(one)!), 0),
          similarity: dot === 0 ? 0 : dot / Math.sqrt(squares(a) * squares(b)),
        };
        if (evidence.sharedClicks >= limits.minSharedClicks && evidence.similarity >= limits.minSimilarity)
          sharedClicks.push(evidence);
      }
  }
  sharedClicks.sort((a, b) => b.sharedClicks - a.sharedClicks || compareQueries(a, b));
  return { reformulations, sharedClicks: sharedClicks.slice(0, limits.pairs) };
}

interface Queries {
  readonly language: string;
  readonly from: string;
  readonly to: string;
}

const compareQueries = (a: Queries, b: Queries) =>
  compare(a.language, b.language) || compare(a.from, b.from) || compare(a.to, b.to);

describe('the evidence of suggested synonyms', () => {
  let shop: TestNamespace;
  let pool: Pool;
  const all: EvidenceLimits = {
    ...{ searches: 10_000, minCustomers: 5, minVisits: 1, minSharedClicks: 1, minSimilarity: 0 },
    ...{ queriesPerProduct: 100, pairs: 1_000 },
  };

  const read = (limits: EvidenceLimits) =>
    inTransaction(pool, async (client) => ({
      reformulations: await readReformulations(client, limits),
      sharedClicks: await readSharedClicks(client, limits),
    }));

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
  });

  afterAll(async () => {
    await pool.end();
    await shop.drop();
  });

  it.each([1, 2, 3])(
    'equals a recount of random log %i, within any limits, and after searches are removed',
    async (seed) => {
      let log = randomLog(seed, 1_500);
      await inTransaction(pool, (client) => addToQueryLog(client, log.searches, log.reactions));
      for (const limits of [
        all,
        { ...all, searches: 600 },
        { ...all, minVisits: 2, minSharedClicks: 12, minSimilarity: 0.85 },
        { ...all, queriesPerProduct: 2, pairs: 7 },
        { ...all, minCustomers: 20 },
      ]) {
        const expected = recount(log, limits);
        expect(await read(limits)).toEqual(expected);
        expect(expected.sharedClicks.length).toBeGreaterThan(0);
      }
      expect(recount(log, all).reformulations.length).toBeGreaterThan(20);
      const removed = log.searches.filter(({ subject }) => subject === 's:1' || subject === 's:2');
      await inTransaction(pool, (client) =>
        removeSearches(
          client,
          removed.map(({ requestId }) => requestId),
        ),
      );
      log = { ...log, searches: log.searches.filter((search) => !removed.includes(search)) };
      expect(await read(all)).toEqual(recount(log, all));
      await inTransaction(pool, async (client) => {
        await removeSearches(
          client,
          log.searches.map(({ requestId }) => requestId),
        );
        await client.query('DELETE FROM search_reactions');
      });
      expect(await read(all)).toEqual({ reformulations: [], sharedClicks: [] });
    },
  );
});
