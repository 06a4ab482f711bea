import type { ProductsReadModel } from '../../catalog/products.read-model';
import type { Product } from '../../catalog/product.type';
import { isSellable } from '../../catalog/product-record';
import type { Viewer } from '../../graphql/context';
import type { FoundProducts } from '../../search/search.service';
import { ProductWords, type AskedProduct } from '../understanding/product-words';
import type { AnswerChoice, AnswerContent, AnswerPart } from './answer';
import { answer, plain, withPerson } from './answer-content';
import { source, visibleText } from './order-answer';
import { availabilityParts, detailParts, titleSlot } from './product-answer';
import type { AnswerLanguage } from './templates';

/** Number of products that an answer shows. */
const MAX_PRODUCTS = 3;
/** Number of products that are read for an answer: some may not be sellable. */
const MAX_READ = 12;
const MAX_CHOICE_LENGTH = 60;
const MAX_NAME_LENGTH = 80;
/** A product is named by this many words of its title and brand, or by all words of the question. */
const MIN_NAMING_WORDS = 2;
/** Number of products between which a customer chooses. */
const MAX_CHOICES = 5;
/** Number of products that are offered with intents. */
const MAX_NAMED_CHOICES = 2;

const PRODUCT_INTENTS: ReadonlySet<string> = new Set([
  'product-availability',
  'product-details',
  'product-recommendation',
]);

export interface ProductAnswersOptions {
  readonly products: Pick<ProductsReadModel, 'getPublished' | 'variants'>;
  /** Finds products by a text, as searches do. */
  readonly findProducts: (viewer: Viewer, query: string, count: number) => Promise<FoundProducts>;
  /** Returns the ids of products that are like a product, or, without one, that suit the viewer; the best first. */
  readonly recommend: (viewer: Viewer, similarTo: string | null, count: number) => Promise<readonly string[]>;
  /** BCP 47. */
  readonly shopLanguage: string;
}

export interface ProductQuestion {
  readonly text: string;
  /** The part of the text that has the intent. */
  readonly part: string;
  readonly intent: string;
  readonly language: AnswerLanguage;
  readonly viewer: Viewer;
  /** The product that the customer has chosen. */
  readonly productId: string | null;
  /** The product that the last answer was about: `it` is this one. */
  readonly mentionedId: string | null;
  readonly searches: ProductSearches;
}

/** Whose products are found, and the searches of the message so far. */
type ProductsAsker = Pick<ProductQuestion, 'language' | 'viewer' | 'searches'>;

/** The products that a text may mean. */
interface AskedProducts {
  readonly asked: AskedProduct;
  /** Those that it names: by most words of titles and brands, at least two or all words of the text. */
  readonly named: readonly Product[];
  /** Whether titles and brands of the named products have all words of the text. */
  readonly namesAllWords: boolean;
  /** Those that have all its words, not all of them in the title; empty if it names products. */
  readonly described: readonly Product[];
  /** Those that have a word of it in the title or the brand, the best first. */
  readonly close: readonly Product[];
}

const NOTHING = { named: [], namesAllWords: false, described: [], close: [] };

/** What the texts of one message name, by text, so that each is searched once. */
export type ProductSearches = Map<string, Promise<AskedProducts>>;

/** Answers questions about products from the catalogue: whether they can be bought, their price, attributes, and others like them. */
export class ProductAnswers {
  private readonly words: ProductWords;

  constructor(private readonly options: ProductAnswersOptions) {
    this.words = new ProductWords(options.shopLanguage);
  }

  /** Returns whether questions with an intent are answered from the catalogue. */
  static answers(intent: string): boolean {
    return PRODUCT_INTENTS.has(intent);
  }

  async answer(question: ProductQuestion): Promise<AnswerContent> {
    const { text, part, intent, language, productId, mentionedId } = question;
    if (productId !== null) return this.about(productId, question);
    const inPart = await this.find(part, question);
    if (this.isMentioned(inPart, mentionedId)) return this.about(mentionedId!, question);
    const inText = inPart.named.length === 0 ? await this.find(text, question) : inPart;
    const { asked, named, namesAllWords, described, close } = inText.named.length > 0 ? inText : inPart;
    if (intent === 'product-recommendation') {
      if (asked.query === '') return this.suggest(question, null);
      if (named.length === 1 && asked.asksForSimilar) return this.suggest(question, named[0]!);
      const listed = [named, described, close].find(({ length }) => length > 0) ?? [];
      if (listed.length === 0) return this.unknown(asked.query, [], question);
      return listed.length === 1
        ? this.about(listed[0]!.id, question, true)
        : this.list('products.found', listed, question);
    }
    if (asked.query === '') return withPerson(plain(language, 'ASKED_BACK', 'product.which'));
    // What the title does not have, such as a colour, may be among the attributes.
    if (named.length === 1) return this.about(named[0]!.id, question, intent === 'product-details' || !namesAllWords);
    if (named.length > 1) return this.list('products.which', named, question);
    if (described.length > 0) return this.list('products.found', described, question);
    return this.unknown(asked.query, close, question);
  }

  /** Returns the products that a text names, and whether their titles and brands have all its words. */
  named(text: string, asked: ProductsAsker): Promise<Pick<AskedProducts, 'named' | 'namesAllWords'>> {
    return this.find(text, asked);
  }

  /** Returns choices for the products that a text names, at most two. */
  async choices(text: string, asked: ProductsAsker): Promise<AnswerChoice[]> {
    const { named } = await this.find(text, asked);
    return named.slice(0, MAX_NAMED_CHOICES).map((product) => choiceOf(product, 'product-availability'));
  }

  private find(text: string, asker: ProductsAsker): Promise<AskedProducts> {
    let found = asker.searches.get(text);
    if (found === undefined) asker.searches.set(text, (found = this.search(text, asker)));
    return found;
  }

  private async search(text: string, { language, viewer }: ProductsAsker): Promise<AskedProducts> {
    const asked = this.words.read(text, language);
    if (asked.query === '') return { asked, ...NOTHING };
    const { ids, matchCount, ignoredWords } = await this.options.findProducts(viewer, asked.query, MAX_READ);
    const hasAllWords = matchCount > 0 && ignoredWords.length === 0;
    const listed = this.published(hasAllWords ? ids.slice(0, matchCount) : ids);
    const all = new Map(listed.flatMap((product) => this.withVariants(product, asked)).map((each) => [each.id, each]));
    const found = [...all.values()].map((product) => ({ product, ...this.words.naming(asked, product) }));
    const most = Math.max(0, ...found.map(({ words }) => words));
    const best = found.filter(({ words }) => words === most);
    const whole = best.filter(({ isWhole }) => isWhole);
    const isNamed = most >= MIN_NAMING_WORDS || (most > 0 && (hasAllWords || whole.length > 0));
    return {
      asked,
      named: isNamed ? (whole.length > 0 ? whole : best).map(({ product }) => product) : [],
      namesAllWords: isNamed && most >= asked.words.length,
      described: isNamed || !hasAllWords ? [] : listed,
      close: found
        .filter(({ words }) => words > 0)
        .sort((a, b) => b.words - a.words)
        .map(({ product }) => product),
    };
  }

  /** A search shows one variant of a group. A question whose words are all in its title may mean each of them. */
  private withVariants(product: Product, asked: AskedProduct): Product[] {
    if (product.groupId === null || this.words.naming(asked, product).words < asked.words.length) return [product];
    const variants = this.options.products.variants(product);
    return [product, ...this.published(variants.map(({ id }) => id))];
  }

  /** Returns whether a question means the product that was mentioned before: `it`, or one of its attributes. */
  private isMentioned({ asked, named, close }: AskedProducts, mentionedId: string | null): boolean {
    const product = mentionedId === null ? undefined : this.options.products.getPublished(mentionedId);
    if (product === undefined) return false;
    if (asked.query === '') return true;
    if (named.length > 0 || close.length > 0) return false;
    const { attributes, language } = product;
    return asked.hasPronoun || Object.keys(attributes).some((name) => this.words.hasWordOf(asked, name, language));
  }

  /** States one product. @param isDetailed with its attributes */
  private async about(
    id: string,
    question: ProductQuestion,
    isDetailed = question.intent === 'product-details',
  ): Promise<AnswerContent> {
    const { intent, language, text } = question;
    const [product] = this.published([id]);
    if (product === undefined) return withPerson(plain(language, 'NOT_FOUND', 'product.none'));
    if (intent === 'product-recommendation' && !isDetailed) return this.suggest(question, product);
    const wording = { language };
    const parts = isDetailed ? detailParts(product, text, wording) : availabilityParts(product, wording);
    const content = { ...answer(language, 'ANSWERED', parts), cards: [cardOf(product)] };
    if (!isSellable(product.availability)) return this.withSimilar(content, product, question);
    return isDetailed ? withPerson(content) : content;
  }

  /** Adds products like one that can't be bought. */
  private async withSimilar(
    content: AnswerContent,
    product: Product,
    question: ProductQuestion,
  ): Promise<AnswerContent> {
    const others = this.sellable(await this.options.recommend(question.viewer, product.id, MAX_READ));
    if (others.length === 0) return withPerson(content);
    const parts: AnswerPart[] = [...content.parts, { template: 'products.similar', slots: {} }];
    return { ...content, parts, cards: [...content.cards, ...others.map(cardOf)] };
  }

  /** Suggests products like one, or, without one, those that suit the customer. */
  private async suggest({ viewer, language }: ProductQuestion, similarTo: Product | null): Promise<AnswerContent> {
    const products = this.sellable(await this.options.recommend(viewer, similarTo?.id ?? null, MAX_READ));
    if (products.length === 0 && similarTo !== null)
      return withPerson({
        ...answer(language, 'ANSWERED', availabilityParts(similarTo, { language })),
        cards: [cardOf(similarTo)],
      });
    if (products.length === 0) return withPerson(plain(language, 'NOT_UNDERSTOOD', 'no-answer'));
    const slots: AnswerPart['slots'] = similarTo === null ? {} : { product: titleSlot(similarTo) };
    const part: AnswerPart = { template: similarTo === null ? 'products.suggested' : 'products.similar-to', slots };
    return { ...answer(language, 'ANSWERED', [part]), cards: products.map(cardOf) };
  }

  /** Shows products between which the customer chooses. */
  private list(
    template: 'products.found' | 'products.which',
    found: readonly Product[],
    { intent, language }: ProductQuestion,
  ): AnswerContent {
    const shown = found.slice(0, template === 'products.which' ? MAX_CHOICES : MAX_PRODUCTS);
    const cards = shown.map(cardOf);
    if (template === 'products.found') return { ...plain(language, 'ANSWERED', template), cards };
    return { ...plain(language, 'ASKED_BACK', template), cards, choices: shown.map((one) => choiceOf(one, intent)) };
  }

  /** Says that there is no such product, and shows those that have some of the words. */
  private unknown(query: string, close: readonly Product[], { intent, language }: ProductQuestion): AnswerContent {
    const name = {
      value: query,
      text: visibleText(query, MAX_NAME_LENGTH),
      source: source('CUSTOMER_TEXT', visibleText(query, MAX_NAME_LENGTH), 'product'),
    };
    const parts: AnswerPart[] = [{ template: 'product.unknown', slots: { name } }];
    if (close.length === 0) return withPerson(answer(language, 'NOT_FOUND', parts));
    const shown = close.slice(0, MAX_PRODUCTS);
    return withPerson({
      ...answer(language, 'NOT_FOUND', [...parts, { template: 'products.close', slots: {} }]),
      cards: shown.map(cardOf),
      choices: shown.map((one) => choiceOf(one, intent)),
    });
  }

  private published(ids: readonly string[]): Product[] {
    return ids.flatMap((id) => this.options.products.getPublished(id) ?? []);
  }

  private sellable(ids: readonly string[]): Product[] {
    return this.published(ids)
      .filter(({ availability }) => isSellable(availability))
      .slice(0, MAX_PRODUCTS);
  }
}

function cardOf({ id }: Product) {
  return { kind: 'PRODUCT' as const, id };
}

function choiceOf({ id, title }: Product, intent: string): AnswerChoice {
  return { text: visibleText(title, MAX_CHOICE_LENGTH), meaning: { kind: 'PRODUCT', productId: id, intent } };
}
