import type { Viewer } from '../../graphql/context';
import type { ArticlesReadModel } from '../articles/articles.read-model';
import { isAnswer, type MessageRecord } from '../conversation';
import { isOnlyNumber, withPlainNumbers, type NamedNumber } from '../understanding/entities';
import { POLITE_INTENTS, type UnderstandingService, type UnderstoodText } from '../understanding/understanding.service';
import { OrderAnswers } from './order-answers.service';
import { ProductAnswers, type ProductSearches } from './product-answers.service';
import { OF_ANYTHING } from '../articles/passage-answers';
import { groupOf, lexiconOf, type Concept, type WordList } from '../language/lexicon';
import { CHOOSING, CHOSEN, saysSomething } from '../understanding/acts';
import { askedKinds } from '../understanding/asked-kind';
import type { AnswerLanguage } from '../language/languages';
import type { AnswerContent } from './answer';

/** A number or a product that a message names makes an intent certain that has at least this probability. */
const MIN_NAMED_CONFIDENCE = 0.2;
/** A message that names a product is not about it if another intent has at least this probability. */
const MAX_OTHER_CONFIDENCE = 0.3;
/**
 * Minimum probability of intents whose wrong answer does no harm: the status of an order, the product of the answer before,
 * an article with words of the question, or a person.
 */
const MIN_HARMLESS_CONFIDENCE = 0.4;

/** A message with more characters is a question of its own. */
const MAX_FOLLOW_UP_LENGTH = 40;

/** A message as the customer has written it. */
export interface AskedText {
  readonly text: string;
  readonly language: AnswerLanguage;
  readonly viewer: Viewer;
  /** The numbers in the text. */
  readonly numbers: readonly NamedNumber[];
  readonly searches: ProductSearches;
  /** The product of the answer before, or of what the message refuses: `it` is this one. */
  readonly mentionedId: string | null;
}

export interface IntentResolverOptions {
  readonly understanding: Pick<UnderstandingService, 'understand'>;
  readonly articles: Pick<ArticlesReadModel, 'find'>;
  readonly products: Pick<ProductAnswers, 'named' | 'asksForFact'>;
}

/** Finds the intent of a message: by the model, and by what the message names if the model is not certain. */
export class IntentResolver {
  constructor(private readonly options: IntentResolverOptions) {}

  /** @param messages all messages of the conversation up to this one */
  async resolve(asked: AskedText, messages: readonly MessageRecord[]): Promise<UnderstoodText> {
    const { text, numbers } = asked;
    const understood = this.options.understanding.understand(text, (part) => withPlainNumbers(part, numbers));
    const intent = isSupported(understood, asked.language) ? understood.intent : null;
    const before = answeredBefore(messages);
    const resolved = async (): Promise<string | null> => {
      if (before.awaitsProduct && (intent === null || ProductAnswers.answers(intent))) {
        if (intent === null && asksForPerson(understood)) return 'speak-to-person';
        return isOnlyNumber(text, numbers) && numbers.some(isOwn)
          ? 'order-status'
          : (before.productIntent ?? 'product-availability');
      }
      if (isOnlyNumber(text, numbers)) return before.orderIntent ?? 'order-status';
      if (namesAnother(asked, before)) return before.orderIntent ?? before.answeredOrderIntent!;
      const ofLastOrder = this.ofLastOrder(asked, before);
      if (ofLastOrder !== undefined) return ofLastOrder;
      if (await this.asksForFact(asked, { ...understood, intent })) return 'product-details';
      if (await this.correctsProduct(asked, before)) return before.productIntent!;
      const hasOwn = numbers.some((number) => number.isCertain && isOwn(number));
      const isElsewhere =
        intent !== null &&
        (OrderAnswers.answers(intent) || PERSONAL.has(intent)) &&
        !(intent === 'payment-problem' && asksIfPaid(asked));
      if (hasOwn && !isElsewhere) {
        const ofOrder = before.orderIntent ?? orderIntentOf(text, asked.language);
        if (ofOrder !== undefined) return ofOrder;
      }
      if (intent === 'wrong-or-missing-item' && asksForOrder(asked)) return 'order-status';
      if (intent !== null && !POLITE_INTENTS.has(intent)) return intent;
      return this.byWhatIsNamed(asked, { ...understood, intent }, before);
    };
    return { ...understood, intent: await resolved() };
  }

  /** Returns what a message asks of the order of the answer before, if it says nothing else: `how much exactly?` */
  private ofLastOrder({ text, language, mentionedId, numbers }: AskedText, before: AnsweredBefore): string | undefined {
    if (before.answeredOrderIntent === undefined || mentionedId !== null || numbers.length > 0) return undefined;
    const named = lexiconOf(language).conceptsIn(text);
    if (named.some(({ id }) => !OF_ANYTHING.has(id) && id !== 'refund') || text.length > MAX_FOLLOW_UP_LENGTH)
      return undefined;
    if (named.some(({ id }) => id === 'refund')) return 'refund-status';
    const kinds = askedKinds(text, language);
    if (kinds.has('AMOUNT')) return before.answeredOrderIntent === 'refund-status' ? 'refund-status' : 'order-details';
    return kinds.has('DAY') || kinds.has('PLACE') ? 'order-status' : undefined;
  }

  /** Returns whether a message asks for a fact of a product: one that it names, or the one of the answer before. */
  private async asksForFact(asked: AskedText, { intent, part }: UnderstoodText): Promise<boolean> {
    if (intent !== null && (ProductAnswers.answers(intent) || OrderAnswers.answers(intent))) return false;
    const { products } = this.options;
    const { language, mentionedId } = asked;
    const { named } = await products.named(part, asked);
    if (named.length > 0) return products.asksForFact(part, named[0]!.id, language);
    return mentionedId !== null && products.asksForFact(part, mentionedId, language);
  }

  /** Returns whether a message names another product than the answer before: `no, I meant the hammer drill`. */
  private async correctsProduct(asked: AskedText, { productIntent }: AnsweredBefore): Promise<boolean> {
    const lexicon = lexiconOf(asked.language);
    if (productIntent === undefined) return false;
    if (!(['retract', 'not', 'followUp', 'nevermind'] as const).some((list) => lexicon.has(list, asked.text)))
      return false;
    return (await this.options.products.named(asked.text, asked)).named.length > 0;
  }

  private async byWhatIsNamed(
    asked: AskedText,
    understood: UnderstoodText,
    before: AnsweredBefore,
  ): Promise<string | null> {
    const { numbers, language } = asked;
    const { intent, candidates, part } = understood;
    const [best] = candidates;
    const ofOrders = candidates.find((each) => OrderAnswers.states(each.intent));
    const mayBeOrder = isLikely(ofOrders, MIN_NAMED_CONFIDENCE);
    const isCertainNumber = numbers.some(({ isCertain }) => isCertain);
    if (numbers.some(isOwn) && (isCertainNumber || mayBeOrder))
      return before.orderIntent ?? (mayBeOrder ? ofOrders!.intent : 'order-status');
    if (isCertainNumber && mayBeOrder) return ofOrders!.intent;
    if (asksForOrder(asked)) return 'order-status';
    const ofProducts = candidates.find((each) => ProductAnswers.answers(each.intent));
    const mayBeProduct = isLikely(ofProducts, MIN_NAMED_CONFIDENCE);
    const isOther = isLikely(best, MAX_OTHER_CONFIDENCE) && best !== ofProducts && !POLITE_INTENTS.has(best!.intent);
    const { named, namesAllWords } = await this.options.products.named(part, asked);
    const isName = namesAllWords && (!isOther || askedKinds(part, language).size === 0);
    if (named.length > 0 && (isName || ((!isOther || before.productIntent !== undefined) && mayBeProduct)))
      return before.productIntent ?? (mayBeProduct ? ofProducts!.intent : 'product-availability');
    if (intent !== null) return intent;
    if (asksForPerson(understood)) return 'speak-to-person';
    const isFollowUp = best === ofProducts && before.productIntent !== undefined;
    const isHarmless =
      best !== undefined &&
      (best === ofOrders ||
        isFollowUp ||
        namesRequest(best.intent, part, language) ||
        this.hasArticle(part, best.intent, language));
    return isHarmless && isLikely(best, MIN_HARMLESS_CONFIDENCE) ? best.intent : null;
  }

  /** Returns whether an article for the intent, or for none, has much of the question. */
  private hasArticle(question: string, intent: string, language: AnswerLanguage): boolean {
    const kinds = askedKinds(question, language);
    const found = this.options.articles.find({ text: question, intent, language, kinds });
    return found !== undefined && (found.isForIntent || found.article.intents.length === 0);
  }
}

const ALL: readonly WordList[] = ['all', 'it', 'wish'];

/**
 * Returns whether a message only names an order after an answer about one, or the question which one: `no, the other
 * one`, `the one with the book`.
 */
function namesAnother({ text, language }: AskedText, before: AnsweredBefore): boolean {
  const lexicon = lexiconOf(language);
  const asks = [...askedKinds(text, language)].some((kind) => kind !== 'WHICH');
  if (asks || text.length > MAX_FOLLOW_UP_LENGTH) return false;
  if (before.answeredOrderIntent !== undefined)
    return lexicon.has('other', text) && !saysSomething(text, language, CHOOSING, [], CHOSEN);
  if (before.orderIntent !== undefined && lexicon.has('all', text) && !saysSomething(text, language, ALL, [], CHOSEN))
    return true;
  const isThing = ({ id }: { id: Concept }) => groupOf(id) === 'thing' || groupOf(id) === 'quality';
  return before.orderIntent !== undefined && lexicon.conceptsIn(text).some(isThing);
}

/** Returns whether a message asks where an order or parcel is, or when it comes, and names nothing else. */
function asksForOrder({ text, language }: AskedText): boolean {
  const kinds = askedKinds(text, language);
  const named = lexiconOf(language).conceptsIn(text);
  const isOrder = named.some(({ id }) => id === 'order' || id === 'parcel');
  return isOrder && (kinds.has('PLACE') || kinds.has('DAY')) && named.every(({ id }) => OF_ORDERS.has(id));
}

const OF_ORDERS: ReadonlySet<string> = new Set([
  ...[
    'order',
    'parcel',
    'delivery',
    'tracking',
    'carrier',
    'packaging',
    'store-pickup',
    'split-delivery',
    'pickup-point',
    'parcel-locker',
  ],
]);

/** Intents of a message about an order that are not answered from it. */
const PERSONAL: ReadonlySet<string> = new Set([
  ...['speak-to-person', 'complaint', 'damaged-item', 'wrong-or-missing-item', 'exchange-item', 'invoice'],
  ...[
    'payment-problem',
    'discount-code',
    'warranty-repair',
    'gift-wrap',
    'price-match',
    'unsubscribe',
    'privacy-request',
  ],
]);
/** What a message with the number of an order asks for, by what it names. */
const ORDER_INTENTS: readonly (readonly [intent: string, concepts: readonly Concept[]])[] = [
  ['cancel-order', ['cancel']],
  ['refund-status', ['refund']],
  ['return-item', ['return']],
  ['change-order', ['change', 'address']],
  ['order-details', ['payment', 'cost']],
];

function orderIntentOf(text: string, language: AnswerLanguage): string | undefined {
  const named = new Set(
    lexiconOf(language)
      .conceptsIn(text)
      .map(({ id }) => id),
  );
  return ORDER_INTENTS.find(([, concepts]) => concepts.some((concept) => named.has(concept)))?.[0];
}

/** The words of which a request has one, unless it is very probable. */
const REQUEST_WORDS: ReadonlyMap<string | null, WordList> = new Map([
  ['cancel-order', 'cancel'],
  ['change-order', 'changeOrder'],
  ['return-item', 'returnGoods'],
]);
const MIN_UNNAMED_REQUEST_CONFIDENCE = 0.8;

/** Returns whether a message says what it requests, if its intent is a request that is not very probable. */
function isSupported({ intent, confidence, part }: UnderstoodText, language: AnswerLanguage): boolean {
  if (!REQUEST_WORDS.has(intent) || (confidence ?? 0) >= MIN_UNNAMED_REQUEST_CONFIDENCE) return true;
  return namesRequest(intent, part, language);
}

/** Returns whether a message has the words of the request that its intent is. */
function namesRequest(intent: string | null, part: string, language: AnswerLanguage): boolean {
  const list = REQUEST_WORDS.get(intent);
  return list !== undefined && (lexiconOf(language).has(list, part) || orderIntentOf(part, language) === intent);
}

/** Returns whether a question with the number of an order says nothing of a failed payment: `is it paid?` */
function asksIfPaid({ text, language }: AskedText): boolean {
  const named = lexiconOf(language).conceptsIn(text);
  return askedKinds(text, language).has('YES_NO') && !named.some(({ id }) => id === 'declined');
}

function isOwn({ orderIds }: NamedNumber): boolean {
  return orderIds.length > 0;
}

function asksForPerson({ candidates }: UnderstoodText): boolean {
  return candidates.some(
    ({ intent, confidence }) => intent === 'speak-to-person' && confidence >= MIN_HARMLESS_CONFIDENCE,
  );
}

function isLikely(candidate: { readonly confidence: number } | undefined, min: number): boolean {
  return candidate !== undefined && candidate.confidence >= min;
}

/** What the newest answer was about. */
interface AnsweredBefore {
  /** The intent of the orders between which it lets choose. */
  readonly orderIntent: string | undefined;
  /** The intent of the question, if it was about products. */
  readonly productIntent: string | undefined;
  /** The intent of the question, if the answer states an order. */
  readonly answeredOrderIntent: string | undefined;
  /** Whether it has asked for a product. */
  readonly awaitsProduct: boolean;
}

/** Returns the product that the newest answer is about; null if it is about none. */
export function mentionedProduct(messages: readonly MessageRecord[]): string | null {
  const content = messages.findLast(isAnswer)?.content;
  return content == null ? null : productOf(content);
}

/** Returns the first product of which an answer states something; null if there is none. */
export function productOf({ parts }: AnswerContent): string | null {
  const sources = parts.flatMap(({ slots }) => Object.values(slots).map(({ source: from }) => from));
  return (
    sources.find(({ kind, field }) => kind === 'PRODUCT' || (kind === 'CUSTOMER_TEXT' && field === 'product'))?.id ??
    null
  );
}

/** Returns the order that the newest answer is about; null if it is about none or several. */
export function mentionedOrder(messages: readonly MessageRecord[]): string | null {
  const orders = (messages.findLast(isAnswer)?.content?.cards ?? []).filter(({ kind }) => kind === 'ORDER');
  return orders.length === 1 ? orders[0]!.id : null;
}

function answeredBefore(messages: readonly MessageRecord[]): AnsweredBefore {
  const newest = messages.findLast(isAnswer);
  const offered = newest?.content?.choices[0]?.meaning;
  const question = messages.find(({ ordinal }) => ordinal === newest?.answerTo)?.understood?.intent ?? undefined;
  const template = newest?.content?.parts[0]?.template;
  return {
    orderIntent: offered?.kind === 'ORDER' ? offered.intent : undefined,
    productIntent: question !== undefined && ProductAnswers.answers(question) ? question : undefined,
    answeredOrderIntent:
      newest?.content?.outcome === 'ANSWERED' &&
      newest.content.cards.some(({ kind }) => kind === 'ORDER') &&
      question !== undefined &&
      OrderAnswers.answers(question)
        ? question
        : undefined,
    awaitsProduct: template === 'product.which' || template === 'products.which',
  };
}
