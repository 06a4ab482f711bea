import { runToCompletion, type CooperativeTask } from '../scheduling/cooperative-task';
import { BaseView } from './base-view';
import { hasBit } from './bitmap';
import { type ColumnFilter, columnNumber, Columns, facetNumber } from './columns';
import type { ValueCounts } from './facet-request';
import { FacetDictionary } from './facet-dictionary';
import { LiveSegment } from './live-segment';
import { FieldMatcher, type MatchedFields, noMatchedFields } from './matched-fields';
import type { SearchDocument } from './search-document';
import type { Alternative, Clause, TextQuery } from './query';
import { postingListsOf } from './resolve-clauses';
import { Searcher } from './search';
import type { SearchTarget, SearchRequest, SearchResult } from './search-request';
import type { Segment } from './segment';
import { SegmentBuilder } from './segment-builder';
import type { FormCount, SegmentView } from './segment-view';
import type { IndexSettings } from './settings';
import { TypedForms } from './typed-forms';

/**
 * An updatable search index: an immutable base segment, and a live segment for the documents that were put later.
 * A search returns the same result as if one segment held all documents, in the order in which they were last put. The
 * only difference is that the average field lengths are those of the base segment. To bring the base up to date, build
 * another segment from all documents, and another index from it.
 */
export class SearchIndex {
  readonly settings: IndexSettings;
  private readonly base: BaseView;
  private readonly live: LiveSegment;
  private readonly facetDictionaries: readonly FacetDictionary[];
  private readonly searcher = new Searcher();
  private readonly stepSearcher = new Searcher();

  /** @param base the initial base segment. Default: an empty one. */
  constructor(settings: IndexSettings, base: Segment = new SegmentBuilder(settings).finish()) {
    this.settings = settings;
    this.base = new BaseView(base);
    this.live = new LiveSegment(settings, base.header.averageLengths);
    this.facetDictionaries = facetDictionariesOf(this.base);
  }

  /** Number of documents that are not deleted. */
  get size(): number {
    return this.views().reduce((sum, { documents, deletedCount }) => sum + documents - deletedCount, 0);
  }

  /** Number of changes since the base was built: documents that were put, and documents that were deleted from it. */
  get changedSinceBase(): number {
    return this.live.documents + this.base.deletedCount;
  }

  /**
   * Adds a document, or replaces the document with the same id. It is searchable immediately.
   * @returns the surface forms (words) of this document that are new to the live segment; valid until the next call
   */
  put(document: SearchDocument): readonly string[] {
    this.delete(document.id);
    const doc = this.live.put(document, this.facetDictionaries);
    this.adjustFacetTotals(this.live, doc, 1);
    return this.live.newSurfaces;
  }

  /**
   * Returns a document's value of a numeric column: NaN if it has none, undefined if there is no such document.
   * @throws SearchRequestError for an unknown name
   */
  numberOf(id: string, name: string): number | undefined {
    const column = columnNumber(this.settings.numbers, name);
    for (const view of this.views()) {
      const doc = view.find(id);
      if (doc >= 0) return view.numbers[column][doc];
    }
    return undefined;
  }

  /**
   * Replaces the numbers of a document. The document is otherwise unchanged, and so is its position among equally
   * ranked documents.
   * @returns whether there was such a document
   */
  updateNumbers(id: string, numbers: SearchDocument['numbers']): boolean {
    for (const view of this.views()) {
      const doc = view.find(id);
      if (doc < 0) continue;
      this.settings.numbers.forEach((name, i) => (view.numbers[i][doc] = numbers[name] ?? NaN));
      return true;
    }
    return false;
  }

  /** @returns whether there was such a document */
  delete(id: string): boolean {
    for (const view of this.views()) {
      const doc = view.find(id);
      if (doc < 0) continue;
      this.adjustFacetTotals(view, doc, -1);
      view.delete(doc);
      return true;
    }
    return false;
  }

  /** @throws SearchRequestError */
  search(request: SearchRequest): SearchResult {
    return runToCompletion(this.searcher.search(this.target(), request));
  }

  /**
   * Searches in steps of a few milliseconds at most. Until the last step, the caller must not put, delete or update
   * documents, and must not start another search in steps. {@link search} is allowed.
   * @throws SearchRequestError
   */
  searchInSteps(request: SearchRequest): CooperativeTask<SearchResult> {
    return this.stepSearcher.search(this.target(), request);
  }

  /**
   * Returns a function from a document id to the fields in which that document matches the query. The function is valid
   * until the index changes, and its result until it is called again. Without a query, or for an unknown id, no field
   * matches.
   */
  matchedFields(query: TextQuery | null): (id: string) => MatchedFields {
    const none = noMatchedFields(this.settings.fields.length);
    if (query === null) return () => none;
    const views = this.views();
    const matchers: FieldMatcher[] = [];
    return (id) => {
      for (const [at, view] of views.entries()) {
        const doc = view.find(id);
        if (doc >= 0) return (matchers[at] ??= new FieldMatcher(query, view, this.settings.fields.length)).match(doc);
      }
      return none;
    };
  }

  /**
   * Returns whether a document that matches a query has all of its words: none only as the beginning of another word,
   * while it is typed, or only in a derived form such as `clothing` for `cloth`. A synonym of the word that is being typed
   * does not count, because it may be one of its beginning. The function is valid until the index changes.
   */
  exactMatches({ clauses }: Pick<TextQuery, 'clauses'>): (id: string) => boolean {
    const isTyped = (one: Clause) => one.alternatives.some((alternative) => 'prefix' in alternative);
    const whole = clauses.map((one) =>
      isTyped(one) ? { alternatives: one.alternatives.filter(({ exact }) => exact !== false) } : one,
    );
    const views = this.views();
    const forms = new TypedForms({ clauses: whole }, views, this.settings.fields.length);
    if (!forms.haveDerived && !clauses.some(isTyped)) return () => true;
    return (id) => {
      for (const [segment, view] of views.entries()) {
        const doc = view.find(id);
        if (doc < 0) continue;
        const { derived, begun } = forms.match(segment, doc);
        return derived + begun === 0;
      }
      return true;
    };
  }

  /** Returns the number of postings that a search for any of these terms and prefixes reads. */
  countPostings(alternatives: readonly Alternative[]): number {
    let sum = 0;
    for (const view of this.views())
      for (const alternative of alternatives) for (const { count } of postingListsOf(view, alternative)) sum += count;
    return sum;
  }

  /**
   * Returns ids of documents that have any of the terms and pass the filter. It bounds the work: it examines some of
   * the postings of each term, which are spread over all of them.
   */
  someWith(
    terms: readonly string[],
    filter: ColumnFilter,
    { examined, limit }: { readonly examined: number; readonly limit: number },
  ): string[] {
    const ids = new Set<string>();
    for (const view of this.views()) {
      const passes = filter(new Columns(this.settings, view, this.facetDictionaries));
      for (const term of terms) {
        const list = view.term(term);
        if (list === null) continue;
        const step = Math.max(1, list.count / examined);
        for (let at = 0; at < list.count; at += step) {
          const doc = list.docs[list.docsFrom + Math.floor(at)];
          if (hasBit(view.deleted, doc) || !passes(doc)) continue;
          ids.add(view.idAt(doc));
          if (ids.size === limit) return [...ids];
        }
      }
    }
    return [...ids];
  }

  columns(): Columns[] {
    return this.views().map((view) => new Columns(this.settings, view, this.facetDictionaries));
  }

  /** Returns the number of different values of a facet, including those of deleted documents. @throws SearchRequestError */
  valueCount(facet: string): number {
    return this.facetDictionaries[facetNumber(this.settings, facet)].size;
  }

  /** Returns the number of documents that have a value of a facet. @throws SearchRequestError for an unknown name */
  totalOf(facet: string, value: string): number {
    const dictionary = this.facetDictionaries[facetNumber(this.settings, facet)];
    return dictionary.totals[dictionary.slotOf(value)] ?? 0;
  }

  /** Returns a facet's values with their number of documents, the most frequent first. @throws SearchRequestError */
  valuesOf(facet: string, limit: number): readonly { readonly value: string; readonly count: number }[] {
    const { facets } = this.search({ query: null, facets: [{ facet, limit }], limit: 0 });
    return (facets[0] as ValueCounts).values;
  }

  /**
   * Returns the surface forms with this prefix, ascending, with their terms. Spelling correction and suggestions use
   * them. Documents that were deleted since the base segment was built are still counted.
   */
  forms(prefix = ''): FormCount[] {
    return mergedForms(this.views().map((view) => view.forms(prefix))).sort(compareForms);
  }

  /** Returns the surface forms with this prefix that occur in names, by descending number of documents with them. */
  nameForms(prefix: string, limit: number): FormCount[] {
    return mergedForms(this.views().map((view) => view.nameForms(prefix, limit)))
      .sort((a, b) => b.named - a.named || (a.surface < b.surface ? -1 : 1))
      .slice(0, limit);
  }

  /**
   * Returns the most frequent surface forms whose term ends with this suffix, by descending number of documents.
   * Documents that were deleted since the base segment was built are still counted.
   */
  formsEndingWith(suffix: string, limit: number): FormCount[] {
    return mergedForms(this.views().map((view) => view.formsEndingWith(suffix, limit)))
      .sort((a, b) => b.documents - a.documents || compareForms(a, b))
      .slice(0, limit);
  }

  private target(): SearchTarget {
    const views = this.views().filter(({ documents }, i) => i === 0 || documents > 0);
    return { settings: this.settings, views, facetDictionaries: this.facetDictionaries };
  }

  private views(): SegmentView[] {
    return [this.base, this.live];
  }

  private adjustFacetTotals(view: SegmentView, doc: number, change: number): void {
    view.facets.forEach((column, facet) => {
      const slots = column.slotsOf(doc);
      const { totals } = this.facetDictionaries[facet];
      for (let i = 0; i < slots.length; i++) totals[slots[i]] += change;
    });
  }
}

const compareForms = (a: FormCount, b: FormCount): number =>
  a.surface !== b.surface ? (a.surface < b.surface ? -1 : 1) : a.term < b.term ? -1 : 1;

/** Merges the forms of several segments and sums their numbers of documents. */
function mergedForms(lists: readonly (readonly FormCount[])[]): FormCount[] {
  const filled = lists.filter(({ length }) => length > 0);
  if (filled.length === 1) return [...filled[0]];
  const counts = new Map<string, FormCount>();
  for (const form of lists.flat()) {
    const key = `${form.surface}\n${form.term}`;
    const known = counts.get(key);
    const documents = form.documents + (known?.documents ?? 0);
    counts.set(key, { ...form, documents, named: form.named + (known?.named ?? 0) });
  }
  return [...counts.values()];
}

/** Returns a dictionary for each facet, initially with the values of the base segment. */
function facetDictionariesOf({ segment }: BaseView): FacetDictionary[] {
  return segment.facets.map(({ column, values }) => new FacetDictionary(values, column));
}
