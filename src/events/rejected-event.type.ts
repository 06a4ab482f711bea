import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { connectionOf, type ConnectionPage } from '../graphql/connection';
import { ItemError } from '../graphql/item-error.type';
import { DateTime, ID, JSONObject } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';

@Scoped('SERVER')
@ObjectType({
  description:
    'An event that was accepted and could not enter the log, or could not be learned from: whole, with the reason.',
})
export class RejectedEvent {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'CONFLICT, NOT_FOUND or POISON; more may come.' })
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The receipt of the mutation that sent it; null if it was in the log before.',
  })
  receipt!: string | null;

  @Field(() => DateTime)
  receivedAt!: Date;

  @Field(() => DateTime)
  rejectedAt!: Date;

  @Field(() => JSONObject, {
    description: 'A merge that could not be carried out, or not be learned from, has the type MERGE.',
  })
  event!: Record<string, unknown>;
}

export const RejectedEventConnection = connectionOf(RejectedEvent, 'RejectedEvent', 'SERVER');
export type RejectedEventConnection = ConnectionPage<RejectedEvent>;

@InputType()
export class RetryRejectedEventsInput {
  @Field(() => [ID], { description: 'Up to 1,000, of `rejectedEvents`.' })
  ids!: string[];
}

@Scoped('ADMIN')
@ObjectType()
export class RetryRejectedEventsPayload {
  @Field(() => Int, {
    description: 'Events that are on their way into the log again, and no longer in `rejectedEvents`.',
  })
  accepted!: number;

  @Field(() => ID, { nullable: true, description: 'For `awaitReceipt`. Null when nothing was accepted.' })
  receipt!: string | null;

  @Field(() => [ItemError], { description: 'One for each that stays where it is; `index` counts in `ids`.' })
  errors!: ItemError[];
}
