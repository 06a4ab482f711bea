export const SORTS = ['RELEVANCE', 'POPULAR', 'NEWEST', 'PRICE_ASC', 'PRICE_DESC', 'RATING', 'DISCOUNT'] as const;
export type Sort = (typeof SORTS)[number];

export interface PriceRange {
  readonly from?: number;
  readonly to?: number;
}

/** The state of a search. All of it is in the address, so that a search can be bookmarked, shared and gone back to. */
export interface SearchState {
  readonly query: string;
  readonly brands: readonly string[];
  /** Category path, such as `Kitchen > Baking`. */
  readonly category?: string;
  readonly price?: PriceRange;
  readonly inStock: boolean;
  /** Chosen attributes, each with at least one value. */
  readonly attributes: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly sort: Sort;
  /** Whether numbers with words, such as `under 50`, are searched for as words and not read as filters. */
  readonly asWords?: boolean;
}

/** Maximum length of a query that the shop processes. */
const MAX_CHARACTERS = 1_000;
const MAX_BRANDS = 50;
const MAX_ATTRIBUTES = 8;
const MAX_VALUES = 50;
const ATTRIBUTE = 'attributes.';

/**
 * Parses a query string like
 * `?q=…&brand=…&brand=…&category=…&price=10-25&attributes.colour=red&stock=1&sort=PRICE_ASC`. Invalid values are
 * ignored.
 */
export function parseSearch(text: string): SearchState {
  const values = new URLSearchParams(text);
  const sort = SORTS.find((name) => name === values.get('sort'));
  return {
    query: (values.get('q') ?? '').slice(0, MAX_CHARACTERS),
    brands: [...new Set(values.getAll('brand'))].filter((brand) => brand !== '').slice(0, MAX_BRANDS),
    category: values.get('category') || undefined,
    price: parsePrice(values.get('price') ?? ''),
    inStock: values.get('stock') === '1',
    attributes: parseAttributes(values),
    sort: sort ?? 'RELEVANCE',
    ...(values.get('words') === '1' ? { asWords: true } : {}),
  };
}

/** Returns the address of a search, below `/shop`. */
export function searchPath({
  query,
  brands,
  category,
  price,
  inStock,
  attributes,
  sort,
  asWords,
}: SearchState): string {
  const values = new URLSearchParams();
  if (query !== '') values.set('q', query);
  for (const brand of brands) values.append('brand', brand);
  if (category !== undefined) values.set('category', category);
  if (price !== undefined) values.set('price', `${price.from ?? ''}-${price.to ?? ''}`);
  for (const { name, values: wanted } of attributes) for (const value of wanted) values.append(ATTRIBUTE + name, value);
  if (inStock) values.set('stock', '1');
  if (sort !== 'RELEVANCE') values.set('sort', sort);
  if (asWords) values.set('words', '1');
  const text = values.toString();
  return text === '' ? '/search' : `/search?${text}`;
}

export const EMPTY_SEARCH: SearchState = { query: '', brands: [], inStock: false, attributes: [], sort: 'RELEVANCE' };

function parseAttributes(values: URLSearchParams): SearchState['attributes'] {
  const keys = [...new Set(values.keys())].filter((key) => key.startsWith(ATTRIBUTE) && key !== ATTRIBUTE);
  return keys.slice(0, MAX_ATTRIBUTES).flatMap((key) => {
    const wanted = [...new Set(values.getAll(key))].filter((value) => value !== '').slice(0, MAX_VALUES);
    return wanted.length === 0 ? [] : [{ name: key.slice(ATTRIBUTE.length), values: wanted }];
  });
}

function parsePrice(text: string): PriceRange | undefined {
  const [, from, to] = /^(\d{0,9}(?:\.\d{1,4})?)-(\d{0,9}(?:\.\d{1,4})?)$/.exec(text) ?? [];
  if (!from && !to) return undefined;
  return { ...(from ? { from: Number(from) } : {}), ...(to ? { to: Number(to) } : {}) };
}
