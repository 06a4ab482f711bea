import type { Viewer } from '../../graphql/context';
import type { ArticlesReadModel } from '../articles/articles.read-model';
import { isAnswer, type MessageRecord } from '../conversation';
import { isOnlyNumber, withPlainNumbers, type NamedNumber } from '../understanding/entities';
import { POLITE_INTENTS, type UnderstandingService, type UnderstoodText } from '../understanding/understanding.service';
import { OrderAnswers } from './order-answers.service';
import { ProductAnswers, type ProductSearches } from './product-answers.service';
import type { AnswerLanguage } from './templates';

/** A number or a product that a message names makes an intent certain that has at least this probability. */
const MIN_NAMED_CONFIDENCE = 0.2;
/** A message that names a product is not about it if another intent has at least this probability. */
const MAX_OTHER_CONFIDENCE = 0.3;
/**
 * Minimum probability of intents whose wrong answer does no harm: the status of an order, the product of the answer before,
 * an article with words of the question, or a person.
 */
const MIN_HARMLESS_CONFIDENCE = 0.4;
/** An article for an intent answers if it has this share of the information of the question's words. */
const MIN_ARTICLE_COVERAGE = 0.3;

/** A message as the customer has written it. */
export interface AskedText {
  readonly text: string;
  readonly language: AnswerLanguage;
  readonly viewer: Viewer;
  /** The numbers in the text. */
  readonly numbers: readonly NamedNumber[];
  readonly searches: ProductSearches;
}

export interface IntentResolverOptions {
  readonly understanding: Pick<UnderstandingService, 'understand'>;
  readonly articles: Pick<ArticlesReadModel, 'find'>;
  readonly products: Pick<ProductAnswers, 'named'>;
}

/** Finds the intent of a message: by the model, and by what the message names if the model is not certain. */
export class IntentResolver {
  constructor(private readonly options: IntentResolverOptions) {}

  /** @param messages all messages of the conversation up to this one */
  async resolve(asked: AskedText, messages: readonly MessageRecord[]): Promise<UnderstoodText> {
    const { text, numbers } = asked;
    const understood = this.options.understanding.understand(text, (part) => withPlainNumbers(part, numbers));
    const { intent } = understood;
    const before = answeredBefore(messages);
    const resolved = async (): Promise<string | null> => {
      if (before.awaitsProduct && (intent === null || ProductAnswers.answers(intent))) {
        if (intent === null && asksForPerson(understood)) return 'speak-to-person';
        return isOnlyNumber(text, numbers) && numbers.some(isOwn)
          ? 'order-status'
          : (before.productIntent ?? 'product-availability');
      }
      if (isOnlyNumber(text, numbers)) return before.orderIntent ?? 'order-status';
      if (intent !== null && !POLITE_INTENTS.has(intent)) return intent;
      return this.byWhatIsNamed(asked, understood, before);
    };
    return { ...understood, intent: await resolved() };
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
    const ofProducts = candidates.find((each) => ProductAnswers.answers(each.intent));
    const mayBeProduct = isLikely(ofProducts, MIN_NAMED_CONFIDENCE);
    const isOther = isLikely(best, MAX_OTHER_CONFIDENCE) && best !== ofProducts && !POLITE_INTENTS.has(best!.intent);
    if (!isOther || before.productIntent !== undefined) {
      const { named, namesAllWords } = await this.options.products.named(part, asked);
      if (named.length > 0 && (mayBeProduct || namesAllWords))
        return before.productIntent ?? (mayBeProduct ? ofProducts!.intent : 'product-availability');
    }
    if (intent !== null) return intent;
    if (asksForPerson(understood)) return 'speak-to-person';
    const isFollowUp = best === ofProducts && before.productIntent !== undefined;
    const isHarmless =
      best !== undefined && (best === ofOrders || isFollowUp || this.hasArticle(part, best.intent, language));
    return isHarmless && isLikely(best, MIN_HARMLESS_CONFIDENCE) ? best.intent : null;
  }

  /** Returns whether an article for the intent has much of the question. */
  private hasArticle(question: string, intent: string, language: AnswerLanguage): boolean {
    const found = this.options.articles.find(question, intent, language);
    return found !== undefined && found.article.intents.includes(intent) && found.coverage >= MIN_ARTICLE_COVERAGE;
  }
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
  /** Whether it has asked for a product. */
  readonly awaitsProduct: boolean;
}

function answeredBefore(messages: readonly MessageRecord[]): AnsweredBefore {
  const newest = messages.findLast(isAnswer);
  const offered = newest?.content?.choices[0]?.meaning;
  const question = messages.find(({ ordinal }) => ordinal === newest?.answerTo)?.understood?.intent ?? undefined;
  const template = newest?.content?.parts[0]?.template;
  return {
    orderIntent: offered?.kind === 'ORDER' ? offered.intent : undefined,
    productIntent: question !== undefined && ProductAnswers.answers(question) ? question : undefined,
    awaitsProduct: template === 'product.which' || template === 'products.which',
  };
}
