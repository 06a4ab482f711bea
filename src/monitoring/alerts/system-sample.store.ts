import type { Pool } from '../../platform/postgres';
import { execute, queryRows } from '../../platform/sql';
import type { Observation } from './observation';

const RETENTION_MS = 3_600_000;

/** The state of the system at a time. */
export interface SystemSample {
  readonly at: Date;
  readonly observed: Observation;
}

/** Returns the samples of the last `ms` milliseconds, in order of time. */
export async function readSystemSamples(pool: Pool, ms: number): Promise<SystemSample[]> {
  const text = `SELECT at, observed FROM system_samples WHERE at > now() - $1 * interval '1 ms' ORDER BY at`;
  return queryRows<SystemSample>(pool, { name: 'system-samples', text, values: [ms] });
}

/** Stores a sample of the current state and deletes old samples. */
export async function storeSystemSample(pool: Pool, observed: string): Promise<void> {
  await execute(pool, {
    name: 'take-system-sample',
    text: `WITH old AS (DELETE FROM system_samples WHERE at < now() - $2 * interval '1 ms')
           INSERT INTO system_samples (at, observed) VALUES (now(), $1) ON CONFLICT (at) DO NOTHING`,
    values: [observed, RETENTION_MS],
  });
}
