import type { Viewer } from '../../graphql/context';
import { ApiError } from '../../graphql/errors';
import type { DeliveryEstimates } from '../../logistics/delivery-estimates.service';
import type { ShipmentReader } from '../../logistics/shipment-reader.service';
import type { OrderReader } from '../../orders/order-reader.service';
import type { Order } from '../../orders/order.type';
import type { ArticlesReadModel } from '../articles/articles.read-model';
import type { ConversationRecord, MessageRecord } from '../conversation';
import { ownerAsViewer } from '../conversation-access';
import { isOnlyNumber, namedNumbers, withPlainNumbers, type NamedNumber } from '../understanding/entities';
import type { UnderstandingService } from '../understanding/understanding.service';
import type { UnderstoodMessage } from '../understanding/understood-message';
import type { AnswerChoice, AnswerContent, AnswerOutcome, AnswerPart, ChoiceMeaning } from './answer';
import { nameSlot, orderAnswer, source, visibleText, type OrderFacts } from './order-answer';
import type { AnswerLanguage, TemplateId } from './templates';
import { intentWords, ORDER_STATUS_WORDS, personWords } from './words';

/** Number of the newest orders of a person among which an order is looked for without its number. */
const MAX_ORDERS = 20;
/** Number of orders that a question offers as choices. */
const MAX_ORDER_CHOICES = 5;
/** Number of orders whose parcels are compared with a tracking number. */
const MAX_TRACKED_ORDERS = 5;
/** Number of parcels of an order that an answer states. */
const MAX_PARCELS = 5;
/** A second intent is offered if its probability is at least this share of the first one's. */
const MIN_SECOND_SHARE = 0.25;
/** Intents are offered only if the best one has at least this probability. */
const MIN_OFFERED_CONFIDENCE = 0.2;
const MAX_QUOTE_TITLE_LENGTH = 200;

const ORDER_INTENTS: ReadonlySet<string> = new Set(['order-status', 'late-delivery', 'delivered-not-received']);
const OPEN_STATUSES: ReadonlySet<string> = new Set(['PLACED', 'PAID', 'PACKED', 'SHIPPED']);

export interface AnswerServiceOptions {
  readonly understanding: UnderstandingService;
  readonly articles: Pick<ArticlesReadModel, 'find'>;
  readonly orders: Pick<OrderReader, 'find' | 'newestOf'>;
  readonly shipments: Pick<ShipmentReader, 'ofOrder'>;
  readonly estimates: Pick<DeliveryEstimates, 'estimate'>;
  /** IANA name, for the days in answers. */
  readonly timeZone: string;
}

export interface ComposedAnswer {
  readonly understood: UnderstoodMessage;
  readonly content: AnswerContent;
}

/** The question as the rest of an answer sees it. */
interface Question {
  readonly text: string;
  readonly intent: string;
  readonly language: AnswerLanguage;
  readonly viewer: Viewer;
  readonly numbers: readonly NamedNumber[];
  /** The order that the customer has chosen. */
  readonly orderId: string | null;
}

/** Composes the answer to a message from the facts of the shop: orders, parcels and articles. */
export class AnswerService {
  constructor(private readonly options: AnswerServiceOptions) {}

  /** @param messages all messages of the conversation up to this one */
  async compose(
    conversation: ConversationRecord,
    messages: readonly MessageRecord[],
    message: MessageRecord,
  ): Promise<ComposedAnswer> {
    const language = answerLanguageOf(message.text, conversation.language);
    const meaning = meaningOf(message, messages);
    const viewer = ownerAsViewer(conversation);
    const numbers = meaning === undefined ? namedNumbers(message.text) : [];
    const understood =
      meaning === undefined
        ? await this.understand(message.text, numbers, messages)
        : { intent: intentOf(meaning), confidence: null, candidates: [], modelVersion: null };
    if (understood.intent === null)
      return { understood, content: this.answerWithoutIntent(message.text, understood, language) };
    const content = await this.answerIntent({
      text: message.text,
      intent: understood.intent,
      language,
      viewer,
      numbers,
      orderId: meaning?.kind === 'ORDER' ? meaning.orderId : null,
    });
    return { understood, content };
  }

  /** The number alone, or as the answer to the question for an order, asks for its status. */
  private async understand(
    text: string,
    numbers: readonly NamedNumber[],
    messages: readonly MessageRecord[],
  ): Promise<UnderstoodMessage> {
    const understood = this.options.understanding.understand(withPlainNumbers(text, numbers));
    if (!isOnlyNumber(text, numbers)) return understood;
    const asked = messages.findLast(({ author }) => author === 'AUTOMATIC')?.content?.choices[0]?.meaning;
    return { ...understood, intent: asked?.kind === 'ORDER' ? asked.intent : 'order-status' };
  }

  private answerIntent(question: Question): Promise<AnswerContent> | AnswerContent {
    const { intent, language } = question;
    if (ORDER_INTENTS.has(intent)) return this.answerOrder(question);
    switch (intent) {
      case 'speak-to-person':
        return plain(language, 'HANDED_OFF', 'hand-off');
      case 'complaint':
        return plain(language, 'HANDED_OFF', 'hand-off.complaint');
      case 'greeting':
      case 'thanks':
        return plain(language, 'ANSWERED', intent);
      default:
        return (
          this.quote(question.text, intent, language) ?? withPerson(plain(language, 'NOT_UNDERSTOOD', 'no-answer'))
        );
    }
  }

  /** Quotes an article, asks back with the two best intents, or offers a person. */
  private answerWithoutIntent(
    text: string,
    { candidates }: UnderstoodMessage,
    language: AnswerLanguage,
  ): AnswerContent {
    const quoted = this.quote(text, null, language);
    if (quoted !== null) return quoted;
    const [first, second] = candidates;
    const isAmbiguous =
      first !== undefined &&
      second !== undefined &&
      first.confidence >= MIN_OFFERED_CONFIDENCE &&
      second.confidence >= MIN_SECOND_SHARE * first.confidence;
    if (!isAmbiguous) return withPerson(plain(language, 'NOT_UNDERSTOOD', 'not-understood'));
    const choices = [first, second].map(({ intent }): AnswerChoice => ({
      text: intentWords(language, intent),
      meaning: intent === 'speak-to-person' ? { kind: 'PERSON' } : { kind: 'INTENT', intent },
    }));
    return withPerson({ ...plain(language, 'ASKED_BACK', 'ask.intent'), choices });
  }

  private quote(text: string, intent: string | null, language: AnswerLanguage): AnswerContent | null {
    const found = this.options.articles.find(text, intent, language);
    if (found === undefined) return null;
    const { article, passage } = found;
    const slot = {
      value: passage.text,
      text: passage.text,
      source: source('ARTICLE', article.id, `body, passage ${passage.number}`),
    };
    return {
      ...answer(language, 'ANSWERED', [{ template: 'quote.passage', slots: { passage: slot } }]),
      quotes: [{ articleId: article.id, title: visibleText(article.title, MAX_QUOTE_TITLE_LENGTH), url: article.url }],
    };
  }

  private async answerOrder(question: Question): Promise<AnswerContent> {
    const { intent, language, numbers, viewer } = question;
    const orders = await this.options.orders.newestOf(viewer, MAX_ORDERS);
    const named = await this.namedOrder(question, orders);
    if (named !== undefined) return this.stateOrder(named, intent, language);
    const unknown = isOnlyNumber(question.text, numbers) ? numbers[0] : numbers.find(({ isCertain }) => isCertain);
    const isKnownPerson = viewer.customerId !== undefined || viewer.orderId !== undefined;
    if (orders.length === 0 && !isKnownPerson) return withPerson(plain(language, 'SIGN_IN_NEEDED', 'orders.sign-in'));
    if (unknown !== undefined) {
      const number = nameSlot(unknown.text, source('CUSTOMER_TEXT', unknown.text, 'number'));
      return withPerson(answer(language, 'NOT_FOUND', [{ template: 'order.unknown', slots: { number } }]));
    }
    if (orders.length === 0) return withPerson(plain(language, 'NOT_FOUND', 'orders.none'));
    const likely = likelyOrders(orders, intent);
    const [only, second] = likely;
    if (only !== undefined && second === undefined) return this.stateOrder(only, intent, language);
    const choices = likely.slice(0, MAX_ORDER_CHOICES).map((order): AnswerChoice => ({
      text: `${visibleText(order.id, 60)} (${ORDER_STATUS_WORDS[language][order.status]})`,
      meaning: { kind: 'ORDER', orderId: order.id, intent },
    }));
    return { ...plain(language, 'ASKED_BACK', 'orders.which'), choices };
  }

  /** Returns the order that the question names by its number, or by the number of one of its parcels. */
  private async namedOrder(
    { orderId, numbers, viewer }: Pick<Question, 'orderId' | 'numbers' | 'viewer'>,
    orders: readonly Order[],
  ): Promise<Order | undefined> {
    if (orderId !== null) return orders.find(({ id }) => id === orderId) ?? this.findOrder(orderId, viewer);
    for (const { text } of numbers) {
      const listed = orders.find(({ id }) => id.toLowerCase() === text.toLowerCase());
      const found = listed ?? (await this.findOrder(text, viewer));
      if (found !== undefined) return found;
    }
    const codes = new Set(numbers.map(({ text }) => text.toLowerCase()));
    if (codes.size === 0) return undefined;
    for (const order of orders.slice(0, MAX_TRACKED_ORDERS)) {
      const shipments = await this.options.shipments.ofOrder(order.id);
      const isNamed = (code: string | null) => code !== null && codes.has(code.toLowerCase());
      if (shipments.some(({ id, trackingNumber }) => isNamed(id) || isNamed(trackingNumber))) return order;
    }
    return undefined;
  }

  private findOrder(id: string, viewer: Viewer): Promise<Order | undefined> {
    return this.options.orders.find(id, viewer).catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    });
  }

  private async stateOrder(order: Order, intent: string, language: AnswerLanguage): Promise<AnswerContent> {
    const { shipments, estimates, timeZone } = this.options;
    const outbound = (await shipments.ofOrder(order.id)).filter(({ kind }) => kind === 'OUTBOUND').slice(-MAX_PARCELS);
    const parcels: OrderFacts['parcels'] = await Promise.all(
      outbound.map(async (shipment) => ({
        shipment,
        estimate: (await estimates.estimate(shipment.tracked)) ?? null,
      })),
    );
    const { parts, cards, needsPerson } = orderAnswer({ order, parcels }, intent, { language, timeZone });
    const content = { ...answer(language, 'ANSWERED', parts), cards };
    return needsPerson ? withPerson(content) : content;
  }
}

/** Returns the orders that a question without a number may mean: those on their way, else the newest one. */
function likelyOrders(orders: readonly Order[], intent: string): readonly Order[] {
  if (intent === 'delivered-not-received') {
    const delivered = orders.find(({ status }) => status === 'DELIVERED');
    if (delivered !== undefined) return [delivered];
  }
  const open = orders.filter(({ status }) => OPEN_STATUSES.has(status));
  return open.length > 0 ? open : orders.slice(0, 1);
}

/** Returns what a choice means; undefined if the customer has written a text. */
function meaningOf({ choice }: MessageRecord, messages: readonly MessageRecord[]): ChoiceMeaning | undefined {
  if (choice === null) return undefined;
  return messages.find(({ ordinal }) => ordinal === choice.of)?.content?.choices[choice.index]?.meaning;
}

function intentOf(meaning: ChoiceMeaning): string {
  return meaning.kind === 'PERSON' ? 'speak-to-person' : meaning.intent;
}

function answer(language: AnswerLanguage, outcome: AnswerOutcome, parts: readonly AnswerPart[]): AnswerContent {
  return { language, outcome, parts, choices: [], cards: [], quotes: [] };
}

function plain(language: AnswerLanguage, outcome: AnswerOutcome, template: TemplateId): AnswerContent {
  return answer(language, outcome, [{ template, slots: {} }]);
}

function withPerson(content: AnswerContent): AnswerContent {
  if (content.choices.some(({ meaning }) => meaning.kind === 'PERSON')) return content;
  const person: AnswerChoice = { text: personWords(content.language), meaning: { kind: 'PERSON' } };
  return { ...content, choices: [...content.choices, person] };
}

const HAN = /\p{Script=Han}/u;

/** Returns the language of an answer: that of the script of the message, else that of the conversation. */
export function answerLanguageOf(text: string, conversationLanguage: string | null): AnswerLanguage {
  if (HAN.test(text)) return 'zh';
  return /\p{L}/u.test(text) || conversationLanguage?.toLowerCase().startsWith('zh') !== true ? 'en' : 'zh';
}
