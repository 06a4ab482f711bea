import { MAX_POSITION, WITH_IDENTITY_RANGES } from '../events/identity-ranges.store';
import { SESSION_IDLE_MS } from '../learn/durations';
import { withLongTimeout, type PoolClient } from '../platform/postgres';
import { queryRows } from '../platform/sql';
import type { AttributionSettings } from './attribution-progress.store';
import { IS_BEHAVIOUR, type OutdatedVisitor } from './outdated-visitor.store';

/** The types of events that may be a touch, or that show that a product of a list was seen. */
const LIST_EVENTS = `type IN ('IMPRESSION', 'CLICK', 'VIEW', 'ADD_TO_CART')`;

/** SQL: whether an event is in an identity range `r`. Most visitors were never merged, and then its position is not read. */
const IS_IN_RANGE = `CASE WHEN r.lower = 0 AND r.upper >= ${MAX_POSITION} THEN true
  ELSE (SELECT position > r.lower AND position <= r.upper FROM log_batches WHERE batch = events.batch) END`;

/**
 * SQL: the events of the subject of an identity range `r` from one time to another, both included. Other conditions come
 * after this query: PostgreSQL would combine its index with that of sources, and so read the whole log.
 */
const eventsOf = (from: string, until: string) => `
      SELECT * FROM events WHERE subject = r.subject AND occurred_at >= ${from} AND occurred_at <= ${until} OFFSET 0`;

/**
 * SQL: the visitors ($1 to $3), with the days of the shop (time zone $4) that contain their ranges, and a range of time
 * that contains these days: where clocks change at midnight, the beginning of a day is ambiguous.
 */
const VISITORS = `visitors AS (
    SELECT owner, from_day, until_day, until_at, (from_day::timestamp AT TIME ZONE $4) - interval '3 hours' AS read_from,
      ((until_day + 1)::timestamp AT TIME ZONE $4) + interval '3 hours' AS read_until
    FROM (SELECT subject AS owner, until_at, (from_at AT TIME ZONE $4)::date AS from_day,
            (until_at AT TIME ZONE $4)::date AS until_day
          FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS v (subject, from_at, until_at)) days
  )`;

/** SQL: the longest time without an event of a visit that lasts over midnight. */
const MAX_PAUSE = `interval '${SESSION_IDLE_MS} ms'`;

/** Returns the subjects and ranges of visitors as the parameters $1 to $3 of statements. */
export function visitorColumns(visitors: readonly OutdatedVisitor[]): [string[], Date[], Date[]] {
  return [visitors.map(({ subject }) => subject), visitors.map(({ from }) => from), visitors.map(({ until }) => until)];
}

/** Events of a visit, grouped by the list and product that they name. */
export interface VisitEvents {
  readonly owner: string;
  /** `YYYY-MM-DD`, in the shop's time zone. */
  readonly day: string;
  /** Null for events that name no list. */
  readonly requestId: string | null;
  readonly productId: string | null;
  /** The placement that the events state; of several ones, the first in the order of texts. */
  readonly placement: string | null;
  /** Whether an event has a query. */
  readonly hasQuery: boolean;
  readonly events: number;
  readonly viewed: boolean;
  readonly clicked: boolean;
  readonly carted: boolean;
}

/** Reads what visitors did on the days of their ranges. */
export function readVisitEvents(
  client: PoolClient,
  visitors: readonly OutdatedVisitor[],
  { timeZone }: AttributionSettings,
): Promise<VisitEvents[]> {
  return queryRows<VisitEvents>(client, withLongTimeout(VISIT_EVENTS, [...visitorColumns(visitors), timeZone]));
}

/** What a visit may count: visitors see fewer, and a storefront can't make a visit expensive. Further ones are left out. */
const MAX_LISTS_OF_VISIT = 1_000;
const MAX_PRODUCTS_OF_LIST = 500;

const VISIT_EVENTS = `${WITH_IDENTITY_RANGES}, ${VISITORS}
  SELECT r.owner, e.day, e."requestId", e."productId", e.placement, e."hasQuery", e.events, e.viewed, e.clicked, e.carted
  FROM ranges r JOIN visitors v ON v.owner = r.owner CROSS JOIN LATERAL (
    SELECT *, dense_rank() OVER (PARTITION BY day ORDER BY "requestId") AS list_number,
      row_number() OVER (PARTITION BY day, "requestId" ORDER BY "productId") AS product_number
    FROM (
      SELECT to_char(occurred_at AT TIME ZONE $4, 'YYYY-MM-DD') AS day, list.id AS "requestId", list.product AS "productId",
        min(list.placement) AS placement, coalesce(bool_or(list.searched), false) AS "hasQuery", count(*)::int AS events,
        bool_or(type = 'IMPRESSION') AS viewed, bool_or(type IN ('CLICK', 'VIEW')) AS clicked,
        bool_or(type = 'ADD_TO_CART') AS carted
      FROM (${eventsOf('v.read_from', 'v.read_until')}) events LEFT JOIN LATERAL (
        SELECT request_id AS id, product_id AS product, events.placement, query IS NOT NULL AS searched
        WHERE request_id IS NOT NULL AND product_id IS NOT NULL AND ${LIST_EVENTS}
      ) list ON true
      WHERE (occurred_at AT TIME ZONE $4)::date BETWEEN v.from_day AND v.until_day AND ${IS_BEHAVIOUR} AND ${IS_IN_RANGE}
      GROUP BY 1, 2, 3
    ) grouped OFFSET 0
  ) e
  WHERE e."requestId" IS NULL OR e.list_number <= ${MAX_LISTS_OF_VISIT} AND e.product_number <= ${MAX_PRODUCTS_OF_LIST}`;

/** An order line with the revenue that it counts for. */
export interface OrderLineFacts {
  readonly owner: string;
  readonly orderId: string;
  readonly sequence: number;
  /** `YYYY-MM-DD`, in the shop's time zone: when the order was placed. */
  readonly day: string;
  /** When the order was placed, in milliseconds since 1970. */
  readonly placedAt: number;
  readonly currency: string;
  readonly productId: string;
  readonly units: number;
  readonly revenue: string;
  /** Whether the order counts: it is a sale, and not all of its units were cancelled. */
  readonly counts: boolean;
  /** Whether it is an order of kind RETURN: goods that were taken back without naming the order of their sale. */
  readonly isReturn: boolean;
  /** The session that the order of a customer names, as a subject: its touches count, too. */
  readonly session: string | null;
  /** Whether the order was placed on one of the days of the visitor's range, and not around them. */
  readonly onDays: boolean;
  /** Whether the order was placed so soon after midnight that a visit of the day before may have lasted until then. */
  readonly isAfterMidnight: boolean;
  /** The id of the list that the order was placed from, as the shop states it. */
  readonly requestId: string | null;
  readonly placement: string | null;
}

/**
 * Reads the lines of the orders that visitors placed on the days of their ranges, or after them as long as a touch
 * counts.
 */
export function readOrderLines(
  client: PoolClient,
  visitors: readonly OutdatedVisitor[],
  { timeZone, windowDays }: AttributionSettings,
): Promise<OrderLineFacts[]> {
  return queryRows<OrderLineFacts>(
    client,
    withLongTimeout(ORDER_LINES, [...visitorColumns(visitors), timeZone, windowDays]),
  );
}

const PLACED = `placed_at >= v.read_from AND placed_at <= greatest(v.read_until, v.until_at + $5 * interval '24 hours')`;

/**
 * SQL: the share of the discount of the lines up to an amount. Shares of single lines are differences, so they add up. A
 * discount above the goods is one on shipping, too, and that part of it belongs to no line.
 */
const discountUpTo = (amount: string) =>
  `coalesce(round(least(o.discount, l.subtotal) * (${amount}) / nullif(l.subtotal, 0), l.digits), 0)`;

const ORDER_LINES = `
  WITH ${VISITORS}
  SELECT v.owner, o.id AS "orderId", l.sequence, to_char(o.placed_at AT TIME ZONE $4, 'YYYY-MM-DD') AS day,
    (extract(epoch FROM o.placed_at) * 1000)::float8 AS "placedAt", o.currency, l.product_id AS "productId",
    (CASE o.kind WHEN 'RETURN' THEN -1 ELSE 1 END * l.remaining)::int AS units,
    (CASE o.kind WHEN 'RETURN' THEN -1 ELSE 1 END * round(
      (l.amount - ${discountUpTo('l.through')} + ${discountUpTo('l.through - l.amount')}) * l.remaining / l.quantity, l.digits
    ))::text AS revenue,
    o.kind = 'SALE' AND l.kept > 0 AS counts, o.kind = 'RETURN' AS "isReturn", (o.placed_at AT TIME ZONE $4)::date BETWEEN v.from_day AND v.until_day AS "onDays",
    ((o.placed_at - ${MAX_PAUSE}) AT TIME ZONE $4)::date < (o.placed_at AT TIME ZONE $4)::date AS "isAfterMidnight",
    CASE WHEN o.customer_id IS NOT NULL THEN 's:' || o.session_id END AS session,
    coalesce(l.request_id, o.request_id) AS "requestId", coalesce(l.placement, o.placement) AS placement
  FROM visitors v CROSS JOIN LATERAL (
    SELECT * FROM orders WHERE v.owner LIKE 'c:%' AND customer_id = substr(v.owner, 3) AND ${PLACED}
    UNION ALL
    SELECT * FROM orders WHERE v.owner LIKE 's:%' AND customer_id IS NULL AND session_id = substr(v.owner, 3) AND ${PLACED}
  ) o CROSS JOIN LATERAL (
    SELECT sequence, product_id, quantity, quantity - cancelled - returned AS remaining, request_id, placement,
      unit_price * quantity AS amount, sum(unit_price * quantity) OVER (ORDER BY sequence) AS through,
      sum(unit_price * quantity) OVER () AS subtotal, sum(quantity - cancelled) OVER () AS kept,
      greatest(2, max(scale(unit_price)) OVER (), scale(o.discount)) AS digits
    FROM order_lines WHERE order_id = o.id OFFSET 0
  ) l ORDER BY o.id, l.sequence`;

/** Returns those of some orders whose buyer did something shortly before. */
export function findVisitsBefore<Order extends Pick<OrderLineFacts, 'owner' | 'placedAt'>>(
  client: PoolClient,
  orders: readonly Order[],
): Promise<Order[]> {
  const spans = orders.map(({ owner, placedAt }) => ({
    subject: owner,
    from: new Date(placedAt - SESSION_IDLE_MS),
    until: new Date(placedAt),
  }));
  return spans.length === 0
    ? Promise.resolve([])
    : queryRows<{ index: number }>(client, VISITS_BEFORE, visitorColumns(spans)).then((rows) =>
        rows.map(({ index }) => orders[index]!),
      );
}

const VISITS_BEFORE = `${WITH_IDENTITY_RANGES}
  SELECT (v.number - 1)::int AS index
  FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS v (owner, from_at, until_at, number)
  WHERE EXISTS (SELECT FROM ranges r CROSS JOIN LATERAL (${eventsOf('v.from_at', 'v.until_at')}) events
    WHERE r.owner = v.owner AND ${IS_BEHAVIOUR} AND ${IS_IN_RANGE})`;

/** An event that names a list and a product. */
export interface ListEvent {
  readonly owner: string;
  readonly type: 'IMPRESSION' | 'CLICK' | 'VIEW' | 'ADD_TO_CART';
  readonly occurredAt: number;
  readonly position: number;
  readonly sequence: number;
  readonly productId: string;
  readonly requestId: string;
  readonly placement: string | null;
  readonly query: string | null;
}

/**
 * Reads the events of buyers, within the ranges, that name a list and one of these products, in order of time and then of
 * the log.
 */
export function readListEvents(
  client: PoolClient,
  buyers: readonly OutdatedVisitor[],
  productIds: readonly string[],
): Promise<ListEvent[]> {
  if (buyers.length === 0) return Promise.resolve([]);
  return queryRows<ListEvent>(client, withLongTimeout(TOUCHES, [...visitorColumns(buyers), productIds]));
}

const TOUCHES = `${WITH_IDENTITY_RANGES}
  SELECT e.* FROM ranges r
  JOIN unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS v (owner, from_at, until_at) ON v.owner = r.owner
  CROSS JOIN LATERAL (
    SELECT r.owner, type, (extract(epoch FROM occurred_at) * 1000)::float8 AS "occurredAt",
      (SELECT position FROM log_batches WHERE batch = events.batch) AS position, sequence, product_id AS "productId",
      request_id AS "requestId", placement, query
    FROM (${eventsOf('v.from_at', 'v.until_at')}) events
    WHERE request_id IS NOT NULL AND ${LIST_EVENTS} AND ${IS_BEHAVIOUR} AND product_id = ANY($4::text[]) AND ${IS_IN_RANGE}
    OFFSET 0
  ) e ORDER BY "occurredAt", position, sequence`;

/** Returns the group of each of these products, and of the other products of these groups. */
export function readProductGroups(client: PoolClient, productIds: readonly string[]) {
  return queryRows<{ id: string; groupId: string }>(
    client,
    `SELECT id, group_id AS "groupId" FROM products WHERE group_id IN (
       SELECT group_id FROM products WHERE id = ANY($1) AND group_id IS NOT NULL
     )`,
    [productIds],
  );
}

export interface OwnSearch {
  readonly owner: string;
  readonly requestId: string;
  /** In milliseconds since 1970. */
  readonly occurredAt: number;
  readonly query: string;
}

/** Reads the logged searches with these ids, as far as they are of the owner that is asked for, in order of time. */
export function readOwnSearches(
  client: PoolClient,
  asked: readonly { readonly owner: string; readonly requestId: string }[],
): Promise<OwnSearch[]> {
  if (asked.length === 0) return Promise.resolve([]);
  const owners = [...new Set(asked.map(({ owner }) => owner))];
  return queryRows<OwnSearch>(client, {
    text: OWN_SEARCHES,
    values: [owners, asked.map(({ owner }) => owner), asked.map(({ requestId }) => requestId)],
  });
}

const OWN_SEARCHES = `${WITH_IDENTITY_RANGES}
  SELECT DISTINCT asked.owner, asked.id AS "requestId", events."occurredAt", events.query
  FROM unnest($2::text[], $3::text[]) AS asked (owner, id)
  CROSS JOIN LATERAL (
    SELECT subject, batch, query, type, (extract(epoch FROM occurred_at) * 1000)::float8 AS "occurredAt" FROM events
    WHERE source = 'SEARCH' AND id = asked.id OFFSET 0
  ) events
  JOIN ranges r ON r.owner = asked.owner AND r.subject = events.subject AND ${IS_IN_RANGE}
  WHERE events.type = 'SEARCH' AND events.query IS NOT NULL ORDER BY "occurredAt"`;
