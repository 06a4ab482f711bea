import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { connectionOf, type ConnectionPage } from '../../graphql/connection';
import { DateTime, ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { UserError } from '../../graphql/user-error.type';

/** Maximum number of examples in a request. */
export const MAX_EXAMPLES_PER_REQUEST = 1_000;

@Scoped('ADMIN')
@ObjectType('IntentExample', {
  simpleResolvers: true,
  description: 'A sentence of customers and its intent, from which the model of intents learns.',
})
export class IntentExampleObject {
  @Field(() => String, { description: 'The sentence.' })
  text!: string;

  @Field(() => String, { description: 'The intent; `oos` for sentences that have none of the intents.' })
  intent!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The conversation that it is from; null if the shop has given it. It is deleted with the conversation.',
  })
  conversationId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'BCP 47: the language of the conversation that it is from; null if it is not known.',
  })
  language!: string | null;

  @Field(() => DateTime, { description: 'When it was last changed.' })
  updatedAt!: Date;
}

export const IntentExampleConnection = connectionOf(IntentExampleObject, 'IntentExample', 'ADMIN');
export type IntentExampleConnection = ConnectionPage<IntentExampleObject>;

@InputType()
class IntentExampleInput {
  @Field(() => String, { description: 'A sentence as customers write it: up to 500 characters.' })
  text!: string;

  @Field(() => String, {
    description:
      'The intent, such as `return-item`, or a new one of the shop: up to 64 characters (lower-case letters, digits and hyphens). `oos`: none of the intents.',
  })
  intent!: string;
}

@InputType()
export class UpsertIntentExamplesInput {
  @Field(() => [IntentExampleInput], { description: 'Up to 1,000 examples. A shop has up to 20,000.' })
  examples!: IntentExampleInput[];
}

@InputType()
export class DeleteIntentExamplesInput {
  @Field(() => [String], { description: 'Up to 1,000 sentences, each of up to 500 characters.' })
  texts!: string[];
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
class WriteIntentExamplesPayload {
  @Field(() => Int, { description: 'Number of items without an error.' })
  accepted!: number;

  @Field(() => ID, { description: 'For `awaitReceipt`.' })
  receipt!: string;

  @Field(() => [UserError], { description: 'One for each item that was not accepted.' })
  userErrors!: readonly UserError[];
}

@ObjectType()
export class UpsertIntentExamplesPayload extends WriteIntentExamplesPayload {}

@ObjectType()
export class DeleteIntentExamplesPayload extends WriteIntentExamplesPayload {}
