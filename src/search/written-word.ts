import type { CatalogueProduct } from '../catalog/catalogue-product';
import type { Analyzers } from '../search-engine/text/analyzers';
import { plainText } from './document/plain-text';
import type { CatalogIndex } from './catalog-index.read-model';

/** Products in whose names a word is looked up, because some have only other forms of the word. */
export const MAX_WRITINGS = 5;

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

/** Returns a word as the name of a visible product writes it, see {@link wordInNames}. @param now ms since 1970 */
export function writtenWord(
  surface: string,
  catalogIndex: Pick<CatalogIndex, 'analyzers' | 'index' | 'languages' | 'find' | 'visibilityFilter'>,
  now: number,
): string | undefined {
  const { analyzers, index, languages } = catalogIndex;
  const own = [analyzers.of(null), ...languages.map((language) => analyzers.of(language))];
  const terms = [...new Set(own.map((analyzer) => analyzer.term(surface)))];
  const { hits } = index.search({
    query: { mode: 'AND', clauses: [{ alternatives: terms.map((term) => ({ term })) }], phrases: [] },
    filter: (columns) => {
      const isVisible = catalogIndex.visibilityFilter(now)?.(columns);
      const areNamed = terms.map((term) => columns.hasInName(term));
      return (doc) => areNamed.some((isNamed) => isNamed(doc)) && isVisible?.(doc) !== false;
    },
    ties: 'tie',
    limit: MAX_WRITINGS,
  });
  for (const { id } of hits) {
    const product = catalogIndex.find(id);
    const word = product && wordInNames(product, surface, analyzers);
    if (word !== undefined && ONE_WORD.test(word)) return word;
  }
  return undefined;
}
