import type { Viewer } from '../../graphql/context';
import type { ArticlesReadModel } from '../articles/articles.read-model';
import { isAnswer, type ConversationOwner, type ConversationRecord, type MessageRecord } from '../conversation';
import { ownerAsViewer } from '../conversation-access';
import { codesIn, isOnlyNumber, namedNumbers, type NamedNumber, type OwnNumber } from '../understanding/entities';
import { CHOOSING, CHOSEN, mayFollow, retracts, saysSomething, withoutRefused } from '../understanding/acts';
import { asksForOther, textOf, type UnrefusedText } from '../understanding/refusals';
import { conceptsOfIntent } from '../articles/intent-concepts';
import { POLITE_INTENTS } from '../understanding/understanding.service';
import type { IntentCandidate, UnderstoodMessage } from '../understanding/understood-message';
import type { AnswerChoice, AnswerContent, AnswerPart, ChoiceMeaning } from './answer';
import { NOT_SPOKEN } from '../language/texts';
import { languageOfText, statedLanguage } from '../language/text-language';
import { answer, plain, withPerson } from './answer-content';
import {
  IntentResolver,
  mentionedOrder,
  mentionedProduct,
  productOf,
  type AskedText,
  type IntentResolverOptions,
} from './intent-resolver.service';
import { source, visibleText } from './order-answer';
import {
  ProductAnswers,
  type ProductAnswersOptions,
  type ProductQuestion,
  type ProductSearches,
} from './product-answers.service';
import { OrderAnswers, type OrderAnswersOptions, type Question } from './order-answers.service';
import { OF_ANYTHING, type AnsweringPassage } from '../articles/passage-answers';
import { LOCALES, type AnswerLanguage } from '../language/languages';
import { fold } from '../language/fold';
import { groupOf, lexiconOf, type Concept } from '../language/lexicon';
import { functionWords } from '../../search-engine/text/function-words';
import { askedKinds, CALENDAR } from '../understanding/asked-kind';
import { questionsOf } from '../understanding/questions';
import { Analyzers } from '../../search-engine/text/analyzers';
import type { TemplateId } from './templates';
import { intentWords } from './words';

/** A second intent is offered if its probability is at least this share of the first one's. */
const MIN_SECOND_SHARE = 0.25;
/** Intents are offered only if the best one has at least this probability. */
const MIN_OFFERED_CONFIDENCE = 0.2;
/** One intent alone is offered only if it has at least this probability. */
const MIN_SINGLE_CONFIDENCE = 0.3;
const MAX_QUOTE_TITLE_LENGTH = 200;
/** Number of questions of a message that are answered. */
const MAX_QUESTIONS = 3;
const MAX_QUESTION_LENGTH = 120;
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
  private readonly analyzers: Analyzers;

  constructor(private readonly options: AnswerServiceOptions) {
    this.orderAnswers = new OrderAnswers(options);
    const products = (this.productAnswers = new ProductAnswers(options));
    this.analyzers = new Analyzers(options.shopLanguage);
    const { understanding, articles } = options;
    this.intents = new IntentResolver({ understanding, articles, products });
  }

  /** @param messages all messages of the conversation up to this one */
  async compose(
    conversation: ConversationRecord,
    messages: readonly MessageRecord[],
    message: MessageRecord,
  ): Promise<ComposedAnswer> {
    const before = languageBefore(message, messages) ?? statedLanguage(conversation.language);
    const { language, other } =
      message.choice === null ? languageOfText(message.text, before) : { language: before ?? 'en', other: null };
    const pressed = meaningOf(message, messages);
    const chosen = pressed === undefined ? choiceInWords(message.text, language, messages) : undefined;
    const meaning = pressed ?? (chosen?.isWhole === true ? chosen.meaning : undefined);
    // `How much is the second one?` asks something of what it names.
    const spokenOf = meaning === undefined ? chosen?.meaning : undefined;
    if (other !== null) return { understood: NOT_UNDERSTOOD, content: notSpoken(other, language) };
    if (meaning === undefined && messages.some(isAnswer) && retracts(message.text, language))
      return { understood: NOT_UNDERSTOOD, content: withPerson(plain(language, 'ASKED_BACK', 'ask.again')) };
    const viewer = ownerAsViewer(conversation);
    // The words of a choice name neither an order nor a product. Those of the question before it may.
    const written =
      pressed?.kind === 'INTENT' || meaning?.kind === 'PRODUCT'
        ? questionOf(message, messages)
        : meaning === undefined
          ? withContext(message, messages, language)
          : message.text;
    const unrefused = withoutRefused(written, language);
    const { isRefusal, rest, asks } = unrefused;
    // A choice may repeat what its question has refused.
    const isRefused = meaning === undefined && isRefusal;
    const text = isRefused && asks ? rest : written;
    const namesOrders = meaning === undefined || meaning.kind === 'INTENT';
    const { numbers, refusedIds, namesOther } = namesOrders
      ? await this.numbersIn(written, isRefused && asks ? unrefused : undefined, viewer)
      : NO_NUMBERS;
    const asker = { language, viewer, searches: new Map() as ProductSearches };
    const refusedProduct = isRefused && asks ? await this.productIn(textOf(unrefused.parts, true), asker) : null;
    const mentionedId =
      refusedProduct ?? (spokenOf?.kind === 'PRODUCT' ? spokenOf.productId : mentionedProduct(messages));
    const asked: AskedText = { ...asker, text, numbers, mentionedId };
    if (meaning === undefined && !isRefused) {
      const questions = questionsOf(text, language, this.analyzers.of(language));
      const inTurn = questions.length > 1 ? await this.answerInTurn(questions, asked, messages) : null;
      if (inTurn !== null) return inTurn;
    }
    const { part, ...understood } =
      meaning !== undefined
        ? { intent: intentOf(meaning), confidence: null, candidates: [], modelVersion: null, part: text }
        : isRefused && !asks
          ? this.options.understanding.understand(text)
          : await this.intents.resolve(asked, messages);
    if (isRefused && !(asks && isAnswerable(understood.intent, unrefused, language, namesOther)))
      return { understood: { ...understood, intent: null }, content: plain(language, 'ASKED_BACK', 'ask.refused') };
    if (understood.intent === null)
      return { understood, content: await this.answerWithoutIntent(asked, part, understood.candidates) };
    const content = await this.answerIntent({
      ...{ ...asked, part, intent: understood.intent, refusedIds },
      wish: OrderAnswers.requests(understood.intent) ? wishOf(message, messages, language) : written,
      orderId: orderOf(meaning ?? spokenOf),
      productId: meaning?.kind === 'PRODUCT' ? meaning.productId : null,
      previous: meaning === undefined ? productQuestionBefore(message, messages) : null,
      mentionedOrderId: mentionedOrder(messages),
    });
    return { understood, content: asksAgain(content, message, messages) ?? content };
  }

  /**
   * Answers several questions of a message, one after another: the first three, and names the next. Those without an answer
   * are named, too. Returns null if none has one.
   */
  private async answerInTurn(
    questions: readonly string[],
    asked: AskedText,
    messages: readonly MessageRecord[],
  ): Promise<ComposedAnswer | null> {
    const { language } = asked;
    const answers: ComposedAnswer[] = [];
    let { mentionedId } = asked;
    for (const text of questions.slice(0, MAX_QUESTIONS)) {
      const own = asked.numbers.filter((number) => text.includes(number.text));
      const numbers = own.length === 0 && isAboutOrder(text, language) ? asked.numbers : own;
      const one = { ...asked, text, numbers, mentionedId };
      const { part, ...understood } = await this.intents.resolve(one, messages);
      const { intent } = understood;
      if (intent !== null && POLITE_INTENTS.has(intent)) continue;
      const content =
        intent === null
          ? this.quote(part, null, language)
          : await this.answerIntent({
              ...{ ...one, part, intent, refusedIds: [], orderId: null, productId: null, previous: null },
              mentionedOrderId: mentionedOrder(messages),
              wish: OrderAnswers.requests(intent) ? text : asked.text,
            });
      const isAnswered = content !== null && content.outcome !== 'NOT_UNDERSTOOD';
      answers.push({ understood, content: isAnswered ? content : unanswered(text, language) });
      mentionedId = (content === null ? null : productOf(content)) ?? mentionedId;
    }
    const first = answers.find(({ content }) => content.outcome !== 'NOT_UNDERSTOOD');
    if (first === undefined) return null;
    const contents = answers.map(({ content }) => content);
    const rest = questions.slice(MAX_QUESTIONS);
    if (rest.length > 0)
      contents.push(plainText(language, 'questions.rest', rest.join(' '), rest.length * MAX_QUESTION_LENGTH));
    const { understood } = answers.find((one) => one.understood.intent !== null) ?? first;
    return { understood, content: joined(contents) };
  }

  /** Returns the only product that a text names; null if it names none or several. */
  private async productIn(
    text: string,
    asker: Pick<AskedText, 'language' | 'viewer' | 'searches'>,
  ): Promise<string | null> {
    const { named } = await this.productAnswers.named(text, asker);
    return named.length === 1 ? named[0]!.id : null;
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
    if (OrderAnswers.answers(intent)) {
      const policy = this.quotePolicy(question);
      // The last day for a return says nothing about an opened box.
      if (policy === null && conditionsIn(question).length > 0)
        return withPerson(plain(language, 'NOT_UNDERSTOOD', 'no-answer'));
      return this.orderAnswers.answer(question, () => policy);
    }
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

  /** Quotes what answers a question about an order, or else, to those who want to return something, how to do that. */
  private quotePolicy(question: Question): AnswerContent | null {
    const { part, intent, language } = question;
    const conditions = conditionsIn(question);
    const quoted = this.quote(part, intent, language, conditions);
    if (quoted !== null || intent !== 'return-item' || conditions.length > 0) return quoted;
    const kinds = [...askedKinds(part, language)];
    const named = lexiconOf(language)
      .conceptsIn(part)
      .map(({ id }) => id);
    const about = conceptsOfIntent(intent);
    const isOnly = named.every((id) => about.includes(id) || OF_ANYTHING.has(id) || groupOf(id) !== 'service');
    return isOnly && kinds.every((kind) => kind === 'YES_NO' || kind === 'MANNER')
      ? this.quote(intentWords(language, intent), intent, language)
      : null;
  }

  /** Answers from the catalogue, or from an article if the catalogue has no answer. */
  private async answerProduct(question: ProductQuestion): Promise<AnswerContent> {
    const content = await this.productAnswers.answer(question);
    const isAnswered =
      content.outcome === 'ANSWERED' || content.choices.some(({ meaning }) => meaning.kind === 'PRODUCT');
    // An article knows nothing of the allergens of a product.
    if (isAnswered || this.productAnswers.isAboutSafety(question)) return content;
    return this.quote(question.part, question.intent, question.language) ?? content;
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
    const intents = (saysWhat(part, language) ? offeredIntents(candidates) : []).map((intent): AnswerChoice => ({
      text: intentWords(language, intent),
      meaning: intent === 'speak-to-person' ? { kind: 'PERSON' } : { kind: 'INTENT', intent },
    }));
    const choices = [...intents, ...(await this.productAnswers.choices(part, asked))];
    if (choices.length === 0) return withPerson(plain(language, 'NOT_UNDERSTOOD', 'not-understood'));
    return withPerson({ ...plain(language, 'ASKED_BACK', 'ask.intent'), choices });
  }

  /** @param needed what the passage must name */
  private quote(
    text: string,
    intent: string | null,
    language: AnswerLanguage,
    needed: readonly Concept[] = [],
  ): AnswerContent | null {
    const kinds = askedKinds(text, language);
    const found = this.options.articles.find({ text, intent, language, kinds, needed });
    if (found === undefined) return null;
    const { article, passage } = found;
    const slot = {
      value: passage.text,
      text: passage.text,
      source: source('ARTICLE', article.id, `body, passage ${passage.number}`),
    };
    const quoted: AnswerPart = { template: 'quote.passage', slots: { passage: slot } };
    const isOther = found.language !== language;
    return {
      ...answer(language, 'ANSWERED', isOther ? [otherLanguagePart(found, language), quoted] : [quoted]),
      quotes: [{ articleId: article.id, title: visibleText(article.title, MAX_QUOTE_TITLE_LENGTH), url: article.url }],
    };
  }
}

/** What decides whether a product may be returned. */
const CONDITIONS: ReadonlySet<Concept> = new Set([
  ...(['opened', 'used', 'hygiene-products', 'food-return', 'perishable'] as const),
]);

function conditionsIn({ text, intent, language }: Question): Concept[] {
  if (intent !== 'return-item') return [];
  const named = lexiconOf(language).conceptsIn(text);
  return [...new Set(named.map(({ id }) => id).filter((id) => CONDITIONS.has(id)))];
}

/** Says that an article is in another language than the question. */
function otherLanguagePart({ article, language: written }: AnsweringPassage, language: AnswerLanguage): AnswerPart {
  const text = new Intl.DisplayNames([LOCALES[language]], { type: 'language' }).of(written) ?? written;
  const slot = { value: written, text, source: source('ARTICLE', article.id, 'language') };
  return { template: 'quote.other-language', slots: { language: slot } };
}

function plainText(
  language: AnswerLanguage,
  template: TemplateId,
  written: string,
  maxLength = MAX_QUESTION_LENGTH,
): AnswerContent {
  const text = visibleText(written, maxLength);
  const slot = { value: text, text, source: source('CUSTOMER_TEXT', text, 'question') };
  return answer(language, 'NOT_UNDERSTOOD', [{ template, slots: { text: slot } }]);
}

function unanswered(question: string, language: AnswerLanguage): AnswerContent {
  return withPerson(plainText(language, 'question.unanswered', question));
}

/** Joins answers to one message. What two of them say is said once; a person is offered last. */
function joined(contents: readonly AnswerContent[]): AnswerContent {
  const outcomes = contents.map(({ outcome }) => outcome);
  const outcome = (['HANDED_OFF', 'ANSWERED'] as const).find((each) => outcomes.includes(each)) ?? outcomes[0]!;
  const all = <Item>(items: readonly Item[]) => [
    ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
  ];
  // `Yes` belongs to what follows it.
  const keyed = contents.flatMap(({ parts }, at) =>
    parts.map((part) => ({ part, of: part.template === 'yes' || part.template === 'no' ? at : null })),
  );
  const choices = all(contents.flatMap((content) => content.choices));
  const actions = contents.flatMap((content) => content.actions ?? []);
  const content: AnswerContent = {
    ...{ language: contents[0]!.language, outcome },
    parts: all(keyed).map((each) => each.part),
    choices: choices.filter(({ meaning }) => meaning.kind !== 'PERSON'),
    cards: all(contents.flatMap(({ cards }) => cards)),
    quotes: all(contents.flatMap(({ quotes }) => quotes)),
    ...(actions.length > 0 ? { actions } : {}),
  };
  return content.choices.length < choices.length ? withPerson(content) : content;
}

/** Returns whether a question without a number may mean the order of another question of its message. */
function isAboutOrder(text: string, language: AnswerLanguage): boolean {
  const lexicon = lexiconOf(language);
  return lexicon.has('it', text) || lexicon.conceptsIn(text).some(({ id }) => CHOSEN.includes(id));
}

const NOT_UNDERSTOOD: UnderstoodMessage = { intent: null, confidence: null, candidates: [], modelVersion: null };

/** Says in a language without answers that it has none, and offers a person. */
function notSpoken(other: string, language: AnswerLanguage): AnswerContent {
  const text = Object.hasOwn(NOT_SPOKEN, other) ? NOT_SPOKEN[other]! : undefined;
  if (text === undefined) return withPerson(plain(language, 'NOT_UNDERSTOOD', 'not-understood'));
  const slot = { value: other, text, source: source('CUSTOMER_TEXT', other, 'language') };
  return withPerson(answer(language, 'NOT_UNDERSTOOD', [{ template: 'language.not-spoken', slots: { text: slot } }]));
}

/** Returns the language of the answer before a message, or of the choice that it makes. */
function languageBefore(message: MessageRecord, messages: readonly MessageRecord[]): AnswerLanguage | undefined {
  return (offerOf(message, messages) ?? messages.findLast(isAnswer))?.content?.language;
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

/** A text with more characters names no choice. */
const MAX_CHOICE_TEXT = 40;

interface WrittenChoice {
  readonly meaning: ChoiceMeaning;
  /** Whether the text says nothing else. */
  readonly isWhole: boolean;
}

/** Returns the choice of the answer before that a text names by its place: `the second`, `2`, `the other one`. */
function choiceInWords(
  written: string,
  language: AnswerLanguage,
  messages: readonly MessageRecord[],
): WrittenChoice | undefined {
  const text = fold(written);
  if (text.length > MAX_CHOICE_TEXT) return undefined;
  const lexicon = lexiconOf(language);
  // `Don't cancel the first` chooses nothing.
  if (withoutRefused(text, language).isRefusal) return undefined;
  const answers = messages.filter(isAnswer);
  const offers = (answers.at(-1)?.content?.choices ?? []).filter(isObjectChoice);
  const asks = [...askedKinds(text, language)].some((kind) => kind !== 'WHICH');
  const isWhole = !asks && !saysSomething(text, language, [...CHOOSING, 'newest'], ['ordinals'], CHOSEN);
  const as = (offer: AnswerChoice | undefined) => offer && { meaning: offer.meaning, isWhole };
  const orders = offers.filter(({ meaning }) => meaning.kind === 'ORDER');
  // The newest stands first.
  if (orders.length > 1 && orders.length === offers.length && lexicon.has('newest', text)) return as(orders[0]);
  const digits = /^[^\p{L}\p{N}]*(\d)[^\p{L}\p{N}]*$/u.exec(text)?.[1];
  const place = digits === undefined ? lexicon.numbersIn('ordinals', text)[0]?.value : Number(digits);
  // Zero stands by words that name no place: `one second`.
  if (offers.length > 1 && place !== undefined && place !== 0) return as(offers.at(place > 0 ? place - 1 : place));
  const named = offerNamed(text, language, offers);
  if (named !== undefined) return { meaning: named.meaning, isWhole: true };
  if (!lexicon.has('other', text) || !isWhole) return undefined;
  // One of two was chosen: the other one is meant.
  const offered = answers
    .slice(-2)
    .findLast(({ content }) => (content?.choices ?? []).filter(isObjectChoice).length === 2);
  const stated = new Set(answers.at(-1)?.content?.cards.map(({ kind, id }) => `${kind} ${id}`));
  const others = (offered?.content?.choices ?? [])
    .filter(isObjectChoice)
    .filter(({ meaning }) => !stated.has(nameOf(meaning)));
  return others.length === 1 ? as(others[0]) : undefined;
}

function orderOf(meaning: ChoiceMeaning | undefined): string | null {
  return meaning?.kind === 'ORDER' ? meaning.orderId : null;
}

/** Returns the only choice with most of the words of a text, by what they mean or as they are written. */
function offerNamed(text: string, language: AnswerLanguage, offers: readonly AnswerChoice[]): AnswerChoice | undefined {
  const kinds = askedKinds(text, language);
  if ([...kinds].some((kind) => kind !== 'WHICH')) return undefined;
  const ignored = functionWords(language);
  const isThing = (concept: Concept) => groupOf(concept) !== 'service';
  const read = (written: string, languages: readonly AnswerLanguage[]) =>
    new Set<string>([
      ...languages
        .flatMap((each) =>
          lexiconOf(each)
            .conceptsIn(written)
            .map(({ id }) => id),
        )
        .filter(isThing),
      ...(fold(written).match(/[\p{L}\p{N}]{3,}/gu) ?? []).filter((word) => !ignored.has(word)),
    ]);
  const asked = read(text, [language]);
  const counts = offers.map(
    (offer) => [...read(offer.text, ['en', language])].filter((word) => asked.has(word)).length,
  );
  const most = Math.max(0, ...counts);
  const best = offers.filter((_, at) => counts[at] === most);
  return most > 0 && best.length === 1 && offers.length > 1 ? best[0] : undefined;
}

/** Asks again which of the offered products a short text means that names none in the shop; null if none were offered. */
function asksAgain(
  { outcome, language, choices }: AnswerContent,
  { text }: MessageRecord,
  messages: readonly MessageRecord[],
): AnswerContent | null {
  const offered = (messages.findLast(isAnswer)?.content?.choices ?? []).filter(
    ({ meaning }) => meaning.kind === 'PRODUCT',
  );
  const isUnknown = outcome === 'NOT_FOUND' && !choices.some(({ meaning }) => meaning.kind === 'PRODUCT');
  if (!isUnknown || offered.length < 2 || text.length > MAX_CHOICE_TEXT) return null;
  return { ...plain(language, 'ASKED_BACK', 'products.which'), choices: offered };
}

function isObjectChoice({ meaning }: AnswerChoice): boolean {
  return meaning.kind === 'ORDER' || meaning.kind === 'PRODUCT';
}

function nameOf(meaning: ChoiceMeaning): string {
  return meaning.kind === 'ORDER'
    ? `ORDER ${meaning.orderId}`
    : meaning.kind === 'PRODUCT'
      ? `PRODUCT ${meaning.productId}`
      : '';
}

/** A longer message is a question of its own. */
const MAX_FOLLOW_UP_WORDS = 6;

/** Returns a short question after a quoted article with the one before it: `and to Spain?` */
function withContext(message: MessageRecord, messages: readonly MessageRecord[], language: AnswerLanguage): string {
  const { text } = message;
  const isQuoted = (messages.findLast(isAnswer)?.content?.quotes.length ?? 0) > 0;
  const lexicon = lexiconOf(language);
  const isShort = lexicon.isUnspaced
    ? text.length <= 2 * MAX_FOLLOW_UP_WORDS
    : text.split(/\s+/).length <= MAX_FOLLOW_UP_WORDS;
  const before = questionBefore(message, messages);
  if (!isQuoted || !isShort || before === null || codesIn(text).length > 0) return text;
  const named = lexicon.conceptsIn(text).map(({ id }) => id);
  const isOfBefore = (id: Concept) =>
    id.startsWith('country:') || groupOf(id) === 'quality' || (OF_ANYTHING.has(id) && id !== 'order');
  const startsAnew = named.length > 1 ? !named.some((id) => id.startsWith('country:')) : !named.every(isOfBefore);
  const isFollowUp = lexicon.has('followUp', text);
  if (startsAnew && !isFollowUp) return text;
  const hasKind = askedKinds(text, language).size > 0;
  if (named.length === 0 && !hasKind && !isFollowUp) return text;
  const replaced = lexicon
    .conceptsIn(before)
    .filter(({ id }) => id.startsWith('country:') || (hasKind && id === 'cost'));
  let kept = before;
  for (const { from, to } of replaced) kept = kept.slice(0, from) + ' '.repeat(to - from) + kept.slice(to);
  return `${kept.replaceAll(/[?？]/g, ' ')} ${text}`;
}

/** Returns the message to which a choice was offered. */
function questionOf(message: MessageRecord, messages: readonly MessageRecord[]): string {
  const offered = offerOf(message, messages) ?? messages.findLast(isAnswer);
  return messages.find(({ ordinal }) => ordinal === offered?.answerTo)?.text ?? message.text;
}

/** Returns what the customer has last asked in own words before a message. */
function questionBefore({ ordinal }: MessageRecord, messages: readonly MessageRecord[]): string | null {
  const before = messages.findLast(
    (each) => each.author === 'CUSTOMER' && each.choice === null && each.ordinal < ordinal,
  );
  return before === undefined ? null : before.text;
}

/** The same if it was about a product. */
function productQuestionBefore(message: MessageRecord, messages: readonly MessageRecord[]): string | null {
  const answered = messages.findLast(isAnswer)?.answerTo;
  const intent = messages.find(({ ordinal }) => ordinal === answered)?.understood?.intent ?? '';
  return ProductAnswers.answers(intent) ? questionBefore(message, messages) : null;
}

/** Returns whether a message that refuses something has an intent that can be answered. */
function isAnswerable(
  intent: string | null,
  unrefused: UnrefusedText,
  language: AnswerLanguage,
  namesOther: boolean,
): boolean {
  return intent !== null && !POLITE_INTENTS.has(intent) && mayFollow(intent, unrefused, language, namesOther);
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
function wishOf({ text }: MessageRecord, messages: readonly MessageRecord[], language: AnswerLanguage): string {
  const wish = messages
    .slice(-MAX_WISH_MESSAGES)
    .findLast(
      (message) =>
        message.author === 'CUSTOMER' &&
        message.choice === null &&
        !isOnlyNumber(message.text, namedNumbers(message.text)) &&
        !isRefusalOnly(message.text, language),
    );
  return wish?.text ?? text;
}

function isRefusalOnly(text: string, language: AnswerLanguage): boolean {
  const { isRefusal, asks } = withoutRefused(text, language);
  return isRefusal && !asks;
}

/** Returns whether a text names anything that shops talk about: to others, no intent is offered. */
function saysWhat(text: string, language: AnswerLanguage): boolean {
  return lexiconOf(language)
    .conceptsIn(text)
    .some(({ id }) => !OF_ANYTHING.has(id) && !CALENDAR.has(id));
}

/** Returns the best intents, one or two, of which a customer may have meant one; none if nothing is likely. */
function offeredIntents(candidates: readonly IntentCandidate[]): string[] {
  const [first, second] = candidates.filter(({ intent }) => !POLITE_INTENTS.has(intent));
  if (first === undefined || first.confidence < MIN_OFFERED_CONFIDENCE) return [];
  if (second !== undefined && second.confidence >= MIN_SECOND_SHARE * first.confidence)
    return [first.intent, second.intent];
  return first.confidence >= MIN_SINGLE_CONFIDENCE ? [first.intent] : [];
}

function intentOf(meaning: ChoiceMeaning): string {
  return meaning.kind === 'PERSON' ? 'speak-to-person' : meaning.intent;
}
