import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { IdentityMap } from '../../events/identity-map';
import { WITH_IDENTITY_RANGES, type IdentityRange } from '../../events/identity-ranges.store';
import {
  isSessionSubject,
  orderKeyOf,
  subjectOfCustomer,
  type EventSource,
  type EventType,
} from '../../events/log-event';
import { isInForce, isLoggedUpTo } from '../../events/position-conditions';
import { newestPosition } from '../../events/position.store';
import { throwIfErasedSince } from '../../events/tombstone.store';
import { toSessionEvent, toSessionProduct, type SessionEvent, type SessionProduct } from '../../features/session-event';
import { MS_PER_DAY } from '../../learn/durations';
import { appendTo } from '../../learn/group-by';
import {
  BEGIN_PAGE,
  BEGIN_SCAN,
  inSnapshot,
  inTransaction,
  withLongTimeout,
  type Pool,
  type PoolClient,
} from '../../platform/postgres';
import { queryOne, queryRows } from '../../platform/sql';
import { readOptedOut } from '../customer.store';
import { MAX_ORDER_LINES, MAX_SESSION_EVENTS, MAX_SESSION_MS } from './live-session';
import { sortEvents, type VisitorEvent, type VisitorEvents, type VisitorMerge } from './visitor-sessions';

/** Timeout of statements that read all events. On a large log, they take minutes. */
const STATEMENT_MS = 30 * 60_000;

/** Number of visitors that one transaction reads. */
const PAGE_SIZE = 500;

/** Number of visitors that are counted without a pause. */
const VISITORS_AT_ONCE = 25;

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
  /** Whether an erasure during the read does not end it. */
  readonly ignoresErasures?: boolean;
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
  /** The log position up to which visitors were read. */
  readonly position: number;
  /** One of this many visitors was read. */
  readonly weight: number;
  /** SHA-256 of what was read. */
  readonly dataHash: Buffer;
}

/**
 * Reads the newest events of visitors and their orders. A visitor is a customer or an anonymous visit, with the ranges
 * of the log that were merged into it: events of one id can belong to several visitors. Events that belong to a customer
 * who has opted out of profiling are left out. If there are many events, a hash of the visitor decides who is read.
 * Products are as the log knew them when each event arrived.
 *
 * Each page of visitors has a short transaction. Together, they return what the log and the opt-outs were at one log
 * position, even if others write meanwhile. There is one exception: an event that is quarantined during the read and sent
 * again before its page is read, is missing.
 * @param pageSize number of visitors that one transaction reads
 * @throws ErasureConflict if a person is erased during the read, unless `ignoresErasures` is set. `onVisitor` may have been called for that person
 */
export async function readVisitors(
  pool: Pool,
  options: ReadVisitorsOptions,
  pageSize = PAGE_SIZE,
): Promise<VisitorsRead> {
  const start = await readVisitorsStart(pool);
  const { position } = start;
  const { ignoresErasures = false } = options;
  const hash = createHash('sha256');
  const until = await readNewestTime(pool, position);
  if (until === null) return { position, weight: 1, dataHash: hash.digest() };
  const since = until - options.days * MS_PER_DAY;
  const count = await countEvents(pool, position, since);
  let weight = 1;
  while (count / weight > options.maxEvents) weight *= 2;
  hash.update(`${since} ${until}\n`);
  const readNext = (after: string) => readPage(pool, start, { since, weight, pageSize, after, ignoresErasures });
  let page = await readNext('');
  while (page !== null) {
    // PostgreSQL reads the next page while this process counts the current one.
    const next = readNext(page.last);
    next.catch(() => undefined);
    let count = 0;
    for (const [visitor, rows] of page.visitors) {
      const events = sortEvents(rows.map(toVisitorEvent));
      const read = { visitor, events, merges: start.merges.byOwner.get(visitor) ?? [] };
      hash.update(textOf(read));
      options.onVisitor(read, { since, until });
      // The next page is read by several statements, which this loop must not hold up.
      if (++count % VISITORS_AT_ONCE === 0) await setImmediate();
    }
    page = await next;
  }
  return { position, weight, dataHash: hash.digest() };
}

/** What a read of all visitors begins with. */
interface VisitorsStart {
  /** The newest log position. */
  readonly position: number;
  readonly merges: MergesRead;
  /** The ids of the customers who have opted out of profiling. */
  readonly optedOut: ReadonlySet<string>;
}

/** Reads what a read of all visitors begins with, in one snapshot. */
function readVisitorsStart(pool: Pool): Promise<VisitorsStart> {
  return inSnapshot(pool, async (client) => ({
    position: await newestPosition(client),
    merges: await readMerges(client),
    optedOut: await readOptedOut(client),
  }));
}

/** Returns the time of the newest event of a session up to a log position; null if there is none. */
function readNewestTime(pool: Pool, position: number): Promise<number | null> {
  return inTransaction(
    pool,
    async (client) => {
      const { until } = await queryOne<{ until: number | null }>(
        client,
        withLongTimeout(
          `SELECT round(extract(epoch FROM max(occurred_at)) * 1000)::float8 AS until FROM events e
           WHERE ${IS_SESSION_EVENT} AND type <> 'PURCHASE' AND ${isLoggedUpTo('$1::bigint')}`,
          [position],
          STATEMENT_MS,
        ),
      );
      return until;
    },
    BEGIN_SCAN,
  );
}

/** Returns the number of events of sessions since an instant, up to a log position. */
function countEvents(pool: Pool, position: number, since: number): Promise<number> {
  return inTransaction(
    pool,
    async (client) => {
      const { count } = await queryOne<{ count: number }>(
        client,
        withLongTimeout(
          `SELECT count(*) AS count FROM events e WHERE ${IS_SESSION_EVENT}
             AND occurred_at >= to_timestamp($2::float8 / 1000) AND ${isLoggedUpTo('$1::bigint')}`,
          [position, since],
          STATEMENT_MS,
        ),
      );
      return count;
    },
    BEGIN_SCAN,
  );
}

interface VisitorsPage {
  /** The rows of each visitor, in order of visitors. */
  readonly visitors: ReadonlyMap<string, readonly VisitorRow[]>;
  /** The last subject of the page. */
  readonly last: string;
}

/** Reads the visitors after a subject, in order. @returns null if there are no more subjects */
async function readPage(
  pool: Pool,
  { position, merges, optedOut }: VisitorsStart,
  page: {
    readonly since: number;
    readonly weight: number;
    readonly pageSize: number;
    readonly after: string;
    readonly ignoresErasures: boolean;
  },
): Promise<VisitorsPage | null> {
  const { last, visitors, rows } = await inTransaction(
    pool,
    async (client) => {
      const subjects = await readSubjects(client, page.after, page.weight, page.weight * page.pageSize);
      const visitors = subjects
        .filter(({ subject, isSampled }) => isSampled && !isLeftOut(subject, optedOut))
        .map(({ subject }) => subject);
      const rows = await readEvents(client, merges.rangesOf(visitors, position), page.since, position);
      if (!page.ignoresErasures) await throwIfErasedSince(client, position);
      return { last: subjects.at(-1)?.subject, visitors, rows };
    },
    BEGIN_PAGE,
  );
  if (last === undefined) return null;
  const rowsOf = new Map(visitors.map((visitor): [string, VisitorRow[]] => [visitor, []]));
  for (const row of rows) rowsOf.get(row.visitor)!.push(row);
  return { visitors: new Map([...rowsOf].filter(([, own]) => own.length > 0)), last };
}

function toVisitorEvent(row: VisitorRow): VisitorEvent {
  const { subject, position, loggedAt, isHistorical } = row;
  return { ...toEvent(row), subject, position, loggedAt, isHistorical };
}

function isLeftOut(subject: string, optedOut: ReadonlySet<string>): boolean {
  const isCustomer = subject.startsWith(subjectOfCustomer(''));
  return isCustomer ? optedOut.has(subject.slice(subjectOfCustomer('').length)) : !isSessionSubject(subject);
}

/**
 * Returns the subjects after a given one in the order of the database, at most `count`: those that have events, and those
 * that another one was merged into.
 */
function readSubjects(
  client: PoolClient,
  after: string,
  weight: number,
  count: number,
): Promise<{ readonly subject: string; readonly isSampled: boolean }[]> {
  return queryRows<{ subject: string; isSampled: boolean }>(client, {
    name: 'subjects-after',
    // Each step of the recursion looks up the next subject in the index. A plain DISTINCT would read all events.
    text: `WITH RECURSIVE logged (subject) AS (
             SELECT min(subject) FROM events WHERE subject > $1
             UNION ALL
             SELECT (SELECT min(subject) FROM events WHERE subject > logged.subject) FROM logged
             WHERE logged.subject IS NOT NULL
           )
           SELECT subject, (hashtextextended(subject, 0) & ($2::bigint - 1)) = 0 AS "isSampled" FROM (
             (SELECT subject FROM logged WHERE subject IS NOT NULL LIMIT $3)
             UNION (SELECT DISTINCT into_subject FROM merges WHERE into_subject > $1 ORDER BY into_subject LIMIT $3)
           ) subjects ORDER BY subject LIMIT $3`,
    values: [after, weight, count],
  });
}

/**
 * Reads the events in ranges of the log since an instant, and all orders before, in no particular order. `OFFSET 0` makes
 * PostgreSQL find them by subject, and no other way.
 */
function readEvents(
  client: PoolClient,
  ranges: readonly OwnedIdentityRange[],
  since: number,
  upTo: number,
): Promise<VisitorRow[]> {
  return queryRows<VisitorRow>(client, {
    name: 'visitor-events',
    text: `SELECT r.owner AS visitor, b.position, round(date_part('epoch', b.committed_at) * 1000) AS "loggedAt",
             ${IS_HISTORICAL} AS "isHistorical", ${SESSION_EVENT_COLUMNS}
           FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS r (owner, subject, lower, upper)
           CROSS JOIN LATERAL (SELECT * FROM events WHERE subject = r.subject OFFSET 0) e
           CROSS JOIN LATERAL (
             SELECT position, known_at, committed_at FROM log_batches WHERE batch = e.batch OFFSET 0
           ) b
           WHERE ${IS_SESSION_EVENT} AND ${isInForce('e', '$6::bigint')}
             AND (e.type = 'PURCHASE' OR e.occurred_at >= to_timestamp($5::float8 / 1000))
             AND b.position > r.lower AND b.position <= r.upper`,
    values: [
      ranges.map(({ owner }) => owner),
      ranges.map(({ subject }) => subject),
      ranges.map(({ lower }) => lower),
      ranges.map(({ upper }) => upper),
      since,
      upTo,
    ],
  });
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

type OwnedIdentityRange = IdentityRange & { readonly owner: string };

interface MergesRead {
  /** Returns the ranges of the log up to a position that belong to these subjects after all merges. */
  readonly rangesOf: (subjects: readonly string[], upTo: number) => readonly OwnedIdentityRange[];
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
  for (const merge of merges) appendTo(byOwner, owners.ownerOf(merge.from, merge.position), merge);
  const merged = new Map<string, OwnedIdentityRange[]>();
  for (const range of owners.mergedRanges()) appendTo(merged, range.owner, range);
  /** The position up to which the events of a subject belong to others. */
  const mergedUpTo = new Map(merges.map(({ from, position }) => [from, position]));
  const rangesOf = (subjects: readonly string[], upper: number) =>
    subjects.flatMap((subject) => [
      { owner: subject, subject, lower: mergedUpTo.get(subject) ?? 0, upper },
      ...(merged.get(subject) ?? []),
    ]);
  return { rangesOf, byOwner };
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
