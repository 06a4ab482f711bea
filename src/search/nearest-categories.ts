import { CATEGORY_SEPARATOR } from '../catalog/category-path';
import type { Analyzer } from '../search-engine/text/token';

/** Minimum similarity of a word of a query and a word of a category's name, 0 … 1. */
const MIN_SIMILARITY = 0.5;

/**
 * Returns the categories whose own names have a word that is written like a word of a query, the most similar first:
 * the similarity is Dice's coefficient of their pairs of letters (Dice 1945). The own name of a category is the last
 * level of its path.
 * @param words folded words of the query
 * @param categories paths, in the order in which equally similar ones are returned
 */
export function nearestCategories(
  words: readonly string[],
  categories: readonly string[],
  analyzer: Analyzer,
  limit: number,
): string[] {
  const pairsOfWords = words.map(letterPairs);
  return categories
    .map((category) => {
      const name = category.split(CATEGORY_SEPARATOR).at(-1) ?? '';
      const pairsOfName = analyzer.analyze(name).map(({ surface }) => letterPairs(surface));
      const similarities = pairsOfWords.flatMap((pairs) => pairsOfName.map((others) => similarity(pairs, others)));
      return { category, similarity: Math.max(0, ...similarities) };
    })
    .filter((one) => one.similarity >= MIN_SIMILARITY)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, limit)
    .map(({ category }) => category);
}

function letterPairs(word: string): ReadonlySet<string> {
  return new Set(Array.from({ length: Math.max(0, word.length - 1) }, (_, at) => word.slice(at, at + 2)));
}

function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((pair) => b.has(pair)).length;
  return common === 0 ? 0 : (2 * common) / (a.size + b.size);
}
