import type { Pool } from '../../platform/postgres';
import { queryRows } from '../../platform/sql';
import { operationsWithin, type OperationFigures } from './operation-figures';
import type { ProcessFigures } from './process-figures';
import type { ProcessKind } from './process-reporter';

/** Reports stay in memory for this long, so `operations` can be called for at most this period. */
const MAX_RANGE_MS = 300_000;
/** Maximum delay between the timestamp of a row and its commit. A refresh reads this period again to find late rows. */
const MAX_COMMIT_DELAY_MS = 5_000;
/** A process that has not reported for this long is regarded as ended. */
const PROCESS_TIMEOUT_MS = 10_000;

/** A report of one process about a few seconds. */
export interface ProcessSlice {
  readonly process: string;
  readonly at: Date;
  readonly kind: ProcessKind;
  readonly version: string;
  readonly startedAt: Date;
  readonly figures: ProcessFigures & { readonly seconds: number };
}

/** The reports of all processes of the shop in the last five minutes. A refresh reads only the newest rows. */
export class ProcessSlices {
  private readonly slices = new Map<string, ProcessSlice>();
  private newestAt = 0;
  private now = 0;

  constructor(private readonly pool: Pool) {}

  async refresh(): Promise<void> {
    // The left join returns the time of the database even if there is no new row.
    const rows = await queryRows<(ProcessSlice | { readonly process: null }) & { readonly now: Date }>(this.pool, {
      name: 'read-slices',
      text: `SELECT one.now, process, at, kind, version, started_at AS "startedAt", figures
             FROM (SELECT now()) one LEFT JOIN process_slices
               ON at > greatest(now() - $1 * interval '1 ms', to_timestamp($2::float8 / 1000))`,
      values: [MAX_RANGE_MS, this.newestAt - MAX_COMMIT_DELAY_MS],
    });
    for (const { now, ...slice } of rows) {
      this.now = now.getTime();
      if (slice.process === null) continue;
      this.newestAt = Math.max(this.newestAt, slice.at.getTime());
      this.slices.set(`${slice.process} ${slice.at.getTime()}`, slice);
    }
    for (const [key, { at }] of this.slices) if (at.getTime() <= this.now - MAX_RANGE_MS) this.slices.delete(key);
  }

  /** Returns the newest report of each running process, in order of their start. */
  processes(): ProcessSlice[] {
    const newestByProcess = new Map<string, ProcessSlice>();
    for (const slice of this.slices.values()) {
      const before = newestByProcess.get(slice.process);
      if (slice.at.getTime() > this.now - PROCESS_TIMEOUT_MS && !(before && before.at >= slice.at))
        newestByProcess.set(slice.process, slice);
    }
    return [...newestByProcess.values()].sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
  }

  /** Returns the metrics of operations in the last `windowMs`, by root field. */
  operations(windowMs: number): OperationFigures[] {
    const slices = [...this.slices.values()].map(({ at, figures }) => ({
      at: at.getTime(),
      operations: figures.operations,
    }));
    return operationsWithin(slices, this.now - windowMs, this.now);
  }
}
