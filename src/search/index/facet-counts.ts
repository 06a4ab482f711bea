import { columnOf, facetOf } from './columns';
import { type AppliedFilters, facetKey, numberKey } from './facet-filters';
import type { FacetFilter, FacetRequest, FacetResult } from './facet-request';
import type { FacetSpace } from './facet-space';
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

  /**
   * @param browsing whether nothing but facet filters decides what matches: then what has no filter of another facet is counted already
   * @throws SearchRefused
   */
  constructor(
    requests: readonly FacetRequest[],
    filters: readonly FacetFilter[],
    settings: IndexSettings,
    spaces: readonly FacetSpace[],
    browsing: boolean,
  ) {
    atMost('facets', requests.length);
    const keys = filters.map((filter) => ('facet' in filter ? facetKey(filter.facet) : numberKey(filter.number)));
    this.requested = requests.map((request): Requested => {
      if ('number' in request) {
        const column = columnOf(settings.numbers, request.number);
        const counter = new RangeCounter(request);
        return {
          key: numberKey(request.number),
          add: (view, docs, length) => counter.add(view.numbers[column], docs, length),
          finish: () => counter.finish(),
        };
      }
      const facet = facetOf(settings, request.facet);
      const counter = new ValueCounter(settings.facets[facet], spaces[facet]);
      const selected = filters.flatMap((filter) =>
        'facet' in filter && filter.facet === request.facet ? filter.values : [],
      );
      const key = facetKey(request.facet);
      const isCounted = browsing && keys.every((filtered) => filtered === key);
      if (isCounted) counter.addTotals();
      return {
        key,
        add: isCounted ? undefined : (view, docs, length) => counter.add(view.facets[facet], docs, length),
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
        lists.set(selection, list);
      }
      add(view, list.docs, list.count);
    }
  }

  finish(): FacetResult[] {
    return this.requested.map(({ finish }) => finish());
  }
}

interface Requested {
  readonly key: string;
  /** Undefined where there is nothing left to count. */
  readonly add?: (view: SegmentView, docs: Uint32Array, length: number) => void;
  readonly finish: () => FacetResult;
}
