import { TopK } from '../../learn/select';
import { SCORE_UNIT } from './bm25f';
import { hasBit, wordsFor } from './bitmap';
import { columnOf, type ColumnFilter, Columns, facetOf } from './columns';
import { FacetCounts } from './facet-counts';
import { AppliedFilters, checkFilters } from './facet-filters';
import type { FacetFilter, FacetRequest, FacetResult } from './facet-request';
import type { FacetSpace } from './facet-space';
import { Groups } from './groups';
import { matchAll, matchClauses } from './match';
import { PhraseMatcher } from './phrase';
import { type Alternative, atMost, checkQuery, type TextQuery } from './query';
import { ALONE, RankedHits } from './ranked-hits';
import { PRESELECTED, RANKED_WHOLE, type Ranking } from './ranking';
import { listsOf, resolveClauses } from './resolve';
import type { ScoredList } from './scored-list';
import { Scratch } from './scratch';
import { SearchRefused } from './search-refused';
import type { SegmentView } from './segment-view';
import { listed, type ManyDocuments, selected, type Selection, sizeOf } from './selection';
import type { IndexSettings } from './settings';
import { TopScores } from './top-scores';

export interface SearchRequest {
  /** null: browsing, every document matches and none has a score. */
  readonly query: TextQuery | null;
  readonly filter?: ColumnFilter;
  readonly facetFilters?: readonly FacetFilter[];
  readonly facets?: readonly FacetRequest[];
  /** Default: by score, highest first. Equals come in the order in which they were put. */
  readonly sort?: Sort;
  /** Puts hits in order where nothing is sorted by. */
  readonly rank?: Ranking;
  /** A numeric column that decides between what sorting or ranking finds equal, lowest first: then the order does not depend on segments. */
  readonly ties?: string;
  /** A facet that makes one thing of several documents: the first of each is a hit, and totals and facets count it once. */
  readonly distinct?: string;
  readonly offset?: number;
  readonly limit: number;
}

/** By a numeric column; documents without it come last. */
export interface Sort {
  readonly number: string;
  readonly descending?: boolean;
}

export interface SearchResult {
  /** How many documents match, exactly. */
  readonly total: number;
  readonly hits: readonly Hit[];
  /** In the order in which they were asked for. */
  readonly facets: readonly FacetResult[];
}

export interface Hit {
  readonly id: string;
  /** BM25F, and what phrases add to it; 0 when browsing. */
  readonly score: number;
  /** What put it in its place, where the request says how to rank. */
  readonly rank?: number;
}

/** What a search looks into: the segments in order, and by facet the values of all. */
export interface Searched {
  readonly settings: IndexSettings;
  readonly views: readonly SegmentView[];
  readonly spaces: readonly FacetSpace[];
}

/** Answers one search after the other. */
export class Searcher {
  private readonly scratch = new Scratch();
  private readonly top = new TopK(64);
  private readonly scores = new TopScores();
  private readonly ranked = new RankedHits();

  /** @throws SearchRefused */
  search(searched: Searched, request: SearchRequest): SearchResult {
    check(searched.settings, request);
    this.scratch.fit(Math.max(...searched.views.map(({ documents }) => documents)));
    try {
      return this.answer(searched, request);
    } finally {
      this.scratch.release();
    }
  }

  private answer(searched: Searched, request: SearchRequest): SearchResult {
    const { settings, views, spaces } = searched;
    const { query, facetFilters = [], offset = 0, limit } = request;
    const browsing = query === null && request.filter === undefined;
    const groups = groupsOf(searched, request.distinct);
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
    const clauses = query === null ? [] : resolveClauses(query, views, left, this.scratch);
    this.ranked.clear();
    if (!isRanked) this.top.reset(offset + limit);
    let total = 0;
    let first = 0;
    const parts = views.map((view, i): Part => {
      const phrases = (query?.phrases ?? []).map((phrase) => new PhraseMatcher(phrase, view, settings.fields.length));
      const part = { view, first, phrases, lists: clauses.map((lists) => lists[i]) };
      const matching = this.matching(searched, request, part);
      const filters = new AppliedFilters(matching, facetFilters, settings, view, spaces, this.scratch);
      const found = filters.all();
      if (groups === undefined) total += sizeOf(found);
      counts.add(view, filters);
      if (isRanked) this.rank(found, searched, request, part, groups);
      else this.offer(found, request, settings, part);
      first += view.documents;
      return part;
    });
    const hits = isRanked ? this.rankedHits(request, parts) : this.scoredHits(request, parts);
    return { total: groups === undefined ? total : counts.things, hits, facets: counts.finish() };
  }

  private rankedHits({ rank, offset = 0, limit }: SearchRequest, parts: readonly Part[]): Hit[] {
    const hits = this.ranked.first(offset + limit).slice(offset);
    return hits.map(({ number, key, score }) => ({
      ...hitOf(parts, number, Number.isNaN(score) ? undefined : score),
      ...(rank && { rank: key }),
    }));
  }

  private scoredHits({ sort, offset = 0 }: SearchRequest, parts: readonly Part[]): Hit[] {
    return this.takeFrom(offset).map(({ item, score }) => hitOf(parts, item, sort === undefined ? score : undefined));
  }

  /** What matches query and filter. */
  private matching({ settings, spaces }: Searched, { query, filter }: SearchRequest, part: Part): Selection {
    const { view, phrases } = part;
    let matching =
      query === null ? matchAll(view, this.scratch) : matchClauses(view, query.mode, part.lists, this.scratch);
    if (filter !== undefined) matching = selected(matching, filter(new Columns(settings, view, spaces)), this.scratch);
    for (const phrase of phrases)
      if (phrase.boost === undefined) matching = selected(matching, (doc) => phrase.matches(doc), this.scratch);
    if (query?.excluded?.length) matching = this.without(matching, query.excluded, view);
    return matching;
  }

  private without(matching: Selection, excluded: readonly Alternative[], view: SegmentView): Selection {
    const bits = this.scratch.bitmap(view.documents);
    const words = wordsFor(view.documents);
    for (const alternative of excluded) for (const list of listsOf(view, alternative)) list.mark(bits, words);
    return selected(matching, (doc) => !hasBit(bits, doc), this.scratch);
  }

  /** Collects what matches with what it is ranked by: the column that is sorted by, the caller's ranking, or its score. */
  private rank(selection: Selection, searched: Searched, request: SearchRequest, part: Part, groups?: Groups): void {
    const { settings, spaces } = searched;
    const { view, first } = part;
    const { sort, ties } = request;
    const keyOf =
      sort === undefined
        ? (request.rank?.(new Columns(settings, view, spaces)) ?? byScore)
        : sortingBy(view.numbers[columnOf(settings.numbers, sort.number)], sort);
    const tieColumn = ties === undefined ? undefined : view.numbers[columnOf(settings.numbers, ties)];
    const group = groups?.columnOf(view);
    const add = (doc: number, score: number) => {
      const slot = group === undefined ? -1 : group.slotOf(doc);
      const tie = tieColumn === undefined ? 0 : tieColumn[doc];
      this.ranked.add(first + doc, keyOf(doc, score / SCORE_UNIT), tie, slot < 0 ? ALONE : slot, score);
    };
    const boosts = part.phrases.filter(({ boost }) => boost !== undefined);
    if (selection.bits === undefined) {
      for (let i = 0; i < selection.count; i++)
        add(selection.docs[i], selection.sums[i] + (boosts.length === 0 ? 0 : boostOf(boosts, selection.docs[i])));
    } else if (sort !== undefined || (request.query === null && sizeOf(selection) <= RANKED_WHOLE)) {
      const { docs, count } = listed(selection, this.scratch);
      // What is sorted by a column is scored in the end, as far as it is shown.
      for (let i = 0; i < count; i++) add(docs[i], request.query === null ? 0 : NaN);
    } else if (sizeOf(selection) <= RANKED_WHOLE) {
      const { docs, count } = listed(selection, this.scratch);
      for (let i = 0; i < count; i++) {
        let sum = boosts.length === 0 ? 0 : boostOf(boosts, docs[i]);
        for (let l = 0; l < part.lists.length; l++) sum += part.lists[l].probe(docs[i]);
        add(docs[i], sum);
      }
    } else {
      for (const doc of this.preselected(selection, keyOf, part.lists, boosts)) add(doc, scoreOf(part, doc));
    }
  }

  private preselected(
    selection: ManyDocuments,
    keyOf: (doc: number, score: number) => number,
    lists: readonly ScoredList[],
    boosts: readonly PhraseMatcher[],
  ): Set<number> {
    this.top.reset(PRESELECTED);
    if (lists.length > 0) this.scores.offer(selection, lists, boosts, 0, this.top);
    const docs = new Set(this.top.kept());
    this.top.reset(PRESELECTED);
    const all = listed(selection, this.scratch);
    for (let i = 0; i < all.count; i++) this.top.offer(all.docs[i], keyOf(all.docs[i], lists.length === 0 ? 0 : 1));
    for (const doc of this.top.kept()) docs.add(doc);
    return docs;
  }

  private offer(selection: Selection, { query, sort }: SearchRequest, settings: IndexSettings, part: Part): void {
    const { top } = this;
    const { view, first, lists, phrases } = part;
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
        const sum = boosts.reduce(
          (all, phrase) => all + (phrase.matches(docs[i]) ? (phrase.boost as number) : 0),
          sums[i],
        );
        if (sum > top.floor()) top.offer(first + docs[i], sum);
      }
    } else if (query === null) {
      offerFirst(selection.bits, view.documents, first, top);
    } else this.scores.offer(selection, lists, boosts, first, top);
  }

  /** What was kept from the offset on, best first: deep pages need no sorting of what comes before. */
  private takeFrom(offset: number) {
    const taken = Array.from({ length: Math.max(0, this.top.kept().length - offset) }, () => this.top.pop());
    return taken.filter((one) => one !== undefined).reverse();
  }
}

/** A segment in a search. */
interface Part {
  readonly view: SegmentView;
  /** What its first document is called. */
  readonly first: number;
  readonly phrases: readonly PhraseMatcher[];
  readonly lists: readonly ScoredList[];
}

/** Browsing: all are equal, so the first come first. */
function offerFirst(bits: Uint32Array, documents: number, first: number, top: TopK): void {
  for (let word = 0; word << 5 < documents && top.floor() === -Infinity; word++) {
    for (let rest = bits[word]; rest !== 0; rest &= rest - 1)
      top.offer(first + (word << 5) + 31 - Math.clz32(rest & -rest), 0);
  }
}

/** @param sum the score as it was summed; undefined where it is still to be summed */
function hitOf(parts: readonly Part[], number: number, sum: number | undefined): Hit {
  const part = parts.findLast(({ first }) => first <= number) as Part;
  const doc = number - part.first;
  return { id: part.view.idAt(doc), score: (sum ?? scoreOf(part, doc)) / SCORE_UNIT };
}

function scoreOf(part: Part, doc: number): number {
  let sum = boostOf(part.phrases, doc);
  for (const list of part.lists) sum += list.valueOf(doc);
  return sum;
}

function boostOf(phrases: readonly PhraseMatcher[], doc: number): number {
  let sum = 0;
  for (const phrase of phrases) if (phrase.boost !== undefined && phrase.matches(doc)) sum += phrase.boost;
  return sum;
}

const byScore = (_doc: number, score: number): number => score;

/** What lacks the number comes last. */
function sortingBy(column: Float64Array, { descending }: Sort): (doc: number) => number {
  const sign = descending ? 1 : -1;
  return (doc) => (Number.isNaN(column[doc]) ? -Infinity : column[doc] * sign);
}

/** @returns undefined where there are none, and nothing has to be done for them */
function groupsOf({ settings, spaces }: Searched, distinct: string | undefined): Groups | undefined {
  if (distinct === undefined) return undefined;
  const facet = facetOf(settings, distinct);
  return spaces[facet].size === 0 ? undefined : new Groups(facet, spaces[facet].size);
}

function check(settings: IndexSettings, request: SearchRequest): void {
  const { query, facetFilters = [], sort, ties, offset = 0, limit } = request;
  if (!(Number.isInteger(offset) && Number.isInteger(limit) && offset >= 0 && limit >= 0))
    throw new SearchRefused('NOTHING_ASKED', 'offset and limit are whole numbers from 0 on');
  atMost('window', offset + limit);
  if (query !== null) checkQuery(query);
  checkFilters(facetFilters, settings);
  if (sort !== undefined) columnOf(settings.numbers, sort.number);
  if (ties !== undefined) columnOf(settings.numbers, ties);
}
