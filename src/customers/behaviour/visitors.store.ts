import { createHash } from 'node:crypto';
import { IdentityMap } from '../../events/identity-map';
import { WITH_IDENTITY_RANGES, type IdentityRange } from '../../events/identity-ranges.store';
import { newestPosition } from '../../events/position.store';
import { isSessionSubject, orderKeyOf, type EventSource, type EventType } from '../../events/log-event';
import { toSessionEvent, toSessionProduct, type SessionEvent, type SessionProduct } from '../../features/session-event';
import { MS_PER_DAY } from '../../learn/durations';
import { inSnapshot, withLongTimeout, type Pool, type PoolClient } from '../../platform/postgres';
import { execute, queryOne, queryRows } from '../../platform/sql';
import { MAX_ORDER_LINES, MAX_SESSION_EVENTS, MAX_SESSION_MS } from './live-session';
import { sortEvents, type VisitorEvent, type VisitorEvents, type VisitorMerge } from './visitor-sessions';

/** Timeout of statements that read all events. On a large log, they take minutes. */
const STATEMENT_MS = 30 * 60_000;

/** Memory of PostgreSQL for sorting, once per fit. */
const SORT_MEMORY = '64MB';

/** SQL: what `isSessionEvent` accepts. */
const IS_SESSION_EVENT = `(e.source IN ('STOREFRONT', 'SEARCH', 'ADS') OR (e.source = 'ORDERS' AND e.type = 'PURCHASE'))`;

/**
 * SQL: the columns of {@link SessionEventRow} of an event `e` of the batch `b`. Columns that `toSessionEvent` does
 * not need for a type are null, because impressions are the most events.
 */
const SESSION_EVENT_COLUMNS = `e.source, CASE WHEN e.type IN ('PURCHASE', 'SEARCH') THEN e.id ELSE '' END AS id, e.type,
  round(date_part('epoch', e.occurred_at) * 1000) AS "occurredAt", e.subject,
  CASE WHEN e.type IN ('VIEW', 'CLICK', 'ADD_TO_CART', 'REMOVE_FROM_CART', 'PURCHASE') THEN e.product_id END AS "productId",
  e.quantity, CASE WHEN e.type IN ('VIEW', 'CLICK', 'SEARCH') THEN e.request_id END AS "requestId",
  CASE WHEN e.type = 'SEARCH' THEN e.properties -> 'sort' END AS sort,
  CASE WHEN e.type = 'SEARCH' THEN e.properties -> 'total' END AS total,
  CASE WHEN e.type IN ('VIEW', 'CLICK', 'ADD_TO_CART') THEN (
    SELECT jsonb_build_array(facts -> 'currency', facts -> 'price', facts -> 'listPrice', facts #> '{categories,-1}')
    FROM product_versions WHERE id = e.product_id AND position <= b.known_at
    ORDER BY position DESC LIMIT 1
  ) END AS facts`;

/** SQL: whether an event `e` of the batch `b` was imported, or logged too late for a running session. */
const IS_HISTORICAL = `e.backfill OR b.committed_at > e.occurred_at + interval '${MAX_SESSION_MS} ms'`;

interface SessionEventRow {
  readonly source: EventSource;
  readonly id: string;
  readonly type: EventType;
  readonly occurredAt: number;
  readonly subject: string;
  readonly productId: string | null;
  readonly quantity: number;
  readonly requestId: string | null;
  /** JSON, as it was sent. */
  readonly sort: unknown;
  readonly total: unknown;
  /** Of the product as the log knew it when the batch arrived. */
  readonly facts: ProductFactsRow | null;
}

/** Currency, price, list price (as decimal text) and most specific category; null if unknown. */
type ProductFactsRow = readonly [string | null, string | null, string | null, string | null];

interface VisitorRow extends SessionEventRow {
  readonly visitor: string;
  readonly position: number;
  readonly loggedAt: number;
  readonly isHistorical: boolean;
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
 * Reads the newest events of visitors and their orders, in one snapshot of the log. A visitor is a customer or an
 * anonymous visit, with the ranges of the log that were merged into it: events of one id can belong to several visitors.
 * Events that belong to a customer who has opted out of profiling are left out. If there are many events, a hash of the
 * visitor decides who is read. Products are as the log knew them when each event arrived.
 */
export function readVisitors(pool: Pool, options: ReadVisitorsOptions): Promise<VisitorsRead> {
  return inSnapshot(pool, async (client) => {
    const position = await newestPosition(client);
    const hash = createHash('sha256');
    // The queries read many rows in the background: they may use only one core, and JIT compilation does not pay off.
    await execute(client, 'SET LOCAL max_parallel_workers_per_gather = 0');
    await execute(client, 'SET LOCAL jit = off');
    // Events are sorted by visitor.
    await execute(client, `SET LOCAL work_mem = '${SORT_MEMORY}'`);
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
    hash.update(`${since} ${until}\n`);
    await readEvents(client, { since, weight }, (visitor) => {
      hash.update(textOf(visitor));
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
  const { ranges, byOwner } = await readMerges(client);
  await execute(
    client,
    `DECLARE visitors NO SCROLL CURSOR FOR
     SELECT coalesce(o.owner, e.subject) AS visitor, b.position, round(date_part('epoch', b.committed_at) * 1000) AS "loggedAt",
       ${IS_HISTORICAL} AS "isHistorical", ${SESSION_EVENT_COLUMNS}
     FROM events e
     JOIN log_batches b ON b.batch = e.batch
     LEFT JOIN unnest($3::text[], $4::bigint[], $5::bigint[], $6::text[]) AS o (subject, lower, upper, owner)
       ON o.subject = e.subject AND b.position > o.lower AND b.position <= o.upper
     LEFT JOIN customers c ON 'c:' || c.id = coalesce(o.owner, e.subject)
     WHERE e.subject IS NOT NULL AND e.set_aside IS NULL AND ${IS_SESSION_EVENT} AND c.profiling IS NOT FALSE
       AND (e.type = 'PURCHASE' OR e.occurred_at >= to_timestamp($1::float8 / 1000))
       AND (hashtextextended(coalesce(o.owner, e.subject), 0) & ($2::bigint - 1)) = 0
     ORDER BY visitor`,
    [
      since,
      weight,
      ranges.map(({ subject }) => subject),
      ranges.map(({ lower }) => lower),
      ranges.map(({ upper }) => upper),
      ranges.map(({ owner }) => owner),
    ],
  );
  let events: VisitorEvent[] = [];
  let current: string | undefined;
  const finish = () => {
    if (current !== undefined)
      onVisitor({ visitor: current, events: sortEvents(events), merges: byOwner.get(current) ?? [] });
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
      const { subject, position, loggedAt, isHistorical } = row;
      events.push({ ...toEvent(row), subject, position, loggedAt, isHistorical });
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
 * Reads what {@link LiveSession} needs of a subject: the newest session events since an instant, and the newest order
 * lines, including those of the visits that were merged into it.
 * @param since milliseconds since 1970 (UTC); order lines before it are read, too
 */
export function readSubjectEvents(pool: Pool, subject: string, since: number): Promise<SubjectEventsRead> {
  return inSnapshot(pool, async (client) => {
    const position = await newestPosition(client);
    const rows = await queryRows<SessionEventRow>(client, {
      name: 'subject-session-events',
      text: `${WITH_IDENTITY_RANGES}
        SELECT ${SESSION_EVENT_COLUMNS}
        FROM ranges r
        CROSS JOIN LATERAL (
          (SELECT * FROM events e WHERE subject = r.subject AND ${IS_SESSION_EVENT} AND set_aside IS NULL
             AND type <> 'PURCHASE' AND occurred_at >= to_timestamp($2::float8 / 1000)
           ORDER BY occurred_at DESC LIMIT $3)
          UNION ALL
          (SELECT * FROM events e WHERE subject = r.subject AND ${IS_SESSION_EVENT} AND set_aside IS NULL
             AND type = 'PURCHASE'
           ORDER BY occurred_at DESC LIMIT $4)
        ) e
        CROSS JOIN LATERAL (SELECT position, known_at FROM log_batches WHERE batch = e.batch OFFSET 0) b
        WHERE b.position > r.lower AND b.position <= r.upper
        ORDER BY e.occurred_at DESC LIMIT $3 + $4`,
      values: [[subject], since, MAX_SESSION_EVENTS + 1, MAX_ORDER_LINES],
    });
    return { position, events: rows.map(toEvent).reverse() };
  });
}

function toEvent(row: SessionEventRow): SessionEvent {
  const { type, subject, sort, total } = row;
  const id = subject.slice(2);
  const identity = isSessionSubject(subject) ? { sessionId: id } : { customerId: id };
  const orderKey = type === 'PURCHASE' ? (orderKeyOf({ ...row, ...identity }) ?? null) : null;
  return toSessionEvent({ ...row, properties: { sort, total } }, productOf(row), orderKey);
}

function productOf({ productId: id, facts }: SessionEventRow): SessionProduct | null {
  if (id === null) return null;
  const [currency, price, listPrice, category] = facts ?? [null, null, null, null];
  // As in the catalogue, an amount without a currency is no price.
  const numberOf = (amount: string | null) => (amount === null || currency === null ? null : Number(amount));
  return toSessionProduct({ id, category, price: numberOf(price), listPrice: numberOf(listPrice) });
}

interface MergesRead {
  /** The ranges of the log that belong to another subject after all merges. */
  readonly ranges: readonly (IdentityRange & { readonly owner: string })[];
  /** The merges by the subject that the events belong to after all merges, in order of position. */
  readonly byOwner: ReadonlyMap<string, readonly VisitorMerge[]>;
}

async function readMerges(client: PoolClient): Promise<MergesRead> {
  const merges = await queryRows<VisitorMerge>(
    client,
    withLongTimeout(
      `SELECT position, from_subject AS "from", into_subject AS into,
         round(date_part('epoch', merged_at) * 1000) AS "mergedAt"
       FROM merges WHERE set_aside IS NULL ORDER BY position`,
    ),
  );
  const owners = new IdentityMap(merges);
  const byOwner = new Map<string, VisitorMerge[]>();
  for (const merge of merges) {
    const owner = owners.ownerOf(merge.from, merge.position);
    const known = byOwner.get(owner);
    if (known === undefined) byOwner.set(owner, [merge]);
    else known.push(merge);
  }
  return { ranges: Array.from(owners.mergedRanges()), byOwner };
}

/** Everything of a visitor that a fit can depend on, as one text for the hash of the data. */
function textOf({ visitor, events, merges }: VisitorEvents): string {
  let text = `${visitor}\n`;
  for (const event of events) {
    const { type, at, product, quantity, requestId, isSortedByPrice, isWithoutResults, orderKey } = event;
    const { subject, position, loggedAt, isHistorical } = event;
    text += `${at}\t${type}\t${quantity}\t${requestId}\t${isSortedByPrice}\t${isWithoutResults}\t${orderKey}\t${subject}\t${position}\t${loggedAt}\t${isHistorical}`;
    if (product !== null) text += `\t${product.id}\t${product.category}\t${product.price}\t${product.isDiscounted}`;
    text += '\n';
  }
  for (const { from, into, position, mergedAt } of merges) text += `${from}\t${into}\t${position}\t${mergedAt}\n`;
  return text;
}
