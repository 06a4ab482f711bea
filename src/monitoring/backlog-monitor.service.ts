import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from '../platform/postgres';
import { measureBacklog, type Backlog } from './backlog.store';

/** How long a caller waits for a measurement. Readiness checks often expect an answer within a second. */
const MAX_WAIT_MS = 500;
/** Minimum interval between two measurements, because /readyz requires no key. */
const MIN_INTERVAL_MS = 100;

/** Measures what is left to do, for callers that must not wait when PostgreSQL is slow or does not answer. */
export class BacklogMonitor {
  /** A measurement that has not begun. */
  private next: Promise<Backlog | null> | undefined;
  /** Resolves when the next measurement may begin. */
  private free: Promise<unknown> = Promise.resolve();

  constructor(private readonly pool: Pool) {}

  /**
   * Returns a measurement that begins after the call, so that it includes everything that was accepted before. Callers
   * that wait at the same time share one.
   * @returns null if PostgreSQL does not answer within {@link MAX_WAIT_MS}
   */
  measure(): Promise<Backlog | null> {
    this.next ??= this.free.then(() => {
      this.next = undefined;
      const measured = measureBacklog(this.pool).catch(() => null);
      this.free = Promise.all([measured, sleep(MIN_INTERVAL_MS, undefined, { ref: false })]);
      return measured;
    });
    return Promise.race([this.next, sleep(MAX_WAIT_MS, null, { ref: false })]);
  }
}
