import type { Pool } from '../platform/postgres';
import { refundAttempts, type InterruptedAttempt } from './inbox.store';

const MAX_PENDING = 10_000;

/**
 * Refunds attempts on inbox batches that an outage interrupted: a refunded attempt does not count as a failure. Refunds
 * that can't be stored during the outage stay pending in memory.
 */
export class AttemptRefunds {
  private readonly pending = new Map<string, InterruptedAttempt>();

  /** Stores the refunds. Never throws: refunds that can't be stored become pending. */
  async refund(pool: Pool, interruptedAttempts: readonly InterruptedAttempt[]): Promise<void> {
    await refundAttempts(pool, interruptedAttempts).catch(() => this.postpone(interruptedAttempts));
  }

  /** Adds refunds to the pending ones. {@link storePending} stores them later. */
  postpone(interruptedAttempts: readonly InterruptedAttempt[]): void {
    for (const each of interruptedAttempts) if (this.pending.size < MAX_PENDING) this.pending.set(each.id, each);
  }

  /**
   * Stores the pending refunds. Must be called before each round of attempts.
   * @throws Error while the outage lasts
   */
  async storePending(pool: Pool): Promise<void> {
    if (this.pending.size === 0) return;
    const interruptedAttempts = [...this.pending.values()];
    await refundAttempts(pool, interruptedAttempts);
    for (const each of interruptedAttempts) if (this.pending.get(each.id) === each) this.pending.delete(each.id);
  }
}
