import { ApiError } from '../graphql/errors';
import { requireCode } from '../graphql/require-code';
import { LANGUAGE_FORM, readLanguage } from '../platform/codes';
import { ATTRIBUTE_PREFIX, ATTRIBUTE_SEPARATOR } from './document/index-settings';
import { facetText } from './document/plain-text';
import { indexedLanguage } from './document/product-columns';
import type { Facet, FacetFilter, FacetRequest } from './facet.type';
import type {
  IndexFacetFilter as IndexFilter,
  IndexFacetRequest as IndexRequest,
  FacetResult,
  RangeCounts,
  ValueCounts,
} from '../search-engine/index/facet-request';
import type { QueryCondition } from '../search-engine/query/read-conditions';
import type { IndexSettings } from '../search-engine/index/settings';

/** Maximum number of facets, and of facet filters, of a search. */
const MAX_FACETS = 20;
/** Maximum number of values of a facet, and of a facet filter. */
export const MAX_LISTED_VALUES = 100;
const MAX_BOUNDARIES = 100;
export const DEFAULT_VALUES = 10;
const VALUE_FIELDS = new Set(['brand', 'categories', 'availability', 'language']);
const NUMBER_FIELDS = new Set(['price', 'discount', 'rating']);

const throwInvalid = (path: string, message: string): never => {
  throw new ApiError('BAD_USER_INPUT', `${path} ${message}`);
};

/** A requested facet. `request` is undefined for a numeric field that no product has. */
export interface MappedFacet {
  readonly field: string;
  readonly request: IndexRequest | undefined;
}

/** Converts the facets of a request into requests to the index. @throws ApiError BAD_USER_INPUT */
export function mapFacetRequests(requests: readonly FacetRequest[], settings: IndexSettings): MappedFacet[] {
  if (requests.length > MAX_FACETS)
    throwInvalid('facets', `must have at most ${MAX_FACETS} items; got ${requests.length}.`);
  return requests.map((asked, at) => ({ field: asked.field, request: requestOf(asked, `facets[${at}]`, settings) }));
}

function requestOf(facetRequest: FacetRequest, path: string, settings: IndexSettings): IndexRequest | undefined {
  const { field, interval, boundaries, parent } = facetRequest;
  const first = facetRequest.first ?? DEFAULT_VALUES;
  if (!Number.isInteger(first) || first < 0 || first > MAX_LISTED_VALUES)
    throwInvalid(`${path}.first`, `must be between 0 and ${MAX_LISTED_VALUES}; got ${first}.`);
  if (parent != null && field !== 'categories')
    throwInvalid(`${path}.parent`, 'is allowed only if field is "categories"; remove it.');
  if (interval == null && boundaries == null) {
    if (NUMBER_FIELDS.has(field)) throwInvalid(path, `must have interval or boundaries, because ${field} is a number.`);
    return { ...valueColumn(field, path), limit: first, ...(parent == null ? {} : { parent: facetText(parent) }) };
  }
  const number = numberColumn(field, path);
  if (interval != null && boundaries != null) throwInvalid(path, 'must have either interval or boundaries, not both.');
  if (interval != null && !(interval > 0 && Number.isFinite(interval)))
    throwInvalid(`${path}.interval`, `must be greater than 0; got ${interval}.`);
  if (boundaries != null) checkBoundaries(boundaries, `${path}.boundaries`);
  if (!settings.numbers.includes(number)) return undefined;
  const ranges = interval != null ? { interval } : { boundaries: boundaries as number[] };
  return { number, ...ranges };
}

function checkBoundaries(boundaries: readonly number[], path: string): void {
  if (boundaries.length < 2 || boundaries.length > MAX_BOUNDARIES)
    throwInvalid(path, `must have 2 to ${MAX_BOUNDARIES} items; got ${boundaries.length}.`);
  if (!boundaries.every((value, at) => Number.isFinite(value) && (at === 0 || value > boundaries[at - 1])))
    throwInvalid(path, 'must be finite numbers in ascending order, each only once.');
}

/** Converts the facet filters of a request into filters of the index. @throws ApiError BAD_USER_INPUT */
export function mapFacetFilters(filters: readonly FacetFilter[], settings: IndexSettings): IndexFilter[] {
  if (filters.length > MAX_FACETS)
    throwInvalid('facetFilters', `must have at most ${MAX_FACETS} items; got ${filters.length}.`);
  return filters.flatMap((filter, at) => filterOf(filter, `facetFilters[${at}]`, settings));
}

/** Converts a condition that a query states into a filter of a request. */
export function conditionFilter({ field, from, to, includesTo }: QueryCondition): FacetFilter {
  // The limit of a filter is not included, so an included one is raised to the next number.
  return { field, from, to: to !== undefined && includesTo ? to * (1 + Number.EPSILON) : to };
}

/** Returns a value of a filter as the index has it. @throws ApiError BAD_USER_INPUT if it is no language */
function soughtText(field: string, value: string, path: string): string {
  return facetText(
    field === 'language' ? indexedLanguage(requireCode(path, value, readLanguage, LANGUAGE_FORM)) : value,
  );
}

function filterOf({ field, values, from, to }: FacetFilter, path: string, settings: IndexSettings): IndexFilter[] {
  const parts: IndexFilter[] = [];
  if (values == null && from == null && to == null) throwInvalid(path, 'must have values, from or to.');
  if (values != null) {
    if (values.length > MAX_LISTED_VALUES)
      throwInvalid(`${path}.values`, `must have at most ${MAX_LISTED_VALUES} items; got ${values.length}.`);
    if (NUMBER_FIELDS.has(field))
      throwInvalid(`${path}.values`, `is not allowed for the number ${field}; use from and to.`);
    const column = valueColumn(field, path);
    const sought = [...new Set(values.map((value, at) => soughtText(field, value, `${path}.values[${at}]`)))];
    parts.push({
      facet: column.facet,
      key: column.key,
      values: sought.map((value) => (column.prefix ?? '') + value),
    });
  }
  if (from != null || to != null) {
    const number = numberColumn(field, path);
    const bounds = { ...(from == null ? {} : { from }), ...(to == null ? {} : { to }) };
    // If no product has this number, the filter must match no product.
    if (settings.numbers.includes(number)) parts.push({ number, ...bounds });
    else parts.push({ facet: 'attributes', key: `number ${number}`, values: [] });
  }
  return parts;
}

interface ValueColumn {
  readonly facet: string;
  readonly key?: string;
  readonly parent?: string;
  readonly prefix?: string;
}

function valueColumn(field: string, path: string): ValueColumn {
  if (VALUE_FIELDS.has(field)) return { facet: field };
  if (!isAttribute(field)) return throwUnknownField(field, path);
  const name = field.slice(ATTRIBUTE_PREFIX.length);
  return { facet: 'attributes', key: field, parent: name, prefix: name + ATTRIBUTE_SEPARATOR };
}

function numberColumn(field: string, path: string): string {
  return NUMBER_FIELDS.has(field) || isAttribute(field) ? field : throwUnknownField(field, path);
}

const isAttribute = (field: string): boolean =>
  field.startsWith(ATTRIBUTE_PREFIX) && field.length > ATTRIBUTE_PREFIX.length;

function throwUnknownField(field: string, path: string): never {
  const known = [...VALUE_FIELDS, ...NUMBER_FIELDS, `${ATTRIBUTE_PREFIX}NAME`].join(', ');
  return throwInvalid(`${path}.field`, `must be one of ${known}; got ${JSON.stringify(field.slice(0, 100))}.`);
}

/** Converts the index's facet results into GraphQL facets. @param results one for each facet with a `request` */
export function mapFacetResults(
  mappedFacets: readonly MappedFacet[],
  results: readonly FacetResult[],
  filters: readonly FacetFilter[],
): Facet[] {
  let next = 0;
  return mappedFacets.map(({ field, request }) => {
    const nothing = { field, values: [], distinctCount: 0, ranges: [], minimum: null, maximum: null };
    if (request === undefined) return nothing;
    const result = results[next++];
    return 'facet' in result
      ? { ...nothing, ...valueFacet(field, result, filters) }
      : { ...nothing, ...rangeFacet(result) };
  });
}

function rangeFacet({ ranges, minimum, maximum }: RangeCounts) {
  return { ranges, minimum: minimum ?? null, maximum: maximum ?? null };
}

function valueFacet(field: string, { values, distinct }: ValueCounts, filters: readonly FacetFilter[]) {
  const selected = new Set(
    filters.flatMap((filter) =>
      filter.field === field ? (filter.values ?? []).map((value) => soughtText(field, value, 'facetFilters')) : [],
    ),
  );
  const items = values.map(({ value, count }) => {
    const shown = isAttribute(field) ? value.slice(field.length - ATTRIBUTE_PREFIX.length + 1) : value;
    return { value: shown, count, selected: selected.has(shown) };
  });
  return { values: items, distinctCount: distinct };
}
