import type { Pool } from '../../platform/postgres';
import { queryRows } from '../../platform/sql';
import { operationsWithin, type OperationFigures, type OperationSlice } from './operation-figures';
import { SLICE_MS } from './process-reporter';
import { SLICE_RETENTION_MS } from './process-slice.store';

/**
 * The metrics are computed for at most this many points in time per `windowMs`, because adding up many reports is
 * expensive.
 */
const SAMPLES_PER_WINDOW = 10;

/** The metrics of operations in a period that ends at the time `at` (ms since 1970). */
export interface HistoricalOperations {
  readonly at: number;
  readonly figures: () => OperationFigures[];
}

/** Returns the metrics of operations as they were at several times in the last ten minutes, in order of time. */
export async function readHistoricalOperations(pool: Pool, windowMs: number): Promise<HistoricalOperations[]> {
  const rows = await queryRows<{ at: Date; operations: OperationSlice['operations']; now: Date }>(pool, {
    name: 'past-operations',
    text: `SELECT at, figures->'operations' AS operations, now() FROM process_slices
           WHERE at > now() - $1 * interval '1 ms' ORDER BY at`,
    values: [SLICE_RETENTION_MS],
  });
  const [oldest] = rows;
  if (oldest === undefined) return [];
  const now = oldest.now.getTime();
  const slices = rows.map(({ at, operations }) => ({ at: at.getTime(), operations }));
  // A period that ends before `from` would lack reports: those at its start are deleted or never existed.
  const from = Math.max(oldest.at.getTime(), now - SLICE_RETENTION_MS + windowMs);
  const step = Math.max(SLICE_MS, windowMs / SAMPLES_PER_WINDOW);
  const sampleCount = Math.floor((now - from) / step) + 1;
  return Array.from({ length: sampleCount }, (_, index) => now - (sampleCount - 1 - index) * step).map((at) => ({
    at,
    figures: () => operationsWithin(slices, at - windowMs, at),
  }));
}
