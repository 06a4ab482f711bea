import { TopK } from '../../learn/select';
import { STEP_ASKED, STEP_PASSED, type Steps } from '../turns/steps';
import { hasBit, wordsFor } from './bitmap';
import { columnOf, Columns, facetOf } from './columns';
import { countMatches } from './count-matches';
import { FacetCounts } from './facet-counts';
import { appliedFilters, checkFilters } from './facet-filters';
import { Groups } from './groups';
import { matchAll, matchClauses } from './match';
import { PhraseMatcher } from './phrase';
import { type Alternative, atMost, checkQuery, type TextQuery } from './query';
import { Ranker } from './ranker';
import { listsOf, resolveClauses } from './resolve';
import type { ScoredList } from './scored-list';
import { Scratch } from './scratch';
import { hitOf, type Part } from './search-part';
import { SearchRefused } from './search-refused';
import type { Hit, Searched, SearchRequest, SearchResult } from './search-request';
import type { SegmentView } from './segment-view';
import { listed, selected, selectedInSteps, type Selection, sizeOf } from './selection';
import type { IndexSettings } from './settings';
import { TopScores } from './top-scores';

/** Runs searches, one after the other. */
export class Searcher {
  private readonly scratch = new Scratch();
  private readonly top = new TopK(64);
  private readonly scores = new TopScores();
  private readonly ranker = new Ranker(this.scratch);

  /**
   * Runs one search. It must end before the next one starts, and the searched data must not change until then.
   * @throws SearchRequestError
   */
  *search(searched: Searched, request: SearchRequest): Steps<SearchResult> {
    check(target.settings, request);
    this.scratch.fit(Math.max(...target.views.map(({ documents }) => documents)));
    try {
      if (request.query !== null && isOnlyCounted(request.query, request))
        return { total: yield* countMatches(request.query, target.views, this.scratch), hits: [], facets: [] };
      return yield* this.answer(target, request);
    } finally {
      this.scratch.release();
    }
  }

  private *answer(target: Searched, request: SearchRequest): Steps<SearchResult> {
    const { settings, views, spaces } = target;
    const { query, facetFilters = [], offset = 0, limit } = request;
    const browsing = query === null && request.filter === undefined;
    const groups = groupsOf(target, request.distinct);
    const counts = new FacetCounts(
      request.facets ?? [],
      facetFilters,
      settings,
      spaces,
      browsing,
      this.scratch,
      groups,
    );
    const isRanked = request.rank !== undefined || request.ties !== undefined || groups !== undefined;
    const left = views.reduce((sum, { documents, deletedCount }) => sum + documents - deletedCount, 0);
    const clauses = query === null ? [] : yield* resolveClauses(query, views, left, this.scratch);
    if (!isRanked) this.top.reset(offset + limit);
    // Phrases with a boost only change scores, and without hits no score is returned.
    const neededPhrases = (query?.phrases ?? []).filter(({ boost }) => boost === undefined || limit > 0);
    let total = 0;
    let first = 0;
    const parts: Part[] = [];
    for (let i = 0; i < views.length; i++) {
      const view = views[i];
      const phrases = neededPhrases.map((phrase) => new PhraseMatcher(phrase, view, settings.fields.length));
      const lists = clauses.map((found) => found[i]);
      const matching = yield* this.matching(target, request, view, lists, phrases);
      const filters = yield* appliedFilters(matching, facetFilters, target, view, this.scratch);
      const found = filters.all();
      const size = sizeOf(found);
      if (groups === undefined) total += size;
      yield* counts.add(view, filters, lists);
      const part = { view, first, phrases, lists, found };
      if (size > STEP_PASSED) yield;
      if (!isRanked) yield* this.offer(request, settings, part);
      first += view.documents;
      parts.push(part);
    }
    const hits = isRanked
      ? (yield* this.ranker.first(target, request, parts, groups)).map(({ number, key, score }) => ({
          ...hitOf(parts, number, score),
          ...(request.rank && { rank: key }),
        }))
      : this.scoredHits(request, parts);
    const facets = yield* counts.finish();
    return { total: groups === undefined ? total : counts.things, hits, facets };
  }

  private scoredHits({ sort, offset = 0 }: SearchRequest, parts: readonly Part[]): Hit[] {
    return this.takeFrom(offset).map(({ item, score }) => hitOf(parts, item, sort === undefined ? score : NaN));
  }

  /** Returns the documents that match the query and the filter, without the facet filters. */
  private *matching(
    { settings, spaces }: Searched,
    { query, filter }: SearchRequest,
    view: SegmentView,
    lists: readonly ScoredList[],
    phrases: readonly PhraseMatcher[],
  ): Steps<Selection> {
    const { scratch } = this;
    let matching = query === null ? matchAll(view, scratch) : matchClauses(view, query.mode, lists, scratch);
    if (filter !== undefined)
      matching = yield* selectedInSteps(matching, filter(new Columns(settings, view, spaces)), scratch);
    for (const phrase of phrases)
      if (phrase.boost === undefined)
        matching = yield* selectedInSteps(matching, (doc) => phrase.matches(doc), scratch);
    if (query?.excluded?.length) matching = this.without(matching, query.excluded, view);
    return matching;
  }

  private without(matching: Selection, excluded: readonly Alternative[], view: SegmentView): Selection {
    const bits = this.scratch.bitmap(view.documents);
    const words = wordsFor(view.documents);
    for (const alternative of excluded) for (const list of listsOf(view, alternative)) list.mark(bits, words);
    return selected(matching, (doc) => !hasBit(bits, doc), this.scratch);
  }

  private *offer({ query, sort }: SearchRequest, settings: IndexSettings, part: Part): Steps<void> {
    const { top } = this;
    const { view, first, lists, phrases, found: selection } = part;
    const boosts = phrases.filter(({ boost }) => boost !== undefined);
    if (sort !== undefined) {
      const column = view.numbers[columnOf(settings.numbers, sort.number)];
      const sign = sort.descending ? 1 : -1;
      const { docs, count } = listed(selection, this.scratch);
      for (let i = 0; i < count; i++) {
        const value = column[docs[i]] * sign;
        const key = Number.isNaN(value) ? -Infinity : value;
        if (key > top.floor() || key === -Infinity) top.offer(first + docs[i], key);
      }
    } else if (selection.bits === undefined) {
      const { docs, sums, count } = selection;
      for (let i = 0; i < count; i++) {
        if (i % STEP_ASKED === 0 && i > 0 && boosts.length > 0) yield;
        const sum = boosts.reduce(
          (all, phrase) => all + (phrase.matches(docs[i]) ? (phrase.boost as number) : 0),
          sums[i],
        );
        if (sum > top.floor()) top.offer(first + docs[i], sum);
      }
    } else if (query === null) {
      offerFirst(selection.bits, view.documents, first, top);
    } else yield* this.scores.offer(selection, lists, boosts, first, top);
  }

  /** Returns the collected hits from the offset on, best first. The hits before the offset are not sorted. */
  private takeFrom(offset: number) {
    const hits = Array.from({ length: Math.max(0, this.top.kept().length - offset) }, () => this.top.pop());
    return hits.filter((hit) => hit !== undefined).reverse();
  }
}

/** Offers documents for browsing. All scores are equal, so the first documents are the hits. */
function offerFirst(bits: Uint32Array, documents: number, first: number, top: TopK): void {
  for (let word = 0; word << 5 < documents && top.floor() === -Infinity; word++) {
    for (let rest = bits[word]; rest !== 0; rest &= rest - 1)
      top.offer(first + (word << 5) + 31 - Math.clz32(rest & -rest), 0);
  }
}

/** @returns undefined if the request does not group, or the facet has no values */
function groupsOf({ settings, spaces }: Searched, distinct: string | undefined): Groups | undefined {
  if (distinct === undefined) return undefined;
  const facet = facetOf(settings, distinct);
  return spaces[facet].size === 0 ? undefined : new Groups(facet, spaces[facet].size);
}

/**
 * Returns whether the request only counts the documents that match the words. Phrases with a boost do not change that.
 */
function isOnlyCounted({ phrases = [], excluded = [] }: TextQuery, request: SearchRequest): boolean {
  const { filter, facetFilters = [], facets = [], distinct, limit } = request;
  const isNarrowed = filter !== undefined || facetFilters.length > 0 || excluded.length > 0;
  const isPlain = facets.length === 0 && distinct === undefined && phrases.every(({ boost }) => boost !== undefined);
  return limit === 0 && !isNarrowed && isPlain;
}

function check(settings: IndexSettings, request: SearchRequest): void {
  const { query, facetFilters = [], sort, ties, offset = 0, limit } = request;
  if (!(Number.isInteger(offset) && Number.isInteger(limit) && offset >= 0 && limit >= 0))
    throw new SearchRefused(
      'NOTHING_ASKED',
      `offset and limit must be integers of at least 0; got ${offset} and ${limit}`,
    );
  atMost('window', offset + limit);
  if (query !== null) checkQuery(query);
  checkFilters(facetFilters, settings);
  if (sort !== undefined) columnOf(settings.numbers, sort.number);
  if (ties !== undefined) columnOf(settings.numbers, ties);
}
