import { dayFunctionFor } from '../../forecasting/day-series';
import { ApiError } from '../../graphql/errors';
import { MS_PER_DAY } from '../../learn/durations';
import { inSnapshot, type Pool } from '../../platform/postgres';
import { TimeZone } from '../../streams/window/time-zone';
import { FURTHER_POSITIONS } from '../query-log/counted-search';
import { maxShareRise, shareRise } from '../query-log/share-rise';
import { QueryDays } from './query-days.service';
import type { DayRange, QueryCounts } from './query-days.store';
import { TopList } from './top-list';
import type {
  LowClickQuery,
  PositionReport,
  QueryReport,
  RisingQuery,
  SearchReport,
  SearchReportInput,
  SearchTotals,
} from './search-report.type';
import { type Counts, type PositionTotals, countedUntil, positionsOf, totalsOf } from './search-report.store';

const DEFAULT_DAYS = 7;
const MAX_DAYS = 92;
const DEFAULT_FIRST = 20;
const MAX_FIRST = 100;
const DEFAULT_MIN_SEARCHES = 5;

/** The validated input of a report. */
export interface PreparedReport {
  readonly range: DayRange;
  readonly first: number;
  readonly minSearches: number;
}

/** Reads search reports from the daily search counts. A report is read in one database snapshot. */
export class SearchReportService {
  private readonly dayOf: (at: Date) => number;
  private readonly zone: TimeZone;

  /** @param timeZone IANA name of the time zone in which the shop's days begin */
  constructor(
    private readonly pool: Pool,
    timeZone: string,
    private readonly now: () => number = Date.now,
  ) {
    this.dayOf = dayFunctionFor(timeZone);
    this.zone = new TimeZone(timeZone);
  }

  /** Validates the input and applies defaults. @throws ApiError BAD_USER_INPUT */
  prepare({ from, to, first, minSearches }: SearchReportInput): PreparedReport {
    const last = this.dayOf(to == null ? new Date(this.now()) : new Date(to.getTime() - 1));
    const begin = from == null ? last - DEFAULT_DAYS + 1 : this.dayOf(from);
    const days = last - begin + 1;
    if (!(days >= 1 && days <= MAX_DAYS)) throw bad(`from and to must cover 1 to ${MAX_DAYS} days; got ${days}.`);
    const count = first ?? DEFAULT_FIRST;
    if (count < 0 || count > MAX_FIRST) throw bad(`first must be between 0 and ${MAX_FIRST}; got ${count}.`);
    const minCount = minSearches ?? DEFAULT_MIN_SEARCHES;
    if (minCount < 1) throw bad(`minSearches must be at least 1; got ${minCount}.`);
    return { range: { begin, days }, first: count, minSearches: minCount };
  }

  private startOf(day: number): Date {
    return new Date(this.zone.instantOf(day * MS_PER_DAY));
  }

  report({ range, first, minSearches }: PreparedReport): Promise<SearchReport> {
    return inSnapshot(this.pool, async (client) => {
      const asOf = await countedUntil(client);
      const totals = await totalsOf(client, range);
      const before = await totalsOf(client, precedingRange(range));
      const queries = new QueryDays(client, range);
      const { top, rising, lowClick } = await frequentQueries(queries, { first, minSearches, totals, before });
      const noResult = await queriesWithoutResults(queries, first, minSearches);
      const texts = await queries.textsOf([...top, ...noResult, ...rising, ...lowClick]);
      const toReport = <T extends QueryCounts>(row: T) => ({
        ...row,
        ...withRates(row),
        query: texts.get(row.query) ?? row.query,
      });
      return {
        asOf,
        from: this.startOf(range.begin),
        to: this.startOf(range.begin + range.days),
        totals: withRates(totals),
        top: top.map((row): QueryReport => toReport(row)),
        noResult: noResult.map((row): QueryReport => toReport(row)),
        rising: rising.map((row): RisingQuery => toReport(row)),
        lowClick: lowClick.map((row): LowClickQuery => toReport(row)),
        byPosition: (await positionsOf(client, range)).map(positionReport),
      };
    });
  }
}

interface ListCriteria {
  readonly first: number;
  readonly minSearches: number;
  readonly totals: Counts;
  readonly before: Counts;
}

/**
 * Returns the top, rising and low-click queries. Queries are read most frequent first, until no further query can enter
 * any of these lists.
 */
async function frequentQueries(queries: QueryDays, { first, minSearches, totals, before }: ListCriteria) {
  const withResults = totals.searches - totals.withoutResults;
  const clickShare = share(totals.clicked, withResults);
  const top = new TopList<QueryCounts>(first, ({ searches }) => searches);
  const rising = new TopList<QueryCounts & { readonly rise: number }>(first, ({ rise }) => rise);
  const lowClick = new TopList<QueryCounts & { readonly missedClicks: number }>(
    first,
    ({ missedClicks }) => missedClicks,
  );
  for await (const { rows, othersAtMost } of queries.candidates('searches')) {
    for (const row of rows) {
      if (row.searches < minSearches) continue;
      top.offer(row);
      const periodCounts = {
        now: row.searches,
        before: row.before,
        allNow: totals.searches,
        allBefore: before.searches,
      };
      rising.offer({ ...row, rise: shareRise(periodCounts) });
      lowClick.offer({ ...row, missedClicks: clickShare * (row.searches - row.withoutResults) - row.clicked });
    }
    if (othersAtMost < minSearches) break;
    const mostRise = maxShareRise(othersAtMost, totals.searches, before.searches);
    if (
      top.wouldReject(othersAtMost) &&
      rising.wouldReject(mostRise) &&
      lowClick.wouldReject(clickShare * othersAtMost)
    )
      break;
  }
  return { top: top.best, rising: rising.best, lowClick: lowClick.best };
}

/** Returns the queries with the most searches without results. */
async function queriesWithoutResults(
  queries: QueryDays,
  first: number,
  minSearches: number,
): Promise<readonly QueryCounts[]> {
  const noResult = new TopList<QueryCounts>(first, ({ withoutResults }) => withoutResults);
  for await (const { rows, othersAtMost } of queries.candidates('withoutResults')) {
    for (const row of rows) if (row.withoutResults >= minSearches) noResult.offer(row);
    if (othersAtMost < minSearches || noResult.wouldReject(othersAtMost)) break;
  }
  return noResult.best;
}

function precedingRange({ begin, days }: DayRange): DayRange {
  return { begin: begin - days, days };
}

function bad(message: string): ApiError {
  return new ApiError('BAD_USER_INPUT', message);
}

function withRates({ searches, withoutResults, clicked, followedByPurchase }: Counts): SearchTotals {
  return {
    searches,
    withoutResults,
    clicked,
    followedByPurchase,
    noResultShare: share(withoutResults, searches),
    clickThroughRate: share(clicked, searches),
    conversionRate: share(followedByPurchase, searches),
  };
}

function positionReport({ position, impressions, clicks, purchases }: PositionTotals): PositionReport {
  return {
    position: position === FURTHER_POSITIONS ? null : position,
    impressions,
    clicks,
    purchases,
    clickThroughRate: share(clicks, impressions),
    conversionRate: share(purchases, impressions),
  };
}

function share(some: number, all: number): number {
  return all === 0 ? 0 : some / all;
}
