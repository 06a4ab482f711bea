import { Arg, Int, Query, Resolver } from 'type-graphql';
import { checkFirst, decodeCursor, encodeCursor, pageOf } from '../graphql/connection';
import { ApiError } from '../graphql/errors';
import { Scoped } from '../graphql/scope';
import { RejectedEventService } from './rejected-event.service';
import { RejectedEventConnection } from './rejected-event.type';

const CURSOR = 'rejectedEvents';

@Resolver()
export class RejectedEventResolver {
  constructor(private readonly rejected: RejectedEventService) {}

  @Scoped('ADMIN')
  @Query(() => RejectedEventConnection, { name: 'rejectedEvents', description: 'Newest first.' })
  async list(
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<RejectedEventConnection> {
    const before = after == null ? undefined : idOf(decodeCursor(CURSOR, after));
    const rows = await this.rejected.page(before, checkFirst(first) + 1);
    return pageOf(rows, first, before !== undefined, (row) => encodeCursor(CURSOR, row.id));
  }
}

function idOf(value: unknown): bigint {
  if (typeof value === 'string' && /^\d{1,18}$/.test(value)) return BigInt(value);
  throw new ApiError('BAD_USER_INPUT', 'after is not a cursor of this list');
}
