import { type Steps, STEP_PASSED } from '../turns/steps';
import { columnOf, facetOf } from './columns';
import { CountedDocuments } from './counted-documents';
import { type AppliedFilters, keyOf } from './facet-filters';
import type { FacetFilter, FacetRequest, FacetResult } from './facet-request';
import type { FacetSpace } from './facet-space';
import { GroupedDocuments, type Groups } from './groups';
import { atMost } from './query';
import { RangeCounter } from './range-counter';
import type { ScoredList } from './scored-list';
import type { Scratch } from './scratch';
import type { SegmentView } from './segment-view';
import { listed, type Selection } from './selection';
import type { IndexSettings } from './settings';
import { ValueCounter } from './value-counter';

const DEFAULT_LIMIT = 10;

/** The facets that one search asks for, counted segment by segment. */
export class FacetCounts {
  private readonly requested: readonly Requested[];
  /** By key of the filters that do not count: what is counted by group, last of all, when all documents are known. */
  private readonly grouped = new Map<string, GroupedDocuments>();
  private readonly keys: ReadonlySet<string>;

  /**
   * @param browsing whether nothing but facet filters decides what matches: then what has no filter of another facet is counted already
   * @param groups where documents of one group count once
   * @throws SearchRefused
   */
  constructor(
    requests: readonly FacetRequest[],
    filters: readonly FacetFilter[],
    settings: IndexSettings,
    spaces: readonly FacetSpace[],
    browsing: boolean,
    private readonly scratch: Scratch,
    private readonly groups?: Groups,
  ) {
    atMost('facets', requests.length);
    const keys = filters.map(keyOf);
    this.requested = requests.map((request): Requested => {
      const key = keyOf(request);
      if ('number' in request) {
        const column = columnOf(settings.numbers, request.number);
        const counter = new RangeCounter(request);
        return {
          key,
          add: ({ view, listed: { docs, count } }) => counter.add(view.numbers[column], docs, count),
          addGrouped: ({ order, stretches }) => counter.addGrouped(order, stretches, column),
          finish: () => counter.finish(),
        };
      }
      const facet = facetOf(settings, request.facet);
      const counter = new ValueCounter(settings.facets[facet], spaces[facet]);
      const selected = filters.flatMap((filter) => ('facet' in filter && keyOf(filter) === key ? filter.values : []));
      const isCounted = browsing && groups === undefined && keys.every((filtered) => filtered === key);
      if (isCounted) counter.addTotals();
      return {
        key,
        facet,
        add: isCounted ? undefined : (documents) => counter.add(documents, facet),
        addGrouped: ({ order, stretches }) => counter.addGrouped(order, stretches, facet, scratch),
        finish: () => counter.finish(request.limit ?? DEFAULT_LIMIT, selected, request.parent),
      };
    });
    this.keys = new Set(['', ...this.requested.map(({ key }) => (keys.includes(key) ? key : ''))]);
  }

  /** @param lists of the words that found what the filters are applied to */
  *add(view: SegmentView, filters: AppliedFilters, lists: readonly ScoredList[]): Steps<void> {
    if (this.groups === undefined) return yield* this.count(view, filters, lists);
    for (const key of this.keys) {
      const documents = listed(filters.except(key), this.scratch);
      this.groupedBy(key).add(view, documents);
      if (documents.count > STEP_PASSED) yield;
    }
  }

  /** How many things match, where documents are grouped. */
  get things(): number {
    return this.groupedBy('').things;
  }

  *finish(): Steps<FacetResult[]> {
    for (const key of this.groups === undefined || this.requested.length === 0 ? [] : this.keys) {
      const grouped = this.groupedBy(key);
      const isMuch = grouped.things > STEP_PASSED;
      const alone = grouped
        .alone()
        .map((list) => new CountedDocuments(list.view, list, this.scratch, { facets: this.facetsOf(key), lists: [] }));
      if (isMuch) yield;
      const together = grouped.together();
      for (const request of this.requested) {
        if ((this.keys.has(request.key) ? request.key : '') !== key) continue;
        if (isMuch) yield;
        for (const documents of alone) request.add?.(documents);
        if (isMuch) yield;
        request.addGrouped(together);
      }
    }
    return this.requested.map(({ finish }) => finish());
  }

  /** Those that are counted for one key, or for what stands for it. */
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

  private *count(view: SegmentView, filters: AppliedFilters, lists: readonly ScoredList[]): Steps<void> {
    const counted = new Map<Selection, CountedDocuments>();
    for (const { key, add } of this.requested) {
      if (add === undefined) continue;
      const selection = filters.except(key);
      let documents = counted.get(selection);
      if (documents === undefined)
        counted.set(
          selection,
          (documents = new CountedDocuments(view, selection, this.scratch, { facets: this.facetsOf(key), lists })),
        );
      add(documents);
      if (documents.size > STEP_PASSED) yield;
    }
  }
}

interface Requested {
  readonly key: string;
  /** Of values: which of a segment's columns. */
  readonly facet?: number;
  /** Undefined where there is nothing left to count. */
  readonly add?: (documents: CountedDocuments) => void;
  readonly addGrouped: (together: ReturnType<GroupedDocuments['together']>) => void;
  readonly finish: () => FacetResult;
}
