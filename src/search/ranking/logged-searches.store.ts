import { createHash } from 'node:crypto';
import { hasArrivedBy, isLoggedUpTo } from '../../events/position-conditions';
import { newestPosition } from '../../events/position.store';
import { throwIfErasedSince } from '../../events/tombstone.store';
import { BEGIN_PAGE, BEGIN_SCAN, inTransaction, withLongTimeout, type Pool } from '../../platform/postgres';
import { queryRows } from '../../platform/sql';
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

/** Number of searches whose shown products one statement reads. */
const PAGE_SIZE = 2_000;

/** Timeout of the statements that read all searches, and all reactions to them. On a large log, they take minutes. */
const STATEMENT_MS = 30 * 60_000;

/** A search, without what was shown in it. */
interface SearchRow {
  readonly id: string;
  readonly at: number;
  readonly query: string;
  /** Customer or session; null if unknown. */
  readonly person: string | null;
}

interface PropertiesRow {
  readonly id: string;
  readonly at: number;
  readonly properties: {
    readonly shown?: unknown;
    readonly features?: unknown;
    readonly featureNames?: unknown;
  } | null;
}

export interface ReadSearchesOptions {
  /** Number of searches whose shown products one statement reads. */
  readonly pageSize?: number;
  /** Whether an erasure during the read does not end it. Then searches of the person may be missing. */
  readonly ignoresErasures?: boolean;
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
 *
 * The statements have a snapshot each. Together, they return what the log was at one log position, even if others write
 * meanwhile.
 * @throws ErasureConflict if a person is erased during the read, unless `ignoresErasures` is set
 */
export async function readLoggedSearches(
  pool: Pool,
  { pageSize = PAGE_SIZE, ignoresErasures = false }: ReadSearchesOptions = {},
): Promise<LoggedSearches> {
  const position = await newestPosition(pool);
  const rows = await readSearches(pool, position);
  const clicked = await readClicked(
    pool,
    rows.map(({ id }) => id),
    position,
  );
  const searches: LoggedSearch[] = [];
  const limit = new PersonLimit();
  for (let from = 0; from < rows.length; from += pageSize) {
    const page = rows.slice(from, from + pageSize);
    const properties = await readProperties(pool, page);
    if (!ignoresErasures) await throwIfErasedSince(pool, position);
    for (const row of page) {
      const search = loggedSearch(row, properties.get(keyOf(row)) ?? null, clicked.get(row.id));
      if (search !== null && limit.admits(row.person, search.query, search.at)) searches.push(search);
    }
  }
  const newest = newestSearches(searches);
  return { position, searches: newest, hash: hashOf(newest) };
}

/** Returns the newest searches up to a log position, in order of time. */
function readSearches(pool: Pool, position: number): Promise<SearchRow[]> {
  return inTransaction(
    pool,
    (client) =>
      queryRows<SearchRow>(
        client,
        withLongTimeout(
          `SELECT id, round(extract(epoch FROM occurred_at) * 1000)::float8 AS at, query, person FROM (
             SELECT id, occurred_at, query, person FROM (
               SELECT id, occurred_at, query, person,
                 row_number() OVER (PARTITION BY person, query, date_trunc('day', occurred_at, 'UTC') ORDER BY occurred_at, id) AS nth
               FROM (
                 SELECT id, occurred_at, query, coalesce('c ' || customer_id, 's ' || session_id) AS person FROM events e
                 WHERE type = 'SEARCH' AND source = 'SEARCH' AND query IS NOT NULL AND ${isLoggedUpTo('$1::bigint')}
                   AND occurred_at > (
                     SELECT max(occurred_at) FROM events e
                     WHERE type = 'SEARCH' AND source = 'SEARCH' AND ${hasArrivedBy('$1::bigint')}
                   ) - interval '${DAYS} days'
               ) e
             ) of_person
             -- One person's searches must not fill the limit of searches.
             WHERE person IS NULL OR nth <= ${MAX_PER_DAY}
             ORDER BY occurred_at DESC, id DESC LIMIT ${MAX_SEARCHES}
           ) newest ORDER BY occurred_at, id`,
          [position],
          STATEMENT_MS,
        ),
      ),
    BEGIN_SCAN,
  );
}

/** Returns the products that were clicked or bought in searches up to a log position, by the id of the search. */
async function readClicked(
  pool: Pool,
  ids: readonly string[],
  position: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await inTransaction(
    pool,
    (client) =>
      queryRows<{ id: string; clicked: string[] }>(
        client,
        withLongTimeout(
          `SELECT e.request_id AS id, array_agg(DISTINCT e.product_id) AS clicked FROM events e
           WHERE type IN (${REACTION_TYPES.map((type) => `'${type}'`).join(', ')}) AND request_id IN (SELECT unnest($2::text[]))
             AND product_id IS NOT NULL AND ${isLoggedUpTo('$1::bigint')}
           GROUP BY e.request_id`,
          [position, ids],
          STATEMENT_MS,
        ),
      ),
    BEGIN_SCAN,
  );
  return new Map(rows.map(({ id, clicked }) => [id, clicked]));
}

/** Returns what was shown in some searches, by {@link keyOf} the search. */
async function readProperties(
  pool: Pool,
  searches: readonly SearchRow[],
): Promise<ReadonlyMap<string, PropertiesRow['properties']>> {
  const rows = await inTransaction(
    pool,
    (client) =>
      queryRows<PropertiesRow>(client, {
        name: 'search-properties',
        text: `SELECT asked.id, asked.at, e.properties FROM unnest($1::text[], $2::float8[]) AS asked (id, at)
               CROSS JOIN LATERAL (
                 SELECT properties FROM events
                 WHERE source = 'SEARCH' AND id = asked.id AND occurred_at = to_timestamp(asked.at / 1000) OFFSET 0
               ) e`,
        values: [searches.map(({ id }) => id), searches.map(({ at }) => at)],
      }),
    BEGIN_PAGE,
  );
  return new Map(rows.map((row) => [keyOf(row), row.properties]));
}

function keyOf({ id, at }: Pick<SearchRow, 'id' | 'at'>): string {
  return `${at} ${id}`;
}

function loggedSearch(
  { id, at, query }: SearchRow,
  properties: PropertiesRow['properties'],
  clicked: readonly string[] | undefined,
): LoggedSearch | null {
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
