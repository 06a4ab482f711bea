import type { Pool } from '../../platform/postgres';
import { observedSystem } from './observation';
import type { SystemService } from '../system/system.service';
import { storeSystemSample } from './system-sample.store';

/** Interval between samples. They are recorded even if there is no rule, for previews of new rules. */
export const SYSTEM_SAMPLE_INTERVAL_MS = 10_000;

/** Records samples of the system, with the fields that conditions of rules can read, and stores them for an hour. */
export class SystemSamples {
  constructor(
    private readonly pool: Pool,
    private readonly systems: Pick<SystemService, 'system'>,
  ) {}

  /** Records a sample of the current state and deletes old samples. */
  async record(): Promise<void> {
    const observed = JSON.stringify(observedSystem(await this.systems.system()));
    await storeSystemSample(this.pool, observed);
  }
}
