import type { Pool } from '../platform/postgres';
import { refundAttempts, type EndedByOutage } from './inbox';

const MAX_PENDING = 10_000;

/** Refunds of attempts that an outage ended, including those that the same outage keeps from being stored for now. */
export class AttemptRefunds {
  private readonly pending = new Map<string, EndedByOutage>();

  /** Never throws: what can't be stored is stored by {@link repeat}. */
  async refund(pool: Pool, ended: readonly EndedByOutage[]): Promise<void> {
    await refundAttempts(pool, ended).catch(() => this.postpone(ended));
  }

  /** Leaves refunds to {@link repeat}. */
  postpone(ended: readonly EndedByOutage[]): void {
    for (const each of ended) if (this.pending.size < MAX_PENDING) this.pending.set(each.id, each);
  }

  /**
   * Stores the pending refunds. To be called before batches are begun.
   * @throws Error while the outage lasts
   */
  async repeat(pool: Pool): Promise<void> {
    if (this.pending.size === 0) return;
    const ended = [...this.pending.values()];
    await refundAttempts(pool, ended);
    for (const each of ended) if (this.pending.get(each.id) === each) this.pending.delete(each.id);
  }
}
