import type { Budget } from '../expressions/budget';
import type { CatalogueProduct } from '../catalog/catalogue-product';
import type { ProductConditions } from '../catalog/product-conditions.service';
import type { ProductsReadModel } from '../catalog/products.read-model';
import { Progress } from '../platform/progress';
import { CatalogueNouns } from './catalogue-nouns';
import { readCategories, type ShopCategories } from './category-terms';
import type { BaseMessage } from './base-segment/base-segment-thread';
import { Analyzers } from '../search-engine/text/analyzers';
import { hasOtherNumbers, hasRoomForNumbers } from './document/index-settings';
import { contentHash, productDocument, productNumbers } from './document/product-document';
import { type ColumnFilter, columnNumber } from '../search-engine/index/columns';
import { SearchIndex } from '../search-engine/index/search-index';
import { decodeSegment } from '../search-engine/index/segment-codec';
import {
  type CountedQuery,
  hasTitle,
  MAX_COMPARED_TITLES,
  MAX_LANGUAGES,
} from '../search-engine/query/interpret-query';
import { SegmentProducts } from './segment-products.read-model';
import { SpellingDictionary } from '../search-engine/spelling/spelling-dictionary';
import type { WordSegmenter } from '../search-engine/text/unspaced';
import { resolveCountsInSteps, type CountRequests } from '../search-engine/scheduling/count-requests';
import type { CooperativeTask } from '../search-engine/scheduling/cooperative-task';
import { MAX_STEP_MS } from '../platform/fair-scheduler';
import { ExclusiveTasks } from './exclusive-tasks';

/** Cost of counting the products of a query, in units of the request budget. Each product found adds half a unit. */
const COUNT_COST = 5_000;

/** The products that changed at a log position. */
export interface ChangedProducts {
  readonly position: number;
  readonly ids: readonly string[];
}

/**
 * The search index of the catalog. It consists of a base segment (an index of the whole catalog at a log position) and
 * the later changes. Changes are applied from the catalog in memory, in order of log position and in short time slices.
 */
export class CatalogIndex {
  readonly index: SearchIndex;
  readonly dictionary: SpellingDictionary;
  readonly analyzers: Analyzers;
  /** For each document, the data that the index columns do not hold. */
  readonly products: SegmentProducts;
  /** The nouns that say what the products are. */
  readonly nouns: CatalogueNouns;
  /** Runs searches, which may take several time slices. Pending changes are applied between two searches. */
  readonly tasks = new ExclusiveTasks(() => this.applyPending());
  /** The most frequent product languages, most frequent first. Updated when a product in a new language arrives. */
  languages: readonly string[];
  /** The latest publication time of all products (ms since 1970); −∞ if no product has one. */
  lastPublication = -Infinity;
  /** Whether products have come with a numeric attribute that has no column, although there is room for one. */
  lacksNumbers = false;
  private categoriesByCount: { readonly count: number; readonly all: ShopCategories } | undefined;
  private readonly pendingChanges: ChangedProducts[] = [];
  /** Number of product ids of the first pending change that have been applied. */
  private appliedIds = 0;
  private immediate: NodeJS.Immediate | undefined;
  private isClosed = false;
  private readonly progress: Progress;

  constructor(
    { bytes, dictionary, position }: BaseMessage,
    private readonly catalogue: Pick<ProductsReadModel, 'get'>,
    shopLanguage: string,
    segmenter: WordSegmenter | undefined,
    private readonly onChange: () => void,
  ) {
    const segment = decodeSegment(bytes);
    this.index = new SearchIndex(segment.header.settings, segment);
    this.dictionary = SpellingDictionary.from(dictionary);
    this.analyzers = new Analyzers(shopLanguage, segmenter);
    this.products = new SegmentProducts(catalogue);
    this.nouns = new CatalogueNouns({
      index: this.index,
      analyzers: this.analyzers,
      find: (id) => catalogue.get(id),
      namesCategory: (term) => this.categories.terms.has(term),
    });
    this.languages = this.mostFrequentLanguages();
    for (const published of segment.numbers[columnNumber(segment.header.settings.numbers, 'published')])
      if (published > this.lastPublication) this.lastPublication = published;
    this.progress = new Progress(position);
  }

  /** The log position that searches reflect. */
  get position(): number {
    return this.progress.value;
  }

  /** The categories of the products, read again when there is a new one. */
  get categories(): ShopCategories {
    const count = this.index.valueCount('categories');
    if (this.categoriesByCount?.count !== count)
      this.categoriesByCount = { count, all: readCategories(this.index, this.analyzers, this.languages) };
    return this.categoriesByCount.all;
  }

  /** Resolves to true once the index has reached `position`, or to false after `boundMs`. */
  waitFor(position: number, boundMs: number): Promise<boolean> {
    return this.progress.reaches(position, boundMs);
  }

  /** Returns the product of a hit, or undefined if it was deleted in the meantime. */
  find(id: string) {
    return this.catalogue.get(id);
  }

  /**
   * Returns a filter that only published products pass, and only if they satisfy the conditions.
   * @param now ms since 1970
   * @param conditions `conditions.passes` is null if the request has no filter
   * @returns undefined if every document passes
   */
  visibilityFilter(now: number, conditions?: ProductConditions): ColumnFilter | undefined {
    const hasUnpublished = this.lastPublication > now;
    const hasConditions = conditions !== undefined && conditions.passes !== null;
    if (!hasConditions && !hasUnpublished) return undefined;
    return (columns) => {
      const passes = hasConditions ? this.products.filterOf(columns, conditions) : undefined;
      if (!hasUnpublished && passes !== undefined) return passes;
      const published = columns.numbers('published');
      // A product without a publication time (NaN) is always published, because NaN > now is false.
      return (doc) => !(published[doc] > now) && (passes === undefined || passes(doc));
    };
  }

  /**
   * Runs a task that needs product counts, and counts the products of each query that it yields.
   * @param filterOf returns the filter that counted products pass. Default: all products are counted.
   * @throws BudgetExceeded if the counts exceed the budget of the request
   */
  resolveCounts<Query extends CountedQuery, T>(
    requests: CountRequests<Query, T>,
    budget: Budget | undefined,
    filterOf?: (query: Query) => ColumnFilter,
  ): CooperativeTask<T> {
    const { index, catalogue } = this;
    return resolveCountsInSteps(requests, function* (query) {
      const { title } = query;
      const limit = title === undefined ? 0 : MAX_COMPARED_TITLES;
      const result = yield* index.searchInSteps({ query, filter: filterOf?.(query), limit });
      const { total } = result;
      budget?.spend(COUNT_COST + Math.ceil(total / 2));
      return title === undefined ? total : result.hits.filter(({ id }) => hasTitle(catalogue.get(id), title)).length;
    });
  }

  /**
   * Applies the changes of a log position. Pass positions in ascending order. Changes that the base segment already
   * contains are skipped.
   */
  apply(change: ChangedProducts): void {
    if (this.isClosed) return;
    if (change.position <= this.position) {
      // The base segment contains the change. Data that was cached before the change may be outdated.
      const columns = this.index.columns();
      for (const id of change.ids) this.products.forget(columns, id);
      return;
    }
    if (this.pendingChanges.length === 0 && change.ids.length === 0) return this.progress.set(change.position);
    this.pendingChanges.push(change);
    // A small change is applied immediately; the rest of a large import waits for further time slices.
    if (this.immediate === undefined && !this.tasks.isBusy) this.applyTimeSlice();
  }

  close(): void {
    this.isClosed = true;
    clearImmediate(this.immediate);
    this.pendingChanges.length = 0;
  }

  private mostFrequentLanguages(): string[] {
    return this.index.valuesOf('language', MAX_LANGUAGES).map(({ value }) => value);
  }

  /** Runs between two searches: applies the changes that arrived during the search. */
  private applyPending(): void {
    if (this.pendingChanges.length > 0 && this.immediate === undefined) this.applyTimeSlice();
  }

  private applyTimeSlice(): void {
    this.immediate = undefined;
    this.applyUntil(performance.now() + MAX_STEP_MS);
    this.onChange();
  }

  private resume(): void {
    this.immediate = undefined;
    if (!this.tasks.isBusy) this.applyTimeSlice();
  }

  /** Applies pending changes until a time, but at least one product, so that each time slice makes progress. */
  private applyUntil(until: number): void {
    let isFirst = true;
    while (this.pendingChanges.length > 0) {
      const [{ position, ids }] = this.pendingChanges;
      while (this.appliedIds < ids.length) {
        if (!isFirst && performance.now() > until) {
          this.immediate = setImmediate(() => this.resume());
          return;
        }
        isFirst = false;
        this.applyProduct(ids[this.appliedIds++]);
      }
      this.pendingChanges.shift();
      this.appliedIds = 0;
      this.progress.set(position);
    }
  }

  /**
   * Applies the current state of a product. It may already include changes of later log positions. Applying those
   * positions again has no further effect.
   */
  private applyProduct(id: string): void {
    const product = this.catalogue.get(id);
    if (product === undefined || product.availability === 'DISCONTINUED') return void this.index.delete(id);
    if (product.publishedAt !== null && product.publishedAt.getTime() > this.lastPublication)
      this.lastPublication = product.publishedAt.getTime();
    if (this.hasCurrentTexts(product) && this.index.updateNumbers(id, productNumbers(product))) {
      this.products.forget(this.index.columns(), id);
      return;
    }
    const document = productDocument(product, this.analyzers);
    // For TypeScript: productDocument returns undefined only for a discontinued product, which is handled above.
    if (document === undefined) return;
    this.lacksNumbers ||= hasRoomForNumbers(this.index.settings) && hasOtherNumbers(document, this.index.settings);
    for (const word of this.index.put(document)) this.addToDictionary(word);
    if (!this.languages.includes(document.facets.language[0])) this.languages = this.mostFrequentLanguages();
  }

  /**
   * Returns whether the indexed texts and facets of a product are current. If they are, only its numbers, such as the
   * price, need an update, which is cheap.
   */
  private hasCurrentTexts(product: CatalogueProduct): boolean {
    return this.index.numberOf(product.id, 'content') === contentHash(product);
  }

  private addToDictionary(word: string): void {
    if (this.dictionary.frequencyOf(word) === 0) this.dictionary.add(word);
  }
}
