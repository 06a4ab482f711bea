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

  /** @throws SearchRefused */
  constructor(
    requests: readonly FacetRequest[],
    filters: readonly FacetFilter[],
    settings: IndexSettings,
    spaces: readonly FacetSpace[],
  ) {
    atMost('facets', requests.length);
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
      return {
        key: facetKey(request.facet),
        add: (view, docs, length) => counter.add(view.facets[facet], docs, length),
        addTotals: () => counter.addTotals(),
        finish: () => counter.finish(request.limit ?? DEFAULT_LIMIT, selected, request.parent),
      };
    });
  }

  add(view: SegmentView, filters: AppliedFilters, scratch: Scratch): void {
    const lists = new Map<Selection, { docs: Uint32Array; count: number }>();
    for (const { key, add } of this.requested) {
      const selection = filters.except(key);
      let list = lists.get(selection);
      if (list === undefined) {
        list = listed(selection, scratch);
        lists.set(selection, list);
      }
      add(view, list.docs, list.count);
    }
  }

  /** Whether {@link addTotals} can take the place of all {@link add}. */
  get haveTotals(): boolean {
    return this.requested.every(({ addTotals }) => addTotals !== undefined);
  }

  /** Counts every document of the index. */
  addTotals(): void {
    for (const { addTotals } of this.requested) addTotals?.();
  }

  finish(): FacetResult[] {
    return this.requested.map(({ finish }) => finish());
  }
}

interface Requested {
  readonly key: string;
  readonly add: (view: SegmentView, docs: Uint32Array, length: number) => void;
  readonly addTotals?: () => void;
  readonly finish: () => FacetResult;
}
