import { randomUUID } from 'node:crypto';
import type { Registry } from 'prom-client';
import { every } from '../../platform/every';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import { VERSION } from '../../platform/version';
import { figuresSince, NO_FIGURES, readProcess, type ProcessFigures } from './process-figures.service';

export type ProcessKind = 'API' | 'WORKER';

/** How often a process tells how it does. */
export const SLICE_MS = 2_000;
/** How long that is kept; rules look back up to five minutes. */
export const SLICES_KEPT_MS = 600_000;
const FORGET_MS = 60_000;

/**
 * Tells the shop's other processes how this one does: every two seconds a row of what it has counted since the row
 * before, from the same registry as `/metrics`. What could not be told is in the next row.
 */
export function reportProcess(
  registry: Registry,
  kind: ProcessKind,
  { pool, log }: { readonly pool: Pool; readonly log: Logger },
): { stop(): Promise<void> } {
  const process = randomUUID();
  const startedAt = new Date();
  let told: ProcessFigures = NO_FIGURES;
  let toldAt = performance.now();
  let forgotAt = performance.now();
  const reporting = every(SLICE_MS, log, async () => {
    const now = await readProcess(registry);
    const at = performance.now();
    const figures = { ...figuresSince(now, told), seconds: (at - toldAt) / 1_000 };
    await pool.query({
      name: 'tell-slice',
      text: `INSERT INTO process_slices (process, at, kind, version, started_at, figures) VALUES ($1, now(), $2, $3, $4, $5)`,
      values: [process, kind, VERSION, startedAt, JSON.stringify(figures)],
    });
    told = now;
    toldAt = at;
    if (at - forgotAt < FORGET_MS) return;
    forgotAt = at;
    await pool.query(`DELETE FROM process_slices WHERE at < now() - $1 * interval '1 ms'`, [SLICES_KEPT_MS]);
  });
  return reporting;
}
