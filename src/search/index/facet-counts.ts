import { columnOf, facetOf } from './columns';
import { type AppliedFilters, keyOf } from './facet-filters';
import type { FacetFilter, FacetRequest, FacetResult } from './facet-request';
import type { FacetSpace } from './facet-space';
import { GroupedDocuments, type Groups } from './groups';
import { atMost } from './query';
import { RangeCounter } from './range-counter';
import type { Scratch } from './scratch';
import type { SegmentView } from './segment-view';
import { listed, type Selection } from './selection';
import type { IndexSettings } from './settings';
import { ValueCounter } from './value-counter';

const DEFAULT_LIMIT = 10;

/** The facets that one search asks for, counted segment by segment. */
export class FacetCounts {
  private readonly requested: readonly Requested[];
  /** By key of the filters that do not count: documents of groups, which are counted last, when all are known. */
  private readonly grouped = new Map<string, GroupedDocuments>();

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
          add: (view, docs, length) => counter.add(view.numbers[column], docs, length),
          addGrouped: (grouped) => counter.addGrouped(grouped, column),
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
        add: isCounted ? undefined : (view, docs, length) => counter.add(view.facets[facet], docs, length),
        addGrouped: (grouped) => counter.addGrouped(grouped, facet),
        finish: () => counter.finish(request.limit ?? DEFAULT_LIMIT, selected, request.parent),
      };
    });
  }

  add(view: SegmentView, filters: AppliedFilters, scratch: Scratch): void {
    const lists = new Map<Selection, { docs: Uint32Array; count: number }>();
    for (const { key, add } of this.requested) {
      if (add === undefined) continue;
      const selection = filters.except(key);
      let list = lists.get(selection);
      if (list === undefined) {
        list = listed(selection, scratch);
        if (this.groups !== undefined) list = this.setAside(this.groups, filters.effective(key), view, list, scratch);
        lists.set(selection, list);
      }
      add(view, list.docs, list.count);
    }
  }

  finish(): FacetResult[] {
    for (const { key, addGrouped } of this.requested) {
      const grouped = this.grouped.get(key) ?? this.grouped.get('');
      if (grouped !== undefined) addGrouped(grouped);
    }
    return this.requested.map(({ finish }) => finish());
  }

  /** @returns those that are of no group */
  private setAside(
    groups: Groups,
    key: string,
    view: SegmentView,
    { docs, count }: { docs: Uint32Array; count: number },
    scratch: Scratch,
  ): { docs: Uint32Array; count: number } {
    let grouped = this.grouped.get(key);
    if (grouped === undefined) this.grouped.set(key, (grouped = new GroupedDocuments(groups.size)));
    const alone = { docs: scratch.numbers(), count: 0 };
    const column = groups.columnOf(view);
    for (let i = 0; i < count; i++) {
      const group = column.slotOf(docs[i]);
      if (group < 0) alone.docs[alone.count++] = docs[i];
      else grouped.add(group, view, docs[i]);
    }
    return alone;
  }
}

interface Requested {
  readonly key: string;
  /** Undefined where there is nothing left to count. */
  readonly add?: (view: SegmentView, docs: Uint32Array, length: number) => void;
  readonly addGrouped: (grouped: GroupedDocuments) => void;
  readonly finish: () => FacetResult;
}
