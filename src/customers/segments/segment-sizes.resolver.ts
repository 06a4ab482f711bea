import { Arg, Extensions, FieldResolver, Query, Resolver, Root, Subscription } from 'type-graphql';
import { WORK } from '../../graphql/limits/operation-cost';
import { DateTime } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { NO_TOPIC, SubscribedBy } from '../../graphql/subscribed-by';
import type { SegmentSizesService } from './segment-sizes.service';
import { SegmentDay, SegmentSizes } from './segment-sizes.type';
import { ListedSegment } from './segment.type';

/** Rate-limit cost: all profiles of the shop are counted. */
const SIZES_WORK = 1_000;
/** Rate-limit cost: the retained changes of the segment are counted, too. */
const DAYS_WORK = 2_000;

@Resolver(() => ListedSegment)
export class SegmentSizesResolver {
  constructor(private readonly service: SegmentSizesService) {}

  @Scoped('SERVER')
  @Extensions({ [WORK]: DAYS_WORK })
  @FieldResolver(() => [SegmentDay], {
    description:
      'Its sizes, entries and exits by day of the shop, oldest first. Customers who were erased or have opted out of profiling since are not counted on any day. Empty for `NEW`, whose changes are not logged.',
  })
  async sizes(
    @Root() segment: ListedSegment,
    @Arg('from', () => DateTime, {
      nullable: true,
      description:
        'Included. Moved back to a midnight of the shop, unless it is at one; at most 365 days ago. Default: 29 days before the last day.',
    })
    from?: Date | null,
    @Arg('to', () => DateTime, {
      nullable: true,
      description: 'Excluded. Moved forward to the next midnight of the shop, unless it is at one. Default: now.',
    })
    to?: Date | null,
  ): Promise<SegmentDay[]> {
    return this.service.daily(segment.id, from, to);
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: SIZES_WORK })
  @Query(() => SegmentSizes, { nullable: true, description: 'Null while no version of SEGMENTS is active.' })
  segmentSizes(): Promise<SegmentSizes | null> {
    return this.service.current();
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: SIZES_WORK })
  @SubscribedBy('open')
  @Subscription(() => SegmentSizes, {
    ...NO_TOPIC,
    nullable: true,
    description:
      'The sizes of all segments first, then again when they have changed, at most once a second. Null while no version of SEGMENTS is active.',
  })
  segmentSizesUpdated(@Root() { sizes }: { readonly sizes: SegmentSizes | null }): SegmentSizes | null {
    return sizes;
  }

  open() {
    return this.service.open();
  }
}
