import type { Pool } from 'pg';
import { measureBacklog, type Backlog, type BacklogParts } from '../../src/monitoring/backlog.store';
import { SHOP } from '../../src/shop';
import { isOutage } from '../../src/platform/outage';
import { until } from './until';

/**
 * Waits until nothing is left to do of everything that the shop has accepted. An outage of the database meanwhile is no
 * failure.
 * @param parts waits for these parts only
 * @throws Error with the last measurement if that takes too long
 */
export async function caughtUp(pool: Pool, parts?: readonly string[], boundMs?: number): Promise<void> {
  const measure = (): Promise<Backlog | null> =>
    measureBacklog(pool, SHOP).catch((error: unknown) => {
      if (isOutage(error)) return null;
      throw error;
    });
  const isDone = (left: BacklogParts) => (parts ?? Object.keys(left)).every((part) => left[part] === 0);
  await until(measure, (backlog) => backlog !== null && isDone(backlog.parts), boundMs);
}
