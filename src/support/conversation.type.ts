import { createUnionType, Extensions, Field, Int, ObjectType } from 'type-graphql';
import { enumType } from '../graphql/enum-type';
import { connectionOf, type ConnectionPage } from '../graphql/connection';
import { MAX_LIST_LENGTH } from '../graphql/limits/operation-cost';
import { DateTime, Float, ID } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import { UserError } from '../graphql/user-error.type';
import { Shipment } from '../logistics/shipment.type';
import { Order } from '../orders/order.type';
import { Product } from '../catalog/product.type';
import {
  ANSWER_OUTCOMES,
  SOURCE_KINDS,
  type AnswerCard,
  type AnswerContent,
  type AnswerOutcome,
  type SourceKind,
} from './answers/answer';
import { ENTITY_KINDS, type EntityKind } from './understanding/entities';
import type { OfferedRequest, OrderRequestRecord } from './requests/order-request';
import {
  CONVERSATION_STATUSES,
  MESSAGE_AUTHORS,
  type ConversationRecord,
  type ConversationStatus,
  type MessageAuthor,
  type MessageRecord,
} from './conversation';

/** Number of messages that the cost of a query assumes. */
export const LISTED_MESSAGES = 40;
const MAX_CHOICES = 8;
/** An order and its parcels; most orders have one parcel. */
export const LISTED_CARDS = 3;
export const LISTED_SOURCES = 20;

export const ConversationStatusEnum = enumType(
  'ConversationStatus',
  CONVERSATION_STATUSES,
  'Who answers a conversation.',
  {
    AUTOMATIC: 'Freshet answers.',
    WAITING: 'It was handed off, and waits for a person. Freshet does not answer any more.',
    WITH_OPERATOR: 'A person answers.',
    CLOSED: 'It is closed: no message can be added.',
  },
);

const MessageAuthorEnum = enumType('MessageAuthor', MESSAGE_AUTHORS, 'Who has written a message.', {
  CUSTOMER: 'The customer.',
  AUTOMATIC: 'Freshet.',
  OPERATOR: 'A person of the shop.',
});

const AnswerOutcomeEnum = enumType('AnswerOutcome', ANSWER_OUTCOMES, 'What an automatic answer does.', {
  ANSWERED: 'It answers from the facts of the shop.',
  ASKED_BACK: 'It asks the customer to choose.',
  NOT_FOUND: 'The customer has no such order.',
  SIGN_IN_NEEDED: 'It asks the customer to sign in, before it says anything about an order.',
  NOT_UNDERSTOOD: 'It has no answer, and offers a person.',
  HANDED_OFF: 'It passes the customer on to a person.',
});

const SourceKindEnum = enumType('AnswerSourceKind', SOURCE_KINDS, 'Where a value of an answer comes from.', {
  ORDER: 'A field of an order.',
  ORDER_REQUEST: 'A field of a request about an order.',
  SHIPMENT: 'A field of a shipment.',
  ESTIMATE: 'The estimate of when a shipment arrives.',
  PRODUCT: 'A field of a product.',
  ARTICLE: 'A passage of an article.',
  SETTING: 'A setting of the shop.',
  CUSTOMER_TEXT: "What the customer has written, or the number of the customer's orders.",
});

@Scoped('STOREFRONT')
@ObjectType('AnswerSource', { simpleResolvers: true, description: 'Where a value of an automatic answer comes from.' })
export class AnswerSourceObject {
  @Field(() => SourceKindEnum, { description: 'What kind of object it is from.' })
  kind!: SourceKind;

  @Field(() => ID, { description: 'The id of the object, or the name of the setting.' })
  objectId!: string;

  @Field(() => String, { description: 'The field of the object.' })
  field!: string;

  @Field(() => String, { description: 'The value of the field when the answer was given.' })
  value!: string;

  @Field(() => String, { description: 'The value as the answer words it.' })
  text!: string;
}

@Scoped('STOREFRONT')
@ObjectType('QuotedArticle', { simpleResolvers: true, description: 'An article that an automatic answer quotes.' })
class QuotedArticle {
  @Field(() => ID, { description: 'The id of the article.' })
  articleId!: string;

  @Field(() => String, { description: 'The title when the answer was given.' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'The page of the article.' })
  url!: string | null;
}

@Scoped('STOREFRONT')
@ObjectType('AnswerChoice', {
  simpleResolvers: true,
  description: 'A reply that the customer can choose instead of writing.',
})
class AnswerChoiceObject {
  @Field(() => ID, { description: 'For `askSupport`.' })
  id!: string;

  @Field(() => String, { description: 'The text of the button.' })
  text!: string;

  @Field(() => ID, { nullable: true, description: 'The order that it chooses.' })
  orderId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The product that it chooses.' })
  productId!: string | null;
}

export const AnswerCardUnion = createUnionType({
  name: 'AnswerCard',
  description: 'An object that is shown with an answer, as it is now.',
  types: () => [Order, Shipment, Product] as const,
  resolveType: (value: object) => ('trackingNumber' in value ? Shipment : 'placedAt' in value ? Order : Product),
});

@Scoped('OPERATOR')
@ObjectType('IntentCandidate', { simpleResolvers: true, description: 'An intent that a message may have.' })
class IntentCandidate {
  @Field(() => String, { description: 'The intent.' })
  intent!: string;

  @Field(() => Float, { description: 'The probability that it is the right one, 0 to 1.' })
  confidence!: number;
}

const EntityKindEnum = enumType('MessageEntityKind', ENTITY_KINDS, 'What a part of a message is.', {
  NUMBER: 'A number of an order or a parcel.',
  DATE: 'A day.',
  AMOUNT: 'An amount of money.',
  EMAIL: 'An e-mail address.',
});

@Scoped('OPERATOR')
@ObjectType('MessageEntity', { simpleResolvers: true, description: 'A part of a message that names something.' })
export class MessageEntity {
  @Field(() => EntityKindEnum, { description: 'What it is.' })
  kind!: EntityKind;

  @Field(() => String, { description: 'As the customer has written it, with plain digits.' })
  text!: string;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true, description: 'One message of a conversation.' })
export class ConversationMessage {
  @Field(() => ID, { description: '`<conversation>:<number>`, unique among all messages.' })
  id!: string;

  @Field(() => ID, { nullable: true, description: 'The id that the client has given it; null for automatic messages.' })
  messageId!: string | null;

  @Field(() => MessageAuthorEnum, { description: 'Who has written it.' })
  author!: MessageAuthor;

  @Field(() => String, { nullable: true, description: 'The name of the person of the shop, if one has written it.' })
  operatorName!: string | null;

  @Field(() => String, { description: 'The text: plain text, with line breaks.' })
  text!: string;

  @Field(() => DateTime, { description: 'When it was stored.' })
  sentAt!: Date;

  @Field(() => ID, { nullable: true, description: 'Of an automatic message: the id of the message that it answers.' })
  answerTo!: string | null;

  @Field(() => Boolean, { description: 'Whether it is about to be answered automatically.' })
  awaitsAnswer!: boolean;

  @Field(() => AnswerOutcomeEnum, { nullable: true, description: 'Of an automatic message: what it does.' })
  outcome!: AnswerOutcome | null;

  @Extensions({ [MAX_LIST_LENGTH]: MAX_CHOICES })
  @Field(() => [AnswerChoiceObject], { description: 'The replies that an automatic message offers.' })
  choices!: readonly AnswerChoiceObject[];

  /** See the resolver: an operator does not see all of them as they are. */
  sources!: readonly AnswerSourceObject[];

  @Extensions({ [MAX_LIST_LENGTH]: 1 })
  @Field(() => [QuotedArticle], { description: 'The article that an automatic message quotes.' })
  quotes!: readonly QuotedArticle[];

  @Field(() => Boolean, {
    description: "Whether an automatic message asks for the customer's e-mail address: see `setSupportReplyAddress`.",
  })
  asksReplyAddress!: boolean;

  @Field(() => Boolean, { nullable: true, description: 'Whether the customer found it helpful; null if not rated.' })
  helpful!: boolean | null;

  @Scoped('OPERATOR')
  @Field(() => String, {
    nullable: true,
    description: 'The intent of a message of the customer; null if it is unknown.',
  })
  intent!: string | null;

  @Scoped('OPERATOR')
  @Field(() => Float, {
    nullable: true,
    description: 'The probability of the best intent, 0 to 1; null after a choice.',
  })
  confidence!: number | null;

  @Scoped('OPERATOR')
  @Extensions({ [MAX_LIST_LENGTH]: 3 })
  @Field(() => [IntentCandidate], {
    description: 'The best intents of a message of the customer, most probable first.',
  })
  candidates!: readonly IntentCandidate[];

  /** What its cards show. It is not a field of the schema. */
  cardRefs!: readonly AnswerCard[];

  /** Its buttons, and the language of their texts. They are not fields of the schema. */
  actionRefs!: readonly OfferedRequest[];
  actionLanguage!: AnswerContent['language'];

  /** The requests of the conversation, if they were read with it. It is not a field of the schema. */
  knownRequests?: readonly OrderRequestRecord[];
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true, description: 'A conversation of a customer or visitor with the shop.' })
export class Conversation {
  @Field(() => ID, { description: 'Assigned by Freshet.' })
  id!: string;

  @Field(() => ConversationStatusEnum, { description: 'Who answers it.' })
  status!: ConversationStatus;

  @Field(() => String, { nullable: true, description: 'The name of the person who answers it, or who has closed it.' })
  operatorName!: string | null;

  @Field(() => String, { nullable: true, description: 'BCP 47, as the client has stated it.' })
  language!: string | null;

  @Field(() => DateTime, { description: 'When it was started.' })
  startedAt!: Date;

  @Field(() => DateTime, { description: 'When it last changed.' })
  updatedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was last handed off to a person.' })
  handedOffAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was closed.' })
  closedAt!: Date | null;

  @Field(() => Int, { description: 'Number of messages.' })
  messageCount!: number;

  @Field(() => Boolean, { description: 'Whether the customer has given an e-mail address for the reply.' })
  hasReplyAddress!: boolean;

  @Scoped('OPERATOR')
  @Field(() => String, {
    nullable: true,
    description: 'The e-mail address to which the customer wants a person to reply, too; null if there is none.',
  })
  replyAddress!: string | null;

  @Scoped('OPERATOR')
  @Field(() => ID, { nullable: true, description: 'The customer; null for a visitor who has not signed in.' })
  customerId!: string | null;

  @Field(() => String, { description: 'Grows with each change.' })
  revision!: string;

  @Field(() => DateTime, { description: 'When it was so.' })
  asOf!: Date;

  /** Its messages, if they were read with it. It is not a field of the schema. */
  readMessages?: readonly ConversationMessage[];

  /** What it was read from. It is not a field of the schema. */
  record!: ConversationRecord;

  /** What {@link readMessages} was read from. It is not a field of the schema. */
  messageRecords?: readonly MessageRecord[];
}

export const ConversationConnection = connectionOf(Conversation, 'Conversation', 'OPERATOR');
export type ConversationConnection = ConnectionPage<Conversation>;

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
class ConversationPayload {
  @Field(() => Conversation, { nullable: true, description: 'As the mutation left it; null if it was refused.' })
  conversation!: Conversation | null;

  @Field(() => ID, { nullable: true, description: 'For `awaitReceipt`; null if the mutation was refused.' })
  receipt!: string | null;

  @Field(() => [UserError], { description: 'Why the mutation was refused.' })
  userErrors!: readonly UserError[];
}

@ObjectType()
export class StartConversationPayload extends ConversationPayload {}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class AskSupportPayload extends ConversationPayload {
  @Field(() => ConversationMessage, { nullable: true, description: 'The stored message.' })
  message!: ConversationMessage | null;

  @Field(() => ConversationMessage, {
    nullable: true,
    description: 'The automatic answer. Null if a person answers, or if the answer follows later.',
  })
  answer!: ConversationMessage | null;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class RequestSupportActionPayload extends ConversationPayload {
  @Field(() => ConversationMessage, {
    nullable: true,
    description: 'The automatic message that says what was requested.',
  })
  message!: ConversationMessage | null;
}

@ObjectType()
export class HandOffConversationPayload extends ConversationPayload {}

@ObjectType()
export class SetSupportReplyAddressPayload extends ConversationPayload {}

@ObjectType()
export class RateAnswerPayload extends ConversationPayload {}

@Scoped('OPERATOR')
@ObjectType({ simpleResolvers: true })
export class ReplyToConversationPayload extends ConversationPayload {
  @Field(() => ConversationMessage, { nullable: true, description: 'The stored reply.' })
  message!: ConversationMessage | null;
}

@ObjectType()
export class TakeOverConversationPayload extends ConversationPayload {}

@ObjectType()
export class CorrectIntentPayload extends ConversationPayload {}

@ObjectType()
export class CloseConversationPayload extends ConversationPayload {}

@ObjectType()
export class CloseSupportReviewPayload extends ConversationPayload {}
