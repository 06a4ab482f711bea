import { Arg, Extensions, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ID } from '../../graphql/scalars';
import { checkFirst, encodeCursor, First, pageOf, textCursor } from '../../graphql/connection';
import { WORK } from '../../graphql/limits/operation-cost';
import { Scoped } from '../../graphql/scope';
import { faultOfName } from '../../graphql/shown-text';
import type { CustomerService } from '../customer.service';
import { CustomerConnection } from '../customer.type';
import { MAX_NAME_LENGTH, type SegmentService } from './segment.service';
import { RenameSegmentInput, RenameSegmentPayload, ListedSegment } from './segment.type';

/** Rate-limit cost: all profiles of the shop are counted, once for the segments of one request. */
const SIZE_WORK = 1_000;

@Resolver(() => ListedSegment)
export class SegmentResolver {
  constructor(
    private readonly service: SegmentService,
    private readonly customers: CustomerService,
  ) {}

  @Scoped('SERVER')
  @Query(() => [ListedSegment], {
    nullable: true,
    description: 'The segments of customers by id, then `NEW`. Empty while no version of SEGMENTS is active.',
  })
  async segments(): Promise<ListedSegment[]> {
    return this.service.list();
  }

  @Scoped('SERVER')
  @Query(() => ListedSegment, { nullable: true, description: 'Null if the active version has no such segment.' })
  segment(@Arg('id', () => ID) id: string): Promise<ListedSegment | null> {
    return this.service.find(id);
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: SIZE_WORK })
  @FieldResolver(() => Int, { description: 'Number of customers in it now.' })
  size(@Root() segment: ListedSegment): Promise<number> {
    return this.service.sizeOf(segment);
  }

  @Scoped('SERVER')
  @FieldResolver(() => CustomerConnection, { description: 'Its customers now, by id.' })
  async members(
    @Root() segment: ListedSegment,
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<CustomerConnection> {
    const kind = `members of ${segment.id}`;
    const id = textCursor(kind, after);
    const count = checkFirst(first);
    const ids = await this.service.memberIds(segment.id, id ?? '', count + 1);
    return pageOf(await this.customers.findAll(ids), count, id !== undefined, (customer) =>
      encodeCursor(kind, customer.id),
    );
  }

  @Scoped('ADMIN')
  @Mutation(() => RenameSegmentPayload, {
    nullable: true,
    description: 'Gives a segment a name. It stays with the segment in later versions of the model.',
  })
  async renameSegment(
    @Arg('input', () => RenameSegmentInput) input: RenameSegmentInput,
  ): Promise<RenameSegmentPayload> {
    const name = input.name?.trim() ?? null;
    const fault = name === null ? undefined : faultOfName('name', name, MAX_NAME_LENGTH);
    if (fault !== undefined) {
      const message = `${fault}.`;
      return { segment: null, userErrors: [{ field: ['input', 'name'], message, code: 'BAD_USER_INPUT' }] };
    }
    const segment = await this.service.rename(input.id, name);
    if (segment !== null) return { segment, userErrors: [] };
    const message = `The active version has no segment ${input.id} that can be renamed.`;
    return { segment: null, userErrors: [{ field: ['input', 'id'], message, code: 'NOT_FOUND' }] };
  }
}
