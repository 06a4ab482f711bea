import { isOpen } from '../../orders/life-cycle';
import type { Order } from '../../orders/order.type';
import type { AnswerContent, AnswerPart } from '../answers/answer';
import { answer, withPerson } from '../answers/answer-content';
import { daySlot, nameSlot, orderSummary, source, visibleText, type Wording } from '../answers/order-answer';
import { intentWords, REQUEST_STATE_WORDS } from '../answers/words';
import type { OfferedRequest, OrderRequestKind, OrderRequestRecord } from './order-request';
import { MAX_NOTE_LENGTH } from './request-details';

/** Maximum length of what a button sends of the customer's message, in characters. */
const MAX_REQUEST_LENGTH = 500;

export interface RequestFacts {
  readonly kind: OrderRequestKind;
  readonly order: Order;
  /** The request that the shop has not resolved yet. */
  readonly pending: OrderRequestRecord | undefined;
  /** What the customer has written. */
  readonly text: string;
  /** The id of the button, if one is offered. */
  readonly newId: string;
}

/** States whether an order can still be cancelled or changed, or has arrived, and offers the button of the request. */
export function requestAnswer({ kind, order, pending, text, newId }: RequestFacts, wording: Wording): AnswerContent {
  const { language } = wording;
  const summary = orderSummary(order, wording);
  const cards = [{ kind: 'ORDER' as const, id: order.id }];
  const stated = (parts: readonly AnswerPart[]) =>
    withPerson({ ...answer(language, 'ANSWERED', [summary, ...parts]), cards });
  const isDone = kind === 'CANCEL' && (order.status === 'CANCELLED' || order.status === 'REFUNDED');
  if (isDone) return stated([]);
  if (kind === 'PROBLEM' && !hasUnits(order))
    return stated(isOpen(order.status) ? [{ template: 'order.not-shipped', slots: {} }] : []);
  if ((kind === 'CANCEL' || kind === 'CHANGE') && !isOpen(order.status)) {
    const content = stated([{ template: kind === 'CANCEL' ? 'cancel.too-late' : 'change.too-late', slots: {} }]);
    const isReturnable = order.status === 'SHIPPED' || order.status === 'DELIVERED';
    if (!isReturnable) return content;
    const toReturn = {
      text: intentWords(language, 'return-item'),
      meaning: { kind: 'ORDER' as const, orderId: order.id, intent: 'return-item' },
    };
    return { ...content, choices: [toReturn, ...content.choices] };
  }
  const { parts, actions } = requestOffer({ kind, order, pending, text, newId }, wording);
  return { ...stated(parts), ...(actions && { actions }) };
}

/** Offers the button of a request, or states the request that the shop has not resolved yet. */
export function requestOffer(
  { kind, order, pending, text, newId }: RequestFacts,
  wording: Wording,
): Pick<AnswerContent, 'parts' | 'actions'> {
  const topic = topicOf(kind);
  if (pending !== undefined) {
    const slots = {
      requestedAt: daySlot(pending.requestedAt, source('ORDER_REQUEST', pending.id, 'requestedAt'), wording),
      state: stateSlot(pending, wording),
    };
    return { parts: [{ template: `${topic}.pending`, slots }] };
  }
  const action: OfferedRequest = { id: newId, kind, orderId: order.id, text: null };
  if (kind === 'CANCEL' || kind === 'RETURN')
    return { parts: [{ template: `${topic}.offer`, slots: {} }], actions: [action] };
  const wanted = visibleText(text, MAX_REQUEST_LENGTH);
  const slot = { value: wanted, text: wanted, source: source('CUSTOMER_TEXT', order.id, 'text') };
  return { parts: [{ template: `${topic}.offer`, slots: { text: slot } }], actions: [{ ...action, text: wanted }] };
}

/** Returns whether the customer has units of an order: shipped ones that are not returned. */
export function hasUnits({ lines }: Pick<Order, 'lines'>): boolean {
  return lines.some(({ shippedQuantity, returnedQuantity }) => shippedQuantity > returnedQuantity);
}

function topicOf(kind: OrderRequestKind): Lowercase<OrderRequestKind> {
  return kind.toLowerCase() as Lowercase<OrderRequestKind>;
}

/** Says that a request was sent to the shop, or what the shop has decided. */
export function requestNotice(request: OrderRequestRecord, language: AnswerContent['language']): AnswerContent {
  const { id, kind, orderId, state, note } = request;
  const slots = {
    order: nameSlot(orderId, source('ORDER_REQUEST', id, 'orderId')),
    state: stateSlot(request, { language }),
  };
  const parts: AnswerPart[] = [
    { template: `${topicOf(kind)}.${state === 'REQUESTED' ? 'requested' : 'resolved'}`, slots },
  ];
  if (note !== null) {
    const text = visibleText(note, MAX_NOTE_LENGTH);
    const slot = { value: note, text, source: source('ORDER_REQUEST', id, 'note') };
    parts.push({ template: 'request.note', slots: { note: slot } });
  }
  const content = { ...answer(language, 'ANSWERED', parts), cards: [{ kind: 'ORDER' as const, id: orderId }] };
  return state === 'DECLINED' ? withPerson(content) : content;
}

function stateSlot({ id, state }: OrderRequestRecord, { language }: Pick<Wording, 'language'>) {
  return { value: state, text: REQUEST_STATE_WORDS[language][state], source: source('ORDER_REQUEST', id, 'state') };
}
