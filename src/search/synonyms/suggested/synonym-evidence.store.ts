import type { PoolClient } from '../../../platform/postgres';
import { queryRows } from '../../../platform/sql';
import { CLOCK_TOLERANCE } from '../../query-log/query-log-batch.store';

/** What evidence is read from, and which of it is returned. */
export interface EvidenceLimits {
  /** Number of newest searches that are read. */
  readonly searches: number;
  /** Queries that fewer customers or visits have typed are left out. */
  readonly minCustomers: number;
  /** Pairs of queries with fewer visits that reformulated one into the other are left out. */
  readonly minVisits: number;
  /** Pairs of queries with fewer shared clicks are left out. */
  readonly minSharedClicks: number;
  /** Pairs of queries with a lower similarity are left out. */
  readonly minSimilarity: number;
  /** Of each product, the pairs of this number of queries with the most clicks are compared. */
  readonly queriesPerProduct: number;
  /** Maximum number of pairs of each kind. */
  readonly pairs: number;
}

/** Two queries in the same language. */
interface QueryPair {
  /** First subtag of the BCP 47 tag that the searches named; '' if they named none. */
  readonly language: string;
  /** The query keys, and the most frequent spelling of each. */
  readonly from: string;
  readonly to: string;
  readonly fromText: string;
  readonly toText: string;
}

/**
 * A query that visits followed by another one: a search without a click, whose next search in the same visit, within
 * ten minutes, had a click. A visit counts once for a pair.
 */
export interface Reformulation extends QueryPair {
  readonly visits: number;
  /** Visits over all pairs with the same `from`, with the same `to`, and in the same language. */
  readonly fromVisits: number;
  readonly toVisits: number;
  readonly allVisits: number;
}

/**
 * Two queries whose clicks share products, of which at least two visits each clicked them. A visit counts once for a
 * query and a product. `from` is less than `to`.
 */
export interface SharedClicks extends QueryPair {
  readonly sharedProducts: number;
  /** The sum over the products of the smaller one of both numbers of clicks. */
  readonly sharedClicks: number;
  /** Cosine of the numbers of clicks by product, from 0 to 1. */
  readonly similarity: number;
}

/** The newest searches of known visits. Without the limit, a report would read all searches of 90 days. */
const RECENT = `
  recent AS MATERIALIZED (
    SELECT request_id, occurred_at, owner, query, coalesce(language, '') AS language, clicks <> '{}' AS clicked
    FROM searches WHERE owner IS NOT NULL ORDER BY occurred_at DESC, request_id COLLATE "C" DESC LIMIT $1
  )`;

/** Queries with excluded words (`-word`) are left out, as in suggestions. */
const IS_SHOWN = (query: string) => `${query}.customers >= $2 AND ${query}.query !~ '(^| )-'`;

const REFORMULATIONS = `
  WITH ${RECENT}, followed AS (
    SELECT *, lead(query) OVER visit AS next, lead(language) OVER visit AS next_language,
      lead(clicked) OVER visit AS next_clicked, lead(occurred_at) OVER visit AS next_at
    FROM recent WINDOW visit AS (PARTITION BY owner ORDER BY occurred_at, request_id COLLATE "C")
  ), counted AS (
    SELECT language, query, next, count(DISTINCT owner) AS visits FROM followed
    WHERE NOT clicked AND next_clicked AND next <> query AND next_language = language
      AND next_at <= occurred_at + interval '10 minutes'
    GROUP BY language, query, next
  ), summed AS (
    SELECT *, sum(visits) OVER (PARTITION BY language, query) AS from_visits,
      sum(visits) OVER (PARTITION BY language, next) AS to_visits, sum(visits) OVER (PARTITION BY language) AS all_visits
    FROM counted
  )
  SELECT s.language, s.query AS "from", s.next AS "to", a.text AS "fromText", b.text AS "toText",
    s.visits::float8 AS visits, s.from_visits::float8 AS "fromVisits", s.to_visits::float8 AS "toVisits",
    s.all_visits::float8 AS "allVisits"
  FROM summed s JOIN past_queries a ON a.query = s.query AND ${IS_SHOWN('a')}
  JOIN past_queries b ON b.query = s.next AND ${IS_SHOWN('b')}
  WHERE s.visits >= $3
  ORDER BY s.visits DESC, s.language COLLATE "C", s.query COLLATE "C", s.next COLLATE "C" LIMIT $4`;

/** A product that fewer visits clicked after a query is no evidence: they would be recognizable. */
const MIN_CLICKING_VISITS = 2;

const SHARED_CLICKS = `
  WITH ${RECENT}, clicked AS (
    SELECT r.language, r.query, q.text, c.product_id, count(DISTINCT r.owner) AS clicks
    FROM recent r JOIN past_queries q ON q.query = r.query AND ${IS_SHOWN('q')}
    JOIN search_reactions c ON c.request_id = r.request_id AND c.occurred_at >= r.occurred_at - interval '${CLOCK_TOLERANCE}'
      AND c.occurred_at >= (SELECT min(occurred_at) FROM recent) - interval '${CLOCK_TOLERANCE}'
    WHERE r.clicked GROUP BY r.language, r.query, q.text, c.product_id
    HAVING count(DISTINCT r.owner) >= ${MIN_CLICKING_VISITS}
  ), placed AS (
    SELECT *, sum(clicks * clicks) OVER (PARTITION BY language, query) AS squares,
      row_number() OVER (PARTITION BY language, product_id ORDER BY clicks DESC, query COLLATE "C") AS place
    FROM clicked
  ), pairs AS (
    SELECT a.language, a.query AS "from", b.query AS "to", a.text AS "fromText", b.text AS "toText",
      count(*)::float8 AS "sharedProducts", sum(least(a.clicks, b.clicks))::float8 AS "sharedClicks",
      sum(a.clicks * b.clicks)::float8 / sqrt(a.squares::float8 * b.squares::float8) AS similarity
    FROM placed a JOIN placed b USING (language, product_id)
    WHERE a.query < b.query COLLATE "C" AND a.place <= $3 AND b.place <= $3
    GROUP BY a.language, a.query, b.query, a.text, b.text, a.squares, b.squares
  )
  SELECT * FROM pairs WHERE "sharedClicks" >= $4 AND similarity >= $5
  ORDER BY "sharedClicks" DESC, language COLLATE "C", "from" COLLATE "C", "to" COLLATE "C" LIMIT $6`;

export function readReformulations(client: PoolClient, limits: EvidenceLimits): Promise<Reformulation[]> {
  const { searches, minCustomers, minVisits, pairs } = limits;
  return queryRows<Reformulation>(client, REFORMULATIONS, [searches, minCustomers, minVisits, pairs]);
}

export function readSharedClicks(client: PoolClient, limits: EvidenceLimits): Promise<SharedClicks[]> {
  const { searches, minCustomers, queriesPerProduct, minSharedClicks, minSimilarity, pairs } = limits;
  const values = [searches, minCustomers, queriesPerProduct, minSharedClicks, minSimilarity, pairs];
  return queryRows<SharedClicks>(client, SHARED_CLICKS, values);
}
