import type { Pool, PoolClient } from '../../platform/postgres';
import { execute, queryRows } from '../../platform/sql';
import type { LiveStream } from '../live-stream';
import type { Pane } from '../window/panes';
import type { JoinCandidate } from './join-candidate';
import { incompleteRangeOf, type Interval } from './symmetric-hash-join';

/**
 * Stores the time ranges in which pairs may be missing. The caller must hold the row lock of the stream version.
 * @param overflow events that are not paired because their bucket (same key, side and time range) is full
 * @returns the ranges that were added or extended
 */
export async function storeIncompleteRanges(
  client: PoolClient,
  { stream, version }: LiveStream,
  interval: Interval,
  overflow: readonly JoinCandidate[],
): Promise<Pane[]> {
  if (overflow.length === 0) return [];
  const ranges = incompleteRangesOf(overflow, interval);
  return queryRows<Pane>(client, {
    name: 'note-crowded',
    text: `INSERT INTO stream_crowded_ranges AS r (stream, version, from_at, to_at)
           SELECT $1, $2, to_timestamp(from_ms / 1000.0), to_timestamp(to_ms / 1000.0)
           FROM unnest($3::float8[], $4::float8[]) AS c (from_ms, to_ms)
           ON CONFLICT (stream, version, from_at) DO UPDATE SET to_at = excluded.to_at WHERE r.to_at < excluded.to_at
           RETURNING round(date_part('epoch', from_at) * 1000) AS start, round(date_part('epoch', to_at) * 1000) AS "end"`,
    values: [stream, version, ranges.map(({ start }) => start), ranges.map(({ end }) => end)],
  });
}

/** Returns the time ranges in which pairs of these events may be missing. Merges ranges with the same start. */
export function incompleteRangesOf(overflow: readonly JoinCandidate[], interval: Interval): Pane[] {
  const ends = new Map<number, number>();
  for (const candidate of overflow) {
    const { start, end } = incompleteRangeOf(candidate, interval);
    ends.set(start, Math.max(end, ends.get(start) ?? end));
  }
  return [...ends].map(([start, end]) => ({ start, end }));
}

/** Reads the stored ranges that overlap a time range. Merges ranges that overlap or touch each other. */
export async function readIncompleteRanges(
  client: Pool | PoolClient,
  { stream, version }: Pick<LiveStream, 'stream' | 'version'>,
  { start, end }: Pane,
): Promise<Pane[]> {
  return queryRows<Pane>(client, {
    name: 'read-crowded',
    text: `SELECT round(date_part('epoch', lower(range)) * 1000) AS start, round(date_part('epoch', upper(range)) * 1000) AS "end"
           FROM (SELECT unnest(range_agg(tstzrange(from_at, to_at))) AS range FROM stream_crowded_ranges
                 WHERE stream = $1 AND version = $2 AND from_at < to_timestamp($4::float8 / 1000.0)
                   AND to_at > to_timestamp($3::float8 / 1000.0)) joined
           ORDER BY range`,
    values: [stream, version, start, end],
  });
}

/** Removes the ranges that end at or before an instant. */
export async function removeIncompleteRanges(
  client: PoolClient,
  { stream, version }: Pick<LiveStream, 'stream' | 'version'>,
  instant: number,
): Promise<void> {
  await execute(client, {
    name: 'forget-crowded',
    text: 'DELETE FROM stream_crowded_ranges WHERE stream = $1 AND version = $2 AND to_at <= to_timestamp($3::float8 / 1000.0)',
    values: [stream, version, instant],
  });
}

/** Returns the stored windows that overlap one of the ranges, as `[key, start]`. */
export async function readWindowsOverlapping(
  client: PoolClient,
  { stream, version }: Pick<LiveStream, 'stream' | 'version'>,
  ranges: readonly Pane[],
  maxWindows: number,
): Promise<(readonly [string, number])[]> {
  if (ranges.length === 0) return [];
  const rows = await queryRows<{ key: string; start: number }>(client, {
    name: 'windows-of-crowded',
    text: `SELECT DISTINCT w.key, round(date_part('epoch', w.start_at) * 1000) AS start
           FROM unnest($3::float8[], $4::float8[]) AS c (from_ms, to_ms) JOIN stream_windows w
             ON w.stream = $1 AND w.version = $2 AND w.start_at < to_timestamp(c.to_ms / 1000.0)
               AND w.end_at > to_timestamp(c.from_ms / 1000.0)
           LIMIT $5`,
    values: [stream, version, ranges.map(({ start }) => start), ranges.map(({ end }) => end), maxWindows],
  });
  return rows.map(({ key, start }) => [key, start] as const);
}
