import { Arg, Extensions, FieldResolver, Resolver, Root, Subscription } from 'type-graphql';
import { ID } from '../../graphql/scalars';
import { checkFirst, First, pageOf } from '../../graphql/connection';
import { WORK } from '../../graphql/limits/operation-cost';
import { Scoped } from '../../graphql/scope';
import { NO_TOPIC, SubscribedBy } from '../../graphql/subscribed-by';
import { ListedSegment } from '../segments/segment.type';
import { SegmentChange, SegmentChangeConnection } from './segment-change.type';
import type { SegmentChangesService } from './segment-changes.service';

/** Rate-limit cost of the SQL statement that reads a page. A plain field costs 1. */
const PAGE_WORK = 200;

@Resolver(() => ListedSegment)
export class SegmentChangeResolver {
  constructor(private readonly changes: SegmentChangesService) {}

  @Scoped('SERVER')
  @Extensions({ [WORK]: PAGE_WORK })
  @FieldResolver(() => SegmentChangeConnection, {
    name: 'changes',
    description:
      'Customers who entered or left it, newest first, without customers who were erased or have opted out of profiling. Empty for `NEW`, whose changes are not logged.',
  })
  async pageOfChanges(
    @Root() segment: ListedSegment,
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<SegmentChangeConnection> {
    const count = checkFirst(first);
    const rows = await this.changes.page(segment.id, after, count + 1);
    return pageOf(rows, count, after != null, ({ cursor }) => cursor);
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: PAGE_WORK })
  @SubscribedBy('open')
  @Subscription(() => SegmentChange, {
    ...NO_TOPIC,
    description:
      'Each customer who enters or leaves a segment, once, in the order of positions: from now on, or from `after` on.',
  })
  segmentChanged(
    @Root() change: SegmentChange,
    @Arg('segmentId', () => ID, { nullable: true, description: 'Only changes of this segment. Default: of all.' })
    _segmentId?: string | null,
    @Arg('after', () => String, {
      nullable: true,
      description: 'The `cursor` of a change: all later changes are sent first.',
    })
    _after?: string | null,
  ): SegmentChange {
    return change;
  }

  open({ segmentId, after }: { segmentId?: string | null; after?: string | null }) {
    return this.changes.open(segmentId ?? null, after);
  }
}
