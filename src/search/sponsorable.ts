import { LRUCache } from 'lru-cache';
import type { CatalogueProduct } from '../catalog/catalogue-product';
import { MAX_SPONSORABLE, type ListExclusion, type SponsorableList } from '../recommend/serving/sponsorship';
import { attributeEntries } from './document/attribute-facet-values';
import { queryKey } from './query-log/query-key';
import type { SearchSnapshot } from './search-snapshot';

type NamedBy = Pick<CatalogueProduct, 'id' | 'title' | 'brand' | 'groupId' | 'attributes'>;

/**
 * Returns the products of a search that may be sponsored: those that have all words of the query as typed or by a
 * synonym, without the product that the query names. There are none if the customer has chosen an order, or if one product
 * is what the query is about.
 * @param find returns a product
 */
export function sponsorableOf(
  search: Pick<
    SearchSnapshot,
    | 'isByRelevance'
    | 'matchesAnyWord'
    | 'correctedQuery'
    | 'ignoredWords'
    | 'totalCount'
    | 'matchCount'
    | 'ids'
    | 'inexactIds'
    | 'searched'
  >,
  find: (id: string) => NamedBy | undefined,
): SponsorableList {
  const { ids, matchCount } = search;
  const none = (exclusion: ListExclusion): SponsorableList => ({ productIds: ids, exclusion });
  if (!search.isByRelevance) return none('SORTED');
  if (search.matchesAnyWord || search.correctedQuery !== null || search.ignoredWords.length > 0 || matchCount === 0)
    return none('NOT_ALL_WORDS');
  if (search.totalCount === 1) return none('ONE_PRODUCT');
  const productIds = ids.slice(0, matchCount);
  const named = namedProduct(search.searched, productIds.slice(0, MAX_SPONSORABLE), find);
  if (named?.isAlone) return none('ONE_PRODUCT');
  const excluded = new Map<string, ListExclusion>(search.inexactIds.map((id) => [id, 'NOT_ALL_WORDS']));
  if (named !== undefined) excluded.set(named.id, 'ONE_PRODUCT');
  return { productIds, excluded };
}

interface NamedProduct {
  readonly id: string;
  /** Whether the customer means no other product. A short title such as `Kettle` names a kind of product, too. */
  readonly isAlone: boolean;
}

/** Minimum number of words of a title that names nothing but its product, unless it has a digit. */
const MIN_TITLE_WORDS = 3;

/**
 * Returns the product whose id, code or title a query is, with or without the brand before or after a code. A title that
 * several products share names none of them. Variants of a product are one.
 */
function namedProduct(
  query: string,
  ids: readonly string[],
  find: (id: string) => NamedBy | undefined,
): NamedProduct | undefined {
  const key = comparable(query);
  if (key === '') return undefined;
  const codeKeys = keysWithoutBrands(key);
  const titled = new Map<string, string>();
  for (const id of ids) {
    const product = find(id);
    const keys = codeKeys(product?.brand ?? '');
    if (isCode(id, keys)) return { id, isAlone: true };
    if (product === undefined) continue;
    const { title, groupId, attributes } = product;
    if (hasCode(attributes, keys)) return { id, isAlone: true };
    const item = groupId ?? id;
    if (!titled.has(item) && isSame(title, key)) titled.set(item, id);
  }
  if (titled.size !== 1) return undefined;
  const [id] = titled.values();
  const words = queryKey(find(id)!.title);
  return { id, isAlone: words.split(' ').length >= MIN_TITLE_WORDS || DIGIT.test(words) };
}

/** Returns a function from a brand to the keys of a code that the query is, which may name the brand, too. */
function keysWithoutBrands(key: string): (brand: string) => readonly string[] {
  const known = new Map<string, readonly string[]>([['', [key]]]);
  return (brand) => {
    let keys = known.get(brand);
    if (keys !== undefined) return keys;
    const own = brand.length > 2 * key.length ? '' : comparable(brand);
    const [before, after] = [key.slice(0, own.length), key.slice(-own.length)];
    keys = [key];
    if (own !== '' && own.length < key.length) {
      if (before === own) keys = [...keys, key.slice(own.length)];
      if (after === own) keys = [...keys, key.slice(0, -own.length)];
    }
    known.set(brand, keys);
    return keys;
  };
}

const DIGIT = /\p{N}/u;
const MIN_CODE_LENGTH = 5;

/** Returns whether a text is a code that has one of these keys. A short word without a digit is no code. */
const isCode = (text: string, keys: readonly string[]): boolean =>
  keys.some((key) => isSame(text, key) && (key.length >= MIN_CODE_LENGTH || DIGIT.test(key)));

/** Maximum number of values of a product that are compared. */
const MAX_VALUES = 100;

function hasCode(attributes: NamedBy['attributes'], keys: readonly string[]): boolean {
  let count = 0;
  for (const [name, value] of attributeEntries(attributes)) {
    if (++count > MAX_VALUES) return false;
    if (typeof value !== 'boolean' && isNameOfCodes(name) && isCode(String(value), keys)) return true;
  }
  return false;
}

const CODES = '(?:sku|mpn|gtin|ean|upc|isbn|asin)';
const NAME_OF_CODES = new RegExp(
  `^(?:(?:product|variant|manufacturer|vendor)?${CODES}\\d{0,2}(?:code|number|no)?|(?:product|manufacturer|mfr|vendor)?(?:part|model|item|article|catalog|artikel|modell|teile)(?:number|no|num|nr|nummer))$`,
);
const MAX_NAME_LENGTH = 40;
const namesOfCodes = new LRUCache<string, boolean>({ max: 1_000 });

/** Returns whether an attribute has codes of products: `ean`, `Part No.`, `modelNumber`. */
function isNameOfCodes(name: string): boolean {
  if (name.length > MAX_NAME_LENGTH) return false;
  let isName = namesOfCodes.get(name);
  if (isName === undefined)
    namesOfCodes.set(name, (isName = NAME_OF_CODES.test(name.toLowerCase().replace(/[^a-z\d]/g, ''))));
  return isName;
}

/** The words of a text without the spaces between them: part numbers are typed with and without these. */
const comparable = (text: string): string => queryKey(text).replaceAll(' ', '');

const isSame = (text: string, key: string): boolean => mayBeSame(text, key) && comparable(text) === key;

/** A cheap test, because a search compares up to 200 products. */
function mayBeSame(text: string, key: string): boolean {
  if (text.length > 2 * key.length + 2 || key.length > 2 * text.length + 2) return false;
  const first = text.charCodeAt(0);
  const isDigit = first >= 0x30 && first <= 0x39;
  const isLetter = (first | 0x20) >= 0x61 && (first | 0x20) <= 0x7a;
  if (first >= 0x80 || (!isDigit && !isLetter)) return true;
  return (isDigit ? first : first | 0x20) === key.charCodeAt(0);
}
