import type { ProductsReadModel } from '../../catalog/products.read-model';
import type { Product } from '../../catalog/product.type';
import { isSellable } from '../../catalog/product-record';
import type { Viewer } from '../../graphql/context';
import type { FoundProducts } from '../../search/search.service';
import { Analyzers, subtagOf } from '../../search-engine/text/analyzers';
import { groupOf, lexiconOf, withoutInner, type Concept, type WordList } from '../language/lexicon';
import { askedKinds } from '../understanding/asked-kind';
import { askedUnitsOf, type AskedUnit } from '../understanding/asked-units';
import { ProductWords, type AskedProduct } from '../understanding/product-words';
import type { AnswerChoice, AnswerContent, AnswerPart } from './answer';
import { answer, plain, withPerson } from './answer-content';
import { source, visibleText } from './order-answer';
import { attributePart, availabilityParts, comparedParts, listedParts, titleSlot } from './product-answer';
import { asksOf, denies, isAboutSafety, CatalogueFacts, type AskedFacts } from './product-facts';
import { isAnswerLanguage, type AnswerLanguage } from '../language/languages';

/** Number of products that an answer shows. */
const MAX_PRODUCTS = 3;
/** Number of products that are read for an answer: some may not be sellable. */
const MAX_READ = 12;
const MAX_CHOICE_LENGTH = 60;
const MAX_SENTENCE_LENGTH = 300;
const MAX_NAME_LENGTH = 80;
/** A product is named by this many words of its title and brand, or by all words of the question. */
const MIN_NAMING_WORDS = 2;
/** Number of products between which a customer chooses. */
const MAX_CHOICES = 5;
/** Number of attributes that an answer states if the question names several equally well. */
const MAX_STATED = 3;
/** Number of attributes that an answer states if the question names none. */
const MAX_ATTRIBUTES = 8;
/** Number of attributes in which two products are compared. */
const MAX_COMPARED = 6;
/** Words that frame a question about a product, and name none. */
const FRAMES: readonly WordList[] = [
  ...(['duration', 'amount', 'quantity', 'day', 'place', 'person', 'reason', 'manner', 'which', 'yesNo'] as const),
  ...([
    'wish',
    'but',
    'it',
    'other',
    'followUp',
    'politeNegation',
    'retract',
    'compare',
    'bestSelling',
    'goesWith',
    'not',
  ] as const),
];
/** Between two products that are compared. */
const CONNECTOR = /\s(?:and|or|und|oder|et|ou|y|o|vs\.?|versus|than|als|que)\s|[、,/]|和|与|还是|跟|と|より/iu;
/** Number of products that are offered with intents. */
const MAX_NAMED_CHOICES = 2;

const PRODUCT_INTENTS: ReadonlySet<string> = new Set([
  'product-availability',
  'product-details',
  'product-recommendation',
]);

export interface ProductAnswersOptions {
  readonly products: Pick<ProductsReadModel, 'getPublished' | 'variants'>;
  /** Finds products by a text, as searches do: the best first, or the best-selling first. */
  readonly findProducts: (viewer: Viewer, query: string, count: number, order?: 'POPULAR') => Promise<FoundProducts>;
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
  /** What the customer has asked before, if the message only names another product: `and the blue one?`. */
  readonly previous: string | null;
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
  private readonly facts: CatalogueFacts;
  private readonly analyzers: Analyzers;

  constructor(private readonly options: ProductAnswersOptions) {
    const { shopLanguage } = options;
    this.words = new ProductWords(shopLanguage);
    const analyzers = (this.analyzers = new Analyzers(shopLanguage));
    this.facts = new CatalogueFacts((language) => analyzers.of(language), shopLanguage);
  }

  /** Returns whether questions with an intent are answered from the catalogue. */
  static answers(intent: string): boolean {
    return PRODUCT_INTENTS.has(intent);
  }

  async answer(question: ProductQuestion): Promise<AnswerContent> {
    const { text, part, intent, language, productId, mentionedId } = question;
    if (productId !== null) return this.about(productId, question);
    const inPart = await this.find(part, question);
    if (this.isMentioned(inPart, part, question)) return this.about(mentionedId!, question);
    const inText = inPart.named.length === 0 ? await this.find(text, question) : inPart;
    const { asked, named, described, close } = inText.named.length > 0 ? inText : inPart;
    const lexicon = lexiconOf(language);
    if (lexicon.has('bestSelling', text)) return this.bestSelling(asked.query, question);
    if (lexicon.has('compare', text)) {
      const [one, other] = named.length === 2 ? named : await this.namedApart(text, question);
      if (one !== undefined && other !== undefined) return this.compare(one, other, question);
    }
    if (intent === 'product-recommendation') {
      if (asked.query === '') return this.suggest(question, null);
      if (named.length === 1 && asked.asksForSimilar) return this.suggest(question, named[0]!);
      const listed = [named, described, close].find(({ length }) => length > 0) ?? [];
      if (listed.length === 0) return this.unknown(asked.query, [], question);
      return listed.length === 1 ? this.about(listed[0]!.id, question) : this.list('products.found', listed, question);
    }
    if (asked.query === '') return withPerson(plain(language, 'ASKED_BACK', 'product.which'));
    if (named.length === 1) return this.about(named[0]!.id, question);
    if (named.length > 1) return this.list('products.which', named, question);
    if (described.length > 0) return this.list('products.found', described, question);
    // `No, I meant the decaf` names something that was not asked for before.
    if (lexicon.has('retract', text) && close.length > 0)
      return close.length === 1 ? this.about(close[0]!.id, question) : this.list('products.which', close, question);
    // What names no product may be about the one before.
    if (mentionedId !== null && close.length === 0) return withPerson(plain(language, 'ASKED_BACK', 'product.which'));
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

  /** Returns the products that the parts of a text name, around `and` and the like. */
  private async namedApart(text: string, asker: ProductsAsker): Promise<Product[]> {
    const found = new Map<string, Product>();
    for (const part of text.split(CONNECTOR)) {
      const { named } = await this.find(part, asker);
      if (named.length === 1) found.set(named[0]!.id, named[0]!);
    }
    return [...found.values()];
  }

  private find(text: string, asker: ProductsAsker): Promise<AskedProducts> {
    let found = asker.searches.get(text);
    if (found === undefined) asker.searches.set(text, (found = this.search(text, asker)));
    return found;
  }

  /**
   * Searches for what is left of a text without the words that only frame a question or name an attribute, then for the
   * same with the nouns of the shop's language, then for the whole text. The first that names a product counts.
   */
  private async search(text: string, asker: ProductsAsker): Promise<AskedProducts> {
    const names = nameOf(text, asker.language);
    const shopLanguage = subtagOf(this.options.shopLanguage);
    const translated = isAnswerLanguage(shopLanguage) ? translatedName(names, asker.language, shopLanguage) : names;
    const variants = [...new Set([names, translated, text])];
    let first: AskedProducts | undefined;
    for (const variant of variants) {
      const found = await this.searchFor(variant, variant === translated ? `${text} ${translated}` : text, asker);
      if (found.named.length > 0) return found;
      first ??= found;
      if (found.asked.query === '') break;
    }
    const [only, ...others] = first!.close;
    const isName = only !== undefined && others.length === 0 && this.facts.hasProperName(text, asker.language, only);
    return isName ? { ...first!, named: [only] } : first!;
  }

  /** @param text what may have the words of the title; the query is a part of it */
  private async searchFor(query: string, text: string, { language, viewer }: ProductsAsker): Promise<AskedProducts> {
    const asked = this.words.read(query, language);
    if (asked.query === '')
      return { asked: { ...asked, hasPronoun: this.words.read(text, language).hasPronoun }, ...NOTHING };
    const naming = this.words.read(text, language, false);
    const { ids, matchCount, ignoredWords } = await this.options.findProducts(viewer, asked.query, MAX_READ);
    const hasAllWords = matchCount > 0 && ignoredWords.length === 0;
    const listed = this.published(hasAllWords ? ids.slice(0, matchCount) : ids);
    const all = new Map(listed.flatMap((product) => this.withVariants(product, asked)).map((each) => [each.id, each]));
    const found = [...all.values()].map((product) => ({ product, ...this.words.naming(naming, product) }));
    const most = Math.max(0, ...found.map(({ words }) => words));
    const best = found.filter(({ words }) => words === most);
    const whole = best.filter(({ isWhole }) => isWhole);
    const isNamed = most >= MIN_NAMING_WORDS || (most > 0 && (hasAllWords || whole.length > 0));
    return {
      asked: { ...asked, hasPronoun: naming.hasPronoun, asksForSimilar: naming.asksForSimilar },
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
  private isMentioned(
    { asked, named, close }: AskedProducts,
    text: string,
    { mentionedId, language: written }: ProductQuestion,
  ): boolean {
    const product = mentionedId === null ? undefined : this.options.products.getPublished(mentionedId);
    if (product === undefined) return false;
    if (asked.query === '') return true;
    if (named.length > 0) return false;
    // `No, I meant the decaf`: another one.
    if (close.length > 0 && lexiconOf(written).has('retract', text)) return false;
    if (this.facts.attributesFor(product, askedUnitsOf(text, written, this.analyzers.of(written))).length > 0)
      return true;
    if (close.length > 0) return false;
    const { attributes, language } = product;
    return asked.hasPronoun || Object.keys(attributes).some((name) => this.words.hasWordOf(asked, name, language));
  }

  /** States the requested facts of one product: attributes, price, whether it can be bought; or that it is not stated. */
  private async about(id: string, question: ProductQuestion): Promise<AnswerContent> {
    const { intent, language, part, previous } = question;
    const [product] = this.published([id]);
    if (product === undefined) return withPerson(plain(language, 'NOT_FOUND', 'product.none'));
    const wording = { language };
    const cards = [cardOf(product)];
    const own = this.askedOf(part, product, language);
    const namesOnly =
      !own.price &&
      !own.availability &&
      own.units.every(({ concepts }) => concepts.length === 0) &&
      own.kinds.size === 0;
    const asked = previous !== null && namesOnly ? this.askedOf(previous, product, language) : own;
    const services = asked.price || asked.availability ? availabilityParts(product, wording) : [];
    const stated = this.statedParts(product, asked, question);
    if (stated.length > 0) return { ...answer(language, 'ANSWERED', [...stated, ...services]), cards };
    const asksMore = asked.units.some(({ concepts }) => concepts.length > 0);
    if (asksMore || (services.length === 0 && asked.units.length > 0 && intent === 'product-details')) {
      const notStated: AnswerPart = { template: 'product.not-stated', slots: { product: nameOnly(product) } };
      // `Do you have it in steel?` is not answered by whether it can be bought.
      if (services.length === 0) return withPerson(answer(language, 'NOT_UNDERSTOOD', [notStated]));
      return withPerson({ ...answer(language, 'ANSWERED', [...services, notStated]), cards });
    }
    if (intent === 'product-details' && services.length === 0) {
      const all = Object.entries(product.attributes).map(([name, value]) => ({ name, value }));
      const parts = all.slice(0, MAX_ATTRIBUTES).flatMap((one) => attributePart(product, one, wording) ?? []);
      return withPerson({ ...answer(language, 'ANSWERED', [...availabilityParts(product, wording), ...parts]), cards });
    }
    if (intent === 'product-recommendation' && services.length === 0) return this.suggest(question, product);
    const content = { ...answer(language, 'ANSWERED', availabilityParts(product, wording)), cards };
    return isSellable(product.availability) ? content : this.withSimilar(content, product, question);
  }

  private askedOf(text: string, product: Product, language: AnswerLanguage): AskedFacts {
    const units = askedUnitsOf(text, language, this.analyzers.of(language));
    const kinds = askedKinds(text, language);
    const rest = asksOf(this.facts.withoutTitle(units, product), kinds);
    // The title may have the word that is asked for: `is the decaf coffee decaffeinated?`
    const isOnlyTitle = rest.units.length === 0 && !rest.price && !rest.availability && kinds.size > 0;
    return isOnlyTitle && this.facts.attributesFor(product, units).length > 0 ? asksOf(units, kinds) : rest;
  }

  /**
   * Returns whether a text asks for a fact of a product: its price, whether it can be bought, an attribute that it has, or
   * what attributes name.
   */
  asksForFact(text: string, id: string, language: AnswerLanguage): boolean {
    const [product] = this.published([id]);
    if (product === undefined) return false;
    const { units, price, availability, isOnlyProduct } = this.askedOf(text, product, language);
    if (isOnlyProduct && (price || availability)) return true;
    const isQuality = (concept: Concept) => groupOf(concept) === 'quality';
    return (
      this.facts.attributesFor(product, units).length > 0 ||
      units.some(({ concepts }) => concepts.length > 0 && concepts.every(isQuality))
    );
  }

  /** Returns whether a question is about allergens, medicines or the like, which only an attribute may answer. */
  isAboutSafety({ part, language }: Pick<ProductQuestion, 'part' | 'language'>): boolean {
    return isAboutSafety(askedUnitsOf(part, language, this.analyzers.of(language)));
  }

  /** States the attributes that a question names, or a sentence of the description that has its words. */
  private statedParts(
    product: Product,
    { units, kinds, isOnlyProduct }: AskedFacts,
    { language, part }: ProductQuestion,
  ): AnswerPart[] {
    const wording = { language };
    const attributes = this.facts.attributesFor(product, units);
    const parts = attributes.slice(0, MAX_STATED).flatMap((one) => attributePart(product, one, wording) ?? []);
    const [first] = attributes;
    // `Tiene gluten?`
    const isYesNo = kinds.size === 0 ? /[?？]/u.test(part) : kinds.size === 1 && kinds.has('YES_NO');
    if (parts.length > 0 && isYesNo) {
      const isPlain = asksWhetherItContains(part, units, language);
      // A value may deny the word: `not for children`, `free of nuts`. Where that harms, it is stated alone.
      const affirms = attributes.length === 1 && first!.isValueNamed && !isAboutSafety(units) && !denies(first!.value);
      if (affirms || (isPlain && attributes.some(({ isListed }) => isListed)))
        return [{ template: 'yes', slots: {} }, ...parts];
      if (isPlain && attributes.some((one) => one.isAbsence && one.value === true))
        return [{ template: 'no', slots: {} }, ...parts];
    }
    if (parts.length > 0 || isAboutSafety(units) || !isOnlyProduct) return parts;
    const meaning = units.filter(({ concepts }) => concepts.length > 0);
    const sentence = this.facts.sentenceFor(product, meaning.length > 0 ? meaning : units);
    if (sentence === undefined) return [];
    const slot = {
      value: sentence,
      text: visibleText(sentence, MAX_SENTENCE_LENGTH),
      source: source('PRODUCT', product.id, 'description'),
    };
    return [{ template: 'product.says', slots: { product: titleSlot(product), text: slot } }];
  }

  /** Lists the best-selling products of those that a text asks for. */
  private async bestSelling(query: string, question: ProductQuestion): Promise<AnswerContent> {
    const { viewer, language } = question;
    const { ids } = await this.options.findProducts(viewer, query, MAX_READ, 'POPULAR');
    const products = this.sellable(ids);
    if (products.length === 0) return this.unknown(query, [], question);
    const parts: AnswerPart[] = [{ template: 'products.best-selling', slots: {} }, ...listedParts(products)];
    return { ...answer(language, 'ANSWERED', parts), cards: products.map(cardOf) };
  }

  /** States the attributes of two products that a question names, or else those in which they differ. */
  private compare(one: Product, other: Product, { part, language }: ProductQuestion): AnswerContent {
    const cards = [cardOf(one), cardOf(other)];
    const units = askedUnitsOf(part, language, this.analyzers.of(language));
    const stated = [one, other].flatMap((product) =>
      this.facts
        .attributesFor(product, this.facts.withoutTitle(units, product))
        .flatMap((each) => attributePart(product, each, { language }) ?? []),
    );
    if (stated.length > 0) return { ...answer(language, 'ANSWERED', stated.slice(0, MAX_COMPARED)), cards };
    const parts = comparedParts(one, other, { language }).slice(0, MAX_COMPARED);
    if (parts.length === 0) return withPerson({ ...plain(language, 'NOT_UNDERSTOOD', 'no-answer'), cards });
    return { ...answer(language, 'ANSWERED', parts), cards };
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
    return { ...answer(language, 'ANSWERED', [part, ...listedParts(products)]), cards: products.map(cardOf) };
  }

  /** Shows products between which the customer chooses. */
  private list(
    template: 'products.found' | 'products.which',
    found: readonly Product[],
    { intent, language }: ProductQuestion,
  ): AnswerContent {
    const shown = found.slice(0, template === 'products.which' ? MAX_CHOICES : MAX_PRODUCTS);
    const cards = shown.map(cardOf);
    if (template === 'products.found')
      return { ...answer(language, 'ANSWERED', [{ template, slots: {} }, ...listedParts(shown)]), cards };
    return { ...plain(language, 'ASKED_BACK', template), cards, choices: shown.map((one) => choiceOf(one, intent)) };
  }

  /** Says that there is no such product, and shows those that have some of the words. */
  private unknown(query: string, close: readonly Product[], { intent, language }: ProductQuestion): AnswerContent {
    const name = {
      value: query,
      text: visibleText(query, MAX_NAME_LENGTH),
      source: source('CUSTOMER_TEXT', visibleText(query, MAX_NAME_LENGTH), 'name'),
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

const DENIED_OR_SAFE: ReadonlySet<Concept> = new Set([
  ...([
    'allergens',
    'safe',
    'gluten-free',
    'lactose-free',
    'sugar-free',
    'decaffeinated',
    'vegan',
    'vegetarian',
  ] as const),
]);

/** Returns whether a question names one thing that a product may contain, and neither denies it nor asks what is safe. */
function asksWhetherItContains(part: string, units: readonly AskedUnit[], language: AnswerLanguage): boolean {
  const lexicon = lexiconOf(language);
  if (lexicon.has('not', part) || lexicon.has('free', part) || denies(part)) return false;
  if (lexicon.conceptsIn(part).some(({ id }) => DENIED_OR_SAFE.has(id))) return false;
  const named = units.filter(({ concepts }) => concepts.length > 0 && !concepts.includes('ingredients'));
  return named.length === 1;
}

/** The title, as a name: nothing is stated of the product. */
function nameOnly({ id, title }: Product) {
  return {
    value: title,
    text: visibleText(title, MAX_SENTENCE_LENGTH),
    source: source('CUSTOMER_TEXT', id, 'product'),
  };
}

/** Returns a text without what frames a question or names an attribute or a service. */
function nameOf(text: string, language: AnswerLanguage): string {
  const lexicon = lexiconOf(language);
  const concepts = withoutInner(lexicon.conceptsIn(text)).filter(({ id }) =>
    ['quality', 'service'].includes(groupOf(id)),
  );
  const places = withoutInner([...FRAMES.flatMap((list) => lexicon.find(list, text)), ...concepts]);
  const rest = blanked(text, places);
  return (lexicon.isUnspaced ? rest.replaceAll(PARTICLES, ' ') : rest).replaceAll(/\s+/g, ' ').trim();
}

/** What stands between the names of a Chinese or Japanese question: particles, and single characters. */
const PARTICLES =
  /[\p{Script=Hiragana}\p{P}]+|(?<!\p{Script=Han})\p{Script=Han}(?!\p{Script=Han})|这款|那款|这个|那个|的话|一下|你们|我们/gu;

function blanked(text: string, places: readonly { from: number; to: number }[]): string {
  let rest = text;
  for (const { from, to } of places) rest = rest.slice(0, from) + ' '.repeat(to - from) + rest.slice(to);
  return rest;
}

/** Replaces the nouns and adjectives of a name by those of another language. */
function translatedName(name: string, from: AnswerLanguage, to: AnswerLanguage): string {
  if (from === to) return name;
  const places = withoutInner(lexiconOf(from).conceptsIn(name)).filter(
    ({ id }) => lexiconOf(to).wordFor(id) !== undefined,
  );
  let [translated, at] = ['', 0];
  for (const { id, from: start, to: end } of places) {
    if (start < at) continue;
    translated += `${name.slice(at, start)} ${lexiconOf(to).wordFor(id)!} `;
    at = end;
  }
  return (translated + name.slice(at)).replaceAll(/\s+/g, ' ').trim();
}

function cardOf({ id }: Product) {
  return { kind: 'PRODUCT' as const, id };
}

function choiceOf({ id, title }: Product, intent: string): AnswerChoice {
  return { text: visibleText(title, MAX_CHOICE_LENGTH), meaning: { kind: 'PRODUCT', productId: id, intent } };
}
