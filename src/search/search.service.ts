import { isLongerThan } from '../expressions/code-points';
import { resolveIdentity, type Identity, requireViewer } from '../auth/identity';
import { requirePlacement } from '../auth/request-id';
import type { RequestIds } from '../auth/request-id.service';
import {
  type PreparedConditions,
  type ProductConditions,
  type ProductConditionsService,
} from '../catalog/product-conditions.service';
import { subjectOf } from '../events/log-event';
import type { LogFollower } from '../events/log-follower';
import type { Receipts } from '../events/receipts';
import { storageSenderOf, type StorageSender } from '../events/storage-sender';
import { type Budget, budgetOf } from '../expressions/budget';
import type { Context, Viewer } from '../graphql/context';
import { clientKey } from '../graphql/limits/client-limits';
import { ApiError } from '../graphql/errors';
import type { Turns } from '../graphql/limits/turns';
import { requireCode } from '../graphql/require-code';
import { LANGUAGE_FORM, readLanguage } from '../platform/codes';
import type { Affinities, CustomerAffinities } from '../recommend/serving/customer-affinities.service';
import type { ListSnapshots } from '../recommend/serving/list-snapshots.service';
import {
  chooseFrom,
  MAX_SPONSORABLE,
  type PreparedSponsorship,
  type SponsorableList,
  sponsoredIds,
  type SponsoredProducts,
  type Sponsorship,
} from '../recommend/serving/sponsorship';
import type { ShopPopularity } from '../live-state/replication/shop-popularity.service';
import { mapFacetRequests, mapFacetFilters, mapFacetResults } from './facet-mapping';
import type { Hit } from '../search-engine/index/search-request';
import type { CatalogIndex } from './catalog-index.read-model';
import { mergeRule, ruleFault } from './merchandising/merchandising-rule';
import type { MerchandisingRuleRecord } from './merchandising/merchandising.store';
import type { MerchandisingEffects, MerchandisingReadModel } from './merchandising/merchandising.read-model';
import { evidenceOf, explanationsOf, rankingByPopularity, type RankingOptions } from './ranking/product-ranking';
import { readPartOf } from '../search-engine/text/parse-query';
import type { InterpretedQuery } from '../search-engine/query/interpret-query';
import { fieldEvidenceOf } from './ranking/field-evidence';
import { subtagOf } from '../search-engine/text/analyzers';
import { productMeaningOf, type SearchedQuestion } from './searched-question';
import { boostScore } from './ranking/log-linear';
import type { QueryRanker } from './ranking/query-ranker';
import { mapSearchErrors } from './map-search-errors';
import { nothingFound } from './nothing-found';
import { isWordOf } from '../search-engine/query/spelling-context';
import { spelledWord } from '../search-engine/spelling/corrected-text';
import type { SearchPageMapper, SearchPageOptions } from './search-page-mapper';
import type { SearchPipeline } from './search-pipeline';
import { loggedQuery, type SearchLog } from './query-log/search-log.service';
import type { SearchSnapshot } from './search-snapshot';
import type { SearchRanker } from './ranking/search-ranker.read-model';
import type { SearchReadModel } from './search.read-model';
import type { ProductSearchConnection, SearchInput } from './search.type';
import { sponsorableOf } from './sponsorable';
import { mergeSynonym } from './synonyms/merge-synonym';
import type { SynonymRecord } from './synonyms/synonym.store';
import type { SynonymsReadModel } from './synonyms/synonyms.read-model';
import type { CooperativeTask } from '../search-engine/scheduling/cooperative-task';

/** Maximum number of hits that a search returns over all pages. */
const MAX_HITS = 500;
const MAX_QUERY_LENGTH = 4_096;
const RECEIPT_TIMEOUT_MS = 3_000;
/** A page of sponsored products only. */
const SPONSORED_ONLY: SearchPageOptions = {
  ...{ first: 0, cursors: false, highlights: false, reasons: false, nothingFound: false },
  sponsored: true,
};

export interface SearchServiceOptions {
  readonly search: SearchReadModel;
  readonly synonyms: SynonymsReadModel;
  readonly pipeline: SearchPipeline;
  readonly merchandising: MerchandisingReadModel;
  readonly conditions: ProductConditionsService;
  readonly affinities: CustomerAffinities;
  readonly popularity: ShopPopularity;
  readonly ranker: SearchRanker;
  readonly pageMapper: SearchPageMapper;
  readonly snapshots: ListSnapshots<SearchSnapshot>;
  /** Absent if searches are not logged. */
  readonly searchLog?: SearchLog;
  readonly receipts: Receipts;
  readonly requestIds: Pick<RequestIds, 'issue'>;
  readonly follower: () => LogFollower;
  readonly sponsorship: () => Sponsorship;
  /** Masks numbers of cards in a query, except those of the visitor's orders and parcels. */
  readonly maskQuery: (query: string, who: Identity, orderId: string | undefined) => Promise<string>;
}

/** The conditions of a request and of the shop's rules, resolved for a customer. */
interface ResolvedConditions {
  readonly conditions: ProductConditions;
  /** The conditions that contain a boost, from the request and from the shop's rules. */
  readonly boosts: readonly ProductConditions[];
  readonly rules: MerchandisingEffects;
  readonly budget: Budget | undefined;
  /** Chooses the sponsored products; undefined if the response has none. */
  readonly sponsorship: PreparedSponsorship | Error | undefined;
  /** The products that may be sponsored, unless they are those of the search itself. */
  readonly sponsorable: SponsorableList | undefined;
}

/** The result of a search, and what of it is sponsored if the response says so. */
interface AnsweredSearch {
  readonly snapshot: SearchSnapshot;
  readonly sponsorship: SponsoredProducts | Error | undefined;
}

/** What applies to a search as if it were stored. */
export interface SearchPreviews {
  readonly rule?: MerchandisingRuleRecord;
  readonly synonym?: SynonymRecord;
}

/** A validated search with compiled expressions, which can run repeatedly. */
export interface PreparedSearch {
  readonly who: Identity;
  /** Null with a key of the shop. */
  readonly sender: StorageSender | null;
  readonly input: SearchInput;
  readonly conditions: PreparedConditions;
  /** Whether affinities and boosts are those of a visitor of whom nothing is known. The filter is that of `who`. */
  readonly isImpersonal?: boolean;
  /** Key of the client's address, see `clientKey`. */
  readonly client: string | null;
  /** Whether the search is logged. Searches with an admin key are not. */
  readonly isLogged: boolean;
  /** Whether the key is a storefront key. */
  readonly isStorefront: boolean;
  readonly previews: SearchPreviews;
  readonly budget?: Budget;
  /** The turns of the operation on the main thread. */
  readonly turns?: Turns;
}

/** Products that were found by their words. */
export interface FoundProducts {
  /** The best first. */
  readonly ids: readonly string[];
  /** The first ids of this number have all words; the others have some of them. */
  readonly matchCount: number;
  /** Words that no product has together with the others. */
  readonly ignoredWords: readonly string[];
}

/** Answers searches from the data that this process holds in memory. */
export class SearchService {
  constructor(private readonly options: SearchServiceOptions) {}

  get catalogIndex(): CatalogIndex {
    return this.options.search.catalogIndex;
  }

  /**
   * Validates a search.
   * @throws ApiError BAD_USER_INPUT for an invalid value, expression or rule; FORBIDDEN if the key may not use
   * an argument or a field; the errors of `resolveIdentity`
   */
  async prepare(context: Pick<Context, 'viewer'> & Partial<Context>, given: SearchInput): Promise<PreparedSearch> {
    const viewer = requireViewer(context);
    const who = resolveIdentity(viewer, given);
    if (isLongerThan(given.query ?? '', MAX_QUERY_LENGTH))
      throw new ApiError('BAD_USER_INPUT', `query must have at most ${MAX_QUERY_LENGTH} characters.`);
    requirePlacement(given.placement);
    const input = {
      ...given,
      language: given.language == null ? null : requireCode('language', given.language, readLanguage, LANGUAGE_FORM),
      query: given.query == null ? null : await this.options.maskQuery(readPartOf(given.query), who, viewer.orderId),
    };
    const conditions = this.options.conditions.prepare(input, viewer.scope);
    const rule = this.parsePreviewRule(input.previewRule, viewer);
    const synonym = this.parsePreviewSynonym(input.previewSynonym, viewer);
    const { scope } = viewer;
    return {
      who,
      sender: storageSenderOf(viewer, context.address),
      input,
      conditions,
      client: clientKey(viewer, context.address ?? null),
      isLogged: scope !== 'ADMIN',
      isStorefront: scope === 'STOREFRONT',
      previews: { rule, synonym },
      budget: budgetOf(context),
      turns: context.turns,
    };
  }

  private parsePreviewRule(rule: SearchInput['previewRule'], { scope }: Viewer): MerchandisingRuleRecord | undefined {
    if (rule == null) return undefined;
    if (scope !== 'ADMIN') throw new ApiError('FORBIDDEN', 'previewRule requires an admin key.');
    const { merchandising, conditions } = this.options;
    const preview = mergeRule(merchandising.find(rule.id), rule, new Date().toISOString());
    const fault = ruleFault(preview, conditions);
    if (fault !== undefined) throw new ApiError('BAD_USER_INPUT', `previewRule.${fault.path}: ${fault.message}`);
    return preview;
  }

  private parsePreviewSynonym(input: SearchInput['previewSynonym'], { scope }: Viewer): SynonymRecord | undefined {
    if (input == null) return undefined;
    if (scope !== 'ADMIN') throw new ApiError('FORBIDDEN', 'previewSynonym requires an admin key.');
    const { analyzers } = this.catalogIndex;
    const merged = mergeSynonym(this.options.synonyms.find(input.id), input, analyzers, Date.now());
    if ('code' in merged) throw new ApiError('BAD_USER_INPUT', `previewSynonym.${merged.path}: ${merged.message}`);
    return merged;
  }

  /**
   * Returns a page of a search.
   * @throws ApiError CURSOR_EXPIRED, TOO_COMPLEX, BAD_USER_INPUT, and the errors of awaiting a receipt
   */
  async list(prepared: PreparedSearch, page: SearchPageOptions): Promise<ProductSearchConnection> {
    const { pageMapper, snapshots } = this.options;
    const owner = subjectOf(prepared.who) ?? '';
    if (page.after != null) {
      const { requestId, rank } = pageMapper.parseCursor(page.after);
      const continued = await snapshots.find(requestId, owner);
      if (continued === null)
        throw new ApiError('CURSOR_EXPIRED', 'This list has expired. Request its first page again.');
      const { analyzers } = this.catalogIndex;
      const sponsorship = page.sponsored ? await this.sponsoredOf(prepared, continued) : undefined;
      return {
        ...pageMapper.page(continued, rank, page, analyzers, sponsoredIds(sponsorship)),
        sponsorship,
        question: this.questionOf(prepared, continued),
        preview: prepared.previews.rule,
      };
    }
    if (prepared.input.awaitReceipt != null) await this.awaitReceipt(prepared.input.awaitReceipt);
    const { snapshot, sponsorship } = await this.search(prepared, page);
    if (page.cursors && snapshot.ids.length > page.first) snapshots.store(snapshot, owner, prepared.client);
    return {
      ...pageMapper.page(snapshot, 0, page, this.catalogIndex.analyzers, sponsoredIds(sponsorship)),
      sponsorship,
      question: this.questionOf(prepared, snapshot),
      preview: prepared.previews.rule,
    };
  }

  /** Chooses sponsored products for a place without a list of its own. @throws ApiError TOO_COMPLEX, BAD_USER_INPUT */
  async sponsored(prepared: PreparedSearch): Promise<SponsoredProducts | Error | undefined> {
    return (await this.search(prepared, SPONSORED_ONLY)).sponsorship;
  }

  /** Returns undefined if the operation selects nothing that needs it. */
  private questionOf({ input }: PreparedSearch, { products }: SearchSnapshot): SearchedQuestion | undefined {
    if (products === undefined) return undefined;
    const { analyzers, languages } = this.catalogIndex;
    const isLanguageStated = input.language != null;
    const read = isLanguageStated ? [input.language!] : [analyzers.shopLanguage, ...languages];
    return { text: input.query ?? '', languages: [...new Set(read.map(subtagOf))], isLanguageStated, products };
  }

  /**
   * Finds products for a text, as a list does. It is no search of the customer: it is not logged.
   * @param count at most so many
   */
  async find(viewer: Viewer, query: string, count: number, sort?: 'POPULAR'): Promise<FoundProducts> {
    const prepared = { ...(await this.prepare({ viewer }, { query, sort })), isLogged: false };
    const page = { first: count, cursors: false, highlights: false, reasons: false, nothingFound: false };
    const { snapshot } = await this.search(prepared, page);
    const { ids, matchCount, ignoredWords } = snapshot;
    return { ids, matchCount, ignoredWords };
  }

  private sponsorable(snapshot: SearchSnapshot): SponsorableList {
    return sponsorableOf(snapshot, (id) => this.catalogIndex.find(id));
  }

  private async sponsoredOf(prepared: PreparedSearch, snapshot: SearchSnapshot): Promise<SponsoredProducts | Error> {
    const sponsorship = await this.prepareSponsored(prepared, snapshot.searched);
    if (sponsorship instanceof Error) return sponsorship;
    const isOwn = sponsorship.isPersonal || !snapshot.isByRelevance;
    const list = isOwn ? this.sponsorable(snapshot) : (await this.searchImpersonally(prepared)).sponsorable;
    return chooseFrom(sponsorship, list);
  }

  /** Searches as for a visitor of whom nothing is known. A filter that reads the customer holds all the same. */
  private async searchImpersonally(
    prepared: PreparedSearch,
  ): Promise<{ readonly snapshot: SearchSnapshot; readonly sponsorable: SponsorableList }> {
    const impersonal = { ...prepared, isImpersonal: true, input: { ...prepared.input, facets: null } };
    const { snapshot } = await this.search(impersonal, SPONSORED_ONLY);
    return { snapshot, sponsorable: this.sponsorable(snapshot) };
  }

  private prepareSponsored(
    { who, sender, input, previews }: PreparedSearch,
    query: string,
  ): Promise<PreparedSponsorship | Error> {
    const { catalogIndex } = this;
    const analyzer = catalogIndex.analyzers.forQuery(input.language);
    const hasWord = this.hasWord(catalogIndex, previews);
    return this.options.sponsorship().prepare({
      who,
      sender,
      placement: input.placement ?? null,
      adConsent: input.adConsent ?? false,
      query: query === '' ? null : { text: query, analyzer, hasWord },
      variables: input.filterVariables ?? {},
    });
  }

  private async search(prepared: PreparedSearch, page: SearchPageOptions): Promise<AnsweredSearch> {
    const { who, input, conditions, isImpersonal = false, budget, turns, previews } = prepared;
    const { affinities, merchandising } = this.options;
    // The index may be replaced during the search, which continues with the index that interpreted the query.
    const { catalogIndex } = this;
    const [currentAffinities, requestConditions, interpreted] = await Promise.all([
      isImpersonal ? null : affinities.forCustomer(who),
      conditions.forCustomer(who, budget, isImpersonal),
      this.interpret(catalogIndex, prepared),
    ]);
    const rules = merchandising.effectsFor(
      { ...input, query: interpreted.searched, hasWord: this.hasWord(catalogIndex, previews) },
      catalogIndex.analyzers,
      Date.now(),
      previews.rule,
    );
    const ruleConditions = await Promise.all(rules.boosts.map((one) => one.forCustomer(who, budget, isImpersonal)));
    const boosts = [requestConditions, ...ruleConditions].filter(({ boost }) => boost !== null);
    const sponsorship =
      page.sponsored && !isImpersonal ? await this.prepareSponsored(prepared, interpreted.searched) : undefined;
    const readsVisitor =
      currentAffinities !== null || [conditions, ...rules.boosts].some(({ boostReadsCustomer }) => boostReadsCustomer);
    const isApart =
      sponsorship !== undefined && !(sponsorship instanceof Error) && !sponsorship.isPersonal && readsVisitor;
    const impersonal = isApart && isByRelevance(input) ? await this.searchImpersonally(prepared) : undefined;
    const sponsorable = impersonal?.sponsorable;
    if (page === SPONSORED_ONLY && impersonal !== undefined)
      return { snapshot: impersonal.snapshot, sponsorship: chooseFrom(sponsorship!, impersonal.sponsorable) };
    const resolved: ResolvedConditions = {
      ...{ conditions: requestConditions, boosts, rules, budget },
      ...{ sponsorship, sponsorable },
    };
    // The search yields to the event loop between steps, but the index does not change until it ends.
    return mapSearchErrors(() =>
      catalogIndex.tasks.run(
        () => this.answer(catalogIndex, prepared, interpreted, resolved, currentAffinities, page),
        turns,
      ),
    );
  }

  /** Returns whether searches find a word, because a product or a synonym has it. */
  private hasWord(catalogIndex: CatalogIndex, { synonym }: SearchPreviews): (surface: string) => boolean {
    const dictionary = this.options.pipeline.dictionaryOf(catalogIndex, synonym);
    return (surface) => dictionary.frequencyOf(surface) > 0;
  }

  private interpret(
    catalogIndex: CatalogIndex,
    { input, budget, turns, previews }: PreparedSearch,
  ): Promise<InterpretedQuery> {
    const { query, language, typing, matching, readsConditions } = input;
    const text = {
      text: query ?? '',
      language,
      typing: typing ?? false,
      matching: matching ?? undefined,
      readsConditions: readsConditions ?? true,
    };
    return mapSearchErrors(() =>
      catalogIndex.tasks.run(() => this.options.pipeline.interpret(catalogIndex, text, previews, budget), turns),
    );
  }

  private *answer(
    catalogIndex: CatalogIndex,
    { who, sender, input, isLogged, isStorefront, previews }: PreparedSearch,
    interpreted: InterpretedQuery,
    resolved: ResolvedConditions,
    currentAffinities: (() => Affinities) | null,
    page: SearchPageOptions,
  ): CooperativeTask<AnsweredSearch> {
    const { popularity, follower, searchLog, pipeline } = this.options;
    const { asOf } = follower();
    const affinities = currentAffinities?.() ?? null;
    const ranking: RankingOptions = {
      ranker: this.rankerOf(interpreted.searched),
      segments: catalogIndex.products,
      popularity: popularity.current,
      affinities,
      boosts: resolved.boosts,
      pins: resolved.rules.pins,
      buried: resolved.rules.buried,
    };
    const { settings } = catalogIndex.index;
    const facets = mapFacetRequests(input.facets ?? [], settings);
    const filters = input.facetFilters ?? [];
    const found = yield* pipeline.find(catalogIndex, interpreted, {
      ...{ ranking, sort: input.sort, isFilled: (input.matching ?? 'FILL_UP') === 'FILL_UP' },
      filter: catalogIndex.visibilityFilter(Date.now(), resolved.conditions),
      facetFilters: mapFacetFilters(filters, settings),
      facets: facets.flatMap((facet) => facet.request ?? []),
      // Without cursors, only the hits of this page are needed, and those that may be sponsored.
      limit: page.cursors ? MAX_HITS : page.sponsored ? MAX_SPONSORABLE : page.first,
    });
    const { request, result, partial, partialHits } = found;
    const hits = [...result.hits, ...partialHits];
    const isExact =
      interpreted.query !== null && (page.sponsored || page.cursors)
        ? catalogIndex.index.exactMatches(interpreted.query)
        : undefined;
    const isBrowsing = interpreted.query === null && interpreted.conditions.length === 0;
    const isNothing = hits.length === 0 && !isBrowsing && page.nothingFound && request.limit > 0;
    const instead = isNothing
      ? yield* nothingFound(
          catalogIndex.index,
          request,
          interpreted.plan.queryWords.map(spelledWord),
          isWordOf(interpreted.plan, pipeline.contextOf(catalogIndex, input.language, previews)),
          catalogIndex.categories.named,
          rankingByPopularity(ranking),
          (total) => resolved.budget?.spend(Math.ceil(total / 2)),
        )
      : undefined;
    const partialIds = new Set(partialHits.map(({ id }) => id));
    const matchedFieldsOf = catalogIndex.index.matchedFields(interpreted.query);
    const partialFieldsOf = catalogIndex.index.matchedFields(partial?.query ?? null);
    const fieldsOf = fieldEvidenceOf(settings);
    const evidence = (hit: Hit, by = ranking) =>
      evidenceOf(
        hit,
        by,
        catalogIndex.find(hit.id),
        fieldsOf((partialIds.has(hit.id) ? partialFieldsOf : matchedFieldsOf)(hit.id)),
      );
    // Neither the log nor a storefront learns a customer's segment and predictions.
    const unprofiled = { ...ranking, boosts: ranking.boosts.filter(({ readsProfile }) => !readsProfile) };
    const hidesProfile = isStorefront && unprofiled.boosts.length < ranking.boosts.length && isByRelevance(input);
    const scoreOf = (hit: Hit) => {
      // The partial matches of a list that is sorted by something else were ranked with all boosts.
      if (partialIds.has(hit.id) && !isByRelevance(input)) return hit.score;
      const score = hit.rank ?? hit.score;
      if (!hidesProfile || ranking.pins?.includes(hit.id)) return score;
      return score - boostScore(evidence(hit).boost) + boostScore(evidence(hit, unprofiled).boost);
    };
    // Ranking or counting a match costs half a budget unit. The cost is spent after the search, so it limits only the
    // next search of the request.
    resolved.budget?.spend(Math.ceil((result.total * (1 + facets.length) + (partial?.total ?? 0)) / 2));
    const answer: SearchSnapshot = {
      requestId: this.issueRequestId(who, input, ranking.ranker.version),
      revision: String(catalogIndex.position),
      asOf,
      modelVersion: ranking.ranker.version,
      totalCount: result.total,
      facets: mapFacetResults(facets, result.facets, filters),
      didYouMean: interpreted.didYouMean ?? null,
      correctedQuery: interpreted.correctedQuery ?? null,
      ignoredWords: interpreted.ignoredWords,
      conditions: interpreted.conditions,
      redirect: resolved.rules.redirect,
      nothingFound: instead,
      searched: interpreted.searched,
      matched: { terms: [...interpreted.matched.terms], prefixes: interpreted.matched.prefixes ?? [] },
      ids: hits.map(({ id }) => id),
      matchCount: result.hits.length,
      matchesAnyWord: input.matching === 'ANY_WORD' && interpreted.plan.queryWords.length > 1,
      inexactIds:
        isExact === undefined ? [] : result.hits.slice(0, MAX_SPONSORABLE).flatMap(({ id }) => (isExact(id) ? [] : id)),
      isByRelevance: isByRelevance(input),
      scores: hits.map((hit) => Math.round(scoreOf(hit) * 1e6) / 1e6),
      // The affinities are computed again, because their `reasons` use shared memory that is valid only in the time
      // slice in which they were computed.
      grounds:
        page.reasons && isByRelevance(input)
          ? explanationsOf(hits, (hit) => evidence(hit, hidesProfile ? unprofiled : ranking), {
              ...ranking,
              affinities: currentAffinities?.() ?? null,
            })
          : null,
      products: page.articles
        ? productMeaningOf(interpreted, {
            total: result.total,
            typing: input.typing ?? false,
            matchCount: result.hits.length,
            fieldsOf: (rank) => fieldsOf(matchedFieldsOf(result.hits[rank].id)),
            namesProducts: (term) => catalogIndex.categories.terms.has(term),
          })
        : undefined,
    };
    const sponsorship =
      resolved.sponsorship && chooseFrom(resolved.sponsorship, resolved.sponsorable ?? this.sponsorable(answer));
    if (page.first > 0 && isLogged) {
      const ads = sponsoredIds(sponsorship);
      const shown = hits.filter(({ id }) => !ads.has(id)).slice(0, page.first);
      searchLog?.record({
        who,
        sender,
        input,
        answer,
        shown: shown.map(({ id }) => id),
        evidence: () => shown.map((hit) => evidence(hit, unprofiled)),
      });
    }
    return { snapshot: answer, sponsorship };
  }

  private issueRequestId(who: Identity, input: SearchInput, modelVersion: string): string {
    const { placement = null } = input;
    const kind = loggedQuery(input) === undefined ? 'BROWSE' : 'SEARCH';
    return this.options.requestIds.issue({ kind, intent: null, placement, modelVersion }, who);
  }

  rankerOf(query: string | null | undefined): QueryRanker {
    return this.options.ranker.forQuery(query ?? '');
  }

  /** Waits until searches reflect a receipt's change. @throws ApiError TIMEOUT, and the errors of awaiting a receipt */
  async awaitReceipt(receipt: string): Promise<void> {
    const position = await this.options.receipts.waitUntilApplied(receipt);
    if (await this.options.search.waitFor(position, RECEIPT_TIMEOUT_MS)) return;
    throw new ApiError('TIMEOUT', 'The change of this receipt is not searchable yet; try again later.');
  }
}

function isByRelevance({ sort }: SearchInput): boolean {
  return sort == null || sort === 'RELEVANCE';
}
