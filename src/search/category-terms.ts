import { CATEGORY_SEPARATOR } from '../catalog/category-path';
import type { SearchIndex } from '../search-engine/index/search-index';
import type { Analyzers } from '../search-engine/text/analyzers';

/** Number of categories, the most frequent ones, whose names name kinds of products. */
const MAX_CATEGORIES = 1_000;

/**
 * Returns the terms that name kinds of products: those of the own names of categories, the last levels of their paths.
 * @param languages languages of the products, ISO 639-1
 */
export function categoryTerms(
  index: Pick<SearchIndex, 'valuesOf'>,
  analyzers: Analyzers,
  languages: readonly string[],
): ReadonlySet<string> {
  const values = index.valuesOf('categories', MAX_CATEGORIES);
  const names = values.map(({ value }) => value.split(CATEGORY_SEPARATOR).at(-1) ?? '');
  const readers = new Set([analyzers.of(null), ...languages.map((one) => analyzers.of(one))]);
  const tokens = [...readers].flatMap((analyzer) =>
    names.flatMap((name) => analyzer.analyze(name).filter(({ surface }) => !analyzer.isFunctionWord(surface))),
  );
  return new Set(tokens.map(({ term }) => term));
}
