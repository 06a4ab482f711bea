import type { PoolClient } from '../platform/postgres';
import { queryRows } from '../platform/sql';

/** The events of one subject (customer or session) at log positions above `lower`, up to and including `upper`. */
export interface IdentityRange {
  readonly subject: string;
  readonly lower: number;
  readonly upper: number;
}

/** Upper bound of log positions. It is small enough to be exact as a JavaScript number. */
const MAX_POSITION = 2 ** 52;

/**
 * Returns the ranges of the log that form a subject's history: its own events since it was last merged into another
 * subject, and recursively the events of the subjects that were merged into it.
 */
export async function readIdentityRanges(client: PoolClient, subject: string): Promise<IdentityRange[]> {
  return queryRows<IdentityRange>(client, {
    name: 'spans',
    text: `
      WITH RECURSIVE spans (subject, lower, upper) AS (
        SELECT $1::text, coalesce((SELECT max(position) FROM merges WHERE from_subject = $1 AND set_aside IS NULL), 0), $2::bigint
        UNION ALL
        SELECT m.from_subject,
          coalesce((SELECT max(p.position) FROM merges p
                    WHERE p.from_subject = m.from_subject AND p.position < m.position AND p.set_aside IS NULL), 0),
          m.position
        FROM spans s JOIN merges m ON m.into_subject = s.subject AND m.position > s.lower AND m.position <= s.upper
          AND m.set_aside IS NULL
      )
      SELECT subject, lower, upper FROM spans`,
    values: [subject, MAX_POSITION],
  });
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
