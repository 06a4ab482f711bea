import { randomUUID } from 'node:crypto';
import { MS_PER_DAY } from '../../learn/durations';
import type { Viewer } from '../../graphql/context';
import { ApiError } from '../../graphql/errors';
import type { DeliveryEstimates } from '../../logistics/delivery-estimates.service';
import type { ShipmentReader } from '../../logistics/shipment-reader.service';
import type { Shipment } from '../../logistics/shipment.type';
import type { OrderReader } from '../../orders/order-reader.service';
import { isOpen } from '../../orders/life-cycle';
import type { Order } from '../../orders/order.type';
import { isOnlyNumber, type NamedNumber } from '../understanding/entities';
import { namedAmounts, namedDays } from '../understanding/named-values';
import type { AnswerChoice, AnswerContent, AnswerPart } from './answer';
import { answer, plain, withPerson } from './answer-content';
import {
  nameSlot,
  orderAnswer,
  orderSummary,
  source,
  visibleText,
  type OrderFacts,
  type Wording,
} from './order-answer';
import { isRefundable, refundAnswer, returnAnswer, type ReturnFacts, type StatedParts } from './return-answer';
import type { AnswerLanguage } from '../language/languages';
import { hasUnits, requestAnswer, requestOffer } from '../requests/request-answer';
import type { OrderRequestReader } from '../requests/order-request-reader.service';
import type { OrderRequestKind } from '../requests/order-request';
import type { ProductsReadModel } from '../../catalog/products.read-model';
import { Analyzers } from '../../search-engine/text/analyzers';
import { lexiconOf } from '../language/lexicon';
import { askedKinds } from '../understanding/asked-kind';
import { askedUnitsOf } from '../understanding/asked-units';
import { askedPeriod, listedOrder, orderDetails, orderLabels, yesOrNoParts } from './order-details';
import { CatalogueFacts } from './product-facts';

/** Number of the newest orders of a person among which an order is looked for without its number. */
const MAX_ORDERS = 20;
const MAX_PERIOD_LENGTH = 40;
/** Number of orders that an answer lists. */
const MAX_LISTED = 5;
/** Maximum length of the id of an order in a choice, in characters. */
const MAX_ID_LENGTH = 60;
/** Number of orders that a question offers as choices. */
const MAX_ORDER_CHOICES = 5;
/** Number of orders whose parcels are looked for a return. */
const MAX_TRACKED_ORDERS = 5;
/** Number of orders that an answer states if the question names them. */
const MAX_NAMED_ORDERS = 5;
/** Number of parcels of an order that an answer states, besides those that the question names. */
const MAX_PARCELS = 5;

/** What an answer states of an order, by the intent of the question. */
type Topic = 'DELIVERY' | 'DETAILS' | 'RETURN' | 'REFUND' | OrderRequestKind;
const TOPICS: ReadonlyMap<string, Topic> = new Map<string, Topic>([
  ['order-status', 'DELIVERY'],
  ['order-details', 'DETAILS'],
  ['late-delivery', 'DELIVERY'],
  ['delivered-not-received', 'DELIVERY'],
  ['return-item', 'RETURN'],
  ['refund-status', 'REFUND'],
  ['cancel-order', 'CANCEL'],
  ['change-order', 'CHANGE'],
  ['damaged-item', 'PROBLEM'],
  ['wrong-or-missing-item', 'PROBLEM'],
]);
/** The topics that are answered only if the shop receives requests. */
const REQUESTED_TOPICS: ReadonlySet<Topic> = new Set(['CANCEL', 'CHANGE', 'PROBLEM']);
/** With one of these words, a day may be that of a delivery. */
const ARRIVAL = /arriv|deliver|expect|\bcome|ankomm|liefer|erwart|komm|livr|recev|lleg|entreg|recib|送达|到|届|着/iu;
const OPEN_STATUSES: ReadonlySet<string> = new Set(['PLACED', 'PAID', 'PACKED', 'SHIPPED']);

export interface OrderAnswersOptions {
  readonly orders: Pick<OrderReader, 'find' | 'newestOf'>;
  readonly shipments: Pick<ShipmentReader, 'ofOrder'>;
  readonly estimates: Pick<DeliveryEstimates, 'estimate'>;
  readonly requests: Pick<OrderRequestReader, 'areOffered' | 'findOpen'>;
  readonly products: Pick<ProductsReadModel, 'getPublished' | 'variants'>;
  /** BCP 47. */
  readonly shopLanguage: string;
  /** IANA name, for the days in answers. */
  readonly timeZone: string;
  /** The setting RETURN_DAYS; undefined if the shop has not set it. */
  readonly returnDays: number | undefined;
}

/** The question as the rest of an answer sees it. */
export interface Question {
  readonly text: string;
  /** The part of the text that has the intent. */
  readonly part: string;
  readonly intent: string;
  readonly language: AnswerLanguage;
  readonly viewer: Viewer;
  readonly numbers: readonly NamedNumber[];
  /** What the customer has last written, except for choices and numbers of orders: what a change requests. */
  readonly wish: string;
  /** The orders that the question is not about: what it refuses names them. */
  readonly refusedIds: readonly string[];
  /** The order that the customer has chosen. */
  readonly orderId: string | null;
  /** The order that the last answer was about: `it` is this one, and `the other one` is not. */
  readonly mentionedOrderId: string | null;
}

/** Answers questions about the orders of the person who asks: their parcels, returns, refunds and cancellations. */
export class OrderAnswers {
  private readonly dayFormat: Intl.DateTimeFormat;
  private readonly facts: CatalogueFacts;
  private readonly analyzers: Analyzers;

  constructor(private readonly options: OrderAnswersOptions) {
    // The Canadian format is that of ISO 8601.
    const analyzers = (this.analyzers = new Analyzers(options.shopLanguage));
    this.facts = new CatalogueFacts((language) => analyzers.of(language), options.shopLanguage);
    this.dayFormat = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone: options.timeZone });
  }

  /** Returns whether questions with an intent are answered from orders. */
  static answers(intent: string): boolean {
    return TOPICS.has(intent);
  }

  /** Returns whether questions with an intent are answered by an offer to send a request to the shop. */
  static requests(intent: string): boolean {
    return OrderAnswers.answers(intent) && REQUESTED_TOPICS.has(TOPICS.get(intent)!);
  }

  /** Returns whether questions with an intent are answered by what an order is, without an action. */
  static states(intent: string): boolean {
    return OrderAnswers.answers(intent) && !OrderAnswers.requests(intent);
  }

  /**
   * @param quotePolicy quotes an article about the intent; returns null if there is none. It follows what is said of a
   *   return or refund, and is the whole answer to those whose orders are not known
   */
  async answer(question: Question, quotePolicy: () => AnswerContent | null): Promise<AnswerContent> {
    const { intent, language, numbers, viewer } = question;
    // Who chooses an order has read the article already.
    const topic = TOPICS.get(intent)!;
    if (REQUESTED_TOPICS.has(topic) && !(await this.options.requests.areOffered()))
      return quotePolicy() ?? withPerson(plain(language, 'NOT_UNDERSTOOD', 'no-answer'));
    const general = topic === 'DELIVERY' || topic === 'DETAILS' || question.orderId !== null ? null : quotePolicy();
    const newest = await this.options.orders.newestOf(viewer, MAX_ORDERS);
    const orders = newest.filter(({ id }) => !question.refusedIds.includes(id));
    const named = await this.namedOrders(question, orders);
    if (named.length > 0) return this.stateAll(named, question, general);
    const unknown = isOnlyNumber(question.text, numbers) ? numbers[0] : numbers.find(({ isCertain }) => isCertain);
    const isKnownPerson = viewer.customerId !== undefined || viewer.orderId !== undefined;
    if (orders.length === 0 && !isKnownPerson)
      return (
        (unknown === undefined ? general : null) ?? withPerson(plain(language, 'SIGN_IN_NEEDED', 'orders.sign-in'))
      );
    if (unknown !== undefined) return withPerson(answer(language, 'NOT_FOUND', [unknownPart(unknown)]));
    if (orders.length === 0) return general ?? withPerson(plain(language, 'NOT_FOUND', 'orders.none'));
    if (topic === 'DETAILS') {
      const listed = this.listed(question, orders);
      if (listed !== undefined) return listed;
    }
    const mentioned = this.ofProducts(question, orders);
    const likely =
      mentioned.length > 0
        ? mentioned
        : this.spokenOf(question, orders, this.narrowed(question, orders, await this.likelyOrders(orders, intent)));
    const [only, second] = likely;
    if (only !== undefined && second === undefined) return this.state(only, question, general);
    // `Where are all my parcels?`
    if (
      OrderAnswers.states(intent) &&
      likely.length <= MAX_NAMED_ORDERS &&
      lexiconOf(language).has('all', question.text)
    )
      return this.stateAll(likely, question, general);
    const wording = { language, timeZone: this.options.timeZone };
    const labels = orderLabels(likely.slice(0, MAX_ORDER_CHOICES), this.options.products, wording);
    const choices = labels.map(({ orderId, text }): AnswerChoice => ({
      text,
      meaning: { kind: 'ORDER', orderId, intent },
    }));
    const asked = { ...plain(language, 'ASKED_BACK', 'orders.which'), choices };
    return general === null ? asked : { ...asked, parts: [...general.parts, ...asked.parts], quotes: general.quotes };
  }

  /** Returns the order that was spoken of last, if a question may mean it; the others if it asks for another one. */
  private spokenOf(
    { text, language, mentionedOrderId }: Question,
    orders: readonly Order[],
    likely: readonly Order[],
  ): readonly Order[] {
    const lexicon = lexiconOf(language);
    const spoken = orders.find(({ id }) => id === mentionedOrderId);
    // `What is the latest on my order?` names none.
    const isNewest = lexicon.has('newest', text) && lexicon.has('yesNo', text) === false;
    if (spoken === undefined) return isNewest && askedKinds(text, language).size > 0 ? orders.slice(0, 1) : likely;
    if (lexicon.has('other', text)) return likely.filter((order) => order !== spoken);
    // `It` in `is it possible to cancel my order` means nothing.
    const namesOrder = lexicon.conceptsIn(text).some(({ id }) => id === 'order' || id === 'parcel');
    return (!namesOrder && lexicon.has('it', text)) || likely.includes(spoken) ? [spoken] : likely;
  }

  /** Counts or lists orders, if a question asks for that; undefined if it asks for one order. */
  private listed({ text, language }: Question, orders: readonly Order[]): AnswerContent | undefined {
    const { products, timeZone } = this.options;
    const wording = { language, timeZone };
    const [year, month, day] = this.dayFormat.format(new Date()).split('-').map(Number) as [number, number, number];
    const period = askedPeriod(text, language, { year, month, day });
    if (period !== undefined) {
      const named = visibleText(period.text, MAX_PERIOD_LENGTH);
      const slots = { period: { value: named, text: named, source: source('CUSTOMER_TEXT', named, 'period') } };
      const within = orders.filter(({ placedAt }) => {
        const [placedYear, placedMonth, placedDay] = this.dayFormat.format(placedAt).split('-').map(Number) as [
          number,
          number,
          number,
        ];
        return period.has({ year: placedYear, month: placedMonth, day: placedDay });
      });
      // Only the newest are read.
      const isCut = orders.length >= MAX_ORDERS && (within.length === 0 || within.at(-1) === orders.at(-1));
      if (isCut) return withPerson(plain(language, 'NOT_UNDERSTOOD', 'no-answer'));
      if (within.length === 0) return answer(language, 'ANSWERED', [{ template: 'orders.none-of-period', slots }]);
      const lines = within.slice(0, MAX_LISTED).map((order) => listedOrder(order, products, wording));
      return {
        ...answer(language, 'ANSWERED', [{ template: 'orders.of-period', slots }, ...lines]),
        cards: cardsOf(within),
      };
    }
    const concepts = lexiconOf(language)
      .conceptsIn(text)
      .map(({ id }) => id);
    if (!askedKinds(text, language).has('QUANTITY') || !concepts.includes('order')) return undefined;
    // Only the newest are read.
    if (orders.length >= MAX_ORDERS) return withPerson(plain(language, 'NOT_UNDERSTOOD', 'no-answer'));
    const count = {
      value: String(orders.length),
      text: String(orders.length),
      source: source('CUSTOMER_TEXT', 'orders', 'count'),
    };
    const lines = orders.slice(0, MAX_LISTED).map((order) => listedOrder(order, products, wording));
    const parts: AnswerPart[] = [
      { template: 'orders.count', slots: { count } },
      { template: 'orders.newest', slots: {} },
      ...lines,
    ];
    return { ...answer(language, 'ANSWERED', parts), cards: cardsOf(orders.slice(0, MAX_LISTED)) };
  }

  /** Returns the orders with most of the products that a question names; none if it names no product of an order. */
  private ofProducts({ part, language }: Question, orders: readonly Order[]): readonly Order[] {
    const units = askedUnitsOf(part, language, this.analyzers.of(language));
    const counted = orders.map((order) => {
      const products = order.lines.flatMap(({ productId }) => this.options.products.getPublished(productId) ?? []);
      return { order, count: Math.max(0, ...products.map((product) => this.facts.namingUnits(units, product))) };
    });
    const most = Math.max(0, ...counted.map(({ count }) => count));
    return most === 0 ? [] : counted.filter(({ count }) => count === most).map(({ order }) => order);
  }

  /**
   * Returns those of the likely orders whose day or amount the text names. If it names only others, returns these, unless
   * it may name the day of a delivery.
   */
  private narrowed({ text, language }: Question, orders: readonly Order[], likely: readonly Order[]): readonly Order[] {
    // `Why did it not come yesterday?` names no day of an order.
    const relative = ARRIVAL.test(text) ? [] : lexiconOf(language).numbersIn('relativeDays', text);
    const before = relative.filter(({ value }) => value > 0).map(({ value }) => this.dayBefore(value));
    const days = [...namedDays(text), ...before];
    // `I sent it back yesterday` names no day of an order.
    const isOnlyRelative = before.length === days.length;
    const amounts = namedAmounts(text).map(({ amount }) => amount);
    if (days.length === 0 && amounts.length === 0) return likely;
    const isNamed = ({ placedAt, total, payments }: Order) => {
      const [placedYear, placedMonth, placedDay] = this.dayFormat.format(placedAt).split('-').map(Number);
      const isOfDay = days.some(
        ({ year, month, day }) => month === placedMonth && day === placedDay && (year ?? placedYear) === placedYear,
      );
      const stated = [total, ...payments.map(({ amount }) => amount)];
      return isOfDay || stated.some(({ amount }) => amounts.includes(Number(amount)));
    };
    const named = likely.filter(isNamed);
    if (named.length > 0 || ARRIVAL.test(text)) return named.length > 0 ? named : likely;
    const others = isOnlyRelative && amounts.length === 0 ? [] : orders.filter(isNamed);
    return others.length > 0 ? others : likely;
  }

  /** Returns the day some days before today. */
  private dayBefore(days: number): { readonly year: number; readonly month: number; readonly day: number } {
    const [year, month, day] = this.dayFormat
      .format(Date.now() - days * MS_PER_DAY)
      .split('-')
      .map(Number);
    return { year: year!, month: month!, day: day! };
  }

  /** Returns the orders that a question without a number may mean. */
  private async likelyOrders(orders: readonly Order[], intent: string): Promise<readonly Order[]> {
    const newest = orders.slice(0, 1);
    const orNewest = (likely: readonly Order[]) => (likely.length > 0 ? likely : newest);
    const delivered = orders.filter(({ status }) => status === 'DELIVERED');
    switch (TOPICS.get(intent)) {
      case 'RETURN': {
        const inTime = delivered.filter(
          ({ returnableUntil, asOf }) => returnableUntil === null || returnableUntil >= asOf,
        );
        return orNewest(inTime);
      }
      case 'REFUND': {
        const refundable = orders.filter(isRefundable);
        for (const order of delivered.slice(0, MAX_TRACKED_ORDERS))
          if (!refundable.includes(order) && (await this.parcelsOf(order, 'RETURN')).length > 0) refundable.push(order);
        const pending = refundable.filter(({ paymentState }) => paymentState !== 'REFUNDED');
        return orNewest(pending.length > 0 ? pending : refundable);
      }
      case 'CANCEL':
      case 'CHANGE':
        return orNewest(orders.filter(({ status }) => isOpen(status)));
      case 'PROBLEM':
        return orNewest(orders.filter(hasUnits));
      default:
        if (intent === 'delivered-not-received' && delivered.length > 0) return delivered.slice(0, 1);
        return orNewest(orders.filter(({ status }) => OPEN_STATUSES.has(status)));
    }
  }

  /** Returns the orders that the question names by their numbers, or by those of their parcels. */
  private async namedOrders({ orderId, numbers, viewer }: Question, orders: readonly Order[]): Promise<Order[]> {
    const ids = orderId === null ? numbers.flatMap(({ orderIds }) => orderIds) : [orderId];
    const found = [...new Set(ids)]
      .slice(0, MAX_NAMED_ORDERS)
      .map(async (id) => orders.find((order) => order.id === id) ?? this.findOrder(id, viewer));
    return (await Promise.all(found)).filter((order) => order !== undefined);
  }

  private findOrder(id: string, viewer: Viewer): Promise<Order | undefined> {
    return this.options.orders.find(id, viewer).catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    });
  }

  /** States the orders that a question names, and which of its numbers is that of none. */
  private async stateAll(
    orders: readonly Order[],
    question: Question,
    policy: AnswerContent | null,
  ): Promise<AnswerContent> {
    const contents = await Promise.all(orders.map((order) => this.state(order, question, policy)));
    // A change may name other numbers, such as that of a house.
    const unknown =
      TOPICS.get(question.intent) === 'CHANGE'
        ? []
        : question.numbers.filter(({ isNumbered, orderIds }) => isNumbered && orderIds.length === 0);
    const [only] = contents;
    if (contents.length === 1 && (unknown.length === 0 || question.orderId !== null)) return only!;
    const policyParts = policy?.parts ?? [];
    const stated = contents.flatMap(({ parts }) => parts.filter((part) => !policyParts.includes(part)));
    const choices = contents.flatMap((content, at) =>
      content.choices
        .filter(({ meaning }) => meaning.kind !== 'PERSON')
        .map((choice) => ({ ...choice, text: `${choice.text} (${visibleText(orders[at]!.id, MAX_ID_LENGTH)})` })),
    );
    const hasPerson = contents.some((content) => content.choices.some(({ meaning }) => meaning.kind === 'PERSON'));
    const content = {
      ...only!,
      outcome: contents.find(({ outcome }) => outcome === 'ANSWERED')?.outcome ?? only!.outcome,
      parts: [...stated, ...unknown.map(unknownPart), ...policyParts],
      cards: contents.flatMap(({ cards }) => cards),
      actions: contents.flatMap(({ actions = [] }) => actions),
      choices,
    };
    return hasPerson || unknown.length > 0 ? withPerson(content) : content;
  }

  private async state(
    order: Order,
    { intent, language, wish, numbers, part }: Question,
    policy: AnswerContent | null,
  ): Promise<AnswerContent> {
    const { timeZone, returnDays } = this.options;
    const wording = { language, timeZone };
    const named = new Set(numbers.flatMap(({ shipmentIds }) => shipmentIds));
    const topic = TOPICS.get(intent);
    if (topic === 'CANCEL' && lexiconOf(language).has('hasCancelled', part)) {
      const lead = yesOrNoParts(part, language, order);
      return { ...answer(language, 'ANSWERED', [...lead, orderSummary(order, wording)]), cards: cardsOf([order]) };
    }
    if (topic === 'CANCEL' || topic === 'CHANGE' || topic === 'PROBLEM') {
      const pending = await this.options.requests.findOpen(order.id, topic);
      const content = requestAnswer({ kind: topic, order, pending, text: wish, newId: randomUUID() }, wording);
      return { ...content, parts: [...content.parts, ...(policy?.parts ?? [])], quotes: policy?.quotes ?? [] };
    }
    if (topic === 'DETAILS') {
      const details = [...yesOrNoParts(part, language, order), ...orderDetails(order, this.options.products, wording)];
      return { ...answer(language, 'ANSWERED', details), cards: [{ kind: 'ORDER' as const, id: order.id }] };
    }
    // How long refunds take is said by an article or not at all.
    if (topic === 'REFUND' && policy === null && askedKinds(part, language).has('DURATION'))
      return withPerson({ ...plain(language, 'NOT_UNDERSTOOD', 'no-answer'), cards: cardsOf([order]) });
    const stated =
      topic === 'RETURN' || topic === 'REFUND'
        ? (topic === 'RETURN' ? returnAnswer : refundAnswer)(await this.returnFacts(order, returnDays, named), wording)
        : orderAnswer(await this.orderFacts(order, named), intent, wording);
    const offer = topic === 'RETURN' ? await this.returnOffer(order, stated, wording) : NO_OFFER;
    // The order alone says nothing about its return.
    if (topic === 'RETURN' && stated.parts.length + offer.parts.length === 1 && policy === null)
      return withPerson({ ...plain(language, 'NOT_UNDERSTOOD', 'no-answer'), cards: stated.cards });
    const lead = yesOrNoParts(part, language, order);
    const content = {
      ...answer(language, 'ANSWERED', [...lead, ...stated.parts, ...offer.parts, ...(policy?.parts ?? [])]),
      cards: stated.cards,
      quotes: policy?.quotes ?? [],
      ...(offer.actions && { actions: offer.actions }),
    };
    return stated.needsPerson ? withPerson(content) : content;
  }

  /** Offers the button of a return if it is possible. Not every shop records deliveries, so a shipped order may have one. */
  private async returnOffer(order: Order, { parts }: StatedParts, wording: Wording): Promise<RequestOffer> {
    const { requests } = this.options;
    if (parts.some(({ template }) => NO_RETURN.has(template)) || !hasUnits(order) || !(await requests.areOffered()))
      return NO_OFFER;
    const pending = await requests.findOpen(order.id, 'RETURN');
    return requestOffer({ kind: 'RETURN', order, pending, text: '', newId: randomUUID() }, wording);
  }

  /** A parcel of a return is stated if the question names it. */
  private async orderFacts(order: Order, named: ReadonlySet<string>): Promise<OrderFacts> {
    const shipments = await this.options.shipments.ofOrder(order.id);
    const parcels = parcelsIn(shipments, 'OUTBOUND', named).map(async (shipment) => ({
      shipment,
      estimate: (await this.options.estimates.estimate(shipment.tracked)) ?? null,
    }));
    const returns = shipments.filter(({ id, kind }) => kind === 'RETURN' && named.has(id));
    return { order, parcels: await Promise.all(parcels), returns };
  }

  private async returnFacts(
    order: Order,
    returnDays: number | undefined,
    named: ReadonlySet<string>,
  ): Promise<ReturnFacts> {
    const shipments = await this.options.shipments.ofOrder(order.id);
    const [outbound, returns] = [parcelsIn(shipments, 'OUTBOUND', named), parcelsIn(shipments, 'RETURN', named)];
    return { order, outbound, returns, returnDays };
  }

  private async parcelsOf(order: Order, kind: Shipment['kind']): Promise<Shipment[]> {
    return parcelsIn(await this.options.shipments.ofOrder(order.id), kind);
  }
}

function cardsOf(orders: readonly Order[]) {
  return orders.slice(0, MAX_LISTED).map(({ id }) => ({ kind: 'ORDER' as const, id }));
}

function unknownPart({ text }: NamedNumber): AnswerPart {
  const number = nameSlot(text, source('CUSTOMER_TEXT', text, 'number'));
  return { template: 'order.unknown', slots: { number } };
}

type RequestOffer = ReturnType<typeof requestOffer>;
/** What says that no return is requested: the order is on its way back, or the last day has passed. */
const NO_RETURN = new Set(['return.parcel', 'return.ended']);
const NO_OFFER: RequestOffer = { parts: [] };
const NONE: ReadonlySet<string> = new Set();

/** Returns the newest parcels of a kind and the named ones, the oldest of them first. */
function parcelsIn(
  shipments: readonly Shipment[],
  kind: Shipment['kind'],
  named: ReadonlySet<string> = NONE,
): Shipment[] {
  const ofKind = shipments.filter((shipment) => shipment.kind === kind);
  return ofKind.filter(({ id }, at) => at >= ofKind.length - MAX_PARCELS || named.has(id));
}
