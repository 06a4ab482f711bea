import { Field, InputType } from 'type-graphql';
import { enumType } from '../graphql/enum-type';
import { ID } from '../graphql/scalars';
import { CONVERSATION_SORTS } from './conversation';

export const ConversationSortEnum = enumType(
  'ConversationSort',
  CONVERSATION_SORTS,
  'The order of a list of conversations.',
  {
    UPDATED_DESC: 'Those that changed last first.',
    WAITING_LONGEST: 'Only those that are WAITING: those that were handed off first come first.',
  },
);

@InputType()
export class StartConversationInput {
  @Field(() => ID, { nullable: true, description: 'The customer. With a storefront key, it comes from the token.' })
  customerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The session. With a storefront key, it comes from the token.' })
  sessionId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'BCP 47, up to 35 characters: the language of answers to messages whose own language is not clear.',
  })
  language?: string | null;
}

@InputType()
export class AskSupportInput {
  @Field(() => ID, { description: 'The conversation.' })
  conversationId!: string;

  @Field(() => ID, {
    description: 'The id that the client gives the message. Sending the same message again changes nothing.',
  })
  messageId!: string;

  @Field(() => String, { description: 'The message: up to 2,000 characters. With a choice, its text.' })
  text!: string;

  @Field(() => ID, { nullable: true, description: 'The choice of an earlier answer that the customer has made.' })
  choiceId?: string | null;
}

@InputType()
export class ConversationIdInput {
  @Field(() => ID, { description: 'The conversation.' })
  conversationId!: string;
}

@InputType()
export class SetSupportReplyAddressInput {
  @Field(() => ID, { description: 'The conversation.' })
  conversationId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The e-mail address: up to 254 characters. Null removes it. It must not be left out.',
  })
  email?: string | null;
}

@InputType()
export class RateAnswerInput {
  @Field(() => ID, { description: 'The `id` of the automatic message.' })
  answerId!: string;

  @Field(() => Boolean, { description: 'Whether it has helped.' })
  helpful!: boolean;
}

@InputType()
export class ReplyToConversationInput {
  @Field(() => ID, { description: 'The conversation.' })
  conversationId!: string;

  @Field(() => ID, {
    description: 'The id that the client gives the reply. Sending the same reply again changes nothing.',
  })
  messageId!: string;

  @Field(() => String, { description: 'The reply: up to 2,000 characters.' })
  text!: string;
}

@InputType()
export class CorrectIntentInput {
  @Field(() => ID, { description: 'The `id` of the message of the customer.' })
  messageId!: string;

  @Field(() => String, {
    description:
      'The right intent, such as `return-item`: up to 64 characters (lower-case letters, digits and hyphens); or `oos`.',
  })
  intent!: string;
}

@InputType()
export class TakeOverConversationInput {
  @Field(() => ID, { description: 'The conversation.' })
  conversationId!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether to take it over even if another person answers it.',
  })
  force!: boolean;
}
