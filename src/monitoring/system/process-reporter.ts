import { randomUUID } from 'node:crypto';
import type { Registry } from 'prom-client';
import { runPeriodically } from '../../platform/run-periodically';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import { figuresSince, NO_FIGURES, readProcess, type ProcessFigures } from './process-figures';
import { insertSlice, deleteExpiredSlices, type ProcessKind } from './process-slice.store';

/** Interval between two reports of a process. */
export const SLICE_MS = 2_000;
const CLEANUP_INTERVAL_MS = 60_000;

/**
 * Reports the state of this process to the shop's other processes. Every two seconds it inserts a row with the counts
 * since the previous row, from the same metrics as `/metrics`. If an insert fails, the next row includes its counts.
 */
export function reportProcess(
  registry: Registry,
  kind: ProcessKind,
  { pool, log }: { readonly pool: Pool; readonly log: Logger },
): { stop(): Promise<void> } {
  const processId = randomUUID();
  const startedAt = new Date();
  let reported: ProcessFigures = NO_FIGURES;
  let reportedAt = performance.now();
  let cleanedUpAt = performance.now();
  const reporting = runPeriodically(SLICE_MS, log, async () => {
    const now = await readProcess(registry);
    const at = performance.now();
    const figures = { ...figuresSince(now, reported), seconds: (at - reportedAt) / 1_000 };
    await insertSlice(pool, processId, kind, startedAt, figures);
    reported = now;
    reportedAt = at;
    if (at - cleanedUpAt < CLEANUP_INTERVAL_MS) return;
    cleanedUpAt = at;
    await deleteExpiredSlices(pool);
  });
  return reporting;
}
