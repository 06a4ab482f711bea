import { TopK } from '../../learn/select';
import { DOCUMENTS_PER_SLOW_STEP, DOCUMENTS_PER_FAST_STEP, type CooperativeTask } from '../scheduling/cooperative-task';
import { hasBit, wordsFor } from './bitmap';
import { columnNumber, Columns, facetNumber } from './columns';
import { countMatches } from './count-matches';
import { FacetCounts } from './facet-counts';
import { applyFilters, checkFilters } from './facet-filters';
import { Groups } from './groups';
import { matchAll, matchClauses } from './match';
import { PhraseMatcher } from './phrase';
import { type Alternative, checkLimit, checkQuery, type TextQuery } from './query';
import { Ranker } from './ranker';
import { postingListsOf, resolveClauses } from './resolve-clauses';
import type { ScoredPostings } from './scored-postings';
import { Scratch } from './scratch';
import { hitOf, type SearchedSegment } from './searched-segment';
import { SearchRequestError } from './search-request-error';
import type { Hit, SearchTarget, SearchRequest, SearchResult } from './search-request';
import type { SegmentView } from './segment-view';
import { listDocuments, filterSelection, filterSelectionInSteps, type Selection, selectionSize } from './selection';
import type { IndexSettings } from './settings';
import { TopScores } from './top-scores';

/** Runs searches, one at a time. */
export class Searcher {
  private readonly scratch = new Scratch();
  private readonly top = new TopK(64);
  private readonly scores = new TopScores();
  private readonly ranker = new Ranker(this.scratch);

  /**
   * Runs one search. Until it ends, no other search may start, and the searched data must not change.
   * @throws SearchRequestError
   */
  *search(target: SearchTarget, request: SearchRequest): CooperativeTask<SearchResult> {
    checkRequest(target.settings, request);
    this.scratch.ensureCapacity(Math.max(...target.views.map(({ documents }) => documents)));
    try {
      if (request.query !== null && isCountOnly(request.query, request))
        return { total: yield* countMatches(request.query, target.views, this.scratch), hits: [], facets: [] };
      return yield* this.run(target, request);
    } finally {
      this.scratch.release();
    }
  }

  private *run(target: SearchTarget, request: SearchRequest): CooperativeTask<SearchResult> {
    const { settings, views, facetDictionaries } = target;
    const { query, facetFilters = [], offset = 0, limit } = request;
    const browsing = query === null && request.filter === undefined;
    const groups = groupsOf(target, request.distinct);
    const counts = new FacetCounts(
      request.facets ?? [],
      facetFilters,
      settings,
      facetDictionaries,
      browsing,
      this.scratch,
      groups,
    );
    const isRanked = request.rank !== undefined || request.ties !== undefined || groups !== undefined;
    const documentCount = views.reduce((sum, { documents, deletedCount }) => sum + documents - deletedCount, 0);
    const clauses = query === null ? [] : yield* resolveClauses(query, views, documentCount, this.scratch);
    if (!isRanked) this.top.reset(offset + limit);
    // Phrases with a boost only change scores. They are not needed if no hits are requested.
    const neededPhrases = (query?.phrases ?? []).filter(({ boost }) => boost === undefined || limit > 0);
    let total = 0;
    let first = 0;
    const parts: SearchedSegment[] = [];
    for (let i = 0; i < views.length; i++) {
      const view = views[i];
      const phrases = neededPhrases.map((phrase) => new PhraseMatcher(phrase, view, settings));
      const lists = clauses.map((found) => found[i]);
      const matching = yield* this.matchSegment(target, request, view, lists, phrases);
      const filters = yield* applyFilters(matching, facetFilters, target, view, this.scratch);
      const found = filters.all();
      const size = selectionSize(found);
      if (groups === undefined) total += size;
      yield* counts.add(view, filters, lists);
      const part = { view, first, phrases, lists, found };
      if (size > DOCUMENTS_PER_FAST_STEP) yield;
      if (!isRanked) yield* this.offer(request, settings, part);
      first += view.documents;
      parts.push(part);
    }
    const hits = isRanked
      ? (yield* this.ranker.rank(target, request, parts, groups)).map(({ number, key, score }) => ({
          ...hitOf(parts, number, score),
          ...(request.rank && { rank: key }),
        }))
      : this.scoredHits(request, parts);
    const facets = yield* counts.finish();
    return { total: groups === undefined ? total : counts.itemCount, hits, facets };
  }

  private scoredHits({ sort, offset = 0 }: SearchRequest, parts: readonly SearchedSegment[]): Hit[] {
    return this.hitsFrom(offset).map(({ item, score }) => hitOf(parts, item, sort === undefined ? score : NaN));
  }

  /** Returns the documents of a segment that match the query and the filter. Facet filters are applied later. */
  private *matchSegment(
    { settings, facetDictionaries }: SearchTarget,
    { query, filter }: SearchRequest,
    view: SegmentView,
    lists: readonly ScoredPostings[],
    phrases: readonly PhraseMatcher[],
  ): CooperativeTask<Selection> {
    const { scratch } = this;
    let matching = query === null ? matchAll(view, scratch) : matchClauses(view, query.mode, lists, scratch);
    if (filter !== undefined)
      matching = yield* filterSelectionInSteps(
        matching,
        filter(new Columns(settings, view, facetDictionaries)),
        scratch,
      );
    for (const phrase of phrases)
      if (phrase.boost === undefined)
        matching = yield* filterSelectionInSteps(matching, (doc) => phrase.matches(doc), scratch);
    for (const { terms, said } of query?.without ?? []) {
      const columns = new Columns(settings, view, facetDictionaries);
      const has = terms.map((term) => columns.hasAsProperty(term));
      const phrasesOf = said.map((phrase) => new PhraseMatcher(phrase, view, settings));
      matching = yield* filterSelectionInSteps(
        matching,
        (doc) => !has.some((one) => one(doc)) || phrasesOf.some((phrase) => phrase.matches(doc)),
        scratch,
      );
    }
    if (query?.excluded?.length) matching = this.removeExcluded(matching, query.excluded, view);
    return matching;
  }

  private removeExcluded(matching: Selection, excluded: readonly Alternative[], view: SegmentView): Selection {
    const bits = this.scratch.bitmap(view.documents);
    const words = wordsFor(view.documents);
    for (const alternative of excluded) for (const list of postingListsOf(view, alternative)) list.mark(bits, words);
    return filterSelection(matching, (doc) => !hasBit(bits, doc), this.scratch);
  }

  private *offer(
    { query, sort }: SearchRequest,
    settings: IndexSettings,
    part: SearchedSegment,
  ): CooperativeTask<void> {
    const { top } = this;
    const { view, first, lists, phrases, found: selection } = part;
    const boosts = phrases.filter(({ boost }) => boost !== undefined);
    if (sort !== undefined) {
      const column = view.numbers[columnNumber(settings.numbers, sort.number)];
      const sign = sort.descending ? 1 : -1;
      const { docs, count } = listDocuments(selection, this.scratch);
      for (let i = 0; i < count; i++) {
        const value = column[docs[i]] * sign;
        const key = Number.isNaN(value) ? -Infinity : value;
        if (key > top.threshold() || key === -Infinity) top.offer(first + docs[i], key);
      }
    } else if (selection.bits === undefined) {
      const { docs, sums, count } = selection;
      for (let i = 0; i < count; i++) {
        if (i % DOCUMENTS_PER_SLOW_STEP === 0 && i > 0 && boosts.length > 0) yield;
        const sum = boosts.reduce(
          (all, phrase) => all + (phrase.matches(docs[i]) ? (phrase.boost as number) : 0),
          sums[i],
        );
        if (sum > top.threshold()) top.offer(first + docs[i], sum);
      }
    } else if (query === null) {
      offerFirst(selection.bits, view.documents, first, top);
    } else yield* this.scores.offer(selection, lists, boosts, first, top);
  }

  /** Returns the collected hits from index `offset` on, best first. The hits before it stay in the heap, unsorted. */
  private hitsFrom(offset: number) {
    const hits = Array.from({ length: Math.max(0, this.top.selected().length - offset) }, () => this.top.pop());
    return hits.filter((hit) => hit !== undefined).reverse();
  }
}

/** Offers documents for browsing. All scores are equal, so the first documents are the hits. */
function offerFirst(bits: Uint32Array, documents: number, first: number, top: TopK): void {
  for (let word = 0; word << 5 < documents && top.threshold() === -Infinity; word++) {
    for (let rest = bits[word]; rest !== 0; rest &= rest - 1)
      top.offer(first + (word << 5) + 31 - Math.clz32(rest & -rest), 0);
  }
}

/** @returns undefined if the request does not group documents, or the facet has no values */
function groupsOf({ settings, facetDictionaries }: SearchTarget, distinct: string | undefined): Groups | undefined {
  if (distinct === undefined) return undefined;
  const facet = facetNumber(settings, distinct);
  return facetDictionaries[facet].size === 0 ? undefined : new Groups(facet, facetDictionaries[facet].size);
}

/**
 * Returns whether the request needs only the number of documents that match the words. Phrases with a boost do not
 * affect this number.
 */
function isCountOnly({ phrases = [], excluded = [], without = [] }: TextQuery, request: SearchRequest): boolean {
  const { filter, facetFilters = [], facets = [], distinct, limit } = request;
  const isNarrowed = filter !== undefined || facetFilters.length > 0 || excluded.length + without.length > 0;
  const isPlain = facets.length === 0 && distinct === undefined && phrases.every(({ boost }) => boost !== undefined);
  return limit === 0 && !isNarrowed && isPlain;
}

function checkRequest(settings: IndexSettings, request: SearchRequest): void {
  const { query, facetFilters = [], sort, ties, offset = 0, limit } = request;
  if (!(Number.isInteger(offset) && Number.isInteger(limit) && offset >= 0 && limit >= 0))
    throw new SearchRequestError(
      'NOTHING_ASKED',
      `offset and limit must be integers of at least 0; got ${offset} and ${limit}`,
    );
  checkLimit('window', offset + limit);
  if (query !== null) checkQuery(query);
  checkFilters(facetFilters, settings);
  if (sort !== undefined) columnNumber(settings.numbers, sort.number);
  if (ties !== undefined) columnNumber(settings.numbers, ties);
}
