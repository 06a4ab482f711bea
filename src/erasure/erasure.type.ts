import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { ItemError } from '../graphql/item-error.type';
import { Scoped } from '../graphql/scope';

@InputType()
export class EraseCustomerInput {
  @Field(() => ID, { description: 'Known to the shop or not; never to be used again.' })
  customerId!: string;
}

@Scoped('SERVER')
@ObjectType()
export class EraseCustomerPayload {
  @Field(() => ID, {
    nullable: true,
    description: 'For `awaitReceipt`. From there on no history knows of them; what the shop has learned follows.',
  })
  receipt!: string | null;

  @Field(() => Int, {
    description: 'Events removed from the log: theirs, their visits’, and of accounts merged into theirs.',
  })
  removedEvents!: number;

  @Field(() => Int, {
    description: 'Order lines that stay for the shop’s sums, in nobody’s name, under ids used once.',
  })
  keptOrderLines!: number;

  @Field(() => [String], { description: 'Where they may still be found, out of reach of this.' })
  notReached!: string[];

  @Field(() => [ItemError])
  errors!: ItemError[];
}
