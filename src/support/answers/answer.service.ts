import type { ArticlesReadModel } from '../articles/articles.read-model';
import type { ConversationRecord, MessageRecord } from '../conversation';
import { ownerAsViewer } from '../conversation-access';
import { isOnlyNumber, namedNumbers, withPlainNumbers, type NamedNumber } from '../understanding/entities';
import type { UnderstandingService } from '../understanding/understanding.service';
import type { UnderstoodMessage } from '../understanding/understood-message';
import type { AnswerChoice, AnswerContent, ChoiceMeaning } from './answer';
import { answer, plain, withPerson } from './answer-content';
import { source, visibleText } from './order-answer';
import { OrderAnswers, type OrderAnswersOptions, type Question } from './order-answers.service';
import type { AnswerLanguage } from './templates';
import { intentWords } from './words';

/** A second intent is offered if its probability is at least this share of the first one's. */
const MIN_SECOND_SHARE = 0.25;
/** Intents are offered only if the best one has at least this probability. */
const MIN_OFFERED_CONFIDENCE = 0.2;
const MAX_QUOTE_TITLE_LENGTH = 200;

export interface AnswerServiceOptions extends OrderAnswersOptions {
  readonly understanding: UnderstandingService;
  readonly articles: Pick<ArticlesReadModel, 'find'>;
}

export interface ComposedAnswer {
  readonly understood: UnderstoodMessage;
  readonly content: AnswerContent;
}

/** Composes the answer to a message from the facts of the shop: orders, parcels and articles. */
export class AnswerService {
  private readonly orderAnswers: OrderAnswers;

  constructor(private readonly options: AnswerServiceOptions) {
    this.orderAnswers = new OrderAnswers(options);
  }

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
    if (OrderAnswers.answers(intent))
      return this.orderAnswers.answer(question, () => this.quote(question.text, intent, language));
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
}

/** Returns what a choice means; undefined if the customer has written a text. */
function meaningOf({ choice }: MessageRecord, messages: readonly MessageRecord[]): ChoiceMeaning | undefined {
  if (choice === null) return undefined;
  return messages.find(({ ordinal }) => ordinal === choice.of)?.content?.choices[choice.index]?.meaning;
}

function intentOf(meaning: ChoiceMeaning): string {
  return meaning.kind === 'PERSON' ? 'speak-to-person' : meaning.intent;
}

const HAN = /\p{Script=Han}/u;

/** Returns the language of an answer: that of the script of the message, else that of the conversation. */
export function answerLanguageOf(text: string, conversationLanguage: string | null): AnswerLanguage {
  if (HAN.test(text)) return 'zh';
  return /\p{L}/u.test(text) || conversationLanguage?.toLowerCase().startsWith('zh') !== true ? 'en' : 'zh';
}
