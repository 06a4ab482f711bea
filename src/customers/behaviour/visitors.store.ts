import { createHash } from 'node:crypto';
import { WITH_IDENTITY_RANGES } from '../../events/identity-ranges.store';
import { newestPosition } from '../../events/position.store';
import { isSessionSubject, orderKeyOf, type EventSource, type EventType } from '../../events/log-event';
import { toSessionEvent, type SessionEvent, type SessionProduct } from '../../features/session-event';
import { MS_PER_DAY } from '../../learn/durations';
import { inSnapshot, withLongTimeout, type Pool, type PoolClient } from '../../platform/postgres';
import { execute, queryOne, queryRows } from '../../platform/sql';
import type { VisitorEvent, TimedMerge, VisitorEvents } from './visitor-sessions';

/** Timeout of statements that read all events. On a large log, they take minutes. */
const STATEMENT_MS = 30 * 60_000;

/** SQL: what `isSessionEvent` accepts. */
const IS_SESSION_EVENT = `(e.source IN ('STOREFRONT', 'SEARCH', 'ADS') OR (e.source = 'ORDERS' AND e.type = 'PURCHASE'))`;

/**
 * SQL: the columns of {@link SessionEventRow} of an event `e`, with its product `v`. Ids are read where the order or the
 * served list follows from them.
 */
const SESSION_EVENT_COLUMNS = `e.source, CASE WHEN e.type IN ('PURCHASE', 'SEARCH') THEN e.id ELSE '' END AS id, e.type,
  round(extract(epoch FROM e.occurred_at) * 1000)::float8 AS "occurredAt",
  e.subject, e.product_id AS "productId", e.quantity,
  e.request_id AS "requestId", e.properties ->> 'sort' AS sort, e.properties ->> 'total' AS total,
  (v.facts ->> 'price')::float8 AS price, (v.facts ->> 'listPrice')::float8 AS "listPrice",
  v.facts #>> '{categories,-1}' AS category`;

/** SQL: joins the product `v` of an event `e` as the log knew it when the batch `b` arrived. */
const WITH_PRODUCT = `LEFT JOIN LATERAL (
    SELECT facts FROM product_versions WHERE id = e.product_id AND position <= b.known_at
      AND e.type IN ('VIEW', 'CLICK', 'ADD_TO_CART')
    ORDER BY position DESC LIMIT 1
  ) v ON true`;

interface SessionEventRow {
  readonly source: EventSource;
  readonly id: string;
  readonly type: EventType;
  readonly occurredAt: number;
  readonly subject: string;
  readonly productId: string | null;
  readonly quantity: number;
  readonly requestId: string | null;
  readonly sort: string | null;
  readonly total: string | null;
  readonly price: number | null;
  readonly listPrice: number | null;
  readonly category: string | null;
}

interface VisitorRow extends SessionEventRow {
  readonly visitor: string;
}

export interface ReadVisitorsOptions {
  /** Sessions within this many days before the newest event are read. */
  readonly days: number;
  /** If there are more events, a sample of the visitors is read. */
  readonly maxEvents: number;
  /**
   * Called once for each visitor, with the events of these days and all orders before.
   * @param read the instants between which sessions were read
   */
  readonly onVisitor: (visitor: VisitorEvents, read: VisitorsPeriod) => void;
}

export interface VisitorsPeriod {
  /** Milliseconds since 1970 (UTC): sessions that begin before were not read completely. */
  readonly since: number;
  /** The time of the newest event. */
  readonly until: number;
}

export interface VisitorsRead {
  /** The log position of the snapshot. */
  readonly position: number;
  /** One of this many visitors was read. */
  readonly weight: number;
  /** SHA-256 of what was read. */
  readonly dataHash: Buffer;
}

/**
 * Reads the newest events of visitors and their orders, in one snapshot of the log. A visitor is a customer with all
 * visits that were merged into it, or an anonymous visit. Customers who have opted out of profiling are left out. If
 * there are many events, a hash of the visitor decides who is read. Products are as the log knew them when each event
 * arrived.
 */
export function readVisitors(pool: Pool, options: ReadVisitorsOptions): Promise<VisitorsRead> {
  return inSnapshot(pool, async (client) => {
    const position = await newestPosition(client);
    const hash = createHash('sha256');
    // The queries read many rows in the background: they may use only one core, and JIT compilation does not pay off.
    await execute(client, 'SET LOCAL max_parallel_workers_per_gather = 0');
    await execute(client, 'SET LOCAL jit = off');
    const { until } = await queryOne<{ until: number | null }>(
      client,
      withLongTimeout(
        `SELECT round(extract(epoch FROM max(occurred_at)) * 1000)::float8 AS until FROM events e
         WHERE ${IS_SESSION_EVENT} AND type <> 'PURCHASE' AND set_aside IS NULL`,
        [],
        STATEMENT_MS,
      ),
    );
    if (until === null) return { position, weight: 1, dataHash: hash.digest() };
    const since = until - options.days * MS_PER_DAY;
    const { count } = await queryOne<{ count: number }>(
      client,
      withLongTimeout(
        `SELECT count(*) AS count FROM events e
         WHERE ${IS_SESSION_EVENT} AND occurred_at >= to_timestamp($1::float8 / 1000) AND set_aside IS NULL`,
        [since],
        STATEMENT_MS,
      ),
    );
    let weight = 1;
    while (count / weight > options.maxEvents) weight *= 2;
    await readEvents(client, { since, weight }, (visitor) => {
      const lines = visitor.events.map(({ at, type, product }) => `${at} ${type} ${product?.id ?? ''}\n`);
      hash.update(`${visitor.visitor}\n${lines.join('')}`);
      options.onVisitor(visitor, { since, until });
    });
    return { position, weight, dataHash: hash.digest() };
  });
}

async function readEvents(
  client: PoolClient,
  { since, weight }: { readonly since: number; readonly weight: number },
  onVisitor: (visitor: VisitorEvents) => void,
): Promise<void> {
  const merges = await readMerges(client);
  await execute(
    client,
    `DECLARE visitors NO SCROLL CURSOR FOR
     SELECT coalesce(o.owner, e.subject) AS visitor, ${SESSION_EVENT_COLUMNS}
     FROM events e
     JOIN log_batches b ON b.batch = e.batch
     LEFT JOIN unnest($3::text[], $4::text[]) AS o (subject, owner) ON o.subject = e.subject
     LEFT JOIN customers c ON 'c:' || c.id = coalesce(o.owner, e.subject)
     ${WITH_PRODUCT}
     WHERE e.subject IS NOT NULL AND e.set_aside IS NULL AND ${IS_SESSION_EVENT} AND c.profiling IS NOT FALSE
       AND (e.type = 'PURCHASE' OR e.occurred_at >= to_timestamp($1::float8 / 1000))
       AND (hashtextextended(coalesce(o.owner, e.subject), 0) & ($2::bigint - 1)) = 0
     ORDER BY visitor`,
    [since, weight, [...merges.owners.keys()], [...merges.owners.values()]],
  );
  let events: VisitorEvent[] = [];
  let current: string | undefined;
  const finish = () => {
    if (current !== undefined) onVisitor({ visitor: current, events, merges: merges.byOwner.get(current) ?? [] });
    events = [];
  };
  const fetchRows = () => queryRows<VisitorRow>(client, withLongTimeout('FETCH 5000 FROM visitors', [], STATEMENT_MS));
  let rows = await fetchRows();
  while (rows.length > 0) {
    // PostgreSQL reads the next rows while this process counts these.
    const next = fetchRows();
    next.catch(() => undefined);
    for (const row of rows) {
      if (row.visitor !== current) finish();
      current = row.visitor;
      events.push({ ...toEvent(row), subject: row.subject });
    }
    rows = await next;
  }
  finish();
}

/** The newest session events of one subject. */
export interface SubjectEventsRead {
  /** The log position of the snapshot. */
  readonly position: number;
  /** In order of time. */
  readonly events: readonly SessionEvent[];
}

/**
 * Reads the newest session events of a subject since an instant, and its orders, including those of the visits that were
 * merged into it.
 * @param since milliseconds since 1970 (UTC); orders before it are read, too
 */
export function readSubjectEvents(
  pool: Pool,
  subject: string,
  { since, limit }: { readonly since: number; readonly limit: number },
): Promise<SubjectEventsRead> {
  return inSnapshot(pool, async (client) => {
    const position = await newestPosition(client);
    const rows = await queryRows<SessionEventRow>(client, {
      name: 'subject-session-events',
      text: `${WITH_IDENTITY_RANGES}
        SELECT ${SESSION_EVENT_COLUMNS}
        FROM ranges r
        CROSS JOIN LATERAL (
          SELECT * FROM events e WHERE subject = r.subject AND ${IS_SESSION_EVENT} AND set_aside IS NULL
            AND (type = 'PURCHASE' OR occurred_at >= to_timestamp($2::float8 / 1000))
          ORDER BY occurred_at DESC LIMIT $3
        ) e
        CROSS JOIN LATERAL (SELECT position, known_at FROM log_batches WHERE batch = e.batch OFFSET 0) b
        ${WITH_PRODUCT}
        WHERE b.position > r.lower AND b.position <= r.upper
        ORDER BY e.occurred_at DESC LIMIT $3`,
      values: [[subject], since, limit],
    });
    return { position, events: rows.map(toEvent).reverse() };
  });
}

function toEvent(row: SessionEventRow): SessionEvent {
  const { type, subject, sort, total } = row;
  const id = subject.slice(2);
  const identity = isSessionSubject(subject) ? { sessionId: id } : { customerId: id };
  const orderKey = type === 'PURCHASE' ? (orderKeyOf({ ...row, ...identity }) ?? null) : null;
  const properties = { sort, total: total === '0' ? 0 : null };
  return toSessionEvent({ ...row, properties }, productOf(row), orderKey);
}

function productOf({ productId, price, listPrice, category }: SessionEventRow): SessionProduct | null {
  if (productId === null) return null;
  const isDiscounted = price !== null && listPrice !== null && price < listPrice;
  return { id: productId, category, price, isDiscounted };
}

interface MergesRead {
  /** The subject that each merged subject belongs to after all merges. */
  readonly owners: ReadonlyMap<string, string>;
  /** The merges of each owner, in order of time. */
  readonly byOwner: ReadonlyMap<string, readonly TimedMerge[]>;
}

async function readMerges(client: PoolClient): Promise<MergesRead> {
  const merges = await queryRows<{ from: string; into: string; at: number }>(
    client,
    withLongTimeout(
      `SELECT from_subject AS "from", into_subject AS into, round(extract(epoch FROM merged_at) * 1000)::float8 AS at
       FROM merges WHERE set_aside IS NULL ORDER BY position`,
    ),
  );
  const owners = new Map<string, string>();
  for (const { from, into } of merges.toReversed()) owners.set(from, owners.get(into) ?? into);
  const byOwner = new Map<string, TimedMerge[]>();
  for (const merge of merges) {
    const owner = owners.get(merge.from)!;
    const known = byOwner.get(owner);
    if (known === undefined) byOwner.set(owner, [merge]);
    else known.push(merge);
  }
  return { owners, byOwner };
}
