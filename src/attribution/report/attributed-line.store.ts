import type { ListKind } from '../list-reference';
import type { TimeCursor } from '../../graphql/connection';
import type { PoolClient } from '../../platform/postgres';
import { queryRows } from '../../platform/sql';
import type { Touch } from '../attribute-lines';
import type { AttributedLineFilter, AttributionDimension } from './attributed-line.type';
import { MARGIN, type ReportSpan } from './report-span.store';

export interface AttributedLineRecord {
  readonly orderId: string;
  readonly lineId: string;
  readonly sequence: number;
  readonly placedAt: Date;
  readonly productId: string;
  readonly units: number;
  readonly revenue: string;
  readonly currency: string;
  readonly touch: Touch | null;
  readonly touchedAt: Date | null;
  readonly kind: ListKind | null;
  /** Empty: without a placement. */
  readonly placement: string | null;
  readonly intent: string | null;
  readonly query: string | null;
  readonly requestId: string | null;
  readonly modelVersion: string | null;
}

/** Returns lines of the orders of a span, newest first. */
export function readLinePage(
  client: PoolClient,
  { from, to, first, last }: ReportSpan,
  filter: AttributedLineFilter,
  after: TimeCursor | undefined,
  count: number,
): Promise<AttributedLineRecord[]> {
  const { kind, placement, intent, query, modelVersion, touch } = filter;
  const [orderId, sequence] = after?.texts ?? [];
  return queryRows<AttributedLineRecord>(client, LINES, [
    from,
    to,
    kind ?? null,
    placement ?? null,
    intent ?? null,
    query ?? null,
    modelVersion ?? null,
    touch ?? null,
    after?.time ?? null,
    orderId ?? null,
    sequence ?? null,
    count,
    first,
    last,
  ]);
}

const LINES = `
  SELECT a.order_id AS "orderId", l.id AS "lineId", a.sequence, a.placed_at AS "placedAt", a.product_id AS "productId", units,
    revenue::text, currency, touch, touched_at AS "touchedAt", kind, a.placement, intent, query, a.request_id AS "requestId",
    model_version AS "modelVersion"
  FROM attributed_lines a JOIN order_lines l ON l.order_id = a.order_id AND l.sequence = a.sequence
  WHERE a.placed_at >= $1::timestamptz - ${MARGIN} AND a.placed_at < $2::timestamptz + ${MARGIN} AND a.day BETWEEN $13 AND $14 AND ($3::text IS NULL OR kind = $3) AND ($4::text IS NULL OR a.placement = $4)
    AND ($5::text IS NULL OR intent = $5) AND ($6::text IS NULL OR query = $6)
    AND ($7::text IS NULL OR model_version = $7) AND ($8::text IS NULL OR touch = $8)
    AND ($9::timestamptz IS NULL OR (a.placed_at, a.order_id, a.sequence) < ($9, $10::text, $11::int))
  ORDER BY a.placed_at DESC, a.order_id DESC, a.sequence DESC LIMIT $12`;

export interface RevenueOfValue {
  readonly value: string | null;
  readonly currency: string;
  readonly lines: number;
  readonly orders: number;
  readonly revenue: string;
}

const COLUMNS: Readonly<Record<AttributionDimension, string>> = {
  KIND: 'kind',
  PLACEMENT: `nullif(placement, '')`,
  INTENT: 'intent',
  QUERY: 'query',
  MODEL_VERSION: 'model_version',
};

/** Sums the lines of the orders of a span that belong to a list: the values with the most revenue in a currency first. */
export function readRevenueBy(
  client: PoolClient,
  { from, to, first, last }: ReportSpan,
  dimension: AttributionDimension,
  count: number,
): Promise<RevenueOfValue[]> {
  return queryRows<RevenueOfValue>(
    client,
    `SELECT ${COLUMNS[dimension]} AS value, currency, count(*)::int AS lines, count(DISTINCT order_id)::int AS orders,
       sum(revenue)::text AS revenue
     FROM attributed_lines WHERE placed_at >= $1::timestamptz - ${MARGIN} AND placed_at < $2::timestamptz + ${MARGIN}
       AND day BETWEEN $4 AND $5 AND touch <> 'IMPRESSION'
     GROUP BY 1, currency ORDER BY sum(revenue) DESC, 1, currency LIMIT $3`,
    [from, to, count, first, last],
  );
}
