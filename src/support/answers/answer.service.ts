import type { Viewer } from '../../graphql/context';
import type { ArticlesReadModel } from '../articles/articles.read-model';
import { isAnswer, type ConversationOwner, type ConversationRecord, type MessageRecord } from '../conversation';
import { ownerAsViewer } from '../conversation-access';
import { codesIn, isOnlyNumber, namedNumbers, type NamedNumber, type OwnNumber } from '../understanding/entities';
import { asksForOther, mayFollowRefusal, textOf, withoutRefusals, type UnrefusedText } from '../understanding/refusals';
import { POLITE_INTENTS } from '../understanding/understanding.service';
import type { IntentCandidate, UnderstoodMessage } from '../understanding/understood-message';
import type { AnswerChoice, AnswerContent, ChoiceMeaning } from './answer';
import { answerLanguageOf } from './answer-language';
import { answer, plain, withPerson } from './answer-content';
import { IntentResolver, type AskedText, type IntentResolverOptions } from './intent-resolver.service';
import { source, visibleText } from './order-answer';
import { ProductAnswers, type ProductAnswersOptions, type ProductQuestion } from './product-answers.service';
import { OrderAnswers, type OrderAnswersOptions, type Question } from './order-answers.service';
import type { AnswerLanguage } from './templates';
import { intentWords } from './words';

/** A second intent is offered if its probability is at least this share of the first one's. */
const MIN_SECOND_SHARE = 0.25;
/** Intents are offered only if the best one has at least this probability. */
const MIN_OFFERED_CONFIDENCE = 0.2;
/** One intent alone is offered only if it has at least this probability. */
const MIN_SINGLE_CONFIDENCE = 0.3;
const MAX_QUOTE_TITLE_LENGTH = 200;
/** Number of the newest messages in which it is looked for what a change requests. */
const MAX_WISH_MESSAGES = 10;

export interface AnswerServiceOptions extends OrderAnswersOptions, ProductAnswersOptions {
  readonly understanding: IntentResolverOptions['understanding'];
  readonly articles: Pick<ArticlesReadModel, 'find'>;
  /** Finds those numbers of a person's orders and parcels that have one of the codes. */
  readonly findOwnNumbers: (owner: ConversationOwner, codes: readonly string[]) => Promise<readonly OwnNumber[]>;
}

export interface ComposedAnswer {
  readonly understood: UnderstoodMessage;
  readonly content: AnswerContent;
}

/** Composes the answer to a message from the facts of the shop: orders, parcels, products and articles. */
export class AnswerService {
  private readonly orderAnswers: OrderAnswers;
  private readonly productAnswers: ProductAnswers;
  private readonly intents: IntentResolver;

  constructor(private readonly options: AnswerServiceOptions) {
    this.orderAnswers = new OrderAnswers(options);
    const products = (this.productAnswers = new ProductAnswers(options));
    const { understanding, articles } = options;
    this.intents = new IntentResolver({ understanding, articles, products });
  }

  /** @param messages all messages of the conversation up to this one */
  async compose(
    conversation: ConversationRecord,
    messages: readonly MessageRecord[],
    message: MessageRecord,
  ): Promise<ComposedAnswer> {
    const language =
      offerOf(message, messages)?.content?.language ?? answerLanguageOf(message.text, conversation.language);
    const meaning = meaningOf(message, messages);
    const viewer = ownerAsViewer(conversation);
    // The words of a choice name neither an order nor a product. Those of the question before it may.
    const written =
      meaning?.kind === 'INTENT' || meaning?.kind === 'PRODUCT' ? questionOf(message, messages) : message.text;
    const unrefused = withoutRefusals(written);
    const { isRefusal, rest, asks } = unrefused;
    // A choice may repeat what its question has refused.
    const isRefused = meaning === undefined && isRefusal;
    const text = isRefused && asks ? rest : written;
    const namesOrders = meaning === undefined || meaning.kind === 'INTENT';
    const { numbers, refusedIds, namesOther } = namesOrders
      ? await this.numbersIn(written, isRefused && asks ? unrefused : undefined, viewer)
      : NO_NUMBERS;
    const asked: AskedText = { text, language, viewer, numbers, searches: new Map() };
    const { part, ...understood } =
      meaning !== undefined
        ? { intent: intentOf(meaning), confidence: null, candidates: [], modelVersion: null, part: text }
        : isRefused && !asks
          ? this.options.understanding.understand(text)
          : await this.intents.resolve(asked, messages);
    if (isRefused && !(asks && isAnswerable(understood.intent, unrefused, namesOther)))
      return { understood: { ...understood, intent: null }, content: plain(language, 'ASKED_BACK', 'ask.refused') };
    if (understood.intent === null)
      return { understood, content: await this.answerWithoutIntent(asked, part, understood.candidates) };
    const content = await this.answerIntent({
      ...{ ...asked, part, intent: understood.intent, refusedIds },
      wish: OrderAnswers.requests(understood.intent) ? wishOf(message, messages) : written,
      orderId: meaning?.kind === 'ORDER' ? meaning.orderId : null,
      productId: meaning?.kind === 'PRODUCT' ? meaning.productId : null,
      mentionedId: mentionedProduct(messages),
    });
    return { understood, content };
  }

  /**
   * Returns the numbers in what a customer asks, or else those in the whole message: what is refused may name the order
   * of the rest, unless the rest is about another one.
   */
  private async numbersIn(
    written: string,
    unrefused: UnrefusedText | undefined,
    viewer: Viewer,
  ): Promise<MessageNumbers> {
    const owner = {
      customerId: viewer.customerId ?? null,
      sessionId: viewer.sessionId ?? null,
      orderId: viewer.orderId ?? null,
    };
    const codes = codesIn(written);
    const own = codes.length === 0 ? [] : await this.options.findOwnNumbers(owner, codes);
    if (unrefused === undefined) return { ...NO_NUMBERS, numbers: namedNumbers(written, own) };
    const names = (text: string) =>
      namedNumbers(text, own).filter(({ isCertain, orderIds }) => isCertain || orderIds.length > 0);
    const [asked, refused] = [names(unrefused.rest), names(textOf(unrefused.parts, true))];
    const askedIds = asked.map(orderKey);
    const refusedIds = refused.map(orderKey).filter((id) => !askedIds.includes(id));
    const isOther = asked.length > 0 || asksForOther(unrefused);
    return {
      numbers: namedNumbers(isOther ? unrefused.rest : written, own),
      refusedIds: isOther ? refusedIds : [],
      namesOther: refused.length > 0 && askedIds.some((id) => !refused.map(orderKey).includes(id)),
    };
  }

  private answerIntent(question: Question & ProductQuestion): Promise<AnswerContent> | AnswerContent {
    const { intent, language } = question;
    if (OrderAnswers.answers(intent))
      return this.orderAnswers.answer(question, () => this.quote(question.part, intent, language));
    if (ProductAnswers.answers(intent)) return this.answerProduct(question);
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
          this.quote(question.part, intent, language) ?? withPerson(plain(language, 'NOT_UNDERSTOOD', 'no-answer'))
        );
    }
  }

  /** Answers from the catalogue, or from an article if the catalogue has no answer. */
  private async answerProduct(question: ProductQuestion): Promise<AnswerContent> {
    const content = await this.productAnswers.answer(question);
    const isAnswered =
      content.outcome === 'ANSWERED' || content.choices.some(({ meaning }) => meaning.kind === 'PRODUCT');
    return isAnswered ? content : (this.quote(question.part, question.intent, question.language) ?? content);
  }

  /** Quotes an article, asks back with the best intents and the products that are named, or offers a person. */
  private async answerWithoutIntent(
    asked: AskedText,
    part: string,
    candidates: readonly IntentCandidate[],
  ): Promise<AnswerContent> {
    const { text, language } = asked;
    const quoted = this.quote(part, null, language) ?? this.quote(text, null, language);
    if (quoted !== null) return quoted;
    const intents = offeredIntents(candidates).map((intent): AnswerChoice => ({
      text: intentWords(language, intent),
      meaning: intent === 'speak-to-person' ? { kind: 'PERSON' } : { kind: 'INTENT', intent },
    }));
    const choices = [...intents, ...(await this.productAnswers.choices(part, asked))];
    if (choices.length === 0) return withPerson(plain(language, 'NOT_UNDERSTOOD', 'not-understood'));
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
}

/** Returns what a choice means; undefined if the customer has written a text. */
function meaningOf(message: MessageRecord, messages: readonly MessageRecord[]): ChoiceMeaning | undefined {
  const { choice } = message;
  return choice === null ? undefined : offerOf(message, messages)?.content?.choices[choice.index]?.meaning;
}

/** Returns the message that has offered the choice of a message; undefined if the customer has written a text. */
function offerOf({ choice }: MessageRecord, messages: readonly MessageRecord[]): MessageRecord | undefined {
  return choice === null ? undefined : messages.find(({ ordinal }) => ordinal === choice.of);
}

/** Returns the message to which a choice was offered. */
function questionOf(message: MessageRecord, messages: readonly MessageRecord[]): string {
  const offered = offerOf(message, messages);
  return messages.find(({ ordinal }) => ordinal === offered?.answerTo)?.text ?? message.text;
}

/** Returns whether a message that refuses something has an intent that can be answered. */
function isAnswerable(intent: string | null, unrefused: UnrefusedText, namesOther: boolean): boolean {
  return intent !== null && !POLITE_INTENTS.has(intent) && mayFollowRefusal(intent, unrefused, namesOther);
}

interface MessageNumbers {
  readonly numbers: readonly NamedNumber[];
  /** The orders that only refused parts name, if the message asks about others. */
  readonly refusedIds: readonly string[];
  /** Whether refused parts and others name orders, and not the same. */
  readonly namesOther: boolean;
}

const NO_NUMBERS: MessageNumbers = { numbers: [], refusedIds: [], namesOther: false };

function orderKey({ orderIds, text }: NamedNumber): string {
  return orderIds[0] ?? text.toLowerCase();
}

/** Returns what the customer has last written, except for choices, refusals and messages that are only the number of an order. */
function wishOf({ text }: MessageRecord, messages: readonly MessageRecord[]): string {
  const wish = messages
    .slice(-MAX_WISH_MESSAGES)
    .findLast(
      (message) =>
        message.author === 'CUSTOMER' &&
        message.choice === null &&
        !isOnlyNumber(message.text, namedNumbers(message.text)) &&
        !isRefusalOnly(message.text),
    );
  return wish?.text ?? text;
}

function isRefusalOnly(text: string): boolean {
  const { isRefusal, asks } = withoutRefusals(text);
  return isRefusal && !asks;
}

/** Returns the product that the newest answer states; null if it states none. */
function mentionedProduct(messages: readonly MessageRecord[]): string | null {
  const parts = messages.findLast(isAnswer)?.content?.parts ?? [];
  const sources = parts.flatMap(({ slots }) => Object.values(slots).map(({ source: from }) => from));
  return sources.find(({ kind }) => kind === 'PRODUCT')?.id ?? null;
}

/** Returns the best intents, one or two, of which a customer may have meant one; none if nothing is likely. */
function offeredIntents([first, second]: readonly IntentCandidate[]): string[] {
  if (first === undefined || first.confidence < MIN_OFFERED_CONFIDENCE) return [];
  if (second !== undefined && second.confidence >= MIN_SECOND_SHARE * first.confidence)
    return [first.intent, second.intent];
  return first.confidence >= MIN_SINGLE_CONFIDENCE ? [first.intent] : [];
}

function intentOf(meaning: ChoiceMeaning): string {
  return meaning.kind === 'PERSON' ? 'speak-to-person' : meaning.intent;
}
