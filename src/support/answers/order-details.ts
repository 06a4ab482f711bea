import { MS_PER_DAY } from '../../learn/durations';
import type { ProductsReadModel } from '../../catalog/products.read-model';
import type { Order } from '../../orders/order.type';
import type { AnswerLanguage } from '../language/languages';
import { lexiconOf, type WordList } from '../language/lexicon';
import { askedKinds } from '../understanding/asked-kind';
import type { AnswerPart, SlotValue } from './answer';
import { refundTotal } from './return-answer';
import { daySlot, moneySlot, orderSummary, source, visibleText, type Wording } from './order-answer';

/** Number of lines of an order that an answer states, and that a choice names. */
const MAX_LINES = 12;
const MAX_CHOICE_LINES = 2;
const MAX_TITLE_LENGTH = 80;
const MAX_CHOICE_TITLE_LENGTH = 40;

type Products = Pick<ProductsReadModel, 'getPublished'>;

/** States what was ordered, and what was paid for it. */
export function orderDetails(order: Order, products: Products, wording: Wording): AnswerPart[] {
  const of = (field: string) => source('ORDER', order.id, field);
  return [
    orderSummary(order, wording),
    { template: 'order.lines', slots: { lines: linesSlot(order, products) } },
    { template: 'order.total', slots: { total: moneySlot(order.total, of('total'), wording) } },
    { template: 'order.charged', slots: { charged: moneySlot(order.charged, of('charged'), wording) } },
    ...(Number(order.refunded.amount) > 0 ? [refundTotal(order, wording)] : []),
  ];
}

/** States an order in one line of a list: the day, the products and the amount. */
export function listedOrder(order: Order, products: Products, wording: Wording): AnswerPart {
  return {
    template: 'order.listed',
    slots: {
      placedAt: daySlot(order.placedAt, source('ORDER', order.id, 'placedAt'), wording),
      lines: linesSlot(order, products),
      total: moneySlot(order.total, source('ORDER', order.id, 'total'), wording),
    },
  };
}

/** The value is `2 kettle, 1 mug`: quantities and ids of products. */
function linesSlot({ id, lines }: Order, products: Products): SlotValue {
  const shown = lines.slice(0, MAX_LINES);
  const text = shown.map(
    ({ productId, quantity }) => `${quantity} × ${titleOf(productId, products, MAX_TITLE_LENGTH)}`,
  );
  return {
    value: shown.map(({ productId, quantity }) => `${quantity} ${productId}`).join(', '),
    text: [...text, ...(lines.length > MAX_LINES ? ['…'] : [])].join(', '),
    source: source('ORDER', id, 'lines'),
  };
}

/** Returns how choices name orders: by day, products and amount; those that look the same, by their number, too. */
export function orderLabels(
  orders: readonly Order[],
  products: Products,
  wording: Wording,
): readonly { readonly orderId: string; readonly text: string }[] {
  const labels = orders.map((order) => ({ orderId: order.id, text: orderLabel(order, products, wording) }));
  const isAlone = (text: string) => labels.filter((label) => label.text === text).length === 1;
  return labels.map(({ orderId, text }) => ({ orderId, text: isAlone(text) ? text : `${text} (${orderId})` }));
}

function orderLabel(order: Order, products: Products, wording: Wording): string {
  const { placedAt, total, lines } = order;
  const from = source('ORDER', order.id, 'label');
  const titles = lines
    .slice(0, MAX_CHOICE_LINES)
    .map(({ productId }) => titleOf(productId, products, MAX_CHOICE_TITLE_LENGTH));
  const more = lines.length > MAX_CHOICE_LINES ? ['…'] : [];
  return [
    `${daySlot(placedAt, from, wording).text}: ${[...titles, ...more].join(', ')}`,
    moneySlot(total, from, wording).text,
  ].join(' – ');
}

function titleOf(productId: string, products: Products, maxLength: number): string {
  return visibleText(products.getPublished(productId)?.title ?? productId, maxLength);
}

/** A time in which orders were placed, as a question names it. */
export interface AskedPeriod {
  readonly text: string;
  /** Whether an order of a day, in the time zone of the shop, is in it. Months from 1. */
  readonly has: (day: { readonly year: number; readonly month: number; readonly day: number }) => boolean;
}

/** `August 2024`, `agosto de 2024`; `2024年8月`. */
const YEAR_OF_MONTH = /^(?:\s+(?:of|de|del))?[\s,.]+(\d{4})(?!\d)/iu;
const YEAR_BEFORE_MONTH = /(?<!\d)(\d{4})\s*年?[の]?\s*$/u;

/**
 * Returns the month, week or year that a question names; undefined if it names none. A month without a year is the last
 * one of that name.
 * @param today in the time zone of the shop
 */
export function askedPeriod(
  text: string,
  language: AnswerLanguage,
  today: { readonly year: number; readonly month: number; readonly day: number },
): AskedPeriod | undefined {
  const lexicon = lexiconOf(language);
  const [named] = lexicon.periodsIn(text);
  if (named !== undefined) {
    const written = text.slice(named.from, named.to);
    const [which, unit] = named.id.split('-') as ['this' | 'last', 'week' | 'month' | 'year'];
    const back = which === 'last' ? 1 : 0;
    if (unit === 'year') return { text: written, has: ({ year }) => year === today.year - back };
    if (unit === 'month') {
      const wanted = today.year * 12 + today.month - back;
      return { text: written, has: ({ year, month }) => year * 12 + month === wanted };
    }
    const dayOf = (at: typeof today) => Date.UTC(at.year, at.month - 1, at.day) / MS_PER_DAY;
    // Weeks begin on Monday; the first day of 1970 was a Thursday.
    const weekOf = (day: number) => Math.floor((day + 3) / 7);
    return { text: written, has: (at) => weekOf(dayOf(at)) === weekOf(dayOf(today)) - back };
  }
  const [month] = lexicon.numbersIn('months', text);
  if (month === undefined) return undefined;
  const stated =
    YEAR_OF_MONTH.exec(text.slice(month.to))?.[1] ??
    YEAR_BEFORE_MONTH.exec(text.slice(Math.max(0, month.from - 12), month.from))?.[1];
  const year = stated === undefined ? today.year - (month.value > today.month ? 1 : 0) : Number(stated);
  return {
    text: `${text.slice(month.from, month.to)}${stated === undefined ? '' : ` ${stated}`}`,
    has: (at) => at.month === month.value && at.year === year,
  };
}

/** By what a yes/no question says to have happened: whether it has. */
const HAPPENED: readonly (readonly [words: WordList, isSo: (order: Order) => boolean])[] = [
  ['hasArrived', (order) => order.status === 'DELIVERED' || isReturned(order)],
  ['hasShipped', (order) => !UNSHIPPED.has(order.status) && !isCancelled(order)],
  ['hasRefunded', ({ refunded }) => Number(refunded.amount) > 0],
  ['hasCancelled', isCancelled],
  ['hasPaid', ({ charged, total }) => Number(charged.amount) >= Number(total.amount)],
];

/** Statuses of orders of which nothing has left the shop. */
const UNSHIPPED: ReadonlySet<string> = new Set(['PLACED', 'PAID', 'PACKED']);

function isCancelled({ status, lines }: Order): boolean {
  return status === 'CANCELLED' || lines.every((line) => line.cancelledQuantity === line.quantity);
}

function isReturned({ status, lines }: Order): boolean {
  return status === 'RETURNED' || (status === 'REFUNDED' && lines.some(({ returnedQuantity }) => returnedQuantity > 0));
}

/** Answers with yes or no whether an order is what a question asks, if it asks nothing else; else there is no part. */
export function yesOrNoParts(text: string, language: AnswerLanguage, order: Order): AnswerPart[] {
  const kinds = askedKinds(text, language);
  if (!kinds.has('YES_NO') || kinds.size > 1) return [];
  const lexicon = lexiconOf(language);
  const namesRefund = lexicon.conceptsIn(text).some(({ id }) => id === 'refund');
  const happened = HAPPENED.find(([words]) => lexicon.has(words, text) && !(words === 'hasPaid' && namesRefund));
  if (happened !== undefined) return [{ template: happened[1](order) ? 'yes' : 'no', slots: {} }];
  // `Have you received what I sent back?` is no wish.
  const isOfReturn = !lexicon.has('wish', text) && lexicon.conceptsIn(text).some(({ id }) => id === 'return');
  return isOfReturn && isReturned(order) ? [{ template: 'yes', slots: {} }] : [];
}
