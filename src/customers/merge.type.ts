import { Field, InputType, ObjectType } from 'type-graphql';
import { ID } from '../graphql/scalars';
import { ItemErrorsPayload } from '../graphql/item-error.type';
import { Scoped } from '../graphql/scope';

@InputType({ description: 'Whose past becomes whose. Exactly one of `fromCustomerId` and `fromSessionId`.' })
export class MergeCustomerInput {
  @Field(() => ID, { nullable: true, description: 'Another account of the same person.' })
  fromCustomerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'A visit, when the visitor has signed in.' })
  fromSessionId?: string | null;

  @Field(() => ID)
  intoCustomerId!: string;
}

@Scoped('SERVER')
@ObjectType()
export class MergeCustomerPayload extends ItemErrorsPayload {
  @Field(() => ID, {
    nullable: true,
    description:
      'For `awaitReceipt`. Where events acknowledged before the merge are still on their way to the log after 2 s, the merge is pending: a worker carries it out when they are there, and the receipt stands for that.',
  })
  receipt!: string | null;
}
