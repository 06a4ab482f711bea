import { Arg, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { requireViewer } from '../auth/identity';
import type { Receipts } from '../events/receipts';
import { checkFirst, encodeCursor, First, pageOf, timeCursor } from '../graphql/connection';
import type { Context, Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { MAX_LIST_LENGTH, WORK, WORK_BY } from '../graphql/limits/operation-cost';
import { visitOf } from '../graphql/limits/rate-limit';
import type { ObjectFeed } from '../graphql/object-feed';
import { ID } from '../graphql/scalars';
import { FOR_GUESTS, FOR_OPERATORS, Scoped } from '../graphql/scope';
import { NO_TOPIC, SubscribedBy } from '../graphql/subscribed-by';
import { LANGUAGE_FORM, readLanguage } from '../platform/codes';
import { compositeKey } from '../platform/composite-key';
import { isUuid } from '../platform/uuid';
import type { ShipmentReader } from '../logistics/shipment-reader.service';
import type { Shipment } from '../logistics/shipment.type';
import type { OrderReader } from '../orders/order-reader.service';
import type { Order } from '../orders/order.type';
import type { Product } from '../catalog/product.type';
import type { ProductsReadModel } from '../catalog/products.read-model';
import type { AnswerCard } from './answers/answer';
import type { ConversationSort, ConversationStatus } from './conversation';
import {
  AskSupportInput,
  ConversationIdInput,
  ConversationSortEnum,
  CorrectIntentInput,
  RateAnswerInput,
  ReplyToConversationInput,
  SetSupportReplyAddressInput,
  StartConversationInput,
  TakeOverConversationInput,
} from './conversation-input.type';
import type { ConversationReader } from './conversation-reader.service';
import type { ConversationService } from './conversation.service';
import type { ConversationChange } from './conversation-writer.service';
import {
  AnswerCardUnion,
  AnswerSourceObject,
  AskSupportPayload,
  CloseConversationPayload,
  Conversation,
  ConversationConnection,
  ConversationMessage,
  ConversationStatusEnum,
  CorrectIntentPayload,
  HandOffConversationPayload,
  LISTED_CARDS,
  LISTED_MESSAGES,
  LISTED_SOURCES,
  MessageEntity,
  RateAnswerPayload,
  ReplyToConversationPayload,
  SetSupportReplyAddressPayload,
  StartConversationPayload,
  TakeOverConversationPayload,
} from './conversation.type';
import { type Followers, MAX_FOLLOWERS } from './followers';
import { entitiesOf } from './understanding/entities';
import type { OperatorService } from './operator.service';
import { parseChoiceId, parseMessageId, viewOfConversation, viewOfMessage } from './conversation-view';

/** Rate-limit cost of reading a conversation. Answering a plain GraphQL field costs 1. */
const CONVERSATION_WORK = 250;
/** Cost of reading each further part of it, or each conversation of a list. */
const READ_WORK = 20;
const ENTITY_WORK = 2;
const WRITE_WORK = 600;
/** Rate-limit cost of an answer: it may read orders, parcels, estimates and articles, and search products twice. */
const ANSWER_WORK = 4_000;
/** The names of the cursors. A cursor of one order is none of the other. */
const CURSORS = { UPDATED_DESC: 'conversations', WAITING_LONGEST: 'waiting conversations' } as const;
const AWAIT_RECEIPT = 'The receipt of a mutation: waits, up to 3 s, until it is applied.';

export interface ConversationResolverOptions {
  readonly reader: ConversationReader;
  readonly service: ConversationService;
  readonly operators: OperatorService;
  readonly feed: ObjectFeed<Conversation, Viewer>;
  readonly followers: Followers;
  readonly receipts: Pick<Receipts, 'waitUntilApplied'>;
}

@Resolver(() => Conversation)
export class ConversationResolver {
  constructor(private readonly options: ConversationResolverOptions) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: CONVERSATION_WORK, [FOR_OPERATORS]: true })
  @Query(() => Conversation, {
    nullable: true,
    description: 'With a storefront key: one that its token may open. Else NOT_FOUND.',
  })
  async conversation(
    @Ctx() context: Context,
    @Arg('id', () => ID, { description: 'The id of the conversation.' }) id: string,
    @Arg('awaitReceipt', () => ID, { nullable: true, description: AWAIT_RECEIPT }) awaitReceipt?: string | null,
  ): Promise<Conversation> {
    const { reader, receipts } = this.options;
    if (awaitReceipt != null) await receipts.waitUntilApplied(awaitReceipt);
    return reader.find(id, requireViewer(context));
  }

  @Scoped('OPERATOR')
  @Extensions({ [WORK]: READ_WORK, [WORK_BY]: 'first' })
  @Query(() => ConversationConnection, {
    nullable: true,
    name: 'conversations',
    description: 'By default, those that changed last first.',
  })
  async list(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the last one of the page before.' })
    after?: string | null,
    @Arg('status', () => [ConversationStatusEnum], { nullable: true, description: 'Any of these.' })
    statuses?: ConversationStatus[] | null,
    @Arg('awaitReceipt', () => ID, { nullable: true, description: AWAIT_RECEIPT }) awaitReceipt?: string | null,
    @Arg('sort', () => ConversationSortEnum, {
      nullable: true,
      defaultValue: 'UPDATED_DESC',
      description: 'The order. With WAITING_LONGEST, `status` must be null or [WAITING].',
    })
    requestedSort?: ConversationSort | null,
  ): Promise<ConversationConnection> {
    const { reader, receipts } = this.options;
    const sort = requestedSort ?? 'UPDATED_DESC';
    if (sort === 'WAITING_LONGEST' && (statuses ?? ['WAITING']).join() !== 'WAITING')
      throw new ApiError('BAD_USER_INPUT', 'status must be null or [WAITING] with the sort WAITING_LONGEST.');
    const cursor = timeCursor(CURSORS[sort], after, 1, isUuid);
    const count = checkFirst(first);
    if (awaitReceipt != null) await receipts.waitUntilApplied(awaitReceipt);
    const page = await reader.page(sort, statuses ?? null, cursor, count + 1);
    return pageOf(page, count, cursor !== undefined, ({ updatedAt, handedOffAt, id }) =>
      encodeCursor(CURSORS[sort], [(sort === 'WAITING_LONGEST' ? handedOffAt! : updatedAt).getTime(), id]),
    );
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: READ_WORK, [MAX_LIST_LENGTH]: LISTED_MESSAGES })
  @FieldResolver(() => [ConversationMessage], { description: 'All messages, the oldest first: up to 300.' })
  messages(
    @Ctx() context: Context,
    @Root() { id, readMessages }: Conversation,
  ): Promise<readonly ConversationMessage[]> | readonly ConversationMessage[] {
    return readMessages ?? this.options.reader.messagesOf(id, requireViewer(context));
  }

  @Scoped('OPERATOR')
  @FieldResolver(() => Boolean, { description: 'Whether the key of this request answers it.' })
  isMine(@Ctx() context: Context, @Root() { record }: Conversation): boolean {
    return record.operatorId !== null && record.operatorId === context.viewer?.keyId;
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: WRITE_WORK, [FOR_GUESTS]: true })
  @Mutation(() => StartConversationPayload, {
    nullable: true,
    description: 'Starts a conversation of the customer, session or guest of the token.',
  })
  async startConversation(
    @Ctx() context: Context,
    @Arg('input', () => StartConversationInput, { description: 'The owner and the language.' })
    input: StartConversationInput,
  ): Promise<StartConversationPayload> {
    const language = input.language == null ? null : readLanguage(input.language);
    if (language === undefined) return refusedInput('language', `language must be ${LANGUAGE_FORM}.`);
    const started = await this.options.service.start({ ...input, language }, requireViewer(context), context.address);
    return this.payload(started);
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: ANSWER_WORK, [FOR_GUESTS]: true })
  @Mutation(() => AskSupportPayload, {
    nullable: true,
    description:
      'Stores a message of the customer, and answers it unless a person answers the conversation. The message is durable even if the answer follows later.',
  })
  async askSupport(
    @Ctx() context: Context,
    @Arg('input', () => AskSupportInput, { description: 'The message.' })
    { choiceId, ...input }: AskSupportInput,
  ): Promise<AskSupportPayload> {
    const choice = choiceId == null ? null : parseChoiceId(input.conversationId, choiceId);
    if (choice === undefined)
      return {
        ...refusedInput('choiceId', 'There is no such choice in this conversation.'),
        message: null,
        answer: null,
      };
    const { answer, ...change } = await this.options.service.ask(
      { ...input, choice },
      requireViewer(context),
      context.address,
    );
    return {
      ...this.payload(change),
      message: change.message && viewOfMessage(input.conversationId, change.message),
      answer: answer && viewOfMessage(input.conversationId, answer),
    };
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: WRITE_WORK, [FOR_GUESTS]: true, [FOR_OPERATORS]: true })
  @Mutation(() => HandOffConversationPayload, {
    nullable: true,
    description:
      'Passes a conversation on to a person. Freshet does not answer in it any more. With the key of an operator who answers it: passes it on to another person.',
  })
  async handOffConversation(
    @Ctx() context: Context,
    @Arg('input', () => ConversationIdInput, { description: 'The conversation.' })
    { conversationId }: ConversationIdInput,
  ): Promise<HandOffConversationPayload> {
    return this.payload(await this.options.service.handOff(conversationId, requireViewer(context)));
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: WRITE_WORK, [FOR_GUESTS]: true })
  @Mutation(() => SetSupportReplyAddressPayload, {
    nullable: true,
    description:
      'Stores the e-mail address to which a person of the shop replies, too, or removes it. Only operators read it.',
  })
  async setSupportReplyAddress(
    @Ctx() context: Context,
    @Arg('input', () => SetSupportReplyAddressInput, { description: 'The conversation and the address.' })
    { conversationId, email }: SetSupportReplyAddressInput,
  ): Promise<SetSupportReplyAddressPayload> {
    if (email === undefined) return refusedInput('email', 'email must be an e-mail address, or null to remove it.');
    const { service } = this.options;
    return this.payload(await service.setReplyAddress(conversationId, email, requireViewer(context), context.address));
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: WRITE_WORK, [FOR_GUESTS]: true })
  @Mutation(() => RateAnswerPayload, {
    nullable: true,
    description: 'Stores whether an automatic answer has helped the customer. A later rating replaces it.',
  })
  async rateAnswer(
    @Ctx() context: Context,
    @Arg('input', () => RateAnswerInput, { description: 'The answer and the rating.' })
    { answerId, helpful }: RateAnswerInput,
  ): Promise<RateAnswerPayload> {
    const message = parseMessageId(answerId);
    if (message === undefined) return refusedInput('answerId', 'There is no such automatic answer.');
    const { conversationId, ordinal } = message;
    return this.payload(
      await this.options.service.rate(conversationId, ordinal, helpful, requireViewer(context), context.address),
    );
  }

  @Scoped('OPERATOR')
  @Extensions({ [WORK]: WRITE_WORK })
  @Mutation(() => ReplyToConversationPayload, {
    nullable: true,
    description:
      'Stores the reply of a person, who takes the conversation over. CONFLICT if another person answers it.',
  })
  async replyToConversation(
    @Ctx() context: Context,
    @Arg('input', () => ReplyToConversationInput, { description: 'The reply.' }) input: ReplyToConversationInput,
  ): Promise<ReplyToConversationPayload> {
    const change = await this.options.operators.reply(input, requireViewer(context));
    return { ...this.payload(change), message: change.message && viewOfMessage(input.conversationId, change.message) };
  }

  @Scoped('OPERATOR')
  @Extensions({ [WORK]: WRITE_WORK })
  @Mutation(() => TakeOverConversationPayload, {
    nullable: true,
    description: 'The key that sends this answers the conversation from now on. Other operators can read it.',
  })
  async takeOverConversation(
    @Ctx() context: Context,
    @Arg('input', () => TakeOverConversationInput, { description: 'The conversation.' })
    { conversationId, force }: TakeOverConversationInput,
  ): Promise<TakeOverConversationPayload> {
    return this.payload(await this.options.operators.takeOver(conversationId, force, requireViewer(context)));
  }

  @Scoped('OPERATOR')
  @Extensions({ [WORK]: WRITE_WORK })
  @Mutation(() => CloseConversationPayload, {
    nullable: true,
    description: 'Closes a conversation: no message can be added. The customer can start another one.',
  })
  async closeConversation(
    @Ctx() context: Context,
    @Arg('input', () => ConversationIdInput, { description: 'The conversation.' })
    { conversationId }: ConversationIdInput,
  ): Promise<CloseConversationPayload> {
    return this.payload(await this.options.operators.close(conversationId, requireViewer(context)));
  }

  @Scoped('OPERATOR')
  @Extensions({ [WORK]: WRITE_WORK })
  @Mutation(() => CorrectIntentPayload, {
    nullable: true,
    description:
      'Stores the right intent of a message. A message of up to 500 characters becomes an example, from which the next version of the model learns.',
  })
  async correctIntent(
    @Ctx() context: Context,
    @Arg('input', () => CorrectIntentInput, { description: 'The message and its intent.' })
    { messageId, intent }: CorrectIntentInput,
  ): Promise<CorrectIntentPayload> {
    const message = parseMessageId(messageId);
    if (message === undefined) return refusedInput('messageId', 'There is no such message.');
    const { conversationId, ordinal } = message;
    const { operators } = this.options;
    return this.payload(await operators.correctIntent(conversationId, ordinal, intent, requireViewer(context)));
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: READ_WORK, [FOR_OPERATORS]: true })
  @SubscribedBy('open')
  @Subscription(() => Conversation, {
    ...NO_TOPIC,
    nullable: true,
    description: `The whole conversation first, then its new state whenever it has changed, with the messages that are new or have changed. A visit may follow a conversation ${MAX_FOLLOWERS} times at once.`,
  })
  conversationUpdated(
    @Root() conversation: Conversation,
    @Arg('id', () => ID, { description: 'The id of the conversation.' }) _id: string,
  ): Conversation {
    return conversation;
  }

  async open({ id }: { id: string }, context: Context): Promise<AsyncIterable<Conversation>> {
    const { feed, followers } = this.options;
    const viewer = requireViewer(context);
    const leave = viewer.scope === 'STOREFRONT' ? followers.enter(compositeKey(visitOf(viewer), id)) : undefined;
    if (leave !== undefined && context.signal.aborted) leave();
    else if (leave !== undefined) context.signal.addEventListener('abort', leave, { once: true });
    return feed.open(id, viewer, context.turns);
  }

  private payload({ conversation, receipt, userErrors }: ConversationChange) {
    return { conversation: conversation && viewOfConversation(conversation, new Date()), receipt, userErrors };
  }
}

/** The field of a payment of an order: `payments.ID.FIELD`. */
const PAYMENT_FIELD = /^payments\..+\.(\w+)$/s;

function refusedInput(field: string, message: string) {
  const code = 'BAD_USER_INPUT' as const;
  return { conversation: null, receipt: null, userErrors: [{ field: ['input', field], message, code }] };
}

@Resolver(() => ConversationMessage)
export class ConversationMessageResolver {
  constructor(
    private readonly orders: Pick<OrderReader, 'find'>,
    private readonly shipments: Pick<ShipmentReader, 'find'>,
    private readonly products: Pick<ProductsReadModel, 'getPublished'>,
  ) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: READ_WORK * LISTED_CARDS, [MAX_LIST_LENGTH]: LISTED_CARDS })
  @FieldResolver(() => [AnswerCardUnion], {
    description:
      'What an automatic message is about, as it is now, without what the viewer may not see any more. Only the newest five answers have cards.',
  })
  async cards(
    @Ctx() context: Context,
    @Root() { cardRefs }: ConversationMessage,
  ): Promise<(Order | Shipment | Product)[]> {
    const viewer = requireViewer(context);
    const found = await Promise.all(cardRefs.map((card) => this.find(card, viewer)));
    return found.filter((card) => card !== null);
  }

  @Scoped('OPERATOR')
  @Extensions({ [WORK]: ENTITY_WORK, [MAX_LIST_LENGTH]: 3 })
  @FieldResolver(() => [MessageEntity], { description: 'What a message of the customer names.' })
  entities(@Root() { author, text }: ConversationMessage): readonly MessageEntity[] {
    return author === 'CUSTOMER' ? entitiesOf(text) : [];
  }

  @Scoped('STOREFRONT')
  @Extensions({ [MAX_LIST_LENGTH]: LISTED_SOURCES })
  @FieldResolver(() => [AnswerSourceObject], {
    description:
      'Where each value of an automatic message comes from. With the key of an operator: without the ids of payments.',
  })
  sources(@Ctx() { viewer }: Context, @Root() { sources }: ConversationMessage): readonly AnswerSourceObject[] {
    if (viewer?.scope !== 'OPERATOR') return sources;
    return sources.map((source) => ({ ...source, field: source.field.replace(PAYMENT_FIELD, 'payments.$1') }));
  }

  private async find({ kind, id }: AnswerCard, viewer: Viewer): Promise<Order | Shipment | Product | null> {
    if (kind === 'PRODUCT') return this.products.getPublished(id) ?? null;
    const reading: Promise<Order | Shipment> =
      kind === 'ORDER' ? this.orders.find(id, viewer) : this.shipments.find(id, viewer);
    return reading.catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 'NOT_FOUND') return null;
      throw error;
    });
  }
}
