import { Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { ID } from '../graphql/scalars';
import { ItemError } from '../graphql/item-error.type';
import { Scoped } from '../graphql/scope';

@InputType()
export class EraseCustomerInput {
  @Field(() => ID, { description: 'Known to the shop or not; never to be used again.' })
  customerId!: string;
}

const ErasureStatus = { PENDING: 'PENDING', DONE: 'DONE' } as const;
export type ErasureStatus = (typeof ErasureStatus)[keyof typeof ErasureStatus];
registerEnumType(ErasureStatus, {
  name: 'ErasureStatus',
  description: 'How far an erasure is. The same `eraseCustomer` again returns the current status.',
  valuesConfig: {
    PENDING: {
      description: 'Recorded and not finished. Everything sent under the customer’s names is dropped already.',
    },
    DONE: { description: 'Finished.' },
  },
});

@Scoped('SERVER')
@ObjectType()
export class EraseCustomerPayload {
  @Field(() => ID, {
    nullable: true,
    description:
      'For `awaitReceipt`, which waits for the end of a pending erasure. From there on no history knows of them; what the shop has learned follows.',
  })
  receipt!: string | null;

  @Field(() => ErasureStatus, { nullable: true, description: 'Null where the input is wrong.' })
  status!: ErasureStatus | null;

  @Field(() => Int, {
    description:
      'Events removed from the log so far: theirs, their visits’, those of accounts merged into theirs, and of the parcels of their orders.',
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
