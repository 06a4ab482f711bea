import { type CooperativeTask, DOCUMENTS_PER_FAST_STEP } from '../scheduling/cooperative-task';
import { columnNumber, facetNumber } from './columns';
import { CountedDocuments } from './counted-documents';
import { type AppliedFilters, facetKeyOf } from './facet-filters';
import type { IndexFacetFilter, IndexFacetRequest, FacetResult } from './facet-request';
import type { FacetDictionary } from './facet-dictionary';
import { GroupedDocuments, type Groups } from './groups';
import { checkLimit } from './query';
import { RangeCounter } from './range-counter';
import type { ScoredPostings } from './scored-postings';
import type { Scratch } from './scratch';
import type { SegmentView } from './segment-view';
import { listDocuments, type Selection } from './selection';
import type { IndexSettings } from './settings';
import { ValueCounter } from './value-counter';

const DEFAULT_LIMIT = 10;

/** Counts the requested facets of one search, segment by segment. */
export class FacetCounts {
  private readonly requested: readonly RequestedFacet[];
  /**
   * By filter key: the documents that pass all filters except those with this key ('': all filters), grouped. They are
   * counted after all segments were added.
   */
  private readonly grouped = new Map<string, GroupedDocuments>();
  private readonly keys: ReadonlySet<string>;

  /**
   * @param browsing whether only facet filters restrict the matches. A facet's counts are then the stored totals,
   * unless another facet has a filter or documents are grouped.
   * @param groups set if documents of one group count once
   * @throws SearchRequestError
   */
  constructor(
    requests: readonly IndexFacetRequest[],
    filters: readonly IndexFacetFilter[],
    settings: IndexSettings,
    dictionaries: readonly FacetDictionary[],
    browsing: boolean,
    private readonly scratch: Scratch,
    private readonly groups?: Groups,
  ) {
    checkLimit('facets', requests.length);
    const keys = filters.map(facetKeyOf);
    this.requested = requests.map((request): RequestedFacet => {
      const key = facetKeyOf(request);
      if ('number' in request) {
        const column = columnNumber(settings.numbers, request.number);
        const counter = new RangeCounter(request);
        return {
          key,
          add: ({ view, documentNumbers: { docs, count } }) => counter.add(view.numbers[column], docs, count),
          addGrouped: ({ order, ranges }) => counter.addGrouped(order, ranges, column),
          finish: () => counter.finish(),
        };
      }
      const facet = facetNumber(settings, request.facet);
      const counter = new ValueCounter(settings.facets[facet], dictionaries[facet]);
      const selected = filters.flatMap((filter) =>
        'facet' in filter && facetKeyOf(filter) === key ? filter.values : [],
      );
      const isAnsweredByTotals = browsing && groups === undefined && keys.every((filtered) => filtered === key);
      if (isAnsweredByTotals) counter.addTotals();
      return {
        key,
        facet,
        add: isAnsweredByTotals ? undefined : (documents) => counter.add(documents, facet),
        addGrouped: ({ order, ranges }) => counter.addGrouped(order, ranges, facet, scratch),
        finish: () => counter.finish(request.limit ?? DEFAULT_LIMIT, selected, request.parent),
      };
    });
    this.keys = new Set(['', ...this.requested.map(({ key }) => (keys.includes(key) ? key : ''))]);
  }

  /** @param lists the postings of the query's clauses in this segment */
  *add(view: SegmentView, filters: AppliedFilters, lists: readonly ScoredPostings[]): CooperativeTask<void> {
    if (this.groups === undefined) return yield* this.count(view, filters, lists);
    for (const key of this.keys) {
      const documents = listDocuments(filters.except(key), this.scratch);
      this.groupedBy(key).add(view, documents);
      if (documents.count > DOCUMENTS_PER_FAST_STEP) yield;
    }
  }

  /** Number of matching items, if documents are grouped: each group, and each document without a group, is one item. */
  get itemCount(): number {
    return this.groupedBy('').itemCount;
  }

  *finish(): CooperativeTask<FacetResult[]> {
    for (const key of this.groups === undefined || this.requested.length === 0 ? [] : this.keys) {
      const grouped = this.groupedBy(key);
      const isLarge = grouped.itemCount > DOCUMENTS_PER_FAST_STEP;
      const singles = grouped
        .singles()
        .map((list) => new CountedDocuments(list.view, list, this.scratch, { facets: this.facetsOf(key), lists: [] }));
      if (isLarge) yield;
      const grouping = grouped.inGroupOrder();
      for (const request of this.requested) {
        if ((this.keys.has(request.key) ? request.key : '') !== key) continue;
        if (isLarge) yield;
        for (const documents of singles) request.add?.(documents);
        if (isLarge) yield;
        request.addGrouped(grouping);
      }
    }
    return this.requested.map(({ finish }) => finish());
  }

  /** Returns the indexes of the facets that are counted with the same filters as the facet with this key. */
  private facetsOf(key: string): number[] {
    const isSame = (one: string) => (this.keys.has(one) ? one : '') === (this.keys.has(key) ? key : '');
    return this.requested.flatMap((one) => (one.add && one.facet !== undefined && isSame(one.key) ? one.facet : []));
  }

  private groupedBy(key: string): GroupedDocuments {
    let grouped = this.grouped.get(key);
    if (grouped === undefined)
      this.grouped.set(key, (grouped = new GroupedDocuments(this.groups as Groups, this.scratch)));
    return grouped;
  }

  private *count(view: SegmentView, filters: AppliedFilters, lists: readonly ScoredPostings[]): CooperativeTask<void> {
    const countedBySelection = new Map<Selection, CountedDocuments>();
    for (const { key, add } of this.requested) {
      if (add === undefined) continue;
      const selection = filters.except(key);
      let documents = countedBySelection.get(selection);
      if (documents === undefined)
        countedBySelection.set(
          selection,
          (documents = new CountedDocuments(view, selection, this.scratch, { facets: this.facetsOf(key), lists })),
        );
      add(documents);
      if (documents.size > DOCUMENTS_PER_FAST_STEP) yield;
    }
  }
}

interface RequestedFacet {
  readonly key: string;
  /** Index of the facet in the settings; undefined for ranges of a numeric column. */
  readonly facet?: number;
  /** Undefined if the stored totals already answer the request. */
  readonly add?: (documents: CountedDocuments) => void;
  readonly addGrouped: (grouping: ReturnType<GroupedDocuments['inGroupOrder']>) => void;
  readonly finish: () => FacetResult;
}
