import type { ResultOf } from '@freshet/client';
import type { BusinessUpdated, RevenueForecast } from './business-documents';

export type Report = ResultOf<typeof BusinessUpdated>['businessReportUpdated'];
export type Currency = Report['currencies'][number];
export type RevenueDay = Currency['days'][number];
export type ForecastDay = NonNullable<ResultOf<typeof RevenueForecast>['revenueForecast']>['days'][number];

/** The figures of a currency in a report; undefined: there are none. */
export const currencyOf = (report: Report | undefined, currency: string): Currency | undefined =>
  report?.currencies.find((each) => each.currency === currency);

/** The figures of a currency in which nothing was ordered in a span. */
export function nothingIn({ currency }: Currency): Currency {
  const figure = { value: { amount: '0', currency }, before: null, change: null };
  return {
    currency,
    orders: { value: 0, before: null, change: null },
    averageOrder: null,
    ...{ revenue: figure, recommendations: figure, search: figure, viewThrough: figure, refunded: figure },
    days: [],
  };
}
