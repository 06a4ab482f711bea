import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime, Float } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { ListedSegment } from './segment.type';

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true, description: 'A segment on one day of the shop.' })
export class SegmentDay {
  @Field(() => DateTime, { description: 'Start of the day.' })
  startAt!: Date;

  @Field(() => Int, { description: 'Number of customers at the end of the day; of today: now.' })
  size!: number;

  @Field(() => Int, { description: 'Number of entries into the segment on this day.' })
  entries!: number;

  @Field(() => Int, { description: 'Number of exits from the segment on this day.' })
  exits!: number;
}

@Scoped('SERVER')
@ObjectType({ description: 'A segment with its present share of the customers.' })
class SegmentShare {
  @Field(() => ListedSegment)
  segment!: ListedSegment;

  @Field(() => Int, { description: 'Number of customers in it now.' })
  size!: number;

  @Field(() => Float, { description: 'Share of the customers of all segments without `NEW`, from 0 to 1.' })
  share!: number;

  @Field(() => Float, { description: 'The share among the customers that the active version was fitted on.' })
  fittedShare!: number;
}

@Scoped('SERVER')
@ObjectType({ description: 'The sizes of all segments now, and how far their shares have moved since the fit.' })
export class SegmentSizes {
  @Field(() => DateTime)
  asOf!: Date;

  @Field(() => DateTime, { description: 'The time as of which the active version was fitted.' })
  fittedAt!: Date;

  @Field(() => Int, { description: 'Number of customers in all segments without `NEW`.' })
  customers!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Population stability index of the shares now and at the fit: 0 if they are equal; below 0.1 usually called stable, above 0.25 shifted. Null without customers.',
  })
  stabilityIndex!: number | null;

  @Field(() => [SegmentShare], { description: 'By id, without `NEW`.' })
  segments!: SegmentShare[];
}
