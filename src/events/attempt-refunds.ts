import type { Pool } from '../platform/postgres';
import { refundAttempts, type EndedByOutage } from './inbox';

const MAX_PENDING = 10_000;

/**
 * Refunds the attempts that an outage interrupted. Refunds that can't be stored during the outage stay pending in
 * memory.
 */
export class AttemptRefunds {
  private readonly pending = new Map<string, EndedByOutage>();

  /** Stores the refunds. Never throws: refunds that can't be stored become pending. */
  async refund(pool: Pool, ended: readonly EndedByOutage[]): Promise<void> {
    await refundAttempts(pool, ended).catch(() => this.postpone(ended));
  }

  /** Adds refunds to the pending ones. {@link storePending} stores them later. */
  postpone(ended: readonly EndedByOutage[]): void {
    for (const each of ended) if (this.pending.size < MAX_PENDING) this.pending.set(each.id, each);
  }

  /**
   * Stores the pending refunds. Must be called before attempts on batches begin.
   * @throws Error while the outage lasts
   */
  async repeat(pool: Pool): Promise<void> {
    if (this.pending.size === 0) return;
    const ended = [...this.pending.values()];
    await refundAttempts(pool, ended);
    for (const each of ended) if (this.pending.get(each.id) === each) this.pending.delete(each.id);
  }
}
