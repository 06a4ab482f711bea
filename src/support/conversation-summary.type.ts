import { Extensions, Field, Int, ObjectType } from 'type-graphql';
import { enumType } from '../graphql/enum-type';
import { MAX_LIST_LENGTH } from '../graphql/limits/operation-cost';
import { DateTime, ID } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import { ConversationMessage } from './conversation.type';
import { SUBJECT_KINDS, type SubjectKind } from './conversation-summary';

/** Number of intents and of subjects that the cost of a query assumes. */
const LISTED_INTENTS = 5;
const LISTED_SUBJECTS = 10;

const SubjectKindEnum = enumType('ConversationSubjectKind', SUBJECT_KINDS, 'What an answer is about.', {
  ORDER: 'An order.',
  SHIPMENT: 'A shipment.',
  PRODUCT: 'A product.',
  ARTICLE: 'An article of the shop.',
});

@Scoped('OPERATOR')
@ObjectType('ConversationSubject', {
  simpleResolvers: true,
  description: 'An object that automatic answers of a conversation were about.',
})
class ConversationSubject {
  @Field(() => SubjectKindEnum, { description: 'The kind of object.' })
  kind!: SubjectKind;

  @Field(() => ID, { description: 'The id of the order, shipment, product or article. It may be deleted by now.' })
  objectId!: string;
}

@Scoped('OPERATOR')
@ObjectType('ConversationIntent', { simpleResolvers: true, description: 'An intent of messages of the customer.' })
class ConversationIntent {
  @Field(() => String, { description: 'The intent.' })
  intent!: string;

  @Field(() => Int, { description: 'Number of messages with this intent.' })
  messageCount!: number;
}

@Scoped('OPERATOR')
@ObjectType({ simpleResolvers: true, description: 'What a customer asks, for a list.' })
class ConversationQuestion {
  @Field(() => String, {
    description:
      'The first 140 characters of the message in one line, with `•••` in place of e-mail addresses, numbers of four digits or more, numbers of orders, and names that the customer states.',
  })
  text!: string;

  @Field(() => ConversationMessage, { description: 'The message.' })
  message!: ConversationMessage;
}

@Scoped('OPERATOR')
@ObjectType({
  simpleResolvers: true,
  description: 'What a person who takes a conversation over needs to know first.',
})
export class ConversationSummary {
  @Extensions({ [MAX_LIST_LENGTH]: LISTED_INTENTS })
  @Field(() => [ConversationIntent], {
    description: "The intents of the customer's messages, in the order in which they first came up.",
  })
  intents!: readonly ConversationIntent[];

  @Extensions({ [MAX_LIST_LENGTH]: LISTED_SUBJECTS })
  @Field(() => [ConversationSubject], {
    description: 'What the automatic answers were about, in the order in which it first came up.',
  })
  subjects!: readonly ConversationSubject[];

  @Field(() => ConversationMessage, {
    nullable: true,
    description: 'The last message of the customer; null if the customer has written none.',
  })
  lastCustomerMessage!: ConversationMessage | null;

  @Field(() => ConversationQuestion, {
    nullable: true,
    description:
      'The last message of the customer without an answer, else the last one; null if the customer has written none.',
  })
  question!: ConversationQuestion | null;

  @Field(() => Int, {
    description:
      'Number of messages of the customer that neither Freshet nor a person has answered. NOT_UNDERSTOOD and HANDED_OFF are no answers.',
  })
  unansweredCount!: number;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Since when the customer waits for a person: since the hand-off, later since the oldest message without a reply. Null if the customer does not wait.',
  })
  waitingSince!: Date | null;
}
