import { CATEGORY_SEPARATOR } from '../catalog/category-path';
import type { SearchIndex } from '../search-engine/index/search-index';
import type { Analyzers } from '../search-engine/text/analyzers';
import { headNounsOfCategory } from '../search-engine/text/head-noun';
import { letterPairs, type NamedCategory } from './nearest-categories';

/** Number of categories, the most frequent ones, whose names name kinds of products. */
const MAX_CATEGORIES = 1_000;

export interface ShopCategories {
  /** The head nouns of the categories' own names, which name kinds of products. */
  readonly terms: ReadonlySet<string>;
  /** The most frequent categories first. */
  readonly named: readonly NamedCategory[];
}

/** Reads the categories of an index. @param languages languages of the products, ISO 639-1 */
export function readCategories(
  index: Pick<SearchIndex, 'valuesOf'>,
  analyzers: Analyzers,
  languages: readonly string[],
): ShopCategories {
  const readers = new Set([analyzers.of(null), ...languages.map((one) => analyzers.of(one))]);
  const terms = new Set<string>();
  const named = index.valuesOf('categories', MAX_CATEGORIES).map(({ value: path }): NamedCategory => {
    const name = path.split(CATEGORY_SEPARATOR).at(-1) ?? '';
    const surfaces = new Set<string>();
    for (const analyzer of readers) {
      for (const term of headNounsOfCategory(name, analyzer)) terms.add(term);
      for (const { surface } of analyzer.analyze(name)) if (!analyzer.isFunctionWord(surface)) surfaces.add(surface);
    }
    return { path, pairsByWord: [...surfaces].map(letterPairs) };
  });
  return { terms, named };
}
