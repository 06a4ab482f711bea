import { Field, Int, ObjectType } from 'type-graphql';
import { ID } from './scalars';
import { Scoped } from './scope';

/** The reason why one item of a mutation was rejected. The other items are not affected. */
@Scoped('STOREFRONT')
@ObjectType({ description: 'Why one item of a mutation was not taken. The other items are untouched by it.' })
export class ItemError {
  @Field(() => Int, { description: 'Which item of the input list, from 0.' })
  index!: number;

  @Field(() => String, {
    description: 'A code of the list in docs/errors.md. New ones may be added: keep a default branch.',
  })
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => String, { nullable: true, description: 'The field inside the item, such as `unitPrice.currency`.' })
  path?: string | null;
}

/** A payload that says which items were rejected. Each payload that extends it declares its scope. */
@ObjectType()
export class ItemErrorsPayload {
  @Field(() => [ItemError])
  errors!: readonly ItemError[];
}

@ObjectType()
export class ReceiptPayload extends ItemErrorsPayload {
  @Field(() => ID, { description: 'For `awaitReceipt`: read your writes.' })
  receipt!: string;
}
