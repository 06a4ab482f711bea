import type { PoolClient } from '../../platform/postgres';
import { queryOne, queryRows } from '../../platform/sql';
import type { ReportSpan } from './report-span.store';

export interface CurrencyTotals {
  readonly currency: string;
  readonly orders: number;
  /** Amounts are decimal text. */
  readonly revenue: string;
  readonly recommendations: string;
  readonly search: string;
  readonly rest: string;
  readonly viewThrough: string;
  /** Null without an order. */
  readonly averageOrder: string | null;
}

/** Returns the totals of each currency: that with the most orders first. */
export function readCurrencies(client: PoolClient, { first, last }: ReportSpan): Promise<CurrencyTotals[]> {
  return queryRows<CurrencyTotals>(
    client,
    `SELECT currency, sum(orders)::int AS orders, sum(revenue)::text AS revenue,
       sum(recommendations)::text AS recommendations, sum(search)::text AS search,
       sum(revenue - recommendations - search)::text AS rest, sum(view_through)::text AS "viewThrough",
       round(sum(revenue) / nullif(sum(orders), 0), greatest(2, max(scale(revenue))))::text AS "averageOrder"
     FROM business_days WHERE day BETWEEN $1 AND $2 GROUP BY currency ORDER BY sum(orders) DESC, currency`,
    [first, last],
  );
}

export interface VisitTotals {
  readonly visits: number;
  readonly conversions: number;
}

export function readVisitTotals(client: PoolClient, { first, last }: ReportSpan): Promise<VisitTotals> {
  return queryOne<VisitTotals>(
    client,
    `SELECT coalesce(sum(visits), 0)::int AS visits, coalesce(sum(conversions), 0)::int AS conversions
     FROM visit_days WHERE day BETWEEN $1 AND $2`,
    [first, last],
  );
}

export interface CustomerCounts {
  readonly newCustomers: number;
  readonly returningCustomers: number;
}

/** Counts the customers and guests with an order in the span, each once: on the first of their days in it. */
export function readCustomerCounts(client: PoolClient, { first, last }: ReportSpan): Promise<CustomerCounts> {
  return queryOne<CustomerCounts>(
    client,
    `SELECT (count(*) FILTER (WHERE previous_order_day IS NULL))::int AS "newCustomers",
       (count(*) FILTER (WHERE previous_order_day < $1))::int AS "returningCustomers"
     FROM visits WHERE orders > 0 AND day BETWEEN $1 AND $2`,
    [first, last],
  );
}

export interface DayVisitsRow extends VisitTotals {
  readonly from: Date;
}

const DAYS = `generate_series($1::date, $2::date, interval '1 day') AS d (at)`;
const DAY_START = `(d.at::date::timestamp AT TIME ZONE $3) AS "from"`;

/** Returns every day of a span, oldest first. */
export function readDayVisits(
  client: PoolClient,
  { first, last }: ReportSpan,
  timeZone: string,
): Promise<DayVisitsRow[]> {
  return queryRows<DayVisitsRow>(
    client,
    `SELECT ${DAY_START}, coalesce(visits, 0)::int AS visits, coalesce(conversions, 0)::int AS conversions
     FROM ${DAYS} LEFT JOIN visit_days v ON v.day = d.at::date ORDER BY d.at`,
    [first, last, timeZone],
  );
}

export interface DayRevenueRow {
  readonly from: Date;
  readonly currency: string;
  readonly orders: number;
  readonly revenue: string;
  readonly recommendations: string;
  readonly search: string;
}

/** Returns every day of a span in each of these currencies, oldest first. */
export function readDayRevenue(
  client: PoolClient,
  { first, last }: ReportSpan,
  timeZone: string,
  currencies: readonly string[],
): Promise<DayRevenueRow[]> {
  return queryRows<DayRevenueRow>(
    client,
    `SELECT ${DAY_START}, c.currency, coalesce(orders, 0)::int AS orders, coalesce(revenue, 0)::text AS revenue,
       coalesce(recommendations, 0)::text AS recommendations, coalesce(search, 0)::text AS search
     FROM ${DAYS} CROSS JOIN unnest($4::text[]) AS c (currency)
     LEFT JOIN business_days b ON b.day = d.at::date AND b.currency = c.currency ORDER BY d.at`,
    [first, last, timeZone, currencies],
  );
}
