import { LEARNER_LEASE, SHOP_ARTEFACT } from '../live-state/live-state-names';
import { AUDIENCES_LEASE, PROFILES_LEASE } from '../models/customer-leases';
import type { Pool } from '../platform/postgres';
import { queryOne } from '../platform/sql';

/** Rows that a measurement counts of a part at most, so that it stays cheap however much there is. */
const MAX_COUNTED = 10_000;

/**
 * The unfinished work of everything that the shop has accepted; all are 0 if it has caught up. Scheduled work
 * (fits of models, EASE, base segments of the search index, totals of months) and what has a metric of its own (erasures,
 * deliveries to webhooks) is not counted. The parts that count rows count at most {@link MAX_COUNTED}.
 */
export interface BacklogParts {
  /** Accepted batches of events that are not in the log yet. */
  readonly inbox: number;
  /** Acknowledged merges that wait for events. */
  readonly merges: number;
  /** Log positions that the learner has not published yet. */
  readonly learner: number;
  /** Streams whose windows lack events of the log: they are not merged yet, or the stream is filled or rebuilt. */
  readonly streams: number;
  /** Log positions that the profiles of customers do not contain yet. */
  readonly profiles: number;
  /** Customers whose profile must be computed again after an import; 0 while no model is active. */
  readonly outdatedProfiles: number;
  /** 1 while all profiles are computed again, or deleted because no model is active; also if that has not begun yet. */
  readonly profileSweep: number;
  /** Log positions that the members of audiences do not contain yet. */
  readonly audiences: number;
  /** Customers to examine for audiences: they were changed, or an audience is new. */
  readonly audienceCustomers: number;
  /** Log positions that the counts of searches do not contain yet. */
  readonly searchCounts: number;
  /** Log positions whose ads have not been charged yet. */
  readonly adBilling: number;
  /** Log positions whose customers and sessions attribution has not marked yet, imported ones included. */
  readonly attribution: number;
  /** Customers and sessions whose visits and orders attribution has to compute again. */
  readonly outdatedVisitors: number;
  /** Parcels that were delivered, or whose delivery was taken back, and whose order has not been examined since. */
  readonly deliveredOrders: number;
  /** Parcels of which something may have to be noticed since a minute or longer. */
  readonly dueParcels: number;
}

export interface Backlog {
  /** The newest log position. */
  readonly newest: number;
  /** The position that replicas of live state have to reach: the published one, or the newest checkpoint's while no learner runs. */
  readonly published: number;
  readonly parts: BacklogParts;
}

/**
 * SQL: the number of rows that the query returns, at most {@link MAX_COUNTED}. An ORDER BY in it makes PostgreSQL read an
 * index, whose entries of deleted rows are skipped, and not all pages of a table from which many rows were deleted.
 */
const countOf = (query: string) => `(SELECT count(*) FROM (${query} LIMIT ${MAX_COUNTED}) counted)::int`;
/** SQL: the number of log positions after the position that the query returns. */
const positionsAfter = (query: string) => `greatest(0, log.newest - coalesce((${query}), 0))::float8`;

/**
 * Measures the unfinished work. It is one statement, so all parts are as of one instant: work that moves from one part to
 * the next is always in one of them. The learner stores its log position about every 1.5 s, so positions that are
 * processed may still count for that time. Work that was accepted before the call is never missed.
 */
export async function measureBacklog(pool: Pool): Promise<Backlog> {
  const { newest, published, ...parts } = await queryOne<Omit<Backlog, 'parts'> & BacklogParts>(pool, {
    name: 'backlog',
    text: `
      SELECT log.newest,
        coalesce((SELECT position FROM leases WHERE name = $1 AND expires_at > now()),
          (SELECT max(position) FROM artefacts WHERE kind = $4), 0)::float8 AS published,
        ${countOf(`SELECT FROM inbox WHERE done_at IS NULL AND state <> 'SPLIT'`)} AS inbox,
        ${countOf('SELECT FROM pending_merges WHERE done_at IS NULL')} AS merges,
        ${positionsAfter('SELECT position FROM leases WHERE name = $1')} AS learner,
        (SELECT count(*) FROM streams s WHERE s.rebuild OR EXISTS (
           SELECT FROM stream_versions v WHERE v.stream = s.id AND (v.state = 'FILLING' OR v.state = 'LIVE' AND (
             SELECT true FROM stream_parts p WHERE p.stream = v.stream AND p.version = v.version ORDER BY p.batch LIMIT 1
           ))))::int AS streams,
        ${positionsAfter('SELECT position FROM followers WHERE name = $2')} AS profiles,
        CASE WHEN cardinality(active.versions) = 0 THEN 0
          ELSE ${countOf('SELECT FROM outdated_profiles ORDER BY customer_id')} END AS "outdatedProfiles",
        (CASE WHEN cardinality(active.versions) = 0
           THEN (SELECT true FROM customer_profiles ORDER BY customer_id LIMIT 1) IS NOT NULL
           ELSE NOT EXISTS (SELECT FROM profile_sweep WHERE versions = active.versions AND cursor IS NULL)
         END)::int AS "profileSweep",
        ${positionsAfter('SELECT position FROM followers WHERE name = $3')} AS audiences,
        ${countOf('SELECT FROM audience_changes ORDER BY id')} + (
          SELECT coalesce(sum(greatest(1, customers - examined)), 0) FROM audiences WHERE cursor IS NOT NULL
        )::int AS "audienceCustomers",
        ${positionsAfter("SELECT position FROM followers WHERE name = 'searches'")} AS "searchCounts",
        ${positionsAfter("SELECT position FROM followers WHERE name = 'ad-billing'")} AS "adBilling",
        ${positionsAfter(`SELECT CASE WHEN EXISTS (SELECT FROM log_batches b WHERE b.position > a.swept AND b.backfill)
          THEN least(f.position, a.swept) ELSE f.position END FROM followers f CROSS JOIN attribution_progress a
          WHERE f.name = 'attribution'`)} AS attribution,
        ${countOf('SELECT FROM outdated_visitors ORDER BY subject')} AS "outdatedVisitors",
        ${countOf('SELECT FROM shipments WHERE awaits_order ORDER BY order_id')} AS "deliveredOrders",
        ${countOf("SELECT FROM shipments WHERE due_at < now() - interval '1 minute' ORDER BY due_at")} AS "dueParcels"
      FROM (SELECT position::float8 AS newest FROM log_position WHERE id = 1) log CROSS JOIN (
        -- As ProfileModelsService lists the versions: segments first.
        SELECT ARRAY(SELECT artefact_id::text FROM active_models
          WHERE kind IN ('segments', 'value') AND artefact_id IS NOT NULL ORDER BY kind) AS versions
      ) active`,
    values: [LEARNER_LEASE, PROFILES_LEASE, AUDIENCES_LEASE, SHOP_ARTEFACT],
  });
  return { newest, published, parts };
}
