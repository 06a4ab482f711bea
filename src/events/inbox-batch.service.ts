import type { TimeCursor } from '../graphql/connection';
import type { Pool } from '../platform/postgres';
import type { InboxState } from './inbox.store';
import type { InboxBatch } from './inbox-batch.type';
import { pageOfInboxBatches } from './inbox-batch.store';

/** Lists inbox batches for operators, newest first. Batches that were received at the same time are ordered by id. */
export class InboxBatchService {
  constructor(private readonly pool: Pool) {}

  async page(state: InboxState | undefined, after: TimeCursor | undefined, count: number): Promise<InboxBatch[]> {
    // If only unfinished batches are listed, the query can use the index of unfinished rows. It is small, whereas
    // finished rows are many: they stay for an hour, without their events.
    const isUnfinished = state !== undefined && state !== 'DONE' && state !== 'SPLIT';
    return pageOfInboxBatches(this.pool, isUnfinished, state, after, count);
  }
}
