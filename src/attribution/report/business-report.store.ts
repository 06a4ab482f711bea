import type { PoolClient } from '../../platform/postgres';
import { queryOne, queryRows } from '../../platform/sql';
import { MARGIN, type ReportSpan } from './report-span.store';

export interface CurrencyTotals {
  readonly currency: string;
  readonly orders: number;
  /** Amounts are decimal text. */
  readonly revenue: string;
  readonly recommendations: string;
  readonly search: string;
  readonly rest: string;
  readonly viewThrough: string;
  /** Null without a sale that keeps a unit. */
  readonly averageOrder: string | null;
  readonly refunded: string;
}

/** SQL: the refunds of a span ($3 to $4), with the day of the shop (time zone $5) on which each was made. */
const REFUNDS = `SELECT o.currency, p.amount, (p.occurred_at AT TIME ZONE $5)::date AS day
  FROM payments p JOIN orders o ON o.id = p.order_id
  WHERE p.kind = 'REFUND' AND p.occurred_at >= $3::timestamptz - ${MARGIN} AND p.occurred_at < $4::timestamptz + ${MARGIN}
    AND (p.occurred_at AT TIME ZONE $5)::date BETWEEN $1::date AND $2::date`;

/** SQL: the average of sales that keep a unit, with the decimals of the revenue, at least two. */
const averageOrder = (revenue: string, orders: string, decimals: string) =>
  `round(${revenue} / nullif(${orders}, 0), greatest(2, ${decimals}))`;

const AMOUNTS = ['revenue', 'recommendations', 'search', 'rest', 'viewThrough', 'refunded']
  .map((name) => `coalesce("${name}", 0.00)::text AS "${name}"`)
  .join(', ');

/** Returns the totals of each currency: that with the most orders first. */
export function readCurrencies(
  client: PoolClient,
  { first, last, from, to }: ReportSpan,
  timeZone: string,
): Promise<CurrencyTotals[]> {
  return queryRows<CurrencyTotals>(
    client,
    `WITH earned AS (
       SELECT currency, sum(orders)::int AS orders, sum(revenue) AS revenue, sum(recommendations) AS recommendations,
         sum(search) AS search, sum(revenue - recommendations - search) AS rest, sum(view_through) AS "viewThrough",
         ${averageOrder('sum(kept_revenue)', 'sum(kept_orders)', 'max(scale(revenue))')} AS "averageOrder"
       FROM business_days WHERE day BETWEEN $1 AND $2 GROUP BY currency
     ), refunded AS (SELECT currency, sum(amount) AS refunded FROM (${REFUNDS}) refunds GROUP BY currency)
     SELECT currency, coalesce(orders, 0) AS orders, ${AMOUNTS},
       "averageOrder"::text AS "averageOrder"
     FROM earned FULL JOIN refunded USING (currency) ORDER BY coalesce(orders, 0) DESC, currency`,
    [first, last, from, to, timeZone],
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
const dayStart = (timeZone: string) => `(d.at::date::timestamp AT TIME ZONE ${timeZone}) AS "from"`;

/** Returns every day of a span, oldest first. */
export function readDayVisits(
  client: PoolClient,
  { first, last }: ReportSpan,
  timeZone: string,
): Promise<DayVisitsRow[]> {
  return queryRows<DayVisitsRow>(
    client,
    `SELECT ${dayStart('$3')}, coalesce(visits, 0)::int AS visits, coalesce(conversions, 0)::int AS conversions
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
  /** Null without a sale that keeps a unit. */
  readonly averageOrder: string | null;
  readonly refunded: string;
}

/** Returns every day of a span in each of these currencies, oldest first. */
export function readDayRevenue(
  client: PoolClient,
  { first, last, from, to }: ReportSpan,
  timeZone: string,
  currencies: readonly string[],
): Promise<DayRevenueRow[]> {
  return queryRows<DayRevenueRow>(
    client,
    `WITH refunded AS (SELECT day, currency, sum(amount) AS refunded FROM (${REFUNDS}) refunds GROUP BY day, currency)
     SELECT ${dayStart('$5')}, c.currency, coalesce(orders, 0)::int AS orders, coalesce(revenue, 0)::text AS revenue,
       (${averageOrder('kept_revenue', 'kept_orders', 'scale(revenue)')})::text AS "averageOrder",
       coalesce(recommendations, 0)::text AS recommendations, coalesce(search, 0)::text AS search,
       coalesce(refunded, 0)::text AS refunded
     FROM ${DAYS} CROSS JOIN unnest($6::text[]) AS c (currency)
     LEFT JOIN business_days b ON b.day = d.at::date AND b.currency = c.currency
     LEFT JOIN refunded r ON r.day = d.at::date AND r.currency = c.currency ORDER BY d.at`,
    [first, last, from, to, timeZone, currencies],
  );
}
