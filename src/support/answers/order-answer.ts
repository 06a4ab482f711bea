import type { Money } from '../../graphql/money.type';
import { MS_PER_DAY } from '../../learn/durations';
import type { DeliveryEstimate } from '../../logistics/delivery-estimate';
import type { Shipment } from '../../logistics/shipment.type';
import type { Order } from '../../orders/order.type';
import type { AnswerCard, AnswerPart, SlotValue, SourceKind } from './answer';
import { LOCALES, type AnswerLanguage } from '../language/languages';
import { ORDER_STATUS_WORDS, RETURN_STATUS_WORDS, SHIPMENT_STATUS_WORDS } from './words';

/** Maximum length of a name (of a carrier, place or parcel) in an answer, in characters. */
const MAX_NAME_LENGTH = 60;

/** A parcel as an answer states it. */
export interface ParcelFacts {
  readonly shipment: Shipment;
  readonly estimate: DeliveryEstimate | null;
}

export interface OrderFacts {
  readonly order: Order;
  /** The parcels that go to the customer, the oldest first. */
  readonly parcels: readonly ParcelFacts[];
  /** The parcels that go back to the shop and that the question names, the oldest first. */
  readonly returns: readonly Shipment[];
}

export interface Wording {
  readonly language: AnswerLanguage;
  /** IANA name, for times. */
  readonly timeZone: string;
}

/** States an order and its parcels: status, place, estimate, and whether they are late. */
export function orderAnswer(
  { order, parcels, returns }: OrderFacts,
  intent: string,
  wording: Wording,
): { parts: AnswerPart[]; cards: AnswerCard[]; needsPerson: boolean } {
  const parts = [orderSummary(order, wording)];
  const isOpen = order.status === 'PLACED' || order.status === 'PAID' || order.status === 'PACKED';
  if (isOpen && parcels.length === 0) parts.push({ template: 'order.not-shipped', slots: {} });
  for (const facts of parcels) parts.push(...parcelParts(facts, isExpected(order, facts.shipment), wording));
  const isDelivered = order.status === 'DELIVERED' || parcels.some(({ shipment }) => shipment.status === 'DELIVERED');
  const isMissing = intent === 'delivered-not-received' && isDelivered;
  if (isMissing) parts.push({ template: 'parcel.not-found', slots: {} });
  parts.push(...returnParts(returns, wording));
  const cards: AnswerCard[] = [
    { kind: 'ORDER', id: order.id },
    ...[...parcels.map(({ shipment }) => shipment), ...returns].map(({ id }) => ({ kind: 'SHIPMENT' as const, id })),
  ];
  const hasProblem = parcels.some(
    ({ shipment }) => shipment.isLate || shipment.isStuck || PROBLEM_PARCELS.has(shipment.status),
  );
  return { parts, cards, needsPerson: hasProblem || intent !== 'order-status' };
}

/** The statuses after which an order does not arrive any more. */
const ENDED_ORDERS: ReadonlySet<string> = new Set(['CANCELLED', 'RETURNED', 'REFUNDED']);
/** The statuses of parcels with which a person may help. */
const PROBLEM_PARCELS: ReadonlySet<string> = new Set(['EXCEPTION', 'LOST']);
/** The statuses after which a parcel does not arrive any more. */
export const ENDED_PARCELS: ReadonlySet<string> = new Set(['RETURNING', 'RETURNED', 'LOST', 'EXPIRED']);

/** Returns whether a parcel is still to arrive, so that an answer says when, and whether it is late. */
function isExpected({ status }: Order, shipment: Shipment): boolean {
  return !ENDED_ORDERS.has(status) && !ENDED_PARCELS.has(shipment.status);
}

export function orderSummary(order: Order, wording: Wording): AnswerPart {
  const of = (field: string) => source('ORDER', order.id, field);
  return {
    template: 'order.summary',
    slots: {
      order: nameSlot(order.id, of('id')),
      placedAt: daySlot(order.placedAt, of('placedAt'), wording),
      status: {
        value: order.status,
        text: ORDER_STATUS_WORDS[wording.language][order.status],
        source: of('status'),
      },
    },
  };
}

function parcelParts({ shipment, estimate }: ParcelFacts, isComing: boolean, wording: Wording): AnswerPart[] {
  const of = (field: string) => source('SHIPMENT', shipment.id, field);
  const names = {
    parcel: nameSlot(
      shipment.trackingNumber ?? shipment.id,
      of(shipment.trackingNumber === null ? 'id' : 'trackingNumber'),
    ),
    carrier: nameSlot(shipment.carrier ?? '—', of('carrier')),
  };
  const status = { value: shipment.status, text: statusWords(shipment, wording), source: of('status') };
  const place = shipment.place === null ? null : nameSlot(shipment.place, of('place'));
  if (shipment.status === 'DELIVERED' && shipment.deliveredAt !== null) {
    const deliveredAt = daySlot(shipment.deliveredAt, of('deliveredAt'), wording);
    const delivered: AnswerPart = { template: 'parcel.delivered', slots: { ...names, status, deliveredAt } };
    return place === null ? [delivered] : [delivered, { template: 'parcel.delivered-place', slots: { place } }];
  }
  const parts: AnswerPart[] = [];
  if (shipment.statusAt === null) parts.push({ template: 'parcel.announced', slots: names });
  else {
    const statusAt = daySlot(shipment.statusAt, of('statusAt'), wording);
    parts.push({ template: 'parcel.status', slots: { ...names, status, statusAt } });
  }
  if (place !== null) parts.push({ template: 'parcel.place', slots: { place } });
  if (!isComing) return parts;
  if (estimate !== null) parts.push(estimatePart(shipment.id, estimate, wording));
  if (shipment.promisedAt !== null) {
    const promisedAt = daySlot(shipment.promisedAt, of('promisedAt'), wording);
    parts.push({ template: shipment.isLate ? 'parcel.late' : 'parcel.promised', slots: { promisedAt } });
  }
  if (shipment.isStuck) parts.push({ template: 'parcel.stuck', slots: {} });
  return parts;
}

/** States the parcels that go back to the shop. */
export function returnParts(returns: readonly Shipment[], wording: Wording): AnswerPart[] {
  if (returns.length === 0) return [];
  const parcels = returns.flatMap((shipment) => parcelParts({ shipment, estimate: null }, false, wording));
  return [{ template: 'return.parcel', slots: {} }, ...parcels];
}

/** A parcel that goes back is on its way back to its sender: from a customer's return, to the customer. */
function statusWords({ kind, status }: Shipment, { language }: Wording): string {
  if (kind === 'RETURN' && (status === 'RETURNING' || status === 'RETURNED'))
    return RETURN_STATUS_WORDS[language][status];
  return SHIPMENT_STATUS_WORDS[language][status];
}

/** The days are those of the destination, as the calendar of the estimate states them. */
function estimatePart(id: string, { earliest, latest, days }: DeliveryEstimate, { language }: Wording): AnswerPart {
  const slot = (at: Date, day: number, field: string): SlotValue => ({
    value: at.toISOString(),
    text: formatDay(new Date(day * MS_PER_DAY), { language, timeZone: 'UTC' }),
    source: source('ESTIMATE', id, field),
  });
  const to = slot(latest, days[1], 'latest');
  if (days[0] === days[1]) return { template: 'parcel.estimate-day', slots: { latest: to } };
  return { template: 'parcel.estimate', slots: { earliest: slot(earliest, days[0], 'earliest'), latest: to } };
}

export function source(kind: SourceKind, id: string, field: string) {
  return { kind, id, field };
}

/** A name that another system has given. It is cut, and characters that can't be seen are left out. */
export function nameSlot(value: string, from: SlotValue['source']): SlotValue {
  return { value, text: visibleText(value, MAX_NAME_LENGTH), source: from };
}

export function daySlot(at: Date, from: SlotValue['source'], wording: Wording): SlotValue {
  return { value: at.toISOString(), text: formatDay(at, wording), source: from };
}

/** The value is the exact amount and its currency, such as `12.50 EUR`. */
export function moneySlot(
  { amount, currency }: Money,
  from: SlotValue['source'],
  { language }: Pick<Wording, 'language'>,
): SlotValue {
  const format = new Intl.NumberFormat(LOCALES[language], { style: 'currency', currency, maximumFractionDigits: 8 });
  return { value: `${amount} ${currency}`, text: format.format(amount as `${number}`), source: from };
}

/** By language and time zone: making a format takes much longer than using it. */
const dayFormats = new Map<string, Intl.DateTimeFormat>();

function formatDay(at: Date, { language, timeZone }: Wording): string {
  const key = `${language} ${timeZone}`;
  const format = dayFormats.get(key) ?? new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeZone });
  dayFormats.set(key, format);
  return format.format(at);
}

/** Returns a text of another system in one line: without characters that can't be seen, and cut. */
export function visibleText(text: string, maxLength: number): string {
  const line = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  if (line.length <= maxLength) return line;
  const characters = Array.from(line.slice(0, 2 * maxLength + 2));
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : characters.join('');
}
