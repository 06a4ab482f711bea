import { BackfillService } from '../src/events/backfill.service';
import type { Outbox } from '../src/events/outbox.service';
import type { StoredEvent } from '../src/events/stored-event';
import { seededRandom } from '../src/learn/seeded-random';
import { migrate } from '../src/platform/migrate';
import { connectPostgres, type Pool } from '../src/platform/postgres';
import { withTemporaryPostgres } from '../src/local-services/temporary-postgres';
import { QueryPrefixIndex, type LoggedQuery } from '../src/search/query-log/query-prefix-index';
import { SearchCounter } from '../src/search/query-log/search-counter.service';
import { NO_FIELD_EVIDENCE } from '../src/search/ranking/field-evidence';
import type { HitEvidence } from '../src/search/ranking/log-linear';
import { SearchReportService } from '../src/search/report/search-report.service';
import { SearchLog } from '../src/search/query-log/search-log.service';
import { percentile, type BenchRow } from './row';
import { EventLog } from '../src/events/event-log';

const NAMESPACE = 'bench';
const DAYS = 8;
const A_DAY = 1_000_000;
const QUERIES = 200_000;
const REPORTS = 100;
const LOGGED = 20_000;
const ROUNDS = 6;

/**
 * Measures the cost of logging, counting and reporting searches, and of suggesting past ones. Queries are synthetic,
 * with Zipf frequencies.
 */
export async function measurePastSearches(): Promise<BenchRow[]> {
  return withTemporaryPostgres(async (url) => {
    await migrate(url, NAMESPACE);
    const pool = connectPostgres(url, NAMESPACE, { max: 2 });
    try {
      return [logging(), await counting(pool), ...(await reporting(pool)), suggesting()];
    } finally {
      await pool.end();
    }
  });
}

const wordOf = (n: number): string =>
  [n % 40, Math.floor(n / 40) % 40, Math.floor(n / 1_600)]
    .map((part) => 'bdfgklmnprstvz'[part % 14] + 'aeiou'[part % 5] + part.toString(36))
    .join('');

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
}

/** Measures the CPU time of the process that serves the search. */
function logging(): BenchRow {
  const evidence: HitEvidence = {
    ...{ text: 1.4, popularity: 0.5, affinity: 0.1, clicks: 0, boost: 1 },
    ...{ unavailable: 0, price: 3, discount: 0, rating: 4, novelty: 0.5 },
    ...NO_FIELD_EVIDENCE,
    titleMatch: 1,
  };
  const shown = Array.from({ length: 20 }, (_, n) => `product-${n}`);
  const log = new SearchLog({ send: () => Promise.resolve(), log: { warn: () => undefined } });
  const answer = { totalCount: 100, modelVersion: 'log-linear-1', correctedQuery: null, ignoredWords: [] };
  const all = shown.map(() => evidence);
  const take = (n: number) =>
    log.record({
      who: { sessionId: `s${n}` },
      sender: null,
      input: { query: wordOf(n) },
      answer: { ...answer, requestId: `r${n}` },
      shown,
      evidence: () => all,
    });
  for (let n = 0; n < 4_000; n++) take(n);
  const before = process.cpuUsage();
  for (let n = 0; n < 900; n++) take(n);
  return {
    name: 'a search of 20 products logged, µs of CPU',
    subject: 'freshet',
    p50: (cpuMs(before) * 1_000) / 900,
    unit: 'µs',
  };
}

async function counting(pool: Pool): Promise<BenchRow> {
  const random = seededRandom(1);
  const now = Date.now();
  const shown = Array.from({ length: 20 }, (_, n) => `p${n}`);
  const features = 'A'.repeat(534);
  const events = Array.from({ length: LOGGED }, (_, n): StoredEvent => {
    const who = { sessionId: `s${n % 5_000}`, quantity: 1, occurredAt: now };
    if (n % 3 === 2)
      return {
        source: 'STOREFRONT',
        id: `e${n}`,
        type: 'CLICK',
        productId: `p${n % 20}`,
        requestId: `r${n - 1 - (n % 2)}`,
        ...who,
      };
    const query = wordOf(Math.floor(QUERIES ** random()));
    return { source: 'SEARCH', id: `r${n}`, type: 'SEARCH', query, properties: { total: 40, shown, features }, ...who };
  });
  const unpublished: Pick<Outbox, 'pool' | 'publish'> = { pool, publish: () => undefined };
  const backfill = new BackfillService(new EventLog(pool, unpublished as Outbox, []));
  for (let at = 0; at < events.length; at += 500) await backfill.append(events.slice(at, at + 500));
  const counter = new SearchCounter(pool, { keptDays: 90, timeZone: 'UTC' });
  const [before, began] = [process.cpuUsage(), performance.now()];
  while ((await counter.advance()) !== null);
  const took = performance.now() - began;
  return {
    name: `counted; ${((cpuMs(before) * 1_000) / LOGGED).toFixed(0)} µs of the worker's CPU each`,
    subject: 'freshet',
    rate: (LOGGED * 1_000) / took,
    unit: 'events/s',
  };
}

async function reporting(pool: Pool): Promise<BenchRow[]> {
  await fill(pool);
  const reports = new SearchReportService(pool, 'UTC');
  const rows: BenchRow[] = [];
  const today = new Date();
  const weekAgo = new Date(today.getTime() - 6 * 86_400_000);
  for (const [name, from, count] of [
    ['report of a day with a million searches', today, REPORTS],
    ['report of a week with a million searches a day', weekAgo, 10],
  ] as const) {
    const times: number[] = [];
    for (let n = -2; n < count; n++) {
      const began = performance.now();
      await reports.report(reports.prepare({ from, to: new Date(today.getTime() + 1), first: 20, minSearches: 5 }));
      if (n >= 0) times.push(performance.now() - began);
    }
    rows.push({ name, subject: 'freshet', p50: percentile(times, 0.5), p99: percentile(times, 0.99) });
  }
  return rows;
}

/** Writes days of counted searches, without the searches themselves: reports read nothing else. */
async function fill(pool: Pool): Promise<void> {
  await pool.query(
    `INSERT INTO query_days (day, query, searches, without_results, clicked, bought)
     SELECT now()::date - d, 'query ' || (q * 7919 + d * (q % 13)) % ${QUERIES * 2}, s, CASE WHEN q % 9 = 0 THEN s ELSE 0 END,
       CASE WHEN q % 9 = 0 THEN 0 ELSE s * (q % 5) / 10 END, s / 50
     FROM generate_series(0, ${DAYS * 2 - 1}) AS d, generate_series(1, ${QUERIES}) AS q
     CROSS JOIN LATERAL (SELECT ceil(${A_DAY} / (ln(${QUERIES}) + 0.58) / q)::int AS s OFFSET 0) f
     ON CONFLICT DO NOTHING`,
  );
  await pool.query(
    `INSERT INTO search_days SELECT day, sum(searches), sum(without_results), sum(clicked), sum(bought) FROM query_days GROUP BY day
     ON CONFLICT (day) DO UPDATE SET searches = excluded.searches, without_results = excluded.without_results, clicked = excluded.clicked`,
  );
  await pool.query(
    `INSERT INTO past_queries SELECT query, query, sum(searches), sum(clicked), sum(searches), 20 FROM query_days GROUP BY query
     ON CONFLICT DO NOTHING`,
  );
  await pool.query('VACUUM ANALYZE');
}

/** Measures each prefix; the minimum over the rounds counts. */
function suggesting(): BenchRow {
  const queries: LoggedQuery[] = Array.from({ length: 20_000 }, (_, n) => {
    const key = `${wordOf(n * 7)} ${wordOf((n * 31) % 64_000)}`;
    return { key, text: key, score: (n * 7_919) % 10_007 };
  });
  const past = new QueryPrefixIndex(queries);
  const typed = queries
    .filter((_, n) => n % 50 === 0)
    .flatMap(({ key }) => [
      key.slice(0, 1),
      key.slice(0, 4),
      `${key.slice(0, 3)}q${key.slice(4, 7)}`,
      `q${key.slice(1, 12)}q`,
    ]);
  const times = typed.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++)
    typed.forEach((prefix, at) => {
      const began = performance.now();
      past.withPrefix(prefix, 12);
      times[at] = Math.min(times[at], performance.now() - began);
    });
  return {
    name: '20,000 past queries: one beginning',
    subject: 'freshet',
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  };
}
