import { Arg, Mutation, Query, Resolver } from 'type-graphql';
import { First, checkFirst, decodeCursor, encodeCursor, pageOf } from '../graphql/connection';
import { ApiError } from '../graphql/errors';
import { Scoped } from '../graphql/scope';
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

  @Scoped('ADMIN')
  @Query(() => RejectedEventConnection, { name: 'rejectedEvents', description: 'Newest first.' })
  async list(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<RejectedEventConnection> {
    const before = after == null ? undefined : idOf(decodeCursor(CURSOR, after));
    const count = checkFirst(first);
    const rows = await this.rejected.page(before, count + 1);
    return pageOf(rows, count, before !== undefined, (row) => encodeCursor(CURSOR, row.id));
  }

  @Scoped('ADMIN')
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
  throw new ApiError('BAD_USER_INPUT', 'after is not a cursor of this list; pass a cursor that this list returned.');
}
