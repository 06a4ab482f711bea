import { followerPosition } from '../../events/follower.store';
import type { PoolClient } from '../../platform/postgres';
import { queryOne } from '../../platform/sql';
import { ATTRIBUTION_LEASE } from '../attribution-topics';

/** SQL: where clocks change at midnight, a day may begin or end this much earlier or later than its label says. */
export const MARGIN = `interval '3 hours'`;

/** A span of whole days of the shop. */
export interface ReportSpan {
  /** The first and the last day, `YYYY-MM-DD`. */
  readonly first: string;
  readonly last: string;
  readonly days: number;
  /** When the first day began and the last one ends. */
  readonly from: Date;
  readonly to: Date;
}

const SPAN = `to_char(first, 'YYYY-MM-DD') AS first, to_char(last, 'YYYY-MM-DD') AS last, last - first + 1 AS days,
  first::timestamp AT TIME ZONE $3 AS "from", (last + 1)::timestamp AT TIME ZONE $3 AS "to"`;

/**
 * Returns the span of the days from one time to another, which is excluded. It has no days if both are the same midnight.
 * Where clocks change at midnight, a day may have two midnights, or begin at another hour.
 */
export function readSpan(client: PoolClient, from: Date, to: Date, timeZone: string): Promise<ReportSpan> {
  return queryOne<ReportSpan>(
    client,
    `SELECT ${SPAN} FROM (
       SELECT ($1::timestamptz AT TIME ZONE $3)::date AS first, least(
         (($2::timestamptz - interval '1 ms') AT TIME ZONE $3)::date, (($2::timestamptz AT TIME ZONE $3) - interval '1 ms')::date
       ) AS last
     ) span`,
    [from, to, timeZone],
  );
}

/** Returns the span of as many days, some days before. */
export function readEarlierSpan(
  client: PoolClient,
  { first, last }: ReportSpan,
  daysBefore: number,
  timeZone: string,
): Promise<ReportSpan> {
  return queryOne<ReportSpan>(
    client,
    `SELECT ${SPAN} FROM (SELECT $1::date - $4::int AS first, $2::date - $4::int AS last) span`,
    [first, last, timeZone, daysBefore],
  );
}

/** What the figures cover. */
export interface FiguresState {
  readonly asOf: Date | null;
  readonly behind: boolean;
}

/** Visits are computed some seconds after their events, and are behind only if they have waited longer than this. */
const MAX_WAIT = '1 minute';

export function readFiguresState(client: PoolClient): Promise<FiguresState> {
  return queryOne<FiguresState>(
    client,
    `SELECT (SELECT committed_at FROM log_batches WHERE position <= p.position ORDER BY position DESC LIMIT 1) AS "asOf",
       EXISTS (SELECT FROM log_batches WHERE position > p.position AND committed_at < now() - interval '${MAX_WAIT}')
       OR EXISTS (SELECT FROM log_batches WHERE position > p.swept AND backfill)
       OR EXISTS (SELECT FROM outdated_visitors WHERE due_at = 'infinity')
       OR EXISTS (SELECT FROM outdated_visitors WHERE due_at < now() - interval '${MAX_WAIT}') AS behind
     FROM (SELECT coalesce((${followerPosition(ATTRIBUTION_LEASE)}), 0) AS position,
       coalesce((SELECT swept FROM attribution_progress WHERE id = 1), 0) AS swept) p`,
  );
}
