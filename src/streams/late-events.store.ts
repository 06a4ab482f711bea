import type { PoolClient } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';
import type { LiveStream } from './live-stream';
import { mergeLateEvents, MAX_LATE_IDS, type LateEvents } from './partial-aggregates';

/** Maximum number of windows per stream for which late events are listed. */
export const MAX_LATE_WINDOWS = 1_000;

/**
 * Adds late events, and retains the newest {@link MAX_LATE_WINDOWS} windows with late events. A window that is dropped
 * never returns, because enough newer ones exist. So the retained windows and their counts do not depend on the order
 * of arrival.
 */
export async function storeLateEvents(
  client: PoolClient,
  live: LiveStream,
  late: readonly LateEvents[],
): Promise<void> {
  if (late.length === 0) return;
  const stored = await queryRows<LateEvents>(client, {
    name: 'stored-late',
    text: `SELECT l.key, k.start_ms AS start, l.count, l.ids
           FROM unnest($3::float8[], $4::text[]) AS k (start_ms, key) CROSS JOIN LATERAL (
             SELECT * FROM stream_late WHERE stream = $1 AND version = $2
               AND start_at = to_timestamp(k.start_ms / 1000.0) AND key = k.key OFFSET 0
           ) l`,
    values: [live.stream, live.version, late.map(({ start }) => start), late.map(({ key }) => key)],
  });
  const windowIdOf = ({ start, key }: LateEvents) => `${start} ${key}`;
  const before = new Map(stored.map((each) => [windowIdOf(each), each]));
  const rows = late.map((fresh) => {
    const known = before.get(windowIdOf(fresh));
    const { start, key, count, ids } = known === undefined ? fresh : mergeLateEvents(known, fresh);
    return { start, key, count, ids: ids.slice(0, MAX_LATE_IDS) };
  });
  await execute(client, {
    name: 'write-late',
    text: `INSERT INTO stream_late (stream, version, start_at, key, count, ids)
           SELECT $1, $2, to_timestamp(start / 1000.0), key, count, ids
           FROM json_to_recordset($3::json) AS l (start float8, key text, count int, ids text[])
           ON CONFLICT (stream, version, start_at, key) DO UPDATE SET count = excluded.count, ids = excluded.ids`,
    values: [live.stream, live.version, JSON.stringify(rows)],
  });
  await execute(client, {
    name: 'prune-late',
    text: `DELETE FROM stream_late l USING (
               SELECT start_at, key FROM stream_late WHERE stream = $1 AND version = $2
               ORDER BY start_at DESC, key COLLATE "C" OFFSET $3 LIMIT 1
             ) first
             WHERE l.stream = $1 AND l.version = $2 AND (l.start_at < first.start_at
               OR (l.start_at = first.start_at AND l.key COLLATE "C" >= first.key COLLATE "C"))`,
    values: [live.stream, live.version, MAX_LATE_WINDOWS],
  });
}
