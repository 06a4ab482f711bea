import { Arg, Query, Resolver } from 'type-graphql';
import { First, checkFirst, decodeCursor, encodeCursor, pageOf } from '../graphql/connection';
import { ApiError } from '../graphql/errors';
import { Scoped } from '../graphql/scope';
import type { InboxState } from './inbox';
import { InboxBatchService, type InboxPlace } from './inbox-batch.service';
import { InboxBatchConnection, InboxStateEnum } from './inbox-batch.type';

const CURSOR = 'inboxBatches';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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
    const from = after == null ? undefined : placeOf(decodeCursor(CURSOR, after));
    const rows = await this.batches.page(state ?? undefined, from, count + 1);
    return pageOf(rows, count, from !== undefined, (row) => encodeCursor(CURSOR, [row.receivedAt.getTime(), row.id]));
  }
}

function placeOf(value: unknown): InboxPlace {
  if (Array.isArray(value)) {
    const [time, id] = value as unknown[];
    const receivedAt = new Date(Number.isSafeInteger(time) ? Number(time) : NaN);
    if (typeof id === 'string' && UUID.test(id) && Number.isFinite(receivedAt.getTime())) return { receivedAt, id };
  }
  throw new ApiError('BAD_USER_INPUT', 'after is not a cursor of this list');
}
