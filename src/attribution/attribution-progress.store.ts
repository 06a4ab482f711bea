import { lockFollower, storeFollowerPosition } from '../events/follower.store';
import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryFirst, queryOne } from '../platform/sql';
import { ATTRIBUTION_LEASE } from './attribution-topics';

/** The settings that figures depend on. */
export interface AttributionSettings {
  /** IANA name of the time zone in which the shop's days begin. */
  readonly timeZone: string;
  /** Maximum time from a touch to the order, in days of 24 hours. */
  readonly windowDays: number;
}

export interface AttributionProgress {
  /** Log position up to which live batches are marked. */
  readonly position: number;
  /** Log position up to which imported batches are marked. */
  readonly swept: number;
  /** The settings that the stored figures were computed with; null if there are none. */
  readonly timeZone: string | null;
  readonly windowDays: number | null;
}

/**
 * Blocks other writers of the figures until the transaction ends. An erasure takes this lock, too. So the transaction
 * reads the log either before people are erased, and then the erasure removes them from the figures, or afterwards.
 */
export async function lockAttribution(client: PoolClient): Promise<AttributionProgress> {
  const position = await lockFollower(client, ATTRIBUTION_LEASE);
  const stored = await queryFirst<Omit<AttributionProgress, 'position'>>(
    client,
    'SELECT swept, time_zone AS "timeZone", window_days AS "windowDays" FROM attribution_progress WHERE id = 1',
  );
  return { position, ...(stored ?? { swept: 0, timeZone: null, windowDays: null }) };
}

export async function storeSwept(client: PoolClient, position: number): Promise<void> {
  await execute(client, 'UPDATE attribution_progress SET swept = $1 WHERE id = 1', [position]);
}

const FIGURES = ['visits', 'visit_placements', 'visit_days', 'business_days', 'placement_days', 'placement_revenue'];

/**
 * Deletes all figures, so that they are computed again from the beginning of the log, with these settings. The lines of
 * erased people stay, because the log no longer shows what earned them.
 */
export async function resetAttribution(client: PoolClient, settings: AttributionSettings): Promise<void> {
  // A DELETE of all other lines would take minutes in a large shop.
  const { erased } = await queryOne<{ erased: string }>(
    client,
    `SELECT coalesce(json_agg(l), '[]')::text AS erased FROM attributed_lines l WHERE subject IS NULL`,
  );
  await execute(client, `TRUNCATE ${FIGURES.join(', ')}, attributed_lines, outdated_visitors`);
  await execute(
    client,
    'INSERT INTO attributed_lines SELECT * FROM json_populate_recordset(null::attributed_lines, $1)',
    [erased],
  );
  await execute(client, 'UPDATE attributed_lines SET day = (placed_at AT TIME ZONE $1)::date', [settings.timeZone]);
  await storeFollowerPosition(client, ATTRIBUTION_LEASE, 0);
  await execute(
    client,
    `INSERT INTO attribution_progress (time_zone, window_days) VALUES ($1, $2)
     ON CONFLICT (id) DO UPDATE SET swept = 0, time_zone = excluded.time_zone, window_days = excluded.window_days`,
    [settings.timeZone, settings.windowDays],
  );
}

/** Returns the number of customers and sessions whose figures must be computed again, and are due by a time or last of all. */
export async function countOutdatedVisitors(pool: Pool, dueBefore: Date): Promise<number> {
  const row = await queryOne<{ outdated: number }>(
    pool,
    `SELECT count(*)::int AS outdated FROM outdated_visitors WHERE due_at < $1 OR due_at = 'infinity'`,
    [dueBefore],
  );
  return row.outdated;
}

export async function countAttributedLines(pool: Pool): Promise<number> {
  const row = await queryOne<{ lines: number }>(pool, 'SELECT count(*)::int AS lines FROM attributed_lines');
  return row.lines;
}

/** Returns the settings that the stored figures were computed with; undefined if there are none. */
export async function readUsedSettings(client: Pool | PoolClient): Promise<AttributionSettings | undefined> {
  return queryFirst<AttributionSettings>(
    client,
    `SELECT time_zone AS "timeZone", window_days AS "windowDays" FROM attribution_progress
     WHERE id = 1 AND time_zone IS NOT NULL AND window_days IS NOT NULL`,
  );
}
