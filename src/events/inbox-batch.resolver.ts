import { Arg, Query, Resolver } from 'type-graphql';
import { First, checkFirst, encodeCursor, pageOf, timeCursor } from '../graphql/connection';
import { Scoped } from '../graphql/scope';
import { isUuid } from '../platform/uuid';
import type { InboxState } from './inbox.store';
import { InboxBatchService } from './inbox-batch.service';
import { InboxBatchConnection, InboxStateEnum } from './inbox-batch.type';

const CURSOR = 'inboxBatches';

@Resolver()
export class InboxBatchResolver {
  constructor(private readonly batches: InboxBatchService) {}

  @Scoped('ADMIN')
  @Query(() => InboxBatchConnection, {
    description: 'Accepted events on their way into the log, and for an hour after; the newest first.',
  })
  async inboxBatches(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
    @Arg('state', () => InboxStateEnum, { nullable: true }) state?: InboxState | null,
  ): Promise<InboxBatchConnection> {
    const count = checkFirst(first);
    const from = timeCursor(CURSOR, after, 1, isUuid);
    const rows = await this.batches.page(state ?? undefined, from, count + 1);
    return pageOf(rows, count, from !== undefined, (row) => encodeCursor(CURSOR, [row.receivedAt.getTime(), row.id]));
  }
}
