import type { ListKind } from '../list-reference';
import type { PoolClient } from '../../platform/postgres';
import { queryRows } from '../../platform/sql';
import type { ReportSpan } from './report-span.store';

export interface PlacementTotals {
  readonly kind: ListKind;
  /** Empty: without a placement. */
  readonly placement: string;
  readonly visits: number;
  readonly shown: number;
  readonly viewed: number;
  readonly clickedViews: number;
  readonly clicks: number;
  readonly carts: number;
  readonly viewedSquares: number;
  readonly clickedSquares: number;
  readonly crossProducts: number;
  /** By currency; amounts are decimal text. */
  readonly earnings: readonly EarningsTotals[];
}

export interface EarningsTotals {
  readonly currency: string;
  readonly orders: number;
  readonly revenue: string;
  readonly perThousand: string | null;
  readonly viewThrough: string;
}

/** The last placement of the previous page. */
export interface PlacementCursor {
  readonly shown: number;
  readonly kind: string;
  readonly placement: string;
}

/** Returns the totals of placements in a span: those with the most lists shown first. */
export function readPlacements(
  client: PoolClient,
  { first, last }: ReportSpan,
  after: PlacementCursor | undefined,
  count: number,
): Promise<PlacementTotals[]> {
  return queryRows<PlacementTotals>(client, PLACEMENTS, [
    first,
    last,
    after?.shown ?? null,
    after?.kind ?? null,
    after?.placement ?? null,
    count,
  ]);
}

const PLACEMENTS = `
  WITH shown AS (
    SELECT kind, placement, sum(visits)::int AS visits, sum(shown)::float8 AS shown, sum(viewed)::float8 AS viewed,
      sum(clicked_views)::float8 AS "clickedViews", sum(clicks)::float8 AS clicks, sum(carts)::float8 AS carts,
      sum(viewed_squares)::float8 AS "viewedSquares", sum(clicked_squares)::float8 AS "clickedSquares",
      sum(cross_products)::float8 AS "crossProducts"
    FROM placement_days WHERE day BETWEEN $1 AND $2 GROUP BY kind, placement
  ), earned AS (
    SELECT kind, placement, currency, sum(orders)::int AS orders, sum(revenue) AS revenue, sum(view_through) AS view_through
    FROM placement_revenue WHERE day BETWEEN $1 AND $2 GROUP BY kind, placement, currency
  ), totals AS (
    SELECT kind, placement, coalesce(visits, 0) AS visits, coalesce(shown, 0) AS shown, coalesce(viewed, 0) AS viewed,
      coalesce("clickedViews", 0) AS "clickedViews", coalesce(clicks, 0) AS clicks, coalesce(carts, 0) AS carts,
      coalesce("viewedSquares", 0) AS "viewedSquares", coalesce("clickedSquares", 0) AS "clickedSquares",
      coalesce("crossProducts", 0) AS "crossProducts"
    FROM (SELECT DISTINCT kind, placement FROM earned) e FULL JOIN shown USING (kind, placement)
  )
  SELECT t.*, (
    SELECT coalesce(json_agg(json_build_object('currency', currency, 'orders', orders, 'revenue', revenue::text,
      'perThousand', round(revenue * 1000 / nullif(t.shown, 0)::numeric, 2)::text, 'viewThrough', view_through::text
    ) ORDER BY orders DESC, currency), '[]')
    FROM earned e WHERE e.kind = t.kind AND e.placement = t.placement
  ) AS earnings
  FROM totals t
  WHERE $3::float8 IS NULL OR shown < $3 OR shown = $3 AND (kind, placement) > ($4::text, $5::text)
  ORDER BY shown DESC, kind, placement LIMIT $6`;
