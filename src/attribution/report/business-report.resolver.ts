import { Arg, Extensions, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { isLongerThan } from '../../expressions/code-points';
import { LIST_KINDS } from '../list-reference';
import type { ProductsReadModel } from '../../catalog/products.read-model';
import {
  checkFirst,
  decodeCursor,
  encodeCursor,
  First,
  pageOf,
  timeCursor,
  wrongCursor,
} from '../../graphql/connection';
import { ApiError } from '../../graphql/errors';
import { MAX_LIST_LENGTH, WORK } from '../../graphql/limits/operation-cost';
import { requireCode } from '../../graphql/require-code';
import { DateTime } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { isStorable } from '../../graphql/storable';
import { NO_TOPIC, SubscribedBy } from '../../graphql/subscribed-by';
import { CURRENCY_FORM, readCurrency } from '../../platform/codes';
import { readLinePage, readRevenueBy, type AttributedLineRecord } from './attributed-line.store';
import {
  AttributedLine,
  AttributedLineConnection,
  AttributedLineFilter,
  AttributedRevenue,
  AttributionDimensionEnum,
  type AttributionDimension,
} from './attributed-line.type';
import { BusinessReportService } from './business-report.service';
import { BusinessComparisonEnum, BusinessReport, type BusinessComparison } from './business-report.type';
import { clusteredShareInterval } from './interval';
import { readPlacements, type PlacementCursor, type PlacementTotals } from './placement-report.store';
import { PlacementReport, PlacementReportConnection } from './placement-report.type';
import { RevenueForecaster } from './revenue-forecast.service';
import { RevenueForecast } from './revenue-forecast.type';
import { rateFigure } from './report-figures';

/** Cost of a report, in units of {@link WORK} (1 to 2 µs each): several SQL statements over at most 366 days. */
const REPORT_WORK = 5_000;
/** Cost of a sum over all lines of a span. */
const SUM_WORK = 20_000;
/** A forecast fits several models. */
const FORECAST_WORK = 10_000;
const DEFAULT_FORECAST_DAYS = 7;
const MAX_VALUES = 100;
const MAX_FILTER_LENGTHS = { placement: 100, intent: 100, query: 500, modelVersion: 100 } as const;
const FROM = 'Included. Moved back to the midnight of the shop before it, unless it is one.';
const TO = 'Excluded. Moved forward to the next midnight of the shop, unless it is one. The span has up to 366 days.';
const COMPARE_TO = 'The span to compare with. Default `PRECEDING`; null for none.';

@Resolver()
export class BusinessReportResolver {
  constructor(
    private readonly reports: BusinessReportService,
    private readonly forecaster: RevenueForecaster,
    private readonly products: Pick<ProductsReadModel, 'get'>,
  ) {}

  @Scoped('SERVER')
  @Extensions({ [WORK]: REPORT_WORK })
  @Query(() => BusinessReport, {
    nullable: true,
    description: 'What the shop earned on some days, how much of it through recommendations and search, and visits.',
  })
  businessReport(
    @Arg('from', () => DateTime, { description: FROM }) from: Date,
    @Arg('to', () => DateTime, { description: TO }) to: Date,
    @Arg('compareTo', () => BusinessComparisonEnum, {
      nullable: true,
      defaultValue: 'PRECEDING',
      description: COMPARE_TO,
    })
    compareTo: BusinessComparison | null,
  ): Promise<BusinessReport> {
    return this.reports.report({ from, to }, compareTo);
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: REPORT_WORK })
  @SubscribedBy('open')
  @Subscription(() => BusinessReport, {
    ...NO_TOPIC,
    description: 'The business report first, then again whenever it differs, at most about once a second.',
  })
  businessReportUpdated(
    @Root() report: BusinessReport,
    @Arg('from', () => DateTime, { description: FROM }) _from: Date,
    @Arg('to', () => DateTime, { description: TO }) _to: Date,
    @Arg('compareTo', () => BusinessComparisonEnum, {
      nullable: true,
      defaultValue: 'PRECEDING',
      description: COMPARE_TO,
    })
    _compareTo: BusinessComparison | null,
  ): BusinessReport {
    return report;
  }

  open({
    from,
    to,
    compareTo,
  }: {
    from: Date;
    to: Date;
    compareTo: BusinessComparison | null;
  }): Promise<AsyncIterable<BusinessReport>> {
    return this.reports.open({ from, to }, compareTo);
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: REPORT_WORK })
  @Query(() => PlacementReportConnection, {
    nullable: true,
    description: 'What the lists of each kind and placement showed, and what they earned: the most shown ones first.',
  })
  placements(
    @First() first: number | null,
    @Arg('from', () => DateTime, { description: FROM }) from: Date,
    @Arg('to', () => DateTime, { description: TO }) to: Date,
    @Arg('after', () => String, { nullable: true, description: 'The cursor after which the page begins.' })
    after?: string | null,
  ): Promise<PlacementReportConnection> {
    const cursor = placementCursor(after);
    const count = checkFirst(first);
    return this.reports.inSpan({ from, to }, async (client, span) => {
      const rows = await readPlacements(client, span, cursor, count + 1);
      return pageOf(rows.map(placementReport), count, cursor !== undefined, ({ shown, kind, placement }) =>
        encodeCursor('placements', { shown, kind, placement: placement ?? '' }),
      );
    });
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: REPORT_WORK })
  @Query(() => AttributedLineConnection, {
    nullable: true,
    description: 'The order lines of some days with the lists that they belong to, newest first.',
  })
  attributedLines(
    @First() first: number | null,
    @Arg('from', () => DateTime, { description: FROM }) from: Date,
    @Arg('to', () => DateTime, { description: TO }) to: Date,
    @Arg('after', () => String, { nullable: true, description: 'The cursor after which the page begins.' })
    after?: string | null,
    @Arg('filter', () => AttributedLineFilter, { nullable: true, description: 'Default: all lines.' })
    filter?: AttributedLineFilter | null,
  ): Promise<AttributedLineConnection> {
    const cursor = timeCursor('attributedLines', after, 2);
    if (cursor !== undefined && !/^\d{1,9}$/.test(cursor.texts[1]!)) throw wrongCursor();
    const count = checkFirst(first);
    checkFilter(filter ?? {});
    return this.reports.inSpan({ from, to }, async (client, span) => {
      const rows = await readLinePage(client, span, filter ?? {}, cursor, count + 1);
      const sequences = new Map(rows.map((row) => [lineKeyOf(row), row.sequence]));
      const nodes = rows.map((row) => this.lineOf(row));
      return pageOf(nodes, count, cursor !== undefined, ({ id, orderId, placedAt }) =>
        encodeCursor('attributedLines', [placedAt.getTime(), orderId, String(sequences.get(id))]),
      );
    });
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: SUM_WORK, [MAX_LIST_LENGTH]: MAX_VALUES })
  @Query(() => [AttributedRevenue], {
    nullable: true,
    description:
      'The revenue of the order lines that belong to a list, by one of its properties: the values with the most revenue first.',
  })
  attributedRevenue(
    @Arg('from', () => DateTime, { description: FROM }) from: Date,
    @Arg('to', () => DateTime, { description: TO }) to: Date,
    @Arg('by', () => AttributionDimensionEnum, { description: 'The property.' }) by: AttributionDimension,
    @Arg('first', () => Int, { nullable: true, description: 'Values and currencies. Default 20, up to 100.' })
    first?: number | null,
  ): Promise<AttributedRevenue[]> {
    const count = checkFirst(first ?? null);
    return this.reports.inSpan({ from, to }, async (client, span) => {
      const rows = await readRevenueBy(client, span, by, count);
      return rows.map(({ currency, revenue, ...row }) => ({ ...row, revenue: { amount: revenue, currency } }));
    });
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: FORECAST_WORK })
  @Query(() => RevenueForecast, {
    nullable: true,
    description:
      'The revenue of the business report that is expected from today on, by the model that forecast the past best. Null if there are fewer than 28 complete days since the first order.',
  })
  revenueForecast(
    @Arg('currency', () => String, { description: 'ISO 4217, such as `EUR`.' }) currency: string,
    @Arg('days', () => Int, { nullable: true, defaultValue: 7, description: 'From 1 to 28.' }) days: number | null,
  ): Promise<RevenueForecast | null> {
    const code = requireCode('currency', currency, readCurrency, CURRENCY_FORM);
    return this.forecaster.forecast(code, days ?? DEFAULT_FORECAST_DAYS);
  }

  private lineOf(row: AttributedLineRecord): AttributedLine {
    const { lineId: _, sequence: __, currency, revenue, placement, ...line } = row;
    return {
      ...line,
      id: lineKeyOf(row),
      product: this.products.get(row.productId) ?? null,
      revenue: { amount: revenue, currency },
      placement: placement === '' ? null : placement,
    };
  }
}

/** @throws ApiError BAD_USER_INPUT for a text that is too long */
function checkFilter(filter: AttributedLineFilter): void {
  for (const [name, maxLength] of Object.entries(MAX_FILTER_LENGTHS)) {
    const text = filter[name as keyof typeof MAX_FILTER_LENGTHS];
    if (text != null && isLongerThan(text, maxLength))
      throw new ApiError('BAD_USER_INPUT', `filter.${name} must have at most ${maxLength} characters.`);
  }
}

function lineKeyOf({ orderId, lineId }: AttributedLineRecord): string {
  return `${orderId}:${lineId}`;
}

/** @throws ApiError BAD_USER_INPUT for a cursor of another list */
function placementCursor(after: string | null | undefined): PlacementCursor | undefined {
  if (after == null) return undefined;
  const value = decodeCursor('placements', after) as Partial<PlacementCursor> | null;
  const { shown, kind, placement } = value ?? {};
  if (!LIST_KINDS.some((each) => each === kind)) throw wrongCursor();
  if (typeof shown !== 'number' || typeof placement !== 'string' || !isStorable(placement)) throw wrongCursor();
  return { shown, kind: kind!, placement };
}

function placementReport(totals: PlacementTotals): PlacementReport {
  const { viewedSquares, clickedSquares, crossProducts, viewed, clickedViews, placement, earnings, ...counts } = totals;
  const share = clusteredShareInterval({
    visits: totals.visits,
    of: viewed,
    count: clickedViews,
    ofSquares: viewedSquares,
    countSquares: clickedSquares,
    products: crossProducts,
  });
  return {
    ...counts,
    viewed,
    placement: placement === '' ? null : placement,
    clickThrough: rateFigure(share, null),
    earnings: earnings.map(({ currency, orders, revenue, perThousand, viewThrough }) => ({
      currency,
      orders,
      revenue: { amount: revenue, currency },
      revenuePerThousandShown: perThousand === null ? null : { amount: perThousand, currency },
      viewThrough: { amount: viewThrough, currency },
    })),
  };
}
