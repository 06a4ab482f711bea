import type { CatalogueProduct } from '../catalog/catalogue-product';
import { MAX_SPONSORABLE, type ListExclusion, type SponsorableList } from '../recommend/serving/sponsorship';
import { attributeEntries } from './document/attribute-facet-values';
import { queryKey } from './query-log/query-key';
import type { SearchSnapshot } from './search-snapshot';

type NamedBy = Pick<CatalogueProduct, 'id' | 'title' | 'groupId' | 'attributes'>;

/**
 * Returns the products of a search that may be sponsored: those that have all words of the query as typed or by a
 * synonym. There are none if the customer has chosen an order, or if one product is what the query is about.
 * @param find returns a product
 */
export function sponsorableOf(
  search: Pick<
    SearchSnapshot,
    | 'isByRelevance'
    | 'correctedQuery'
    | 'ignoredWords'
    | 'totalCount'
    | 'matchCount'
    | 'ids'
    | 'allWordsIds'
    | 'searched'
  >,
  find: (id: string) => NamedBy | undefined,
): SponsorableList {
  const { ids, matchCount, allWordsIds = ids.slice(0, matchCount) } = search;
  const none = (exclusion: ListExclusion): SponsorableList => ({ productIds: ids, exclusion });
  if (!search.isByRelevance) return none('SORTED');
  if (search.correctedQuery !== null || search.ignoredWords.length > 0 || allWordsIds.length === 0)
    return none('NOT_ALL_WORDS');
  const isOnlyOne = search.allWordsIds === undefined ? search.totalCount === 1 : allWordsIds.length === 1;
  if (isOnlyOne || isNamed(search.searched, allWordsIds.slice(0, MAX_SPONSORABLE), find)) return none('ONE_PRODUCT');
  return { productIds: allWordsIds };
}

/**
 * Returns whether a query is the id, the code or the title of one product. A title that several products share names a
 * kind of product. Variants of a product are one.
 */
function isNamed(query: string, ids: readonly string[], find: (id: string) => NamedBy | undefined): boolean {
  const key = comparable(query);
  if (key === '') return false;
  const mayBeCode = key.length >= MIN_CODE_LENGTH && /\d/.test(key);
  const isSame = (text: string) => hasSimilarLength(text, key) && comparable(text) === key;
  const items = new Set<string>();
  for (const id of ids) {
    if (isSame(id)) return true;
    const product = find(id);
    if (product === undefined) continue;
    const { title, groupId, attributes } = product;
    if (isSame(title) || (mayBeCode && codesOf(attributes).some(isSame))) items.add(groupId ?? id);
  }
  return items.size === 1;
}

/** The words of a text without the spaces between them: part numbers are typed with and without these. */
const comparable = (text: string): string => queryKey(text).replaceAll(' ', '');

/** A cheap test, because a search compares up to 200 titles. */
const hasSimilarLength = (text: string, key: string): boolean =>
  text.length <= 2 * key.length + 2 && key.length <= 2 * text.length + 2;

const MIN_CODE_LENGTH = 5;
/** A part number such as `AB-1234`, or a number such as an EAN. Sizes, years and measures such as `256GB` are none. */
const CODE = /^(?!\d+([.,]\d+)?\s*\p{L}+$)(?=.*\p{L})(?=.*\d)\S{5,}$|^\d[\d -]{6,}\d$/u;

function codesOf(attributes: NamedBy['attributes']): string[] {
  return [...attributeEntries(attributes)].map(([, value]) => String(value).trim()).filter((value) => CODE.test(value));
}
