import { readBatchRange } from '../../events/batch-range.store';
import type { LoggedMerge } from '../../events/log-event';
import type { PoolClient } from '../../platform/postgres';
import { queryRows } from '../../platform/sql';
import { subtagOf } from '../../search-engine/text/analyzers';
import { queryKey, spellingOf } from './query-key';

/**
 * Event types that count as a reaction to a result list. VIEW counts because a storefront may send it instead of CLICK
 * when a customer opens a product.
 */
export const REACTION_TYPES = ['CLICK', 'VIEW', 'ADD_TO_CART', 'PURCHASE'];
/** Clocks differ, so a reaction may be older than its search by up to this interval. Older events do not count. */
export const CLOCK_TOLERANCE = '1 day';
const MAX_INT = 2 ** 31 - 1;

export interface QueryLogEntry {
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly occurredAt: number;
  readonly position: number;
  readonly subject: string | null;
  readonly query: string;
  readonly text: string;
  readonly total: number;
  readonly shown: number;
  /** The language that the search named, as first subtag of BCP 47; null if it named none. */
  readonly language: string | null;
  /** Whether the query was complete, and products with all of its words were found, without a correction. */
  readonly asTyped: boolean;
}

export interface QueryLogReaction {
  readonly source: string;
  readonly id: string;
  readonly occurredAt: number;
  readonly requestId: string;
  readonly productId: string;
  readonly listPosition: number | null;
  readonly bought: boolean;
}

/** The searches, reactions and customer merges in a batch of the log. */
export interface QueryLogBatch {
  /** The last log position of the batch. */
  readonly position: number;
  /** Whether the batch reaches the end of the log. */
  readonly atEnd: boolean;
  readonly searches: readonly QueryLogEntry[];
  readonly reactions: readonly QueryLogReaction[];
  readonly merges: readonly LoggedMerge[];
}

interface Row {
  readonly position: number;
  readonly sequence: number;
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly occurredAt: number;
  readonly subject: string | null;
  readonly productId: string | null;
  readonly query: string | null;
  readonly requestId: string | null;
  readonly listPosition: number | null;
  readonly total: unknown;
  readonly shown: number | null;
  readonly language: string | null;
  readonly asTyped: boolean | null;
}

/**
 * Reads the next batch of the log after a position; null at the end of the log. Events that the learner (the worker
 * that learns from the log) could not process are included.
 * @param eventCount approximate number of events
 * @param since older searches are ignored
 */
export async function readQueryLogBatch(
  client: PoolClient,
  after: number,
  eventCount: number,
  since: Date,
): Promise<QueryLogBatch | null> {
  const range = await readBatchRange(client, after, eventCount);
  if (range === null) return null;
  const { position, atEnd } = range;
  const rows = await queryRows<Row>(client, BATCH_SQL, [after, position, REACTION_TYPES, since]);
  const merges = await queryRows<LoggedMerge>(
    client,
    `SELECT position, from_subject AS "from", into_subject AS into FROM merges
     WHERE position > $1 AND position <= $2 ORDER BY position`,
    [after, position],
  );
  const searches = rows.flatMap((row) => asSearch(row) ?? []);
  return {
    position,
    atEnd,
    searches,
    reactions: rows.flatMap((row) => asReaction(row) ?? []),
    merges,
  };
}

/**
 * Joins batch by batch. Otherwise, a query plan made while the log was small would scan the whole log even after it has
 * grown.
 */
const BATCH_SQL = `
  SELECT b.position, e.* FROM (
    SELECT position, batch FROM log_batches WHERE position > $1 AND position <= $2 ORDER BY position
  ) b CROSS JOIN LATERAL (
    SELECT sequence, source, id, type, round(extract(epoch FROM occurred_at) * 1000)::float8 AS "occurredAt", subject,
      product_id AS "productId", query, request_id AS "requestId", list_position AS "listPosition",
      properties->'total' AS total, properties->>'language' AS language,
      properties->'asTyped' = 'true' AS "asTyped",
      CASE jsonb_typeof(properties->'shown') WHEN 'array' THEN jsonb_array_length(properties->'shown') END AS shown
    FROM events
    WHERE batch = b.batch
      AND ((type = 'SEARCH' AND source = 'SEARCH' AND occurred_at >= $4)
        OR (request_id IS NOT NULL AND type = ANY($3) AND occurred_at >= $4::timestamptz - interval '${CLOCK_TOLERANCE}'))
    ORDER BY sequence OFFSET 0
  ) e ORDER BY b.position, e.sequence`;

/** Returns the search in a row; undefined for any other event, such as a SEARCH event that a server key sent. */
function asSearch({
  type,
  id,
  query,
  total,
  shown,
  language,
  asTyped,
  occurredAt,
  position,
  subject,
}: Row): QueryLogEntry | undefined {
  if (type !== 'SEARCH' || query === null || shown === null) return undefined;
  const key = queryKey(query);
  if (key === '' || !Number.isInteger(total) || (total as number) < 0 || (total as number) > MAX_INT) return undefined;
  return {
    requestId: id,
    occurredAt,
    position,
    subject,
    query: key,
    text: spellingOf(query),
    total: total as number,
    shown,
    language: language === null ? null : languageIn(language),
    asTyped: asTyped ?? false,
  };
}

/** Returns the first subtag of a language tag; null if it is none. Clients can send any text. */
function languageIn(tag: string): string | null {
  const subtag = subtagOf(tag);
  return /^[a-z]{2,8}$/.test(subtag) ? subtag : null;
}

function asReaction({
  type,
  source,
  id,
  occurredAt,
  requestId,
  productId,
  listPosition,
}: Row): QueryLogReaction | undefined {
  if (type === 'SEARCH' || requestId === null || productId === null) return undefined;
  return { source, id, occurredAt, requestId, productId, listPosition, bought: type === 'PURCHASE' };
}
