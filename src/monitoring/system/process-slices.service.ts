import type { Pool } from '../../platform/postgres';
import { operationsWithin, type OperationFigures } from './operation-figures';
import { readSlices, type ProcessSlice } from './process-slice.store';

/** Reports stay in memory for this long, so `operations` can be called for at most this period. */
const MAX_RANGE_MS = 300_000;
/** A process that has not reported for this long is regarded as ended. */
const PROCESS_TIMEOUT_MS = 10_000;

/** The reports of all processes of the shop in the last five minutes. A refresh reads only the newest rows. */
export class ProcessSlices {
  private readonly slices = new Map<string, ProcessSlice>();
  private newestAt = 0;
  private now = 0;

  constructor(private readonly pool: Pool) {}

  async refresh(): Promise<void> {
    // The left join returns the time of the database even if there is no new row.
    const rows = await readSlices(this.pool, MAX_RANGE_MS, this.newestAt);
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
