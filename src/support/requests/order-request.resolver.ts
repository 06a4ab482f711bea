import { Arg, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { requireViewer } from '../../auth/identity';
import type { Receipts } from '../../events/receipts';
import { checkFirst, encodeCursor, First, pageOf, timeCursor } from '../../graphql/connection';
import type { Context } from '../../graphql/context';
import { MAX_LIST_LENGTH, WORK, WORK_BY } from '../../graphql/limits/operation-cost';
import { ID } from '../../graphql/scalars';
import { FOR_GUESTS, Scoped } from '../../graphql/scope';
import { isUuid } from '../../platform/uuid';
import { REQUEST_WORDS } from '../answers/words';
import { ConversationMessage, RequestSupportActionPayload } from '../conversation.type';
import { viewOfConversation, viewOfMessage } from '../conversation-view';
import { OFFER_MS, type OrderRequestState } from './order-request';
import type { OrderRequestReader } from './order-request-reader.service';
import type { OrderRequestService } from './order-request.service';
import {
  OrderRequestObject,
  OrderRequestConnection,
  OrderRequestStateEnum,
  RequestSupportActionInput,
  ResolveOrderRequestInput,
  ResolveOrderRequestPayload,
  SupportAction,
} from './order-request.type';

const READ_WORK = 20;
const WRITE_WORK = 1_800;
const CURSOR = 'orderRequests';

@Resolver(() => OrderRequestObject)
export class OrderRequestResolver {
  constructor(
    private readonly reader: OrderRequestReader,
    private readonly service: OrderRequestService,
    private readonly receipts: Pick<Receipts, 'waitUntilApplied'>,
  ) {}

  @Scoped('SERVER')
  @Extensions({ [WORK]: READ_WORK })
  @Query(() => OrderRequestObject, { nullable: true, description: 'A request of a customer about an order.' })
  orderRequest(
    @Arg('id', () => ID, { description: 'The id of the request.' }) id: string,
  ): Promise<OrderRequestObject> {
    return this.reader.find(id);
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: READ_WORK, [WORK_BY]: 'first' })
  @Query(() => OrderRequestConnection, {
    nullable: true,
    description: 'Requests of customers about orders, the newest first.',
  })
  async orderRequests(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the last one of the page before.' })
    after?: string | null,
    @Arg('state', () => [OrderRequestStateEnum], { nullable: true, description: 'Any of these.' })
    states?: OrderRequestState[] | null,
    @Arg('awaitReceipt', () => ID, {
      nullable: true,
      description: 'The receipt of a mutation: waits, up to 3 s, until it is applied.',
    })
    awaitReceipt?: string | null,
  ): Promise<OrderRequestConnection> {
    const cursor = timeCursor(CURSOR, after, 1, isUuid);
    const count = checkFirst(first);
    if (awaitReceipt != null) await this.receipts.waitUntilApplied(awaitReceipt);
    const page = await this.reader.page(states ?? null, cursor, count + 1);
    return pageOf(page, count, cursor !== undefined, ({ requestedAt, id }) =>
      encodeCursor(CURSOR, [requestedAt.getTime(), id]),
    );
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: WRITE_WORK, [FOR_GUESTS]: true })
  @Mutation(() => RequestSupportActionPayload, {
    nullable: true,
    description:
      'Sends the request of a button to the shop. The same button again changes nothing. The request is REQUESTED until the shop decides. CONFLICT if the state of the order does not allow it, or if the shop has not resolved an earlier request of the kind.',
  })
  async requestSupportAction(
    @Ctx() context: Context,
    @Arg('input', () => RequestSupportActionInput, { description: 'The button, and what the customer adds.' })
    { conversationId, actionId, ...details }: RequestSupportActionInput,
  ): Promise<RequestSupportActionPayload> {
    const { conversation, message, receipt, userErrors } = await this.service.request(
      conversationId,
      actionId,
      details,
      requireViewer(context),
      context.address,
    );
    return {
      conversation: conversation && viewOfConversation(conversation, new Date()),
      message: message && viewOfMessage(conversationId, message),
      receipt,
      userErrors,
    };
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: WRITE_WORK })
  @Mutation(() => ResolveOrderRequestPayload, {
    nullable: true,
    description:
      'Stores what the shop has decided about a request, and writes it into the conversation. CONFLICT if it has decided otherwise before.',
  })
  resolveOrderRequest(
    @Arg('input', () => ResolveOrderRequestInput, { description: 'The decision.' })
    { requestId, outcome, note }: ResolveOrderRequestInput,
  ): Promise<ResolveOrderRequestPayload> {
    return this.service.resolve(requestId, outcome, note ?? null);
  }
}

@Resolver(() => ConversationMessage)
export class SupportActionResolver {
  constructor(private readonly reader: Pick<OrderRequestReader, 'findAll'>) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: READ_WORK, [MAX_LIST_LENGTH]: 1 })
  @FieldResolver(() => [SupportAction], {
    description: 'The buttons of an automatic message that request something from the shop.',
  })
  async actions(
    @Root() { actionRefs, sentAt, actionLanguage, knownRequests }: ConversationMessage,
  ): Promise<readonly SupportAction[]> {
    if (actionRefs.length === 0) return [];
    const requests = knownRequests ?? (await this.reader.findAll(actionRefs.map(({ id }) => id)));
    const unpressed = Date.now() - sentAt.getTime() > OFFER_MS ? 'EXPIRED' : 'OFFERED';
    return actionRefs.map(({ id, kind, orderId, text }) => {
      const request = requests.find((each) => each.id === id);
      const words = REQUEST_WORDS[actionLanguage][kind];
      const label = actionRefs.length === 1 ? words : `${words} (${orderId})`;
      return {
        ...{ id, kind, orderId, label, text: request?.text ?? text },
        ...{ lines: request?.lines ?? [], problem: request?.problem ?? null, pictures: request?.pictures ?? [] },
        ...{ state: request?.state ?? unpressed, note: request?.note ?? null },
      };
    });
  }
}
