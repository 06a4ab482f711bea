import { createHash } from 'node:crypto';
import { newestPosition } from '../../events/position.store';
import { inSnapshot, withLongTimeout, type Pool } from '../../platform/postgres';
import { execute, queryRows } from '../../platform/sql';
import { rankingFeatures } from './evidence-vector';
import { hashedQuery, type LoggedSearch } from './logged-search';
import { MAX_PER_DAY, PersonLimit } from './person-limit';
import { REACTION_TYPES } from '../query-log/query-log-batch.store';

/** Training uses the searches of this many days, counted back from the newest search. */
const DAYS = 180;
/** Maximum number of searches for training. Older searches are left out. */
const MAX_SEARCHES = 100_000;
/** Maximum number of shown products of all these searches together. Older searches are left out. */
const MAX_ROWS = 1_000_000;
/** Maximum number of products per search for training. Products further down the list are left out. */
const MAX_PLACES = 50;

/** Timeout of the statement that reads all searches and the reactions to them. On a large log, it takes minutes. */
const STATEMENT_MS = 30 * 60_000;

interface Row {
  readonly id: string;
  readonly at: number;
  readonly query: string;
  /** Customer or session; null if unknown. */
  readonly person: string | null;
  readonly properties: {
    readonly shown?: unknown;
    readonly features?: unknown;
    readonly featureNames?: unknown;
  } | null;
  readonly clicked: readonly string[] | null;
}

export interface LoggedSearches {
  /** The log position at which the searches were read. */
  readonly position: number;
  /** In order of time. */
  readonly searches: readonly LoggedSearch[];
  /** SHA-256 of the ids, times and clicks of the searches. */
  readonly hash: Uint8Array;
}

/**
 * Returns the newest searches in the log with the products clicked in them. It omits searches that were logged with
 * incompatible ranking features, and the searches of a person that exceed {@link PersonLimit}.
 */
export function readLoggedSearches(pool: Pool): Promise<LoggedSearches> {
  return inSnapshot(pool, async (client) => {
    const position = await newestPosition(client);
    await execute(client, 'SET LOCAL max_parallel_workers_per_gather = 0');
    await execute(client, 'SET LOCAL jit = off');
    await execute(client, {
      text: `DECLARE searches NO SCROLL CURSOR FOR
        WITH newest AS (
          SELECT id, occurred_at, query, person FROM (
            SELECT id, occurred_at, query, person,
              row_number() OVER (PARTITION BY person, query, date_trunc('day', occurred_at, 'UTC') ORDER BY occurred_at, id) AS nth
            FROM (SELECT *, coalesce('c ' || customer_id, 's ' || session_id) AS person FROM events) e
            WHERE type = 'SEARCH' AND source = 'SEARCH' AND set_aside IS NULL AND query IS NOT NULL
              AND occurred_at > (SELECT max(occurred_at) FROM events WHERE type = 'SEARCH' AND source = 'SEARCH')
                - interval '${DAYS} days'
          ) of_person
          -- One person's searches must not fill the limit of searches.
          WHERE person IS NULL OR nth <= ${MAX_PER_DAY}
          ORDER BY occurred_at DESC, id DESC LIMIT ${MAX_SEARCHES}
        ), successes AS (
          SELECT request_id, array_agg(DISTINCT product_id ORDER BY product_id) AS clicked FROM events
          WHERE type IN (${REACTION_TYPES.map((type) => `'${type}'`).join(', ')}) AND request_id IS NOT NULL
            AND product_id IS NOT NULL AND set_aside IS NULL AND request_id IN (SELECT id FROM newest)
          GROUP BY request_id
        )
        SELECT n.id, round(extract(epoch FROM n.occurred_at) * 1000)::float8 AS at, n.query, e.properties, n.person, s.clicked
        FROM newest n JOIN events e ON e.source = 'SEARCH' AND e.id = n.id AND e.occurred_at = n.occurred_at
        LEFT JOIN successes s ON s.request_id = n.id ORDER BY n.occurred_at, n.id`,
    });
    const searches: LoggedSearch[] = [];
    const limit = new PersonLimit();
    for (;;) {
      const rows = await queryRows<Row>(client, withLongTimeout('FETCH 2000 FROM searches', [], STATEMENT_MS));
      if (rows.length === 0) break;
      for (const row of rows) {
        const search = loggedSearch(row);
        if (search !== null && limit.admits(row.person, search.query, search.at)) searches.push(search);
      }
    }
    const newest = newestSearches(searches);
    return { position, searches: newest, hash: hashOf(newest) };
  });
}

function loggedSearch({ id, at, query, properties, clicked }: Row): LoggedSearch | null {
  const { shown, features, featureNames } = properties ?? {};
  if (!isTexts(shown) || shown.length === 0 || typeof features !== 'string' || typeof featureNames !== 'string')
    return null;
  const decodedFeatures = rankingFeatures(featureNames, features, shown.length);
  if (decodedFeatures === null) return null;
  const shownProducts = shown.slice(0, MAX_PLACES);
  const clickedProducts = new Set(clicked);
  return {
    id,
    at,
    query: hashedQuery(query),
    shown: shownProducts,
    features: decodedFeatures.slice(0, (decodedFeatures.length / shown.length) * shownProducts.length),
    clicked: Uint8Array.from(shownProducts, (product) => (clickedProducts.has(product) ? 1 : 0)),
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** Returns the newest searches whose shown products add up to at most {@link MAX_ROWS}. */
function newestSearches(searches: readonly LoggedSearch[]): readonly LoggedSearch[] {
  let rows = 0;
  let from = searches.length;
  while (from > 0 && rows + searches[from - 1].shown.length <= MAX_ROWS) rows += searches[--from].shown.length;
  return searches.slice(from);
}

function hashOf(searches: readonly LoggedSearch[]): Uint8Array {
  const hash = createHash('sha256');
  for (const { id, at, clicked } of searches) hash.update(`${id}\n${at}\n`).update(clicked);
  return hash.digest();
}
