import { ErasureService } from '../../../src/erasure/erasure.service';
import { BackfillService } from '../../../src/events/backfill.service';
import { Outbox } from '../../../src/events/outbox.service';
import type { StoredEvent } from '../../../src/events/stored-event';
import { MergeService } from '../../../src/customers/merge.service';
import { seededRandom } from '../../../src/learn/seeded-random';
import { createLog } from '../../../src/platform/log';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { SearchCounter } from '../../../src/search/query-log/search-counter.service';
import { SearchReportService } from '../../../src/search/report/search-report.service';
import { COUNT_TABLES } from '../../../src/search/query-log/search-progress.store';
import { SHOP } from '../../../src/shop';
import { ownersAfter, type SentEvent } from '../../setup/recount';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { eventLogOf } from '../../setup/event-log';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 4, 20, 12);
/** Its days begin at 02:30 UTC. */
const TIME_ZONE = 'America/St_Johns';
const MIDNIGHT_MS = 150 * 60_000;
const ROUNDS = 40;
const TYPED = ['Red Lamp', 'red lamp', ' red   lamp', 'RUG', 'rug', 'cup', 'no such thing', 'blue cup'];

/** A recount by the definitions, over the log alone. Its queries differ in case and blanks only. */
const SEARCHED = `
  searched AS (
    SELECT DISTINCT ON (e.id) e.id, to_char(e.occurred_at AT TIME ZONE '${TIME_ZONE}', 'YYYY-MM-DD') AS day, e.query AS typed, e.occurred_at AS at,
      lower(regexp_replace(trim(e.query), '\\s+', ' ', 'g')) AS query, (e.properties->>'total')::int AS total,
      e.properties->'shown' AS shown, jsonb_array_length(e.properties->'shown') AS length
    FROM events e JOIN log_batches b ON b.batch = e.batch
    WHERE e.source = 'SEARCH' AND e.type = 'SEARCH' ORDER BY e.id, b.position, e.sequence
  ), reacted AS (
    SELECT s.id, s.day, s.query, e.type = 'PURCHASE' AS bought, coalesce(
      (SELECT n FROM jsonb_array_elements_text(s.shown) WITH ORDINALITY AS p (product, n) WHERE product = e.product_id),
      CASE WHEN e.list_position > s.length AND e.list_position <= 500 THEN e.list_position END, 0) AS place
    FROM searched s JOIN events e ON e.request_id = s.id AND e.occurred_at >= s.at - interval '1 day' AND e.type IN ('CLICK', 'VIEW', 'ADD_TO_CART', 'PURCHASE')
  )`;
const OF_SEARCHES = `count(*)::int AS searches, (count(*) FILTER (WHERE total = 0))::int AS without_results,
  (count(*) FILTER (WHERE EXISTS (SELECT FROM reacted r WHERE r.id = s.id)))::int AS clicked,
  (count(*) FILTER (WHERE EXISTS (SELECT FROM reacted r WHERE r.id = s.id AND bought)))::int AS bought`;
const RECOUNTS: Readonly<Record<string, readonly [kept: string, recounted: string]>> = {
  'by day': [
    `SELECT to_char(day, 'YYYY-MM-DD') AS day, searches, without_results, clicked, bought FROM search_days ORDER BY 1`,
    `WITH ${SEARCHED} SELECT day, ${OF_SEARCHES} FROM searched s GROUP BY 1 ORDER BY 1`,
  ],
  'by query and day': [
    `SELECT query, to_char(day, 'YYYY-MM-DD') AS day, searches, without_results, clicked, bought FROM query_days ORDER BY 1, 2`,
    `WITH ${SEARCHED} SELECT query, day, ${OF_SEARCHES} FROM searched s GROUP BY 1, 2 ORDER BY 1, 2`,
  ],
  'by position': [
    `SELECT to_char(day, 'YYYY-MM-DD') AS day, position, impressions, clicks, purchases FROM position_days ORDER BY 1, 2`,
    `WITH ${SEARCHED}, places AS (
       SELECT day, least(n, 21) AS position, 1 AS impressions, 0 AS clicks, 0 AS purchases
       FROM searched CROSS JOIN LATERAL generate_series(1, length) AS n
       UNION ALL SELECT day, least(place, 21), 0, 1, 0 FROM (SELECT DISTINCT id, day, place FROM reacted) c WHERE place > 0
       UNION ALL SELECT day, least(place, 21), 0, 0, 1
         FROM (SELECT DISTINCT id, day, place FROM reacted WHERE bought) b WHERE place > 0
     )
     SELECT day, position::int, sum(impressions)::int AS impressions, sum(clicks)::int AS clicks, sum(purchases)::int AS purchases
     FROM places GROUP BY 1, 2 ORDER BY 1, 2`,
  ],
  'by query': [
    `SELECT query, text, searches, clicked, round(popularity::numeric, 6)::float8 AS popularity FROM past_queries ORDER BY 1`,
    `WITH ${SEARCHED} SELECT query, (
         SELECT regexp_replace(trim(typed), '\\s+', ' ', 'g') COLLATE "C" AS text FROM searched o WHERE o.query = s.query
         GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1
       ) AS text, count(*)::int AS searches,
       (count(*) FILTER (WHERE EXISTS (SELECT FROM reacted r WHERE r.id = s.id)))::int AS clicked,
       round(sum(2 ^ ((day::date - date '2026-01-01') / 30.0))::numeric, 6)::float8 AS popularity
     FROM searched s GROUP BY 1 ORDER BY 1`,
  ],
};

describe('statistics of searches', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let killed: Pool;
  let pubSub: RedisPubSub;
  let outbox: Outbox;
  let sent = 0;
  const random = seededRandom(20);
  const pick = (most: number) => Math.floor(random() * most);
  const oneOf = <T>(some: readonly T[]): T => some[pick(some.length)];
  const log = createLog({ logLevel: 'silent' });
  const counterOf = (on: Pool, now = NOW) =>
    new SearchCounter(on, { keptDays: 90, timeZone: TIME_ZONE, now: () => now });

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    killed = connectPostgres(`${shop.databaseUrl}?application_name=${shop.namespace}`, shop.namespace, { max: 2 });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    outbox = new Outbox(pool, pubSub, log);
  });

  afterAll(async () => {
    await outbox.markPublished();
    await pubSub.close();
    await Promise.all([pool.end(), killed.end()]);
    await shop.drop();
  });

  const who = () => {
    const dice = random();
    if (dice < 0.5) return { customerId: `c${pick(4)}` };
    return dice < 0.9 ? { sessionId: `s${pick(6)}` } : {};
  };
  const search = (n: number): StoredEvent => {
    const query = oneOf(TYPED);
    const total = query.startsWith('no') ? 0 : 1 + pick(60);
    const shown = Array.from({ length: Math.min(total, 25) }, (_, at) => `p${(n + at) % 40}`);
    const properties = { total, typing: pick(3) === 0, asTyped: oneOf([true, false, undefined]), shown };
    const occurredAt = NOW - pick(5 * DAY);
    return { source: 'SEARCH', id: `r${n}`, type: 'SEARCH', occurredAt, ...who(), quantity: 1, query, properties };
  };
  const reaction = (n: number, searches: number): StoredEvent => ({
    source: oneOf(['STOREFRONT', 'ORDERS']),
    id: `e${n}:1`,
    type: oneOf(['CLICK', 'CLICK', 'VIEW', 'ADD_TO_CART', 'PURCHASE', 'IMPRESSION']),
    occurredAt: NOW - pick(5 * DAY),
    customerId: `c${pick(4)}`,
    productId: `p${pick(40)}`,
    quantity: 1,
    requestId: random() < 0.9 ? `r${pick(searches)}` : 'a list of recommendations',
    ...(random() < 0.5 ? { listPosition: 1 + pick(60) } : {}),
  });

  const toEnd = async (counter: SearchCounter) => {
    while ((await counter.advance()) !== null);
  };
  const dump = async () => {
    const tables: Record<string, unknown[]> = {};
    for (const table of COUNT_TABLES)
      tables[table] = (await pool.query(`SELECT * FROM ${table} t ORDER BY t::text`)).rows;
    return tables;
  };
  const expectRecounted = async () => {
    for (const [what, [kept, recounted]] of Object.entries(RECOUNTS)) {
      const [one, other] = await Promise.all([pool.query(kept), pool.query(recounted)]);
      expect({ [what]: one.rows }).toEqual({ [what]: other.rows });
    }
    const { rows: events } = await pool.query<SentEvent & { at: number; query: string }>(
      `SELECT DISTINCT ON (e.id) e.id, e.customer_id AS "customerId", e.session_id AS "sessionId", b.position AS at,
         lower(regexp_replace(trim(e.query), '\\s+', ' ', 'g')) AS query
       FROM events e JOIN log_batches b ON b.batch = e.batch WHERE e.source = 'SEARCH' AND e.subject IS NOT NULL
       ORDER BY e.id, b.position, e.sequence`,
    );
    const { rows: merges } = await pool.query<{ position: number; from: string; into: string }>(
      `SELECT position, from_subject AS "from", into_subject AS into FROM merges`,
    );
    const present = events.map((event) => ({
      ...event,
      customerId: event.customerId ?? undefined,
      sessionId: event.sessionId ?? undefined,
    }));
    const ownerOf = ownersAfter(merges, new Map(present.map(({ id, at }) => [id, at])));
    const owners = new Map<string, Set<string>>();
    for (const event of present) owners.set(event.query, (owners.get(event.query) ?? new Set()).add(ownerOf(event)));
    const { rows } = await pool.query<{ query: string; customers: number; clickers: number }>(
      'SELECT query, customers, clickers FROM past_queries',
    );
    expect(Object.fromEntries(rows.map(({ query, customers }) => [query, customers]))).toEqual(
      Object.fromEntries(rows.map(({ query }) => [query, owners.get(query)?.size ?? 0])),
    );
    const { rows: clicked } = await pool.query<{ id: string }>(
      `WITH ${SEARCHED} SELECT DISTINCT id FROM reacted JOIN events e USING (id)
       WHERE e.source = 'SEARCH' AND (properties->>'asTyped')::boolean AND place > 0`,
    );
    const clickedIds = new Set(clicked.map(({ id }) => id));
    for (const { query, clickers } of rows) {
      const clicking = present.filter((event) => event.query === query && clickedIds.has(event.id));
      expect({ query, clickers }).toEqual({ query, clickers: new Set(clicking.map(ownerOf)).size });
    }
  };

  /** A report covers the days of the shop that its span touches; its end is excluded. */
  const expectReports = async () => {
    const reports = new SearchReportService(pool, TIME_ZONE, () => NOW);
    const midnight = Date.UTC(2026, 4, 18) + MIDNIGHT_MS;
    for (const [from, to, first, days] of [
      [midnight, midnight + DAY, midnight, 1],
      [midnight + 1, midnight + DAY + 1, midnight, 2],
      [midnight - 1, midnight + DAY - 1, midnight - DAY, 2],
      [midnight - DAY, null, midnight - DAY, 4],
    ] as const) {
      const end = first + days * DAY;
      const input = { from: new Date(from), to: to === null ? null : new Date(to) };
      const { rows } = await pool.query<{ searches: number }>(
        `WITH ${SEARCHED} SELECT count(*)::int AS searches FROM searched WHERE at >= $1 AND at < $2`,
        [new Date(first), new Date(end)],
      );
      expect(rows[0].searches).toBeGreaterThan(0);
      expect(await reports.report(reports.prepare(input))).toMatchObject({
        from: new Date(first),
        to: new Date(end),
        totals: { searches: rows[0].searches },
      });
    }
  };

  it('equal a recount of the log: in any order, repeated, merged, erased, and with workers killed', async () => {
    const backfill = new BackfillService(eventLogOf(pool, outbox));
    const merges = new MergeService(pool, outbox);
    const erasures = new ErasureService(eventLogOf(pool, outbox), log, 0, SHOP);
    const most = ROUNDS * 20;
    // Includes reactions to searches that come later, or never.
    const events = Array.from({ length: most }, (_, n) => (n % 2 ? search((n - 1) / 2) : reaction(n, most / 2)));
    for (let at = events.length - 1; at > 0; at--) {
      const other = pick(at + 1);
      [events[at], events[other]] = [events[other], events[at]];
    }
    let struck = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const fresh = events.slice(sent, (sent += 20));
      await backfill.append([...fresh, oneOf(events.slice(0, sent))]);
      if (round % 3 === 0) {
        const from = random() < 0.5 ? { fromCustomerId: `c${pick(4)}` } : { fromSessionId: `s${pick(6)}` };
        await merges.merge({ ...from, intoCustomerId: `c${pick(4)}` });
      }
      if (round === 25) await erasures.eraseCustomer('c1');
      if (round % 4 === 3) continue; // Several batches together.
      const advancing = counterOf(killed)
        .advance()
        .catch((error: Error) => {
          if (!/terminat|connection/i.test(error.message)) throw error;
          struck++;
        });
      await new Promise((resolve) => setTimeout(resolve, random() * 12));
      await pool.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
        shop.namespace,
      ]);
      await advancing;
      if (round % 5 === 0) {
        await Promise.all([toEnd(counterOf(pool)), toEnd(counterOf(pool))]);
        await expectRecounted();
      }
    }
    expect(struck).toBeGreaterThan(3);
    await toEnd(counterOf(pool));
    await expectRecounted();
    const counted = await dump();
    await expectReports();
    expect(counted.past_queries.length).toBe(5);
    expect(counted.searches.length).toBeGreaterThan(most / 8);
    await counterOf(pool).reset();
    expect((await dump()).searches).toEqual([]);
    await toEnd(counterOf(pool));
    expect(await dump()).toEqual(counted);
  });

  it('are removed completely when they are too old', async () => {
    const later = counterOf(pool, NOW + 88 * DAY);
    while (await later.prune());
    const kept = await dump();
    expect(kept.searches.length).toBeGreaterThan(0);
    await later.reset();
    await toEnd(later);
    expect(await dump()).toEqual(kept);
    const last = counterOf(pool, NOW + 100 * DAY);
    while (await last.prune());
    expect(Object.values(await dump()).every((rows) => rows.length === 0)).toBe(true);
  });
});
