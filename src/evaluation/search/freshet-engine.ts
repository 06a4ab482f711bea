import type { CatalogueProduct } from '../../catalog/catalogue-product';
import { offlineSearch } from '../../search/offline-search';
import type { InterpretedQuery } from '../../search-engine/query/interpret-query';
import type { AnswerCause, SearchEngine } from './evaluate';
import { DEPTH } from './metrics';

/**
 * Returns Freshet's own search over a catalog, see {@link offlineSearch}.
 * @param usesStarterSynonyms whether the starter synonyms of the shop's language are on
 */
export async function freshetEngine(
  products: readonly CatalogueProduct[],
  shopLanguage: string,
  usesStarterSynonyms = false,
): Promise<SearchEngine> {
  const search = await offlineSearch(products, shopLanguage, usesStarterSynonyms);
  return {
    subject: 'freshet',
    search(text, typing) {
      const { interpreted, matches, partialMatches } = search(text, typing, DEPTH);
      const ids = [...matches, ...partialMatches].map(({ id }) => id);
      return { ids, cause: causeOf(interpreted, ids.length, matches.length), matchCount: matches.length };
    },
  };
}

/**
 * A query that was both corrected and relaxed counts as corrected.
 * @param matchCount number of hits that are not partial matches
 */
function causeOf(
  { correctedQuery, ignoredWords }: InterpretedQuery,
  hitCount: number,
  matchCount: number,
): AnswerCause {
  if (hitCount === 0) return 'NONE';
  if (correctedQuery !== undefined) return 'CORRECTED';
  return ignoredWords.length > 0 || matchCount === 0 ? 'SOME' : 'ALL';
}
