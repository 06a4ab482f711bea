import type { ItemCounts } from '../graphql/limits/operation-cost';
import { LIMITS } from '../search-engine/index/query';
import { DEFAULT_VALUES, MAX_LISTED_VALUES } from './facet-mapping';

type Values = Readonly<Record<string, unknown>>;

/**
 * Returns the maximum numbers of facets, of their values and of their ranges in the answer to a search. An invalid
 * argument has any number, because the search is refused.
 * @param args of the field, before they are coerced: a list of one item may be the item alone
 */
export function facetCounts({ input }: Values): ItemCounts {
  const { facets, facetFilters } = isObject(input) ? input : {};
  const chosen = new Map<unknown, number>();
  for (const { field, values } of objectsOf(facetFilters))
    chosen.set(field, (chosen.get(field) ?? 0) + itemsOf(values).length);
  const requests = objectsOf(facets);
  let [facetValues, facetRanges] = [0, 0];
  for (const { field, first, interval, boundaries } of requests) {
    if (interval != null) facetRanges += LIMITS.buckets;
    else if (boundaries != null) facetRanges += itemsOf(boundaries).length;
    else {
      const most = typeof first === 'number' ? first : first == null ? DEFAULT_VALUES : MAX_LISTED_VALUES;
      facetValues += Math.max(0, Math.min(MAX_LISTED_VALUES, most)) + (chosen.get(field) ?? 0);
    }
  }
  return { facets: requests.length, facetValues, facetRanges };
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null;
}

function itemsOf(value: unknown): readonly unknown[] {
  return value == null ? [] : Array.isArray(value) ? value : [value];
}

function objectsOf(value: unknown): readonly Values[] {
  return itemsOf(value).filter(isObject);
}
