import { columnOf, facetOf } from './columns';
import type { FacetFilter, FacetRequest } from './facet-request';
import type { FacetSpace } from './facet-space';
import { atMost } from './query';
import type { Scratch } from './scratch';
import type { SegmentView } from './segment-view';
import { listed, narrowed, type Selection } from './selection';
import type { IndexSettings } from './settings';

/** What has been selected of facets, applied to one segment: each filter as the set of documents that it lets through. */
export class AppliedFilters {
  private readonly sets: readonly { readonly name: string; readonly set: Uint32Array }[];
  private readonly without = new Map<string, Selection>();

  /** @param matching documents that match all but facet filters */
  constructor(
    private readonly matching: Selection,
    filters: readonly FacetFilter[],
    settings: IndexSettings,
    view: SegmentView,
    spaces: readonly FacetSpace[],
    private readonly scratch: Scratch,
  ) {
    this.sets = filters.map((filter) => {
      const set = scratch.bitmap(view.documents);
      if ('facet' in filter) {
        const facet = facetOf(settings, filter.facet);
        for (const value of filter.values) {
          const slot = spaces[facet].slotOf(value);
          if (slot >= 0) view.facets[facet].mark(slot, set);
        }
        return { name: keyOf(filter), set };
      }
      const { from = -Infinity, to = Infinity } = filter;
      const column = view.numbers[columnOf(settings.numbers, filter.number)];
      const { docs, count } = listed(matching, scratch);
      for (let i = 0; i < count; i++) {
        const value = column[docs[i]];
        if (value >= from && value < to) set[docs[i] >>> 5] |= 1 << (docs[i] & 31);
      }
      return { name: keyOf(filter), set };
    });
  }

  /** What all filters let through. */
  all(): Selection {
    return this.except('');
  }

  /** What all filters but those of one key let through. */
  except(name: string): Selection {
    const key = this.effective(name);
    let selection = this.without.get(key);
    if (selection === undefined) {
      const sets = this.sets.filter((filter) => filter.name !== key).map(({ set }) => set);
      selection = narrowed(this.matching, sets, this.scratch);
      this.without.set(key, selection);
    }
    return selection;
  }

  /** Keys that no filter has are one: '' */
  effective(name: string): string {
    return this.sets.some((filter) => filter.name === name) ? name : '';
  }
}

/** A facet and a number may have one name. */
export const keyOf = (asked: FacetFilter | FacetRequest): string =>
  asked.key ?? ('facet' in asked ? `facet ${asked.facet}` : `number ${asked.number}`);

/** @throws SearchRefused for an unknown name, or too many values */
export function checkFilters(filters: readonly FacetFilter[], settings: IndexSettings): void {
  atMost('facets', filters.length);
  let values = 0;
  for (const filter of filters) {
    if ('facet' in filter) {
      facetOf(settings, filter.facet);
      values += filter.values.length;
    } else columnOf(settings.numbers, filter.number);
  }
  atMost('filterValues', values);
}
