import type { Budget } from '../expressions/budget';
import type { CatalogueProduct } from '../catalog/catalogue-product';
import type { ProductConditions } from '../catalog/product-conditions.service';
import type { ProductsReadModel } from '../catalog/products.read-model';
import { Progress } from '../platform/progress';
import type { BaseMessage } from './base-thread.service';
import { Analyzers } from './document/analyzers';
import { contentOf, productDocument, productNumbers } from './document/product-document';
import { type ColumnFilter, columnOf } from './index/columns';
import type { TextQuery } from './index/query';
import { SearchIndex } from './index/search-index';
import { decodeSegment } from './index/segment-codec';
import { MAX_READINGS } from './query/understand';
import { SegmentProducts } from './segment-products.read-model';
import { SpellingDictionary } from './spelling/spelling-dictionary';
import type { WordSegmenter } from './text/unspaced';
import { answeredInSteps, type Asking } from './turns/asking';
import type { Steps } from './turns/steps';
import { TURN_MS, TurnTaking } from './turns/turn-taking';

/** Of the budget, to ask how many products a query finds; finding takes more. */
const QUESTION_STEPS = 5_000;

/** Products that a position has changed. */
export interface ChangedProducts {
  readonly position: number;
  readonly ids: readonly string[];
}

/** One base segment and what has changed since, taken from the catalogue in memory, in order of position and in small turns. */
export class LiveIndex {
  readonly index: SearchIndex;
  readonly dictionary: SpellingDictionary;
  readonly analyzers: Analyzers;
  /** What there is beside the columns. */
  readonly products: SegmentProducts;
  /** Where searches are made that may take several turns: what has changed is taken in between two of them. */
  readonly searches = new TurnTaking(() => this.takeWaiting());
  /** The languages that most products are in, or were when the last new one came; most frequent first. */
  languages: readonly string[];
  /** When the last product is to be published (ms); −∞ where none says. */
  lastPublication = -Infinity;
  private readonly waiting: ChangedProducts[] = [];
  /** How many of the first one's are done. */
  private done = 0;
  private turn: NodeJS.Immediate | undefined;
  private readonly progress: Progress;

  constructor(
    { bytes, dictionary, position }: BaseMessage,
    private readonly catalogue: ProductsReadModel,
    shopLanguage: string,
    segmenter: WordSegmenter | undefined,
    private readonly changed: () => void,
  ) {
    const segment = decodeSegment(bytes);
    this.index = new SearchIndex(segment.header.settings, segment);
    this.dictionary = SpellingDictionary.from(dictionary);
    this.analyzers = new Analyzers(shopLanguage, segmenter);
    this.products = new SegmentProducts(catalogue);
    this.languages = this.mostSpoken();
    for (const published of segment.numbers[columnOf(segment.header.settings.numbers, 'published')])
      if (published > this.lastPublication) this.lastPublication = published;
    this.progress = new Progress(position);
  }

  /** The position that searches are true at. */
  get position(): number {
    return this.progress.value;
  }

  /** Resolves true once it is at `position`, false after `boundMs`. */
  waitFor(position: number, boundMs: number): Promise<boolean> {
    return this.progress.reaches(position, boundMs);
  }

  /** The product of a hit; none where it has been deleted since. */
  find(id: string) {
    return this.catalogue.get(id);
  }

  /**
   * Lets through what may be shown, and passes; of what is to be published later nothing is found yet.
   * @param now ms
   * @returns undefined where it would let everything through
   */
  visible(now: number, conditions?: ProductConditions): ColumnFilter | undefined {
    const hides = this.lastPublication > now;
    const asks = conditions !== undefined && conditions.passes !== null;
    if (!asks && !hides) return undefined;
    return (columns) => {
      const passes = asks ? this.products.passing(columns, conditions) : undefined;
      if (!hides && passes !== undefined) return passes;
      const published = columns.numbers('published');
      return (doc) => !(published[doc] > now) && (passes === undefined || passes(doc));
    };
  }

  /** Answers how many products queries find. @throws BudgetExceeded where that is more than one request may cost */
  answered<T>(asking: Asking<TextQuery, T>, budget: Budget | undefined): Steps<T> {
    const { index } = this;
    return answeredInSteps(asking, function* (query) {
      const { total } = yield* index.steps({ query, limit: 0 });
      budget?.spend(QUESTION_STEPS + Math.ceil(total / 2));
      return total;
    });
  }

  /** In order of position. What it has already is left out. */
  apply(change: ChangedProducts): void {
    if (change.position <= this.position) {
      // The base was ahead of the catalogue in memory.
      const columns = this.index.columns();
      for (const id of change.ids) this.products.forget(columns, id);
      return;
    }
    if (this.waiting.length === 0 && change.ids.length === 0) return this.progress.set(change.position);
    this.waiting.push(change);
    // One product is changed at once; of an import, the rest waits.
    if (this.turn === undefined && !this.searches.isBusy) this.work();
  }

  close(): void {
    clearImmediate(this.turn);
    this.waiting.length = 0;
  }

  private mostSpoken(): string[] {
    return this.index.valuesOf('language', MAX_READINGS).map(({ value }) => value);
  }

  /** A search is over, and the next one not begun: what has come meanwhile had to wait. */
  private takeWaiting(): void {
    if (this.waiting.length > 0 && this.turn === undefined) this.work();
  }

  private work(): void {
    this.turn = undefined;
    this.workUntil(performance.now() + TURN_MS);
    this.changed();
  }

  private resume(): void {
    this.turn = undefined;
    if (!this.searches.isBusy) this.work();
  }

  private workUntil(until: number): void {
    while (this.waiting.length > 0) {
      const [{ position, ids }] = this.waiting;
      while (this.done < ids.length) {
        if (performance.now() > until) {
          this.turn = setImmediate(() => this.resume());
          return;
        }
        this.take(ids[this.done++]);
      }
      this.waiting.shift();
      this.done = 0;
      this.progress.set(position);
    }
  }

  /** As it is now: what a later position does to it is done already, and done again then. */
  private take(id: string): void {
    const product = this.catalogue.get(id);
    if (product === undefined || product.availability === 'DISCONTINUED') return void this.index.delete(id);
    if (product.publishedAt !== null && product.publishedAt.getTime() > this.lastPublication)
      this.lastPublication = product.publishedAt.getTime();
    if (this.hasContentOf(product) && this.index.renumber(id, productNumbers(product))) {
      this.products.forget(this.index.columns(), id);
      return;
    }
    const document = productDocument(product, this.analyzers);
    if (document === undefined) return;
    for (const word of this.index.put(document)) this.learn(word);
    if (!this.languages.includes(document.facets.language[0])) this.languages = this.mostSpoken();
  }

  /** Prices and stock change more often than texts, which are what takes time. */
  private hasContentOf(product: CatalogueProduct): boolean {
    return this.index.numberOf(product.id, 'content') === contentOf(product);
  }

  private learn(word: string): void {
    if (this.dictionary.frequencyOf(word) === 0) this.dictionary.add(word);
  }
}
