import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { enumType } from '../graphql/enum-type';
import { ID } from '../graphql/scalars';
import { ItemError } from '../graphql/item-error.type';
import { Scoped } from '../graphql/scope';
import { UserError } from '../graphql/user-error.type';

@InputType()
export class EraseCustomerInput {
  @Field(() => ID, { description: 'Known to the shop or not; never to be used again.' })
  customerId!: string;
}

@InputType()
export class EraseSessionInput {
  @Field(() => ID, { description: 'Known to the shop or not; never to be used again.' })
  sessionId!: string;
}

const ErasureStatus = enumType(
  'ErasureStatus',
  ['PENDING', 'DONE'],
  'How far an erasure is. The same mutation again returns the current status.',
  {
    PENDING: 'Recorded and not finished. Everything sent under the erased names is dropped already.',
    DONE: 'Finished.',
  },
);
export type ErasureStatus = (typeof ErasureStatus)[keyof typeof ErasureStatus];

@Scoped('SERVER')
@ObjectType()
class ErasurePayload {
  @Field(() => ID, {
    description:
      'For `awaitReceipt`, which waits for the end of a pending erasure. From there on no history knows of them; what the shop has learned follows.',
  })
  receipt!: string;

  @Field(() => ErasureStatus)
  status!: ErasureStatus;

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
  notReached!: readonly string[];
}

@ObjectType()
export class EraseCustomerPayload extends ErasurePayload {
  @Field(() => Boolean, {
    description:
      'Whether the log has anonymous events of a visit (session) with this id. A customer is never taken for a visit: if that is what you meant, use `eraseSession`.',
  })
  isSession!: boolean;

  @Field(() => [ItemError], { description: 'Always empty.' })
  errors!: ItemError[];
}

@ObjectType()
export class EraseSessionPayload extends ErasurePayload {
  @Field(() => [UserError], { description: 'Always empty.' })
  userErrors!: UserError[];
}
