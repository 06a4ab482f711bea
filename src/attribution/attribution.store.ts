import { exactSum } from '../learn/exact-decimal';
import { addCounts } from '../platform/add-counts';
import { withLongTimeout, type PoolClient } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';
import type { AttributedLineRow } from './attribute-lines';
import type { AttributionSettings } from './attribution-progress.store';
import type { VisitPlacementRow, VisitRow } from './count-visits';
import type { OutdatedVisitor } from './outdated-visitor.store';
import { visitorColumns } from './visitor-facts.store';

/** Rows that are removed from the figures, and rows that are added. */
export interface RowChanges<Row> {
  readonly removed: readonly Row[];
  readonly added: readonly Row[];
}

/** Returns each row with its sign: −1 for a removed one. */
function signed<Row>({ removed, added }: RowChanges<Row>): { readonly row: Row; readonly sign: 1 | -1 }[] {
  return [...removed.map((row) => ({ row, sign: -1 as const })), ...added.map((row) => ({ row, sign: 1 as const }))];
}

/** SQL: the rows of a table on the days of the visitors' ranges ($1 to $3, time zone $4). */
const onDaysOfVisitors = (table: string) => `
  FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS v (owner, from_at, until_at)
  CROSS JOIN LATERAL (
    SELECT * FROM ${table} WHERE subject = v.owner
      AND day BETWEEN (v.from_at AT TIME ZONE $4)::date AND (v.until_at AT TIME ZONE $4)::date OFFSET 0
  ) r`;

const VISIT_COLUMNS = `subject, to_char(day, 'YYYY-MM-DD') AS day, events, orders`;
const PLACEMENT_COLUMNS = `subject, to_char(day, 'YYYY-MM-DD') AS day, kind, placement, shown, viewed,
  clicked_views AS "clickedViews", clicks, carts`;

/** Reads the stored visits on the days of the visitors' ranges. */
export function readVisits(
  client: PoolClient,
  visitors: readonly OutdatedVisitor[],
  { timeZone }: AttributionSettings,
): Promise<VisitRow[]> {
  const text = `SELECT ${VISIT_COLUMNS} ${onDaysOfVisitors('visits')}`;
  return queryRows<VisitRow>(client, text, [...visitorColumns(visitors), timeZone]);
}

export function readVisitPlacements(
  client: PoolClient,
  visitors: readonly OutdatedVisitor[],
  { timeZone }: AttributionSettings,
): Promise<VisitPlacementRow[]> {
  const text = `SELECT ${PLACEMENT_COLUMNS} ${onDaysOfVisitors('visit_placements')}`;
  return queryRows<VisitPlacementRow>(client, text, [...visitorColumns(visitors), timeZone]);
}

/** Stores changed visits, and adds the changes to the daily counts. */
export async function storeVisits(client: PoolClient, changes: RowChanges<VisitRow>): Promise<void> {
  const { removed, added } = changes;
  await execute(
    client,
    `DELETE FROM visits t USING json_to_recordset($1) AS r (subject text, day date) WHERE t.subject = r.subject AND t.day = r.day`,
    [JSON.stringify(removed)],
  );
  await execute(
    client,
    `INSERT INTO visits (subject, day, events, orders)
     SELECT subject, day, events, orders FROM json_to_recordset($1) AS r (subject text, day date, events int, orders int)
     ORDER BY subject, day`,
    [JSON.stringify(added)],
  );
  await addCounts(
    client,
    { table: 'visit_days', keys: { day: 'date' }, counts: { visits: 'int', conversions: 'int' } },
    signed(changes).map(({ row: { day, events, orders }, sign }) => ({
      day,
      visits: events > 0 ? sign : 0,
      conversions: events > 0 && orders > 0 ? sign : 0,
    })),
  );
  await execute(
    client,
    `UPDATE visits v SET previous_order_day = p.before FROM (
       SELECT subject, day, lag(day) OVER (PARTITION BY subject ORDER BY day) AS before FROM visits
       WHERE subject = ANY($1) AND orders > 0
     ) p WHERE v.subject = p.subject AND v.day = p.day AND v.previous_order_day IS DISTINCT FROM p.before`,
    [[...new Set([...removed, ...added].filter(({ orders }) => orders > 0).map(({ subject }) => subject))]],
  );
}

/** Stores what lists showed to visits, and adds the changes to the daily counts. */
export async function storeVisitPlacements(client: PoolClient, changes: RowChanges<VisitPlacementRow>): Promise<void> {
  await execute(
    client,
    `DELETE FROM visit_placements t USING json_to_recordset($1) AS r (subject text, day date, kind text, placement text)
     WHERE t.subject = r.subject AND t.day = r.day AND t.kind = r.kind AND t.placement = r.placement`,
    [JSON.stringify(changes.removed)],
  );
  await execute(
    client,
    `INSERT INTO visit_placements (subject, day, kind, placement, shown, viewed, clicked_views, clicks, carts)
     SELECT subject, day, kind, placement, shown, viewed, "clickedViews", clicks, carts
     FROM json_to_recordset($1) AS r (subject text, day date, kind text, placement text, shown int, viewed int,
       "clickedViews" int, clicks int, carts int) ORDER BY subject, day, kind, placement`,
    [JSON.stringify(changes.added)],
  );
  await addCounts(client, PLACEMENT_DAYS, signed(changes).map(placementChange));
}

const PLACEMENT_DAYS = {
  table: 'placement_days',
  keys: { day: 'date', kind: 'text', placement: 'text' },
  counts: {
    visits: 'int',
    shown: 'bigint',
    viewed: 'bigint',
    clicked_views: 'bigint',
    clicks: 'bigint',
    carts: 'bigint',
    viewed_squares: 'bigint',
    clicked_squares: 'bigint',
    cross_products: 'bigint',
  },
} as const;

function placementChange({ row, sign }: { readonly row: VisitPlacementRow; readonly sign: 1 | -1 }) {
  const { day, kind, placement, shown, viewed, clickedViews, clicks, carts } = row;
  return {
    day,
    kind,
    placement,
    visits: sign,
    shown: sign * shown,
    viewed: sign * viewed,
    clicked_views: sign * clickedViews,
    clicks: sign * clicks,
    carts: sign * carts,
    viewed_squares: sign * viewed ** 2,
    clicked_squares: sign * clickedViews ** 2,
    cross_products: sign * viewed * clickedViews,
  };
}

/** Reads the stored lines of orders. */
export function readAttributedLines(client: PoolClient, orderIds: readonly string[]): Promise<AttributedLineRow[]> {
  return queryRows<AttributedLineRow>(
    client,
    `SELECT order_id AS "orderId", sequence, subject, to_char(day, 'YYYY-MM-DD') AS day,
       (extract(epoch FROM placed_at) * 1000)::float8 AS "placedAt", currency, product_id AS "productId", units,
       revenue::text, orders, kept_orders AS "keptOrders", touch, (extract(epoch FROM touched_at) * 1000)::float8 AS "touchedAt", kind, placement,
       placement_orders AS "placementOrders", intent, query, request_id AS "requestId", model_version AS "modelVersion"
     FROM attributed_lines WHERE order_id = ANY($1) ORDER BY order_id, sequence`,
    [orderIds],
  );
}

const STORE_LINES = `
  INSERT INTO attributed_lines (order_id, sequence, subject, day, placed_at, currency, product_id, units, revenue, orders,
    kept_orders, touch, touched_at, kind, placement, placement_orders, intent, query, request_id, model_version)
  SELECT "orderId", sequence, subject, day, to_timestamp("placedAt" / 1000.0), currency, "productId", units, revenue, orders,
    "keptOrders", touch, to_timestamp("touchedAt" / 1000.0), kind, placement, "placementOrders", intent, query, "requestId", "modelVersion"
  FROM json_to_recordset($1) AS r ("orderId" text, sequence int, subject text, day date, "placedAt" float8, currency text,
    "productId" text, units int, revenue numeric, orders int, "keptOrders" int, touch text, "touchedAt" float8, kind text, placement text,
    "placementOrders" int, intent text, query text, "requestId" text, "modelVersion" text)
  ORDER BY "orderId", sequence
  ON CONFLICT (order_id, sequence) DO UPDATE SET subject = excluded.subject, day = excluded.day,
    units = excluded.units, revenue = excluded.revenue, orders = excluded.orders, kept_orders = excluded.kept_orders, touch = excluded.touch,
    touched_at = excluded.touched_at, kind = excluded.kind, placement = excluded.placement,
    placement_orders = excluded.placement_orders, intent = excluded.intent, query = excluded.query,
    request_id = excluded.request_id, model_version = excluded.model_version`;

/** Stores changed lines, and adds the changes to the daily figures. A line is never removed without being added again. */
export async function storeLines(client: PoolClient, changes: RowChanges<AttributedLineRow>): Promise<void> {
  await execute(client, withLongTimeout(STORE_LINES, [JSON.stringify(changes.added)]));
  await addLineFigures(client, signed(changes));
}

type LineFigures = Pick<
  AttributedLineRow,
  | 'day'
  | 'currency'
  | 'units'
  | 'revenue'
  | 'orders'
  | 'keptOrders'
  | 'touch'
  | 'kind'
  | 'placement'
  | 'placementOrders'
>;

async function addLineFigures(
  client: PoolClient,
  lines: readonly { readonly row: LineFigures; readonly sign: 1 | -1 }[],
): Promise<void> {
  await addCounts(
    client,
    {
      table: 'business_days',
      keys: { day: 'date', currency: 'text' },
      counts: {
        orders: 'int',
        kept_orders: 'int',
        revenue: 'numeric',
        kept_revenue: 'numeric',
        recommendations: 'numeric',
        search: 'numeric',
        view_through: 'numeric',
      },
    },
    lines.map(({ row, sign }) => {
      const amount = exactSum([[row.revenue, sign]]);
      const earner = row.touch === 'IMPRESSION' ? null : row.kind;
      return {
        day: row.day,
        currency: row.currency,
        orders: sign * row.orders,
        kept_orders: sign * row.keptOrders,
        revenue: amount,
        // Only lines of a sale have units, and lines without units have no revenue.
        kept_revenue: row.units > 0 ? amount : '0',
        recommendations: earner === 'RECOMMENDATION' ? amount : '0',
        search: earner === 'SEARCH' ? amount : '0',
        view_through: row.touch === 'IMPRESSION' ? amount : '0',
      };
    }),
  );
  await addCounts(
    client,
    {
      table: 'placement_revenue',
      keys: { day: 'date', kind: 'text', placement: 'text', currency: 'text' },
      counts: { orders: 'int', revenue: 'numeric', view_through: 'numeric' },
    },
    lines.flatMap(({ row: { day, currency, kind, placement, touch, revenue, placementOrders }, sign }) => {
      if (kind === null || placement === null) return [];
      const amount = exactSum([[revenue, sign]]);
      const isTouched = touch !== 'IMPRESSION';
      return {
        day,
        kind,
        placement,
        currency,
        orders: sign * placementOrders,
        revenue: isTouched ? amount : '0',
        view_through: isTouched ? '0' : amount,
      };
    }),
  );
}

/** Adds the lines of erased people, which a reset keeps, to the daily figures. */
export async function addKeptLines(client: PoolClient): Promise<void> {
  const rows = await queryRows<LineFigures>(
    client,
    withLongTimeout(
      `SELECT to_char(day, 'YYYY-MM-DD') AS day, currency, sign(units)::int AS units, sum(revenue)::text AS revenue,
         sum(orders)::int AS orders, sum(kept_orders)::int AS "keptOrders", touch, kind, placement,
         sum(placement_orders)::int AS "placementOrders"
       FROM attributed_lines WHERE subject IS NULL
       GROUP BY attributed_lines.day, currency, sign(attributed_lines.units), touch, kind, placement`,
      [],
    ),
  );
  await addLineFigures(
    client,
    rows.map((row) => ({ row, sign: 1 })),
  );
}

/** Removes what identifies erased people from the lines of these orders. The lines never change again. */
export async function anonymiseLines(client: PoolClient, orderIds: readonly string[]): Promise<void> {
  await execute(
    client,
    withLongTimeout(
      `UPDATE attributed_lines SET subject = NULL, touched_at = NULL, query = NULL, request_id = NULL
       WHERE order_id = ANY($1)`,
      [orderIds],
    ),
  );
}

/** Gives the lines of erased people the one-time ids of their orders. */
export async function renameOrders(
  client: PoolClient,
  renames: readonly { readonly id: string; readonly oneTime: string }[],
): Promise<void> {
  await execute(
    client,
    withLongTimeout(
      `UPDATE attributed_lines SET order_id = r.one_time FROM unnest($1::text[], $2::text[]) AS r (named, one_time)
       WHERE order_id = r.named`,
      [renames.map(({ id }) => id), renames.map(({ oneTime }) => oneTime)],
    ),
  );
}
