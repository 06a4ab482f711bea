import { VERSION } from '../../platform/version';
import type { Pool } from '../../platform/postgres';
import { execute, queryRows } from '../../platform/sql';
import type { ProcessFigures } from './process-figures';

export type ProcessKind = 'API' | 'WORKER';

/** How long reports are stored. Alert rules evaluate up to five minutes of reports, and previews all of them. */
export const SLICE_RETENTION_MS = 600_000;

export async function insertSlice(
  pool: Pool,
  processId: string,
  kind: ProcessKind,
  startedAt: Date,
  figures: ProcessSlice['figures'],
): Promise<void> {
  await execute(pool, {
    name: 'tell-slice',
    text: `INSERT INTO process_slices (process, at, kind, version, started_at, figures) VALUES ($1, now(), $2, $3, $4, $5)`,
    values: [processId, kind, VERSION, startedAt, JSON.stringify(figures)],
  });
}

export async function deleteExpiredSlices(pool: Pool): Promise<void> {
  await execute(pool, `DELETE FROM process_slices WHERE at < now() - $1 * interval '1 ms'`, [SLICE_RETENTION_MS]);
}

/** Maximum delay between the timestamp of a row and its commit. A refresh reads this period again to find late rows. */
const MAX_COMMIT_DELAY_MS = 5_000;

/** A report of one process about a few seconds. */
export interface ProcessSlice {
  readonly process: string;
  readonly at: Date;
  readonly kind: ProcessKind;
  readonly version: string;
  readonly startedAt: Date;
  readonly figures: ProcessFigures & { readonly seconds: number };
}

export function readSlices(pool: Pool, maxRangeMs: number, newestAt: number) {
  return queryRows<(ProcessSlice | { readonly process: null }) & { readonly now: Date }>(pool, {
    name: 'read-slices',
    text: `SELECT one.now, process, at, kind, version, started_at AS "startedAt", figures
           FROM (SELECT now()) one LEFT JOIN process_slices
             ON at > greatest(now() - $1 * interval '1 ms', to_timestamp($2::float8 / 1000))`,
    values: [maxRangeMs, newestAt - MAX_COMMIT_DELAY_MS],
  });
}
