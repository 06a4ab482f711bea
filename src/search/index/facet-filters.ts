import { type Steps, STEP_PASSED } from '../turns/steps';
import { setBit } from './bitmap';
import { columnOf, facetOf } from './columns';
import type { FacetFilter, FacetRequest } from './facet-request';
import { atMost } from './query';
import type { Scratch } from './scratch';
import type { Searched } from './search-request';
import type { SegmentView } from './segment-view';
import { listed, narrowed, type Selection } from './selection';
import type { IndexSettings } from './settings';

/** A facet filter as the bitmap of the documents that pass it. */
interface FilterSet {
  readonly name: string;
  readonly set: Uint32Array;
}

/**
 * Applies the facet filters to one segment.
 * @param matching documents that match everything except the facet filters
 */
export function* appliedFilters(
  matching: Selection,
  filters: readonly FacetFilter[],
  target: Searched,
  view: SegmentView,
  scratch: Scratch,
): Steps<AppliedFilters> {
  const sets: FilterSet[] = [];
  for (const filter of filters) {
    sets.push({ name: keyOf(filter), set: setOf(filter, matching, target, view, scratch) });
    if (view.documents > STEP_PASSED) yield;
  }
  return new AppliedFilters(matching, sets, scratch);
}

function setOf(
  filter: FacetFilter,
  matching: Selection,
  { settings, spaces }: Searched,
  view: SegmentView,
  scratch: Scratch,
): Uint32Array {
  const set = scratch.bitmap(view.documents);
  if ('facet' in filter) {
    const facet = facetOf(settings, filter.facet);
    for (const value of filter.values) {
      const slot = spaces[facet].slotOf(value);
      if (slot >= 0) view.facets[facet].mark(slot, set);
    }
    return set;
  }
  const { from = -Infinity, to = Infinity } = filter;
  const column = view.numbers[columnOf(settings.numbers, filter.number)];
  const { docs, count } = listed(matching, scratch);
  for (let i = 0; i < count; i++) {
    const value = column[docs[i]];
    if (value >= from && value < to) setBit(set, docs[i]);
  }
  return set;
}

/** The documents that pass all facet filters, or all except those of one key. */
export class AppliedFilters {
  private readonly without = new Map<string, Selection>();

  /** @param matching documents that match everything except the facet filters */
  constructor(
    private readonly matching: Selection,
    private readonly sets: readonly FilterSet[],
    private readonly scratch: Scratch,
  ) {}

  /** Returns the documents that pass all filters. */
  all(): Selection {
    return this.except('');
  }

  /** Returns the documents that pass all filters except those of one key. */
  except(requestedKey: string): Selection {
    const key = this.effective(requestedKey);
    let selection = this.without.get(key);
    if (selection === undefined) {
      const sets = this.sets.filter((filter) => filter.name !== key).map(({ set }) => set);
      selection = narrowed(this.matching, sets, this.scratch);
      this.without.set(key, selection);
    }
    return selection;
  }

  /** Returns the key itself if a filter has it, else ''. */
  effective(key: string): string {
    return this.sets.some((filter) => filter.name === key) ? key : '';
  }
}

/** Returns the key of a filter or request. The prefix is needed because a facet and a number can have the same name. */
export const keyOf = (facet: FacetFilter | FacetRequest): string =>
  facet.key ?? ('facet' in facet ? `facet ${facet.facet}` : `number ${facet.number}`);

/** @throws SearchRequestError for an unknown name or too many values */
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
