import { seededRandom } from '../../../src/learn/seeded-random';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { SearchReportService } from '../../../src/search/report/search-report.service';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const DAY_MS = 86_400_000;
const TODAY = Math.floor(Date.UTC(2026, 4, 20) / DAY_MS);
const DAYS = 8;
const QUERIES = 3_000;

interface Counts {
  readonly day: number;
  readonly query: string;
  readonly searches: number;
  readonly without: number;
  readonly clicked: number;
}

describe('the lists of a report', () => {
  let shop: TestNamespace;
  let pool: Pool;
  const random = seededRandom(3);
  // Long tails, and queries that are frequent on some days only: the most frequent query of the interval may lead on no
  // single day.
  const counts: Counts[] = [];
  for (let day = TODAY - DAYS + 1; day <= TODAY; day++)
    for (let n = 0; n < QUERIES; n++) {
      const searches = Math.ceil((random() * 2_000) / (1 + ((n * 37 + (n % 5) * day * 11) % QUERIES)));
      if (random() < 0.2) continue;
      const without = n % 7 === 0 ? Math.floor(random() * (searches + 1)) : 0;
      counts.push({ day, query: `q${n}`, searches, without, clicked: Math.floor(random() * (searches - without + 1)) });
    }

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    await pool.query(
      `INSERT INTO query_days SELECT date '1970-01-01' + day, query, searches, without, clicked, 0
       FROM json_to_recordset($1) AS r (day int, query text, searches int, without int, clicked int)`,
      [JSON.stringify(counts)],
    );
    await pool.query(
      `INSERT INTO search_days SELECT day, sum(searches), sum(without_results), sum(clicked), 0 FROM query_days GROUP BY day`,
    );
  });

  afterAll(async () => {
    await pool.end();
    await shop.drop();
  });

  const summed = (from: number, days: number) => {
    const sums = new Map<string, { searches: number; without: number; clicked: number }>();
    for (const { day, query, searches, without, clicked } of counts) {
      if (day < from || day >= from + days) continue;
      const sum = sums.get(query) ?? { searches: 0, without: 0, clicked: 0 };
      sums.set(query, {
        searches: sum.searches + searches,
        without: sum.without + without,
        clicked: sum.clicked + clicked,
      });
    }
    return sums;
  };
  const total = (sums: ReturnType<typeof summed>, of: 'searches' | 'without' | 'clicked') =>
    [...sums.values()].reduce((sum, one) => sum + one[of], 0);
  const best = (values: readonly number[], first: number) =>
    values
      .filter((value) => value > 0)
      .sort((a, b) => b - a)
      .slice(0, first);
  const close = (values: readonly number[]) => values.map((value) => Number(value.toFixed(6)));

  it.each([
    [1, 20, 5],
    [1, 100, 1],
    [4, 20, 5],
    [4, 100, 30],
    [4, 0, 5],
  ])(
    'of %i days, the first %i of those searched for %i times, equal the sum of all counts',
    async (days, first, minSearches) => {
      const begin = TODAY - days + 1;
      const [now, before] = [summed(begin, days), summed(begin - days, days)];
      const [allNow, allBefore] = [total(now, 'searches'), total(before, 'searches')];
      const share = total(now, 'clicked') / (allNow - total(now, 'without'));
      const frequent = [...now].filter(([, { searches }]) => searches >= minSearches);
      const rise = ([query, { searches: a }]: (typeof frequent)[number]) => {
        const b = before.get(query)?.searches ?? 0;
        if (a / allNow <= b / allBefore) return 0;
        const both = (a + b) / (allNow + allBefore);
        return 2 * (a * Math.log(a / (allNow * both)) + (b === 0 ? 0 : b * Math.log(b / (allBefore * both))));
      };
      const reports = new SearchReportService(pool, 'UTC');
      const at = (day: number) => new Date(day * DAY_MS + 3_600_000);
      const told = await reports.report(reports.prepare({ from: at(begin), to: at(TODAY), first, minSearches }));
      expect(told.totals).toMatchObject({ searches: allNow, clicked: total(now, 'clicked') });
      expect(told.top.map(({ searches }) => searches)).toEqual(
        best(
          frequent.map(([, one]) => one.searches),
          first,
        ),
      );
      expect(told.noResult.map(({ withoutResults }) => withoutResults)).toEqual(
        best(
          [...now.values()].map(({ without }) => without).filter((without) => without >= minSearches),
          first,
        ),
      );
      expect(close(told.rising.map((row) => row.rise))).toEqual(close(best(frequent.map(rise), first)));
      expect(close(told.lowClick.map((row) => row.missedClicks))).toEqual(
        close(
          best(
            frequent.map(([, one]) => share * (one.searches - one.without) - one.clicked),
            first,
          ),
        ),
      );
      for (const { query, searches } of told.top) expect(now.get(query)?.searches).toBe(searches);
    },
  );
});
