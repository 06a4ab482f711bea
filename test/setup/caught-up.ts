import type { Pool } from 'pg';
import { measureBacklog, type Backlog, type BacklogParts } from '../../src/monitoring/backlog.store';
import { isOutage } from '../../src/platform/outage';
import { until } from './until';

/**
 * Waits until nothing is left to do of everything that the shop has accepted. An outage of the database meanwhile is no
 * failure.
 * @param parts waits for these parts only
 * @throws Error with the last measurement if that takes too long
 */
export async function caughtUp(pool: Pool, parts?: readonly (keyof BacklogParts)[], boundMs?: number): Promise<void> {
  const measure = (): Promise<Backlog | null> =>
    measureBacklog(pool).catch((error: unknown) => {
      if (isOutage(error)) return null;
      throw error;
    });
  const isDone = (left: BacklogParts) =>
    (parts ?? (Object.keys(left) as (keyof BacklogParts)[])).every((part) => left[part] === 0);
  await until(measure, (backlog) => backlog !== null && isDone(backlog.parts), boundMs);
}
