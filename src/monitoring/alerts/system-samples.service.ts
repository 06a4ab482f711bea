import type { Pool } from '../../platform/postgres';
import { execute, queryRows } from '../../platform/sql';
import { observedSystem, type Observation } from './observation';
import type { SystemService } from '../system/system.service';

/** Interval between samples. They are recorded even if there is no rule, for previews of new rules. */
export const SYSTEM_SAMPLE_INTERVAL_MS = 10_000;
const RETENTION_MS = 3_600_000;

/** The state of the system at a time. */
export interface SystemSample {
  readonly at: Date;
  readonly observed: Observation;
}

/** Records samples of the system, with the fields that conditions of rules can read, and stores them for an hour. */
export class SystemSamples {
  constructor(
    private readonly pool: Pool,
    private readonly systems: Pick<SystemService, 'system'>,
  ) {}

  /** Records a sample of the current state and deletes old samples. */
  async record(): Promise<void> {
    const observed = JSON.stringify(observedSystem(await this.systems.system()));
    await execute(this.pool, {
      name: 'take-system-sample',
      text: `WITH old AS (DELETE FROM system_samples WHERE at < now() - $2 * interval '1 ms')
             INSERT INTO system_samples (at, observed) VALUES (now(), $1) ON CONFLICT (at) DO NOTHING`,
      values: [observed, RETENTION_MS],
    });
  }
}

/** Returns the samples of the last `ms` milliseconds, in order of time. */
export async function readSystemSamples(pool: Pool, ms: number): Promise<SystemSample[]> {
  const text = `SELECT at, observed FROM system_samples WHERE at > now() - $1 * interval '1 ms' ORDER BY at`;
  return queryRows<SystemSample>(pool, { name: 'system-samples', text, values: [ms] });
}
