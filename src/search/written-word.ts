import type { CatalogueProduct } from '../catalog/catalogue-product';
import type { ColumnFilter } from '../search-engine/index/columns';
import type { Analyzers } from '../search-engine/text/analyzers';
import { plainText } from './document/plain-text';
import type { CatalogIndex } from './catalog-index.read-model';

/** Products in whose names a word is looked up, because some have only other forms of the word. */
export const MAX_WRITINGS = 5;
/** Number of products with a word, for each of its terms, that are looked at. */
const MAX_EXAMINED = 300;
/** Number of different words of a query that are looked up. Further ones are shown as the index has them. */
const MAX_WRITTEN_WORDS = 4;

/**
 * Returns a word in lower case and with its accents. The index holds words without accents, so the word is read from the
 * title, brand or categories of a product.
 * @param surface folded, as in the index
 * @returns undefined if the product has no such form of the word there
 */
export function wordInNames(
  product: Pick<CatalogueProduct, 'title' | 'brand' | 'categories' | 'language'>,
  surface: string,
  analyzers: Analyzers,
): string | undefined {
  const analyzer = analyzers.of(product.language);
  for (const field of [product.title, product.brand ?? '', ...product.categories]) {
    const text = plainText(field);
    const token = analyzer.analyze(text).find((one) => one.surface === surface);
    if (token !== undefined) return text.slice(token.start, token.end).toLowerCase();
  }
  return undefined;
}

/** A word without a hyphen or another mark that the customer did not type. */
const ONE_WORD = /^[\p{L}\p{N}\p{M}\p{Cf}+#]+$/u;

type Catalogue = Pick<CatalogIndex, 'analyzers' | 'index' | 'languages' | 'find' | 'visibilityFilter'>;

/**
 * Returns a function that writes the words of one query as names of visible products write them, see
 * {@link wordInNames}. Each word is looked up once, and only the first {@link MAX_WRITTEN_WORDS} different ones are.
 * @param now ms since 1970
 */
export function writtenWords(catalogIndex: Catalogue, now: number): (surface: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (surface) => {
    if (!known.has(surface) && known.size < MAX_WRITTEN_WORDS)
      known.set(surface, writtenWord(surface, catalogIndex, now));
    return known.get(surface);
  };
}

/** Returns a word as the name of a visible product writes it, see {@link wordInNames}. */
function writtenWord(surface: string, catalogIndex: Catalogue, now: number): string | undefined {
  const { analyzers, index, languages } = catalogIndex;
  const own = [analyzers.of(null), ...languages.map((language) => analyzers.of(language))];
  const terms = [...new Set(own.map((analyzer) => analyzer.term(surface)))];
  const filter: ColumnFilter = (columns) => {
    const isVisible = catalogIndex.visibilityFilter(now)?.(columns);
    const areNamed = terms.map((term) => columns.hasInName(term));
    return (doc) => areNamed.some((isNamed) => isNamed(doc)) && isVisible?.(doc) !== false;
  };
  for (const id of index.someWith(terms, filter, { examined: MAX_EXAMINED, limit: MAX_WRITINGS })) {
    const product = catalogIndex.find(id);
    const word = product && wordInNames(product, surface, analyzers);
    if (word !== undefined && ONE_WORD.test(word)) return word;
  }
  return undefined;
}
