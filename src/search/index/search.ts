import { TopK } from '../../learn/select';
import { SCORE_UNIT } from './bm25f';
import { columnOf, type ColumnFilter, Columns } from './columns';
import { FacetCounts } from './facet-counts';
import { AppliedFilters, checkFilters } from './facet-filters';
import type { FacetFilter, FacetRequest, FacetResult } from './facet-request';
import type { FacetSpace } from './facet-space';
import { matchAll, matchClauses } from './match';
import { PhraseMatcher } from './phrase';
import { atMost, checkQuery, type TextQuery } from './query';
import { resolveClauses } from './resolve';
import type { ScoredList } from './scored-list';
import { Scratch } from './scratch';
import { SearchRefused } from './search-refused';
import type { SegmentView } from './segment-view';
import { listed, selected, type Selection, sizeOf } from './selection';
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
    const counts = new FacetCounts(request.facets ?? [], facetFilters, settings, spaces, browsing);
    const left = views.reduce((sum, { documents, deletedCount }) => sum + documents - deletedCount, 0);
    const clauses = query === null ? [] : resolveClauses(query, views, left, this.scratch);
    this.top.reset(offset + limit);
    let total = 0;
    let first = 0;
    const parts = views.map((view, i): Part => {
      const phrases = (query?.phrases ?? []).map((phrase) => new PhraseMatcher(phrase, view, settings.fields.length));
      const part = { view, first, phrases, lists: clauses.map((lists) => lists[i]) };
      const matching = this.matching(searched, request, part);
      const filters = new AppliedFilters(matching, facetFilters, settings, view, spaces, this.scratch);
      total += sizeOf(filters.all());
      counts.add(view, filters, this.scratch);
      this.offer(filters.all(), request, settings, part);
      first += view.documents;
      return part;
    });
    const hits = this.takeFrom(offset).map(({ item, score }) =>
      hitOf(parts, item, request.sort === undefined ? score : undefined),
    );
    return { total, hits, facets: counts.finish() };
  }

  /** What matches query and filter. */
  private matching({ settings, spaces }: Searched, { query, filter }: SearchRequest, part: Part): Selection {
    const { view, phrases } = part;
    let matching =
      query === null ? matchAll(view, this.scratch) : matchClauses(view, query.mode, part.lists, this.scratch);
    if (filter !== undefined) matching = selected(matching, filter(new Columns(settings, view, spaces)), this.scratch);
    for (const phrase of phrases)
      if (phrase.boost === undefined) matching = selected(matching, (doc) => phrase.matches(doc), this.scratch);
    return matching;
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
  if (sum === undefined) {
    sum = 0;
    for (const list of part.lists) sum += list.valueOf(doc);
    for (const phrase of part.phrases) if (phrase.boost !== undefined && phrase.matches(doc)) sum += phrase.boost;
  }
  return { id: part.view.idAt(doc), score: sum / SCORE_UNIT };
}

function check(settings: IndexSettings, request: SearchRequest): void {
  const { query, facetFilters = [], sort, offset = 0, limit } = request;
  if (!(Number.isInteger(offset) && Number.isInteger(limit) && offset >= 0 && limit >= 0))
    throw new SearchRefused('NOTHING_ASKED', 'offset and limit are whole numbers from 0 on');
  atMost('window', offset + limit);
  if (query !== null) checkQuery(query);
  checkFilters(facetFilters, settings);
  if (sort !== undefined) columnOf(settings.numbers, sort.number);
}
