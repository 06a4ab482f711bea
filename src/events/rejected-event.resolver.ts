import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { BulkItems } from '../graphql/bulk-items';
import { MAX_EVENTS } from './event.service';
import { ID } from '../graphql/scalars';
import { requireViewer } from '../auth/identity';
import { checkFirst, decodeCursor, encodeCursor, First, pageOf, wrongCursor } from '../graphql/connection';
import type { Context } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { allows, Scoped } from '../graphql/scope';
import { isUuid } from '../platform/uuid';
import { RejectedEventService } from './rejected-event.service';
import { RejectedEventConnection, RetryRejectedEventsInput, RetryRejectedEventsPayload } from './rejected-event.type';
import { RetryRejectedService } from './retry-rejected.service';

const CURSOR = 'rejectedEvents';

@Resolver()
export class RejectedEventResolver {
  constructor(
    private readonly rejected: RejectedEventService,
    private readonly retryService: RetryRejectedService,
  ) {}

  @Scoped('SERVER')
  @Query(() => RejectedEventConnection, {
    name: 'rejectedEvents',
    description: 'Newest first. With a server key: those of a receipt; else FORBIDDEN.',
  })
  async list(
    @Ctx() context: Context,
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
    @Arg('receipt', () => ID, {
      nullable: true,
      description: 'Only what was sent under this receipt; requests at the same time may share one.',
    })
    receipt?: string | null,
  ): Promise<RejectedEventConnection> {
    if (receipt == null && !allows(requireViewer(context).scope, 'ADMIN'))
      throw new ApiError('FORBIDDEN', 'With a server key, rejectedEvents requires a receipt.');
    if (receipt != null && !isUuid(receipt))
      throw new ApiError('BAD_USER_INPUT', 'receipt is malformed: it must be the receipt of a mutation.');
    const before = after == null ? undefined : idOf(decodeCursor(CURSOR, after));
    const count = checkFirst(first);
    const rows = await this.rejected.page(receipt ?? null, before, count + 1);
    return pageOf(rows, count, before !== undefined, (row) => encodeCursor(CURSOR, row.id));
  }

  @Scoped('ADMIN')
  @BulkItems('ids', MAX_EVENTS)
  @Mutation(() => RetryRejectedEventsPayload, {
    description:
      'Puts rejected events back through the inbox, once what kept them out is repaired. One that is kept out again is rejected again, under a new id.',
  })
  retryRejectedEvents(
    @Arg('input', () => RetryRejectedEventsInput) input: RetryRejectedEventsInput,
  ): Promise<RetryRejectedEventsPayload> {
    return this.retryService.retry(input.ids);
  }
}

function idOf(value: unknown): bigint {
  if (typeof value === 'string' && /^\d{1,18}$/.test(value)) return BigInt(value);
  throw wrongCursor();
}
