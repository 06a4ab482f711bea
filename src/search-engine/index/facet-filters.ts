import { type CooperativeTask, DOCUMENTS_PER_FAST_STEP } from '../scheduling/cooperative-task';
import { setBit } from './bitmap';
import { columnNumber, facetNumber } from './columns';
import type { IndexFacetFilter, IndexFacetRequest } from './facet-request';
import { checkLimit } from './query';
import type { Scratch } from './scratch';
import type { SearchTarget } from './search-request';
import type { SegmentView } from './segment-view';
import { listDocuments, intersectSelection, type Selection } from './selection';
import type { IndexSettings } from './settings';

/** A facet filter as the bitmap of the documents that pass it. */
interface FilterSet {
  readonly key: string;
  readonly set: Uint32Array;
}

/**
 * Applies the facet filters to one segment.
 * @param matching documents that match the query and the column filter of the request
 */
export function* applyFilters(
  matching: Selection,
  filters: readonly IndexFacetFilter[],
  target: SearchTarget,
  view: SegmentView,
  scratch: Scratch,
): CooperativeTask<AppliedFilters> {
  const sets: FilterSet[] = [];
  for (const filter of filters) {
    sets.push({ key: facetKeyOf(filter), set: filterBitmap(filter, matching, target, view, scratch) });
    if (view.documents > DOCUMENTS_PER_FAST_STEP) yield;
  }
  return new AppliedFilters(matching, sets, scratch);
}

function filterBitmap(
  filter: IndexFacetFilter,
  matching: Selection,
  { settings, facetDictionaries }: SearchTarget,
  view: SegmentView,
  scratch: Scratch,
): Uint32Array {
  const set = scratch.bitmap(view.documents);
  if ('facet' in filter) {
    const facet = facetNumber(settings, filter.facet);
    for (const value of filter.values) {
      const slot = facetDictionaries[facet].slotOf(value);
      if (slot >= 0) view.facets[facet].mark(slot, set);
    }
    return set;
  }
  const { from = -Infinity, to = Infinity } = filter;
  const column = view.numbers[columnNumber(settings.numbers, filter.number)];
  const { docs, count } = listDocuments(matching, scratch);
  for (let i = 0; i < count; i++) {
    const value = column[docs[i]];
    if (value >= from && value < to) setBit(set, docs[i]);
  }
  return set;
}

/**
 * Computes which documents pass all facet filters, or all except those with one key. A facet is counted without the
 * filters that have its key.
 */
export class AppliedFilters {
  private readonly selectionsByKey = new Map<string, Selection>();

  /** @param matching documents that match the query and the column filter of the request */
  constructor(
    private readonly matching: Selection,
    private readonly sets: readonly FilterSet[],
    private readonly scratch: Scratch,
  ) {}

  /** Returns the documents that pass all filters. */
  all(): Selection {
    return this.except('');
  }

  /** Returns the documents that pass all filters except those with the requested key. */
  except(requestedKey: string): Selection {
    const key = this.effectiveKey(requestedKey);
    let selection = this.selectionsByKey.get(key);
    if (selection === undefined) {
      const sets = this.sets.filter((filter) => filter.key !== key).map(({ set }) => set);
      selection = intersectSelection(this.matching, sets, this.scratch);
      this.selectionsByKey.set(key, selection);
    }
    return selection;
  }

  /** Returns the key itself if a filter has it, else ''. */
  effectiveKey(key: string): string {
    return this.sets.some((filter) => filter.key === key) ? key : '';
  }
}

/**
 * Returns the key of a filter or request. The default key begins with the kind of column, because a facet and a numeric
 * column can have the same name.
 */
export const facetKeyOf = (facet: IndexFacetFilter | IndexFacetRequest): string =>
  facet.key ?? ('facet' in facet ? `facet ${facet.facet}` : `number ${facet.number}`);

/** @throws SearchRequestError for an unknown name or too many values */
export function checkFilters(filters: readonly IndexFacetFilter[], settings: IndexSettings): void {
  checkLimit('facets', filters.length);
  let values = 0;
  for (const filter of filters) {
    if ('facet' in filter) {
      facetNumber(settings, filter.facet);
      values += filter.values.length;
    } else columnNumber(settings.numbers, filter.number);
  }
  checkLimit('filterValues', values);
}
