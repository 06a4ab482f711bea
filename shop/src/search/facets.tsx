import { go } from '../app/address';
import { formatMoney } from '../ui/money';
import { EMPTY_SEARCH, type PriceRange, searchPath, type SearchState } from './search-address';
import { AttributeFacets } from './attribute-facets';
import { PriceForm } from './price-form';
import type { AttributeFacetData, FacetData } from './search-query';

/** A range whose upper bound is at least this value is shown as open-ended. */
const MIN_OPEN_END = 1_000_000;

/** Facets with the number of products per value. Every choice is a new address. */
export function Facets(props: {
  readonly state: SearchState;
  readonly facets: readonly FacetData[];
  readonly attributes: readonly AttributeFacetData[];
  readonly currency: string;
}) {
  const { state } = props;
  const facet = (field: string) => props.facets.find((one) => one.field === field);
  const choose = (change: Partial<SearchState>) => go(searchPath({ ...state, ...change }));
  return (
    <>
      <Categories state={state} facet={facet('categories')} choose={choose} />
      <Brands state={state} facet={facet('brand')} choose={choose} />
      <Prices state={state} facet={facet('price')} choose={choose} currency={props.currency} />
      <AttributeFacets state={state} facets={props.attributes} choose={choose} />
      <fieldset>
        <legend>Availability</legend>
        <label class="choice">
          <input type="checkbox" checked={state.inStock} onChange={() => choose({ inStock: !state.inStock })} />
          <span>In stock only</span>
        </label>
      </fieldset>
      {(state.brands.length > 0 || state.category || state.price || state.inStock || state.attributes.length > 0) && (
        <button
          type="button"
          class="quiet"
          onClick={() => go(searchPath({ ...EMPTY_SEARCH, query: state.query, sort: state.sort }))}
        >
          Clear all filters
        </button>
      )}
    </>
  );
}

interface FacetProps {
  readonly state: SearchState;
  readonly facet: FacetData | undefined;
  readonly choose: (change: Partial<SearchState>) => void;
}

function Categories({ state, facet, choose }: FacetProps) {
  const path = state.category?.split(' > ') ?? [];
  const below =
    facet?.values.filter(({ value }) => value !== state.category && value.split(' > ').length > path.length) ?? [];
  if (below.length === 0 && path.length === 0) return null;
  return (
    <fieldset>
      <legend>Category</legend>
      {path.length > 0 && (
        <ol class="path">
          <li>
            <button type="button" class="quiet" onClick={() => choose({ category: undefined })}>
              All
            </button>
          </li>
          {path.map((part, depth) => (
            <li key={part}>
              <button
                type="button"
                class="quiet"
                disabled={depth === path.length - 1}
                onClick={() => choose({ category: path.slice(0, depth + 1).join(' > ') })}
              >
                {part}
              </button>
            </li>
          ))}
        </ol>
      )}
      <ul class="choices">
        {below.map(({ value, count }) => (
          <li key={value}>
            <button type="button" class="choice" onClick={() => choose({ category: value })}>
              <span>{value.split(' > ').at(-1)}</span> <span class="count">{count}</span>
            </button>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function Brands({ state, facet, choose }: FacetProps) {
  if (!facet || facet.values.length === 0) return null;
  const toggle = (brand: string) =>
    state.brands.includes(brand) ? state.brands.filter((one) => one !== brand) : [...state.brands, brand];
  return (
    <fieldset>
      <legend>Brand</legend>
      {facet.values.map(({ value, count, selected }) => (
        <label key={value} class="choice">
          <input
            type="checkbox"
            name="brand"
            value={value}
            checked={selected}
            onChange={() => choose({ brands: toggle(value) })}
          />
          <span>{value}</span> <span class="count">{count}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Prices({ state, facet, choose, currency }: FacetProps & { readonly currency: string }) {
  const isChosen = ({ from, to }: PriceRange) => state.price?.from === from && state.price?.to === to;
  const ranges = (facet?.ranges ?? [])
    .map(({ from, to, count }) => ({
      range: { ...(from > 0 ? { from } : {}), ...(to < MIN_OPEN_END ? { to } : {}) },
      count,
    }))
    .filter(({ range, count }) => count > 0 || isChosen(range));
  if (ranges.length === 0 && state.price === undefined) return null;
  const named = (range: PriceRange) => {
    const amount = (value: number) => formatMoney({ amount: String(value), currency }).replace(/[.,]00(?=\D|$)/, '');
    if (range.from === undefined) return `Under ${amount(range.to ?? 0)}`;
    return range.to === undefined ? `${amount(range.from)} and above` : `${amount(range.from)} – ${amount(range.to)}`;
  };
  return (
    <fieldset>
      <legend>Price</legend>
      {ranges.map(({ range, count }) => (
        <label key={named(range)} class="choice">
          <input
            type="checkbox"
            name="price"
            checked={isChosen(range)}
            onChange={() => choose({ price: isChosen(range) ? undefined : range })}
          />
          <span>{named(range)}</span> <span class="count">{count}</span>
        </label>
      ))}
      <PriceForm price={state.price} currency={currency} choose={(price) => choose({ price })} />
    </fieldset>
  );
}
