import type { Viewer } from '../../graphql/context';
import type { Logger } from '../../platform/log';
import type { Pool, PoolClient } from '../../platform/postgres';
import { isUuid } from '../../platform/uuid';
import { subjectOfOrder } from '../../events/log-event';
import type { StorageAllowance } from '../../events/storage-allowance.service';
import { storageSenderOf, storedBytes } from '../../events/storage-sender';
import { lockOrders } from '../../orders/order-locks.store';
import { maySeeOrder } from '../../orders/order-reader.service';
import { isOpen } from '../../orders/life-cycle';
import type { OrderRecord } from '../../orders/order-record';
import { readOrders } from '../../orders/order.store';
import { nextRevision, queueContentDeliveries } from '../../webhooks/delivery.store';
import { statedLanguage } from '../language/text-language';
import { answerText } from '../answers/answer-text';
import { MAX_MESSAGES, type ConversationRecord, type MessageRecord } from '../conversation';
import { ownerAsViewer } from '../conversation-access';
import { lockConversation, readMessages } from '../conversation.store';
import {
  refusal,
  refused,
  requireNotErased,
  RESERVED_REPLIES,
  TOO_LONG,
  unchanged,
  type ConversationChange,
  type ConversationWriter,
} from '../conversation-writer.service';
import { chargeMessage, type MessageLimits } from '../message-limits';
import { maskedText } from '../../logistics/masked-text.store';
import { supportEvent } from '../support-event';
import { OF_A_CHANGE } from '../conversation.service';
import type { OrderRequestReader } from './order-request-reader.service';
import { OFFER_MS, type OfferedRequest, type OrderRequestOutcome, type OrderRequestRecord } from './order-request';
import {
  findOpenRequest,
  findOrderRequest,
  insertOrderRequest,
  readSettledRequests,
  resolveOrderRequest,
} from './order-request.store';
import { requestNotice } from './request-answer';
import {
  faultOfDetails,
  faultOfNote,
  pictureUrl,
  requestedUnits,
  type DetailFault,
  type RequestDetails,
} from './request-details';

/** Number of requests that one sweep resolves at most. */
const MAX_SETTLED = 100;

export interface OrderRequestServiceOptions {
  readonly writer: ConversationWriter;
  readonly pool: Pool;
  readonly requests: Pick<OrderRequestReader, 'areOffered'>;
  readonly limits: Pick<MessageLimits, 'charge'>;
  readonly storage: Pick<StorageAllowance, 'charge'>;
  readonly log: Logger;
}

/** What `resolveOrderRequest` has done. */
export interface ResolvedRequest {
  /** Null if it was refused. */
  readonly request: OrderRequestRecord | null;
  readonly receipt: string | null;
  readonly userErrors: ConversationChange['userErrors'];
}

/**
 * Sends what customers request about their orders to the back end of the shop. A request, its message, its event and its
 * deliveries to webhooks are one transaction, which locks the order: there is at most one unresolved request of a kind
 * about an order, and none is made about an order whose state does not allow it.
 */
export class OrderRequestService {
  constructor(private readonly options: OrderRequestServiceOptions) {}

  /** Requests what a button offers. The same button again changes nothing. */
  async request(
    conversationId: string,
    actionId: string,
    details: RequestDetails,
    viewer: Viewer,
    address: string | null,
  ): Promise<ConversationChange> {
    const { writer, pool, requests, storage } = this.options;
    await chargeMessage(this.options, conversationId, viewer, address);
    const offer = (await readMessages(pool, conversationId)).find(
      (message) => offered(message, actionId) !== undefined,
    );
    const action = offer && offered(offer, actionId);
    if (offer === undefined || action === undefined)
      return refused('actionId', 'There is no such button in this conversation.', 'NOT_FOUND');
    const wrong = faultOfDetails(action.kind, details);
    if (wrong !== undefined) return refused(wrong.field, wrong.message, wrong.code);
    // The request, its message, and a delivery to a webhook.
    const stored = { ...action, ...details };
    storage.charge('CONVERSATIONS', storageSenderOf(viewer, address), storedBytes([stored, stored, OF_A_CHANGE]));
    if (!(await requests.areOffered()))
      return refused('actionId', 'The shop takes no requests at the moment.', 'CONFLICT');
    return writer.write(async (client) => {
      await lockOrders(client, { orders: [action.orderId] });
      const conversation = await writer.open(client, conversationId, viewer);
      const known = await findOrderRequest(client, action.id);
      if (known !== undefined) {
        const notice = (await readMessages(client, conversationId)).find(({ ordinal }) => ordinal === known.ordinal);
        return { ...unchanged(conversationId), message: notice ?? null };
      }
      if (conversation.status === 'CLOSED')
        return refusal('conversationId', 'The conversation is closed. Start another one.', 'CONFLICT');
      if (writer.now() - offer.sentAt.getTime() > OFFER_MS)
        return refusal('actionId', 'This button has expired. Ask again.', 'CONFLICT');
      const requested = await this.orderOf(client, action, conversation);
      if ('message' in requested) return refusal(requested.field, requested.message, requested.code);
      const hasUnits = action.kind === 'RETURN' || action.kind === 'PROBLEM';
      const lines = hasUnits ? requestedUnits(details, requested) : [];
      if ('message' in lines) return refusal(lines.field, lines.message, lines.code);
      if (conversation.messageCount >= MAX_MESSAGES - RESERVED_REPLIES)
        return refusal('conversationId', TOO_LONG, 'CONFLICT');
      const request: OrderRequestRecord = {
        ...action,
        text: details.note == null ? action.text : await maskedText(client, conversation, details.note),
        lines,
        problem: details.problem ?? null,
        pictures: (details.pictures ?? []).flatMap((picture) => pictureUrl(picture) ?? []),
        conversationId,
        ordinal: conversation.messageCount + 1,
        state: 'REQUESTED',
        note: null,
        requestedAt: new Date(writer.now()),
        resolvedAt: null,
      };
      const subject = subjectOfOrder(action.orderId);
      const revision = await nextRevision(client, subject);
      await insertOrderRequest(client, request);
      await queueContentDeliveries(client, 'ORDER_REQUESTS', [
        { subject, revision, content: contentOf(request, conversation) },
      ]);
      return this.notify(client, conversation, request, offer.content?.language);
    });
  }

  /** Stores what the shop has decided. The same decision again changes nothing. */
  async resolve(id: string, outcome: OrderRequestOutcome, written: string | null): Promise<ResolvedRequest> {
    const { writer, pool } = this.options;
    const fault = written === null ? undefined : faultOfNote(written);
    if (fault !== undefined) return { request: null, ...refused('note', fault) };
    const found = isUuid(id) ? await findOrderRequest(pool, id) : undefined;
    if (found?.id !== id) return { request: null, ...refused('requestId', 'The request does not exist.', 'NOT_FOUND') };
    const { receipt, userErrors } = await writer.write(async (client) => {
      await lockOrders(client, { orders: [found.orderId] });
      const conversation = await lockConversation(client, found.conversationId);
      const request = await findOrderRequest(client, id);
      // It was erased meanwhile.
      if (conversation === undefined || request === undefined)
        return refusal('requestId', 'The request does not exist.', 'NOT_FOUND');
      const note = written === null ? null : await maskedText(client, conversation, written);
      // The status of the order may have resolved it just before the shop sends its note.
      const isRepeated = request.state === outcome && (request.note === note || note === null);
      if (isRepeated) return unchanged(conversation.id);
      const isOpenYet = request.state === 'REQUESTED' || (request.state === outcome && request.note === null);
      if (!isOpenYet)
        return refusal(
          'requestId',
          `The shop has decided otherwise before: the request is ${request.state}.`,
          'CONFLICT',
        );
      const resolvedAt = request.resolvedAt ?? new Date(writer.now());
      await resolveOrderRequest(client, id, outcome, note, resolvedAt);
      const notified = await this.notify(client, conversation, { ...request, state: outcome, note, resolvedAt });
      // A note that follows the decision is no second decision: it is not logged.
      return request.state === 'REQUESTED' ? notified : { ...notified, events: [] };
    });
    return { request: receipt === null ? null : ((await findOrderRequest(pool, id)) ?? null), receipt, userErrors };
  }

  /**
   * Resolves the requests that the shop has resolved by their orders.
   * @returns how many
   */
  async settle(): Promise<number> {
    const settled = await readSettledRequests(this.options.pool, MAX_SETTLED);
    for (const { id, outcome } of settled)
      await this.resolve(id, outcome, null).catch((error: Error) =>
        this.options.log.warn({ request: id, error: error.message }, 'request not resolved; it will be tried again'),
      );
    return settled.length;
  }

  /** Returns the order of an action, or why the action can't be requested any more. */
  private async orderOf(
    client: PoolClient,
    { kind, orderId }: OfferedRequest,
    conversation: ConversationRecord,
  ): Promise<OrderRecord | DetailFault> {
    const conflict = (message: string): DetailFault => ({ field: 'actionId', message, code: 'CONFLICT' });
    await requireNotErased(client, conversation);
    const order = (await readOrders(client, [orderId])).get(orderId);
    if (order === undefined || !maySeeOrder(order, ownerAsViewer(conversation)))
      return conflict('The order does not exist, or this token may not read it.');
    const ofOpenOrders = kind === 'CANCEL' || kind === 'CHANGE';
    if (ofOpenOrders && !isOpen(order.status)) return conflict(`The order is ${order.status}.`);
    if (!ofOpenOrders && !order.lines.some(({ shipped, returned }) => shipped > returned))
      return conflict(`The order is ${order.status}: no unit of it is shipped and not returned.`);
    const open = await findOpenRequest(client, orderId, kind);
    return open === undefined ? order : conflict('The shop has not answered an earlier request of this kind yet.');
  }

  /** Writes the state of a request into its conversation, unless no message can be added. */
  private async notify(
    client: PoolClient,
    conversation: ConversationRecord,
    request: OrderRequestRecord,
    language = statedLanguage(conversation.language) ?? 'en',
  ) {
    const { writer } = this.options;
    const { id, kind, problem, state } = request;
    const name = state === 'REQUESTED' ? 'support_requested' : 'support_resolved';
    const event = supportEvent(name, conversation, 0, writer.now(), {
      kind,
      ...(problem === null ? {} : { problem }),
      state,
    });
    const events = [{ ...event, id: `${conversation.id}:${id}:${name}` }];
    if (conversation.status === 'CLOSED' || conversation.messageCount >= MAX_MESSAGES)
      return { change: { conversations: [conversation.id] }, id: conversation.id, message: null, events };
    const content = requestNotice(request, language);
    const message = { ...writer.newMessage(conversation, 'AUTOMATIC', { text: answerText(content) }), content };
    return { ...(await writer.append(client, conversation, message)), events };
  }
}

function offered({ content }: MessageRecord, actionId: string): OfferedRequest | undefined {
  return content?.actions?.find(({ id }) => id === actionId);
}

/** What the webhook receives. */
function contentOf(
  { id, kind, orderId, text, lines, problem, pictures, conversationId, requestedAt }: OrderRequestRecord,
  { customerId }: ConversationRecord,
) {
  const request = { id, orderId, customerId, conversationId, text, lines, problem, pictures, requestedAt };
  return { type: NOTIFICATION_TYPES[kind], request };
}

const NOTIFICATION_TYPES: Readonly<Record<OfferedRequest['kind'], string>> = {
  CANCEL: 'order.cancellation_requested',
  CHANGE: 'order.change_requested',
  RETURN: 'order.return_requested',
  PROBLEM: 'order.problem_reported',
};
