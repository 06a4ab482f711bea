import { ApiError } from '../../graphql/errors';
import { openLiveQuery } from '../../graphql/live-query';
import type { Logger } from '../../platform/log';
import { inSnapshot, type Pool, type PoolClient } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import { readUsedSettings } from '../attribution-progress.store';
import { BUSINESS_TOPIC } from '../attribution-topics';
import {
  readCurrencies,
  readCustomerCounts,
  readDayRevenue,
  readDayVisits,
  readVisitTotals,
  type CurrencyTotals,
} from './business-report.store';
import {
  MAX_REPORT_DAYS,
  type BusinessComparison,
  type BusinessReport,
  type CurrencyReport,
} from './business-report.type';
import { shareInterval } from './interval';
import { countFigure, moneyFigure, rateFigure } from './report-figures';
import { readEarlierSpan, readFiguresState, readSpan, type ReportSpan } from './report-span.store';

const DAYS_OF_52_WEEKS = 364;
/** Minimum time between two reports of a subscription. */
const UPDATE_MS = 1_000;
/** Polling interval. Polling makes up for lost pub/sub messages, and notices that figures are no longer behind. */
const POLL_MS = 10_000;

interface ReportRange {
  readonly from: Date;
  readonly to: Date;
}

/** @throws ApiError BAD_USER_INPUT if a range of so many days is empty or too long */
function checkReportDays(days: number): void {
  if (days < 1) throw new ApiError('BAD_USER_INPUT', 'from must be before to.');
  if (days > MAX_REPORT_DAYS)
    throw new ApiError('BAD_USER_INPUT', `from and to must cover at most ${MAX_REPORT_DAYS} days.`);
}

/** Reads business reports from the daily figures. A report is read in one database snapshot. */
export class BusinessReportService {
  /** @param timeZone the shop's time zone, while no figures have been computed */
  constructor(
    private readonly pool: Pool,
    private readonly timeZone: string,
    private readonly live: { readonly pubSub: Pick<RedisPubSub, 'listen'>; readonly log: Logger },
  ) {}

  /**
   * Runs a read in one database snapshot, with the span of the whole days of a range, whose end is excluded.
   * @throws ApiError BAD_USER_INPUT
   */
  inSpan<T>(
    range: ReportRange,
    read: (client: PoolClient, span: ReportSpan, timeZone: string) => Promise<T>,
  ): Promise<T> {
    if (range.from > range.to) throw new ApiError('BAD_USER_INPUT', 'from must be before to.');
    return inSnapshot(this.pool, async (client) => {
      const timeZone = (await readUsedSettings(client))?.timeZone ?? this.timeZone;
      const span = await readSpan(client, range.from, range.to, timeZone);
      checkReportDays(span.days);
      return read(client, span, timeZone);
    });
  }

  /** @param compareTo null for a report without comparison @throws ApiError BAD_USER_INPUT */
  report(range: ReportRange, compareTo: BusinessComparison | null): Promise<BusinessReport> {
    return this.inSpan(range, async (client, span, timeZone) => {
      const daysBefore = compareTo === 'YEAR_BEFORE' ? DAYS_OF_52_WEEKS : span.days;
      const compared = compareTo === null ? null : await readEarlierSpan(client, span, daysBefore, timeZone);
      const now = await readTotals(client, span, timeZone);
      const before = compared && (await readTotals(client, compared, timeZone));
      const currencies = [
        ...new Set([...now.currencies, ...(before?.currencies ?? [])].map(({ currency }) => currency)),
      ];
      const days = await readDayRevenue(client, span, timeZone, currencies);
      const daysOf = (currency: string) =>
        days
          .filter((day) => day.currency === currency)
          .map(({ from, orders, revenue, averageOrder, recommendations, search, refunded }) => ({
            from,
            orders,
            revenue: { amount: revenue, currency },
            averageOrder: averageOrder === null ? null : { amount: averageOrder, currency },
            recommendations: { amount: recommendations, currency },
            search: { amount: search, currency },
            refunded: { amount: refunded, currency },
          }));
      return {
        from: span.from,
        to: span.to,
        comparedFrom: compared?.from ?? null,
        comparedTo: compared?.to ?? null,
        timeZone,
        ...(await readFiguresState(client)),
        visits: countFigure(now.visits, before && before.visits),
        conversion: rateFigure(
          shareInterval(now.conversions, now.visits),
          before && shareInterval(before.conversions, before.visits),
        ),
        orders: countFigure(ordersIn(now.currencies), before && ordersIn(before.currencies)),
        newCustomers: countFigure(now.newCustomers, before && before.newCustomers),
        returningCustomers: countFigure(now.returningCustomers, before && before.returningCustomers),
        currencies: currencies.map((currency) => ({
          ...currencyFigures(currency, now.currencies, before && before.currencies),
          days: daysOf(currency),
        })),
        days: await readDayVisits(client, span, timeZone),
      };
    });
  }

  /** Opens a subscription: the report first, then again whenever it differs, at most about once a second. */
  open(range: ReportRange, compareTo: BusinessComparison | null): Promise<AsyncIterableIterator<BusinessReport>> {
    return openLiveQuery({
      name: 'businessReport',
      reload: () => this.report(range, compareTo),
      visibleStateOf: (report) => JSON.stringify({ ...report, asOf: null }),
      watchChanges: ({ within, every }) => {
        const reload = within(UPDATE_MS);
        return [this.live.pubSub.listen(BUSINESS_TOPIC, reload), every(POLL_MS, reload)];
      },
      log: this.live.log,
    });
  }
}

async function readTotals(client: PoolClient, span: ReportSpan, timeZone: string) {
  return {
    currencies: await readCurrencies(client, span, timeZone),
    ...(await readVisitTotals(client, span)),
    ...(await readCustomerCounts(client, span)),
  };
}

function ordersIn(currencies: readonly CurrencyTotals[]): number {
  return currencies.reduce((sum, { orders }) => sum + orders, 0);
}

const NOTHING = {
  orders: 0,
  revenue: '0.00',
  recommendations: '0.00',
  search: '0.00',
  rest: '0.00',
  viewThrough: '0.00',
  averageOrder: null,
  refunded: '0.00',
} as const;

/** @param compared the totals of the span that it is compared with; null without one */
function currencyFigures(
  currency: string,
  totals: readonly CurrencyTotals[],
  compared: readonly CurrencyTotals[] | null,
): Omit<CurrencyReport, 'days'> {
  const now = totals.find((each) => each.currency === currency) ?? NOTHING;
  const before = compared && (compared.find((each) => each.currency === currency) ?? NOTHING);
  const figure = (name: 'revenue' | 'recommendations' | 'search' | 'rest' | 'viewThrough' | 'refunded') =>
    moneyFigure(currency, now[name], before && before[name]);
  return {
    currency,
    orders: countFigure(now.orders, before && before.orders),
    revenue: figure('revenue'),
    averageOrder:
      now.averageOrder === null ? null : moneyFigure(currency, now.averageOrder, before && before.averageOrder),
    recommendations: figure('recommendations'),
    search: figure('search'),
    rest: figure('rest'),
    viewThrough: figure('viewThrough'),
    refunded: figure('refunded'),
  };
}
