import { randomUUID } from 'node:crypto';
import { askedFor, type Identity, viewerOf } from '../auth/identify';
import type {
  PreparedConditions,
  ProductConditions,
  ProductConditionsService,
} from '../catalog/product-conditions.service';
import { subjectOf } from '../events/log-event';
import type { LogFollower } from '../events/log-follower';
import type { Receipts } from '../events/receipts';
import { type Budget, budgetOf } from '../expressions/budget';
import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import type { Affinities, CustomerAffinities } from '../recommend/customer-affinities.service';
import type { ListSnapshots } from '../recommend/list-snapshots.service';
import type { ShopPopularity } from '../recommend/shop-popularity.service';
import { askedFacets, indexFilters, toldFacets } from './facet.service';
import type { Hit, SearchRequest as IndexRequest } from './index/search-request';
import type { LiveIndex } from './live-index.read-model';
import { mergeRule, ruleFault } from './merchandising-rule';
import type { RuleRecord } from './merchandising-table';
import type { Merchandising, MerchandisingReadModel } from './merchandising.read-model';
import {
  evidenceOf,
  groundsOf,
  rankingBy,
  rankingByPopularity,
  type RankingOptions,
} from './product-ranking.read-model';
import { languagesOf, type Reader, understanding } from './query/understand';
import { fieldEvidenceOf } from './ranking/field-evidence';
import type { QueryRanker } from './ranking/query-ranker';
import { refusable } from './refusable.service';
import type { SearchConnections, SearchPage } from './search-connection.service';
import type { SearchLog } from './search-log.service';
import type { SearchSnapshot } from './search-snapshot';
import type { SearchRanker } from './search-ranker.read-model';
import type { SearchReadModel } from './search.read-model';
import type { ProductSearchConnection, SearchInput } from './search.type';
import { columnOfSort } from './sorting';
import type { SynonymsReadModel } from './synonyms.read-model';
import type { Steps } from './turns/steps';

/** Hits that a search returns over all pages. */
export const MAX_HITS = 500;
const MAX_QUERY_LENGTH = 4_096;
export const MAX_LANGUAGE_LENGTH = 35;
const APPLIED_BOUND_MS = 3_000;

export interface SearchServiceOptions {
  readonly search: SearchReadModel;
  readonly synonyms: SynonymsReadModel;
  readonly merchandising: MerchandisingReadModel;
  readonly conditions: ProductConditionsService;
  readonly affinities: CustomerAffinities;
  readonly popularity: ShopPopularity;
  readonly ranker: SearchRanker;
  readonly connections: SearchConnections;
  readonly snapshots: ListSnapshots<SearchSnapshot>;
  /** Absent if searches are not logged. */
  readonly searchLog?: SearchLog;
  readonly receipts: Receipts;
  readonly follower: () => LogFollower;
}

/** The conditions of a request and of the shop's rules, resolved for a customer. */
interface Asked {
  readonly conditions: ProductConditions;
  /** The conditions of the request and of the rules that contain a boost. */
  readonly boosts: readonly ProductConditions[];
  readonly rules: Merchandising;
  readonly budget: Budget | undefined;
}

/** A validated search with compiled expressions, which can run repeatedly. */
export interface PreparedSearch {
  readonly who: Identity;
  readonly input: SearchInput;
  readonly conditions: PreparedConditions;
  /** Whether the search is logged. Searches with an admin key are not. */
  readonly isLogged: boolean;
  /** A merchandising rule to preview. */
  readonly preview?: RuleRecord;
  readonly budget?: Budget;
}

/** Answers searches from the read models of this process. */
export class SearchService {
  constructor(private readonly options: SearchServiceOptions) {}

  /** The index that this process searches. */
  get live(): LiveIndex {
    return this.options.search.live;
  }

  /**
   * Validates a search.
   * @throws ApiError BAD_USER_INPUT for an invalid value, expression or rule, FORBIDDEN, and the errors of `askedFor`
   */
  prepare(context: { readonly viewer: Viewer | null }, input: SearchInput): PreparedSearch {
    const viewer = viewerOf(context);
    const who = askedFor(viewer, input);
    if ((input.query?.length ?? 0) > MAX_QUERY_LENGTH)
      throw new ApiError('BAD_USER_INPUT', `query must have at most ${MAX_QUERY_LENGTH} characters.`);
    if ((input.language?.length ?? 0) > MAX_LANGUAGE_LENGTH)
      throw new ApiError('BAD_USER_INPUT', `language must have at most ${MAX_LANGUAGE_LENGTH} characters.`);
    const conditions = this.options.conditions.prepare(input, viewer.scope);
    const preview = this.previewed(input.previewRule, viewer);
    return { who, input, conditions, isLogged: viewer.scope !== 'ADMIN', preview, budget: budgetOf(context) };
  }

  private previewed(rule: SearchInput['previewRule'], { scope }: Viewer): RuleRecord | undefined {
    if (rule == null) return undefined;
    if (scope !== 'ADMIN') throw new ApiError('FORBIDDEN', 'previewRule requires an admin key.');
    const { merchandising, conditions } = this.options;
    const preview = mergeRule(merchandising.find(rule.id), rule, new Date().toISOString());
    const fault = ruleFault(preview, conditions);
    if (fault !== undefined) throw new ApiError('BAD_USER_INPUT', `previewRule.${fault.path}: ${fault.message}`);
    return preview;
  }

  /**
   * Returns a page of a search.
   * @throws ApiError CURSOR_EXPIRED, TOO_COMPLEX, BAD_USER_INPUT, and the errors of awaiting a receipt
   */
  async list(prepared: PreparedSearch, page: SearchPage): Promise<ProductSearchConnection> {
    const { connections, snapshots } = this.options;
    const owner = subjectOf(prepared.who) ?? '';
    if (page.after != null) {
      const { requestId, rank } = connections.cursor(page.after);
      const continued = await snapshots.find(requestId, owner);
      if (continued === null)
        throw new ApiError('CURSOR_EXPIRED', 'This list has expired. Request its first page again.');
      return connections.page(continued, rank, page, this.options.search.live.analyzers);
    }
    if (prepared.input.awaitReceipt != null) await this.awaitReceipt(prepared.input.awaitReceipt);
    const snapshot = await this.search(prepared, page);
    if (page.cursors && snapshot.ids.length > page.first) snapshots.keep(snapshot, owner);
    return connections.page(snapshot, 0, page, this.options.search.live.analyzers);
  }

  private async search(prepared: PreparedSearch, page: SearchPage): Promise<SearchSnapshot> {
    const { who, input, conditions, budget, preview } = prepared;
    const { affinities, merchandising } = this.options;
    const rules = merchandising.of({ ...input, query: input.query ?? '' }, this.live.analyzers, Date.now(), preview);
    const [affinitiesNow, own, ...ruled] = await Promise.all([
      affinities.of(who),
      conditions.forCustomer(who, budget),
      ...rules.boosts.map((one) => one.forCustomer(who, budget)),
    ]);
    await this.loadWords(input.language);
    const boosts = [own, ...ruled].filter(({ boost }) => boost !== null);
    const asked: Asked = { conditions: own, boosts, rules, budget };
    const { live } = this;
    // The search yields to the event loop between steps, but the index does not change until it ends.
    return refusable(() => live.searches.take(() => this.answer(live, prepared, asked, affinitiesNow, page)));
  }

  private *answer(
    live: LiveIndex,
    { who, input, isLogged }: PreparedSearch,
    asked: Asked,
    affinitiesNow: (() => Affinities) | null,
    page: SearchPage,
  ): Steps<SearchSnapshot> {
    const { popularity, follower, searchLog } = this.options;
    const { asOf } = follower();
    const affinities = affinitiesNow?.() ?? null;
    const text = { text: input.query ?? '', language: input.language, typing: input.typing ?? false };
    const understood = yield* live.answered(understanding(text, this.readerOf(live)), asked.budget);
    const sort = columnOfSort(input.sort);
    const ranking: RankingOptions = {
      ranker: this.rankerOf(input.query),
      segments: live.products,
      popularity: popularity.current,
      affinities,
      boosts: asked.boosts,
      pins: asked.rules.pins,
      buried: asked.rules.buried,
    };
    const { settings } = live.index;
    const facets = askedFacets(input.facets ?? [], settings);
    const filters = input.facetFilters ?? [];
    const request: IndexRequest = {
      query: understood.query,
      filter: live.visible(Date.now(), asked.conditions),
      facetFilters: indexFilters(filters, settings),
      facets: facets.flatMap((facet) => facet.request ?? []),
      ...(sort === undefined
        ? { rank: input.sort === 'POPULAR' ? rankingByPopularity(ranking) : rankingBy(ranking) }
        : { sort }),
      ties: 'tie',
      distinct: 'group',
      // Without cursors, only the hits of this page are needed.
      limit: page.cursors ? MAX_HITS : page.first,
    };
    const result = yield* live.index.steps(request);
    const matched = live.index.matchedFields(understood.query);
    const fieldsOf = fieldEvidenceOf(settings);
    const evidence = (hit: Hit) => evidenceOf(hit, ranking, live.find(hit.id), fieldsOf(matched(hit.id)));
    // Ranking or counting a match costs half a budget unit. It is spent after the search, so it limits the next search.
    asked.budget?.spend(Math.ceil((result.total * (1 + facets.length)) / 2));
    const answer: SearchSnapshot = {
      requestId: randomUUID(),
      revision: String(live.position),
      asOf,
      modelVersion: ranking.ranker.version,
      totalCount: result.total,
      facets: toldFacets(facets, result.facets, filters),
      didYouMean: understood.didYouMean ?? null,
      correctedQuery: understood.correctedQuery ?? null,
      ignoredWords: understood.ignoredWords,
      redirect: asked.rules.redirect,
      matched: { terms: [...understood.matched.terms], prefixes: understood.matched.prefixes ?? [] },
      ids: result.hits.map(({ id }) => id),
      scores: result.hits.map((hit) => Math.round((hit.rank ?? hit.score) * 1e6) / 1e6),
      // Affinities and their reasons are read in the same time slice, so that they match.
      grounds:
        page.reasons && isByRelevance(input)
          ? groundsOf(result.hits, evidence, { ...ranking, affinities: affinitiesNow?.() ?? null })
          : null,
    };
    if (page.first > 0 && isLogged) {
      const shown = result.hits.slice(0, page.first);
      searchLog?.take({ who, input, answer, shown: shown.map(({ id }) => id), evidence: () => shown.map(evidence) });
    }
    return answer;
  }

  /** Returns the current ranking for a query. */
  rankerOf(query: string | null | undefined): QueryRanker {
    return this.options.ranker.of(query ?? '');
  }

  /**
   * Resolves when the word lists of a query's languages are loaded. The first query in a language waits for its list.
   */
  async loadWords(language: string | null | undefined): Promise<void> {
    await this.options.search.wordLists.load(languagesOf(language, this.live));
  }

  /** Returns the dictionaries, synonyms and analyzers that queries are currently interpreted with. */
  readerOf({ analyzers, dictionary, languages, index }: LiveIndex): Reader {
    return {
      analyzers,
      dictionary,
      languages,
      documents: index.size,
      wordListOf: (language) => this.options.search.wordLists.of(language),
      synonymsOf: (language) => this.options.synonyms.of(language, analyzers),
    };
  }

  /** Waits until searches reflect a receipt. @throws ApiError TIMEOUT, and the errors of awaiting a receipt */
  async awaitReceipt(receipt: string): Promise<void> {
    const position = await this.options.receipts.applied(receipt);
    if (await this.options.search.waitFor(position, APPLIED_BOUND_MS)) return;
    throw new ApiError('TIMEOUT', 'The change of this receipt is not searchable yet; try again later.');
  }
}

function isByRelevance({ sort }: SearchInput): boolean {
  return sort == null || sort === 'RELEVANCE';
}
