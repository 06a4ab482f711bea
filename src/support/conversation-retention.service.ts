import { commitChange } from '../events/commit-change';
import type { Outbox } from '../events/outbox.service';
import { MS_PER_DAY } from '../learn/durations';
import { retryTransaction } from '../platform/retry-outages';
import { deleteOldConversations } from './conversation.store';

const DEFAULT_BATCH_SIZE = 500;

export interface ConversationRetentionOptions {
  /** How long a conversation is stored after its last change, in days. */
  readonly days: number;
  /** Maximum number of conversations that a call deletes, in one transaction. */
  readonly batchSize?: number;
  readonly now?: () => number;
}

/** Deletes conversations that have not changed for long. Any number of workers may run it concurrently. */
export class ConversationRetention {
  constructor(
    private readonly outbox: Outbox,
    private readonly options: ConversationRetentionOptions,
  ) {}

  /** Deletes a batch of the conversations that are due in any status, the oldest first. @returns how many */
  async deleteBatch(): Promise<number> {
    const { days, batchSize = DEFAULT_BATCH_SIZE, now = Date.now } = this.options;
    const before = new Date(now() - days * MS_PER_DAY);
    const committed = await retryTransaction(() =>
      commitChange(this.outbox, async (client) => {
        const ids = await deleteOldConversations(client, before, batchSize);
        return ids.length === 0 ? null : { deleted: ids.length, change: { conversations: ids } };
      }),
    );
    return committed?.deleted ?? 0;
  }
}
