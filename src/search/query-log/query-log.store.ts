import { lockFollower } from '../../events/follower.store';
import type { PoolClient } from '../../platform/postgres';
import { execute, queryFirst, queryRows } from '../../platform/sql';
import { SEARCH_COUNT_LEASE } from '../search-topics';
import { refreshQueries, storeCountChanges } from './count-tables.store';
import {
  CountChanges,
  type CountedSearch,
  MAX_LIST_POSITION,
  reactionPositions,
  type Reaction,
} from './counted-search';
import { CLOCK_TOLERANCE, type QueryLogReaction, type QueryLogEntry } from './query-log-batch.store';

type Row = CountedSearch & { readonly requestId: string };

const TIME_ZONE = `coalesce((SELECT time_zone FROM search_progress WHERE id = 1), 'UTC')`;
const DAY = `to_char(occurred_at AT TIME ZONE ${TIME_ZONE}, 'YYYY-MM-DD') AS day`;
const ROW = `request_id AS "requestId", ${DAY}, query, text, total, shown, clicks, purchases`;

/**
 * Adds a batch of searches and reactions to the query log, in the caller's transaction. If several searches have the
 * same id, the first one in the log counts. The counts do not depend on the order of the events: a click may come
 * before its search, after it, or repeatedly.
 */
export async function addToQueryLog(
  client: PoolClient,
  searches: readonly QueryLogEntry[],
  reactions: readonly QueryLogReaction[],
): Promise<void> {
  const rows = await queryRows<{ requestId: string }>(
    client,
    `INSERT INTO searches (request_id, occurred_at, position, owner, query, text, language, total, shown,
       clicks, purchases, as_typed)
     SELECT "requestId", to_timestamp("occurredAt" / 1000.0), position, subject, query, text, language,
       total, shown, '{}', '{}', "asTyped"
     FROM json_to_recordset($1) AS r ("requestId" text, "occurredAt" float8, position bigint, subject text, query text,
       text text, language text, total int, shown int, "asTyped" boolean)
     ON CONFLICT (request_id) DO NOTHING RETURNING request_id AS "requestId"`,
    [JSON.stringify(searches)],
  );
  await execute(
    client,
    `INSERT INTO search_reactions (source, id, occurred_at, request_id, product_id, list_position, bought)
     SELECT source, id, to_timestamp("occurredAt" / 1000.0), "requestId", "productId", "listPosition", bought
     FROM json_to_recordset($1) AS r (source text, id text, "occurredAt" float8, "requestId" text, "productId" text,
       "listPosition" int, bought boolean)
     ON CONFLICT (source, id, occurred_at) DO NOTHING`,
    [JSON.stringify(reactions)],
  );
  const newRequestIds = new Set(rows.map(({ requestId }) => requestId));
  await recount(
    client,
    [...new Set([...newRequestIds, ...reactions.map(({ requestId }) => requestId)])],
    newRequestIds,
  );
}

/**
 * Recounts searches with their current reactions. The SQL query reduces the reactions of a search to distinct products
 * and positions, so their number is bounded.
 * @param newRequestIds ids of the searches that have not been counted yet
 */
async function recount(
  client: PoolClient,
  requestIds: readonly string[],
  newRequestIds: ReadonlySet<string>,
): Promise<void> {
  const rows = await queryRows<Row & { occurred_at: Date; products: unknown; reactions: Reaction[] | null }>(
    client,
    `SELECT s.*, p.products, r.reactions
     FROM (SELECT ${ROW}, occurred_at FROM searches WHERE request_id = ANY($1)) s
     CROSS JOIN LATERAL (
       SELECT coalesce((
         SELECT e.properties->'shown' FROM events e
         WHERE e.source = 'SEARCH' AND e.id = s."requestId" AND e.occurred_at = s.occurred_at
       ), '[]') AS products OFFSET 0
     ) p
     CROSS JOIN LATERAL (
       SELECT json_agg(json_build_object('productId', product, 'listPosition', place, 'bought', bought)) AS reactions
       FROM (
         SELECT DISTINCT bought, CASE WHEN p.products ? product_id THEN product_id END AS product,
           CASE WHEN NOT p.products ? product_id THEN least(list_position, ${MAX_LIST_POSITION + 1}) END AS place
         FROM search_reactions WHERE request_id = s."requestId" AND occurred_at >= s.occurred_at - interval '${CLOCK_TOLERANCE}'
       ) places OFFSET 0
     ) r`,
    [requestIds],
  );
  const changes = new CountChanges();
  const changedRows: object[] = [];
  for (const { products, reactions, ...before } of rows) {
    const after = { ...before, ...reactionPositions(reactions ?? [], textsIn(products)) };
    const isFresh = newRequestIds.has(before.requestId);
    const isSame =
      `${after.clicks.join()};${after.purchases.join()}` === `${before.clicks.join()};${before.purchases.join()}`;
    if (!isSame)
      changedRows.push({
        requestId: after.requestId,
        clicks: arrayLiteral(after.clicks),
        purchases: arrayLiteral(after.purchases),
      });
    if (isSame && !isFresh) continue;
    if (!isFresh) changes.add(before, -1);
    changes.add(after, 1);
  }
  if (changedRows.length > 0) {
    await execute(
      client,
      `UPDATE searches SET clicks = r.clicks::int[], purchases = r.purchases::int[],
         clicked_as_typed = as_typed AND 0 < ANY (r.clicks::int[])
       FROM json_to_recordset($1) AS r ("requestId" text, clicks text, purchases text) WHERE request_id = r."requestId"`,
      [JSON.stringify(changedRows)],
    );
  }
  await storeCountChanges(client, changes);
}

/** Assigns a subject's (customer's or session's) searches before a log position to another subject. */
export async function reassignSearches(
  client: PoolClient,
  from: string,
  into: string,
  position: number,
): Promise<void> {
  const rows = await queryRows<{ query: string }>(
    client,
    'UPDATE searches SET owner = $2 WHERE owner = $1 AND position < $3 RETURNING query',
    [from, into, position],
  );
  await refreshQueries(client, [...new Set(rows.map(({ query }) => query))]);
}

/** Deletes searches and subtracts them from the counts. */
export async function removeSearches(client: PoolClient, requestIds: readonly string[]): Promise<void> {
  const rows = await queryRows<Row>(client, `DELETE FROM searches WHERE request_id = ANY($1) RETURNING ${ROW}`, [
    requestIds,
  ]);
  const changes = new CountChanges();
  for (const row of rows) changes.add(row, -1);
  await storeCountChanges(client, changes);
}

/**
 * Blocks other writers of the counts until the transaction ends.
 * @returns the log position that the counts cover, and the time zone of their days
 */
export async function lockSearchCounts(
  client: PoolClient,
): Promise<{ readonly position: number; readonly timeZone: string | null }> {
  const position = await lockFollower(client, SEARCH_COUNT_LEASE);
  const used = await queryFirst<{ timeZone: string | null }>(
    client,
    'SELECT time_zone AS "timeZone" FROM search_progress WHERE id = 1',
  );
  return { position, timeZone: used?.timeZone ?? null };
}

/**
 * Deletes the searches and the reactions of subjects (customers or sessions) and corrects the counts. Call it while the
 * log still contains their events.
 */
export async function eraseFromQueryLog(client: PoolClient, subjects: readonly string[]): Promise<void> {
  const reactions = await queryRows<{ requestId: string }>(
    client,
    `DELETE FROM search_reactions r USING events e
     WHERE e.subject = ANY($1) AND r.source = e.source AND r.id = e.id AND r.occurred_at = e.occurred_at
     RETURNING r.request_id AS "requestId"`,
    [subjects],
  );
  const searches = await queryRows<{ id: string }>(
    client,
    `SELECT id FROM events WHERE subject = ANY($1) AND source = 'SEARCH' AND type = 'SEARCH'`,
    [subjects],
  );
  await removeSearches(
    client,
    searches.map(({ id }) => id),
  );
  await recount(client, [...new Set(reactions.map(({ requestId }) => requestId))], new Set());
}

function arrayLiteral(positions: readonly number[]): string {
  return `{${positions.join()}}`;
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
