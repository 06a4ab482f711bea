import { Field, InputType, ObjectType } from 'type-graphql';
import { EventTypeEnum } from '../events/event.type';
import type { EventType } from '../events/log-event';
import { Scoped } from '../graphql/scope';

@Scoped('ADMIN')
@InputType('StreamJoinKeyInput')
@ObjectType('StreamJoinKey')
class StreamJoinKey {
  @Field(() => String, {
    description:
      'CEL over `event`, `product` and `customer`. Two events are a pair if this equals the expression `other`, compared as text. Up to 4,096 characters.',
  })
  event!: string;

  @Field(() => String, {
    description:
      'CEL over `other`. An event for which this or the expression `event` has no value is in no pair. Up to 4,096 characters.',
  })
  other!: string;
}

@Scoped('ADMIN')
@InputType('StreamJoinInput')
@ObjectType('StreamJoin')
export class StreamJoin {
  @Field(() => [EventTypeEnum], { nullable: true, description: 'Of which events `other` may be. None: all.' })
  from?: readonly EventType[] | null;

  @Field(() => String, { nullable: true, description: 'CEL over `other` alone. None: all. Up to 4,096 characters.' })
  filter?: string | null;

  @Field(() => [StreamJoinKey], { description: 'What both have in common; from 1 to 5.' })
  on!: readonly StreamJoinKey[];

  @Field(() => String, {
    nullable: true,
    description: 'ISO 8601, up to P31D: how long before `event` the other one may have happened. None: PT0S.',
  })
  before?: string | null;

  @Field(() => String, { description: 'ISO 8601, up to P31D: how long after `event` it may have happened.' })
  after!: string;
}
