import { isLongerThan } from '../../expressions/code-points';
import type { ProductsReadModel } from '../../catalog/products.read-model';
import type { Context } from '../../graphql/context';
import { requireViewer } from '../../auth/identity';
import { type Budget, budgetOf } from '../../expressions/budget';
import { ApiError } from '../../graphql/errors';
import { requireCode } from '../../graphql/require-code';
import { LANGUAGE_FORM, readLanguage } from '../../platform/codes';
import type { ShopPopularity } from '../../live-state/replication/shop-popularity.service';
import { CATEGORY_SEPARATOR } from '../../catalog/category-path';
import type { ColumnFilter } from '../../search-engine/index/columns';
import type { ValueCounts } from '../../search-engine/index/facet-request';
import type { HiddenSuggestionsReadModel } from './hidden-suggestions.read-model';
import { rankingBy } from '../ranking/product-ranking';
import type { LoggedQueriesReadModel } from '../query-log/logged-queries.read-model';
import { queryKey } from '../query-log/query-key';
import { completions, type Completion } from '../../search-engine/query/completions';
import { excerpt, type Fragment } from '../../search-engine/query/excerpt';
import {
  planOf,
  type QueryContext,
  queryInterpretation,
  type InterpretedQuery,
} from '../../search-engine/query/interpret-query';
import { withoutSigns } from './without-signs';
import { MAX_WRITINGS, wordInNames } from '../written-word';
import { isWordOf } from '../../search-engine/query/spelling-context';
import { mapSearchErrors } from '../map-search-errors';
import type { SearchPipeline } from '../search-pipeline';
import type { SearchService } from '../search.service';
import type { CatalogIndex } from '../catalog-index.read-model';
import { plainText } from '../document/plain-text';
import { type SuggestInput, type Suggestion, SUGGESTION_KINDS, type SuggestionKind } from './suggestion.type';
import { highlight } from '../../search-engine/text/highlight';
import type { CooperativeTask } from '../../search-engine/scheduling/cooperative-task';

const DEFAULT_FIRST = 4;
const MAX_SUGGESTIONS = 10;
const MAX_INPUT_LENGTH = 200;
/** Maximum number of categories, and of brands, whose names are checked for the words of the query. */
const MAX_VALUES = 200;
const MAX_TEXT_LENGTH = 200;
/** Completions to check per requested suggestion, because no visible product may have a completed word. */
const COMPLETIONS_PER_SUGGESTION = 2;
/** Logged queries to check per requested suggestion, because some queries no longer find anything. */
const LOGGED_QUERIES_PER_SUGGESTION = 3;

export interface SuggestionServiceOptions {
  readonly products: ProductsReadModel;
  readonly popularity: ShopPopularity;
  readonly loggedQueries: LoggedQueriesReadModel;
  readonly hidden: HiddenSuggestionsReadModel;
  readonly searches: SearchService;
  readonly pipeline: SearchPipeline;
}

/** Suggests queries of other customers, completed words, products, categories and brands while a customer types. */
export class SuggestionService {
  constructor(private readonly options: SuggestionServiceOptions) {}

  /** Returns the suggestions. @throws ApiError BAD_USER_INPUT, TOO_COMPLEX, and the errors of awaiting a receipt */
  async suggest(context: Pick<Context, 'viewer' | 'turns'>, given: SuggestInput): Promise<Suggestion[]> {
    requireViewer(context);
    const language =
      given.language == null ? null : requireCode('language', given.language, readLanguage, LANGUAGE_FORM);
    const input = { ...given, language };
    const first = input.first ?? DEFAULT_FIRST;
    if (!Number.isInteger(first) || first < 0 || first > MAX_SUGGESTIONS)
      throw new ApiError('BAD_USER_INPUT', `first must be between 0 and ${MAX_SUGGESTIONS}; got ${first}.`);
    if (isLongerThan(input.query, MAX_INPUT_LENGTH))
      throw new ApiError('BAD_USER_INPUT', `query must have at most ${MAX_INPUT_LENGTH} characters.`);
    const { searches } = this.options;
    if (input.awaitReceipt != null) await searches.awaitReceipt(input.awaitReceipt);
    const catalogIndex = searches.catalogIndex;
    return mapSearchErrors(() =>
      catalogIndex.tasks.run(() => this.suggestions(input, catalogIndex, first, budgetOf(context)), context.turns),
    );
  }

  private *suggestions(
    input: SuggestInput,
    catalogIndex: CatalogIndex,
    first: number,
    budget: Budget,
  ): CooperativeTask<Suggestion[]> {
    const queryContext = this.options.pipeline.contextOf(catalogIndex, input.language);
    const text = { text: input.query, language: input.language, typing: true };
    const interpreted = yield* catalogIndex.resolveCounts(queryInterpretation(text, queryContext), budget);
    const kinds = new Set(input.kinds ?? SUGGESTION_KINDS);
    if (interpreted.query === null || first === 0) return [];
    const queries = kinds.has('QUERY')
      ? yield* this.queries(input, interpreted, queryContext, catalogIndex, first, budget)
      : [];
    const needsMatches = kinds.has('PRODUCT') || kinds.has('CATEGORY') || kinds.has('BRAND');
    if (!needsMatches) return queries;
    const matches = yield* this.findMatches(interpreted, catalogIndex, first);
    const makers: Readonly<Record<SuggestionKind, () => Suggestion[]>> = {
      QUERY: () => queries,
      PRODUCT: () =>
        matches.products.map((id) => this.product(id, interpreted, catalogIndex)).filter((one) => one !== undefined),
      CATEGORY: () => this.values('CATEGORY', matches.categories, interpreted, catalogIndex, first),
      BRAND: () => this.values('BRAND', matches.brands, interpreted, catalogIndex, first),
    };
    return SUGGESTION_KINDS.flatMap((kind) => (kinds.has(kind) ? makers[kind]() : []));
  }

  private *findMatches({ query, searched }: InterpretedQuery, catalogIndex: CatalogIndex, limit: number) {
    const ranking = {
      ranker: this.options.searches.rankerOf(searched),
      segments: catalogIndex.products,
      popularity: this.options.popularity.current,
      affinities: null,
      boosts: [],
    };
    const { hits, facets } = yield* catalogIndex.index.searchInSteps({
      query,
      filter: catalogIndex.visibilityFilter(Date.now()),
      facets: [
        { facet: 'categories', limit: MAX_VALUES },
        { facet: 'brand', limit: MAX_VALUES },
      ],
      rank: rankingBy(ranking),
      ties: 'tie',
      distinct: 'group',
      limit,
    });
    const [categories, brands] = facets as ValueCounts[];
    return { products: hits.map(({ id }) => id), categories: categories.values, brands: brands.values };
  }

  /** Returns queries of customers; if there are too few, also completions with words of the catalog. */
  private *queries(
    input: SuggestInput,
    interpreted: InterpretedQuery,
    queryContext: QueryContext,
    catalogIndex: CatalogIndex,
    first: number,
    budget: Budget,
  ): CooperativeTask<Suggestion[]> {
    const loggedSuggestions = yield* this.matchingLoggedQueries(input, queryContext, catalogIndex, first);
    if (loggedSuggestions.length >= first) return loggedSuggestions;
    const suggested = new Set(loggedSuggestions.map(({ text }) => queryKey(text)));
    const { keys: hidden } = this.options.hidden;
    const isNew = (key: string) => !suggested.has(key) && !hidden.has(key);
    const rest = yield* this.completeLastWord(input, interpreted, queryContext, catalogIndex, isNew, first, budget);
    return [...loggedSuggestions, ...rest].slice(0, first);
  }

  private *matchingLoggedQueries(
    input: SuggestInput,
    queryContext: QueryContext,
    catalogIndex: CatalogIndex,
    first: number,
  ): CooperativeTask<Suggestion[]> {
    const ended = /\s$/.test(input.query) ? ' ' : '';
    const filter = catalogIndex.visibilityFilter(Date.now());
    const found: Suggestion[] = [];
    const { loggedQueries, hidden } = this.options;
    const prefixQueries = loggedQueries.current.withPrefix(
      queryKey(input.query) + ended,
      LOGGED_QUERIES_PER_SUGGESTION * first,
      hidden.keys,
      isWordOf(planOf(input.query, { text: input.query, language: input.language }, queryContext), queryContext),
    );
    for (const logged of prefixQueries) {
      const text = withoutSigns(logged.text);
      const plan = planOf(text, { text, language: input.language }, queryContext);
      const count =
        plan.isEmpty || plan.hasExclusions
          ? 0
          : (yield* catalogIndex.index.searchInSteps({ query: plan.query(), filter, distinct: 'group', limit: 0 }))
              .total;
      if (count === 0) continue;
      const typedLength = text.toLowerCase().startsWith(input.query.toLowerCase()) ? input.query.length : 0;
      found.push({ kind: 'QUERY', text, fragments: splitAfterTyped(text, typedLength), count, product: null });
      if (found.length === first) break;
    }
    return found;
  }

  private *completeLastWord(
    { language }: SuggestInput,
    { searched, plan }: InterpretedQuery,
    queryContext: QueryContext,
    catalogIndex: CatalogIndex,
    isWanted: (key: string) => boolean,
    first: number,
    budget: Budget,
  ): CooperativeTask<Suggestion[]> {
    const nameForms = (prefix: string, most: number) => catalogIndex.index.nameForms(prefix, most);
    const foundCompletions = yield* catalogIndex.resolveCounts(
      completions(searched, language, queryContext, nameForms),
      budget,
      ({ named }) =>
        (columns) =>
          columns.hasInName(named),
    );
    const suggestions: Suggestion[] = [];
    for (const completion of foundCompletions.slice(0, COMPLETIONS_PER_SUGGESTION * first)) {
      const filter = catalogIndex.visibilityFilter(Date.now());
      const { query } = completion;
      const word = yield* this.wordAsWritten(completion, catalogIndex, filter);
      if (word === undefined) continue;
      const count = (yield* catalogIndex.index.searchInSteps({ query, filter, distinct: 'group', limit: 0 })).total;
      const text = withoutSigns(searched.slice(0, completion.start) + word);
      if (plan.hasExclusions || !isWanted(queryKey(text))) continue;
      const typed = withoutSigns(searched);
      const isContinued = text.toLowerCase().startsWith(typed.toLowerCase());
      const typedLength = isContinued ? typed.length : Math.max(0, text.length - word.length);
      suggestions.push({ kind: 'QUERY', text, fragments: splitAfterTyped(text, typedLength), count, product: null });
    }
    return suggestions.slice(0, first);
  }

  /** Returns a completed word as the name of a visible product writes it; undefined if none has this form of it. */
  private *wordAsWritten(
    { query, surface, term }: Completion,
    catalogIndex: CatalogIndex,
    visible: ColumnFilter | undefined,
  ): CooperativeTask<string | undefined> {
    const filter: ColumnFilter = (columns) => {
      const [isNamed, isVisible] = [columns.hasInName(term), visible?.(columns)];
      return (doc) => isNamed(doc) && isVisible?.(doc) !== false;
    };
    const { hits } = yield* catalogIndex.index.searchInSteps({ query, filter, ties: 'tie', limit: MAX_WRITINGS });
    for (const { id } of hits) {
      const product = this.options.products.get(id);
      if (product === undefined) continue;
      const word = wordInNames(product, surface, catalogIndex.analyzers);
      if (word !== undefined) return word;
    }
    return undefined;
  }

  private product(id: string, interpreted: InterpretedQuery, catalogIndex: CatalogIndex): Suggestion | undefined {
    const product = this.options.products.get(id);
    if (product === undefined) return undefined;
    const text = plainText(product.title);
    const fragments = highlightedFragments(text, interpreted, catalogIndex, product.language);
    return { kind: 'PRODUCT', text, fragments, count: 1, product };
  }

  /**
   * Returns the categories or brands whose own name contains a word of the query. The own name of a category is the
   * last level of its path.
   */
  private values(
    kind: 'CATEGORY' | 'BRAND',
    values: ValueCounts['values'],
    interpreted: InterpretedQuery,
    catalogIndex: CatalogIndex,
    first: number,
  ): Suggestion[] {
    return values
      .map(({ value, count }) => {
        const name = kind === 'CATEGORY' ? (value.split(CATEGORY_SEPARATOR).at(-1) as string) : value;
        const hit = highlightedFragments(name, interpreted, catalogIndex, null).some(({ matched }) => matched);
        return {
          kind,
          text: value,
          fragments: highlightedFragments(value, interpreted, catalogIndex, null),
          count,
          product: null,
          hit,
        };
      })
      .filter(({ hit }) => hit)
      .slice(0, first);
  }
}

function splitAfterTyped(text: string, typedLength: number): Fragment[] {
  const fragments = [
    { text: text.slice(0, typedLength), matched: true },
    { text: text.slice(typedLength), matched: false },
  ];
  return fragments.filter((fragment) => fragment.text !== '');
}

function highlightedFragments(
  text: string,
  { matched }: InterpretedQuery,
  catalogIndex: CatalogIndex,
  language: string | null,
): Fragment[] {
  const ranges = highlight(text, catalogIndex.analyzers.of(language), matched);
  return ranges.length === 0 ? [{ text, matched: false }] : excerpt(text, ranges, MAX_TEXT_LENGTH);
}
