import type { PoolClient } from '../platform/postgres';
import { queryRows } from '../platform/sql';
import { isInForce } from './position-conditions';

/** The events of one subject (customer or session) at log positions above `lower`, up to and including `upper`. */
export interface IdentityRange {
  readonly subject: string;
  readonly lower: number;
  readonly upper: number;
}

/** Upper bound of log positions. It is small enough to be exact as a JavaScript number. */
export const MAX_POSITION = 2 ** 52;

/**
 * SQL: a recursive common table expression `ranges` (owner, subject, lower, upper) with the ranges of the log that form
 * the history of each subject in $1::text[]: its own events since it was last merged into another subject, and
 * recursively the events of the subjects that were merged into it.
 * @param upTo SQL: a log position. The ranges are those that the merges up to this position give, and end there
 */
export function withIdentityRanges(upTo: string): string {
  return `
  WITH RECURSIVE ranges (owner, subject, lower, upper) AS (
    SELECT asked.subject, asked.subject,
      coalesce((SELECT max(m.position) FROM merges m
                WHERE m.from_subject = asked.subject AND m.position <= ${upTo} AND ${isInForce('m', upTo)}), 0),
      ${upTo}
    FROM unnest($1::text[]) AS asked (subject)
    UNION ALL
    SELECT r.owner, m.from_subject,
      coalesce((SELECT max(p.position) FROM merges p
                WHERE p.from_subject = m.from_subject AND p.position < m.position AND ${isInForce('p', upTo)}), 0),
      m.position
    FROM ranges r JOIN merges m ON m.into_subject = r.subject AND m.position > r.lower AND m.position <= r.upper
      AND ${isInForce('m', upTo)}
  )`;
}

/** SQL: {@link withIdentityRanges} at the end of the log. */
export const WITH_IDENTITY_RANGES = withIdentityRanges(`${MAX_POSITION}::bigint`);

/** Returns the ranges of the log that form a subject's history, see {@link WITH_IDENTITY_RANGES}. */
export async function readIdentityRanges(client: PoolClient, subject: string): Promise<IdentityRange[]> {
  return queryRows<IdentityRange>(client, {
    name: 'spans',
    text: `${WITH_IDENTITY_RANGES} SELECT subject, lower, upper FROM ranges`,
    values: [[subject]],
  });
}

/**
 * Returns the ranges of the log that were merged from some subjects into others: each with the events of a subject since
 * its merge before.
 */
export async function readMergedRanges(
  client: PoolClient,
  from: readonly string[],
  into: readonly string[],
): Promise<IdentityRange[]> {
  if (from.length === 0) return [];
  return queryRows<IdentityRange>(
    client,
    `SELECT from_subject AS subject, lower, position AS upper FROM (
       SELECT *, lag(position, 1, 0::bigint) OVER (PARTITION BY from_subject ORDER BY position) AS lower
       FROM merges WHERE from_subject = ANY($1::text[]) AND set_aside IS NULL
     ) merged WHERE into_subject = ANY($2::text[])`,
    [from, into],
  );
}

/**
 * SQL: a relation `e` with the events in identity ranges. The ranges are the parameters $1 to $3, as returned by
 * {@link rangeColumns}. The query uses the index of subjects and looks up the log position of each event by its batch.
 * With a plain join, the planner may scan all events between two positions instead.
 */
export const EVENTS_IN_RANGES = `(
    SELECT event.* FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS s (subject, lower, upper)
    CROSS JOIN LATERAL (
      SELECT *, (SELECT position FROM log_batches WHERE batch = events.batch) AS position FROM events
      WHERE subject = s.subject OFFSET 0
    ) AS event WHERE event.position > s.lower AND event.position <= s.upper
  ) AS e`;

export function rangeColumns(ranges: readonly IdentityRange[]): [string[], number[], number[]] {
  return [ranges.map((s) => s.subject), ranges.map((s) => s.lower), ranges.map((s) => s.upper)];
}
