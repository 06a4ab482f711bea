import { Field, ObjectType } from 'type-graphql';
import { connectionOf, type ConnectionPage } from '../../graphql/connection';
import { DateTime, ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true, description: 'A customer has entered or left a segment.' })
export class SegmentChange {
  @Field(() => ID)
  customerId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The segment that the customer has left. Null if the customer was in no segment, for example before the first order.',
  })
  previousSegmentId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The segment that the customer has entered. Null if the customer is in no segment, for example after an opt-out of profiling.',
  })
  segmentId!: string | null;

  @Field(() => DateTime)
  changedAt!: Date;

  @Field(() => String, {
    description: 'The log position of the change. A later change of the same customer has a higher one.',
  })
  position!: string;

  @Field(() => String, { description: 'Pass it as `after` to `segmentChanged` to continue after this change.' })
  cursor!: string;
}

export const SegmentChangeConnection = connectionOf(SegmentChange, 'SegmentChange', 'SERVER');
export type SegmentChangeConnection = ConnectionPage<SegmentChange>;
