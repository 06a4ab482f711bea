/** A category with the pairs of letters of each word of its own name, which is the last level of its path. */
export interface NamedCategory {
  readonly path: string;
  readonly pairsByWord: readonly ReadonlySet<string>[];
}

/**
 * Minimum similarities of a word of a query and a word of a category's name, 0 … 1. A word that is no typo has a higher
 * one: only its own forms are similar to it.
 */
const MIN_SIMILARITY = { typo: 0.5, word: 0.8 };
/** Only the first words of a query, up to this length, are compared. */
const MAX_WORDS = 8;
const MAX_WORD_LENGTH = 30;

/**
 * Returns the categories whose own names have a word that is written like a word of a query, the most similar first:
 * the similarity is Dice's coefficient of their pairs of letters (Dice 1945).
 * @param words folded words of the query
 * @param categories in the order in which equally similar ones are returned
 * @param isWord returns whether a word is no typo. Default: every word may be one
 * @returns paths
 */
export function nearestCategories(
  words: readonly string[],
  categories: readonly NamedCategory[],
  limit: number,
  isWord: (word: string) => boolean = () => false,
): string[] {
  const compared = words.slice(0, MAX_WORDS).map((word) => ({
    pairs: letterPairs(word.slice(0, MAX_WORD_LENGTH)),
    minSimilarity: isWord(word) ? MIN_SIMILARITY.word : MIN_SIMILARITY.typo,
  }));
  return categories
    .map(({ path, pairsByWord }) => {
      const similarities = compared.flatMap(({ pairs, minSimilarity }) =>
        pairsByWord.map((others) => similarity(pairs, others)).filter((one) => one >= minSimilarity),
      );
      return { path, similarity: Math.max(0, ...similarities) };
    })
    .filter((one) => one.similarity > 0)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, limit)
    .map(({ path }) => path);
}

/** Returns the distinct pairs of neighbouring letters of a word. */
export function letterPairs(word: string): ReadonlySet<string> {
  return new Set(Array.from({ length: Math.max(0, word.length - 1) }, (_, at) => word.slice(at, at + 2)));
}

function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const pair of a) if (b.has(pair)) common++;
  return common === 0 ? 0 : (2 * common) / (a.size + b.size);
}
