import type { ModelKind } from './model-kind';
import type { Pool } from '../platform/postgres';
import { queryFirst, queryOne } from '../platform/sql';

/**
 * Minimum pause after a refresh before new events can cause another one, as a multiple of the duration of the last
 * refresh. It prevents continuous training while the log grows fast.
 */
const PAUSE_FACTOR = 5;

/** `rests`: the last refresh ended so recently that the next one has to wait. */
export function readRefreshState(pool: Pool, kind: ModelKind) {
  return queryOne<{ newest: number; ageMs: number | null; rests: boolean | null }>(
    pool,
    `SELECT (SELECT coalesce(max(position), 0) FROM log_batches) AS newest,
     (SELECT extract(epoch FROM now() - max(ended_at)) * 1000 FROM jobs WHERE model = $1)::float8 AS "ageMs",
     (SELECT now() < ended_at + $2::float8 * (ended_at - started_at) FROM jobs
      WHERE model = $1 AND ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1) AS rests`,
    [kind, PAUSE_FACTOR],
  );
}

/** Whether both the active version and the newest one have another format than the versions that this release fits. */
export async function isUpgradeDue(pool: Pool, kind: ModelKind, format: string): Promise<boolean> {
  const row = await queryFirst<{ due: boolean }>(
    pool,
    `SELECT parameters->>'format' IS DISTINCT FROM $2 AS due FROM model_versions
     WHERE kind = $1 AND EXISTS (SELECT FROM active_models a JOIN model_versions v ON v.id = a.artefact_id
       WHERE a.kind = $1 AND v.parameters->>'format' IS DISTINCT FROM $2)
     ORDER BY number DESC LIMIT 1`,
    [kind, format],
  );
  return row?.due ?? false;
}

/** Counts the events of the log after `from` and up to `position`. */
export async function countEvents(pool: Pool, from: number, position: number): Promise<number> {
  const row = await queryOne<{ events: number }>(
    pool,
    'SELECT coalesce(sum(events), 0)::float8 AS events FROM log_batches WHERE position > $1 AND position <= $2',
    [from, position],
  );
  return row.events;
}
