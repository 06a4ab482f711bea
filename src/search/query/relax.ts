/** Counts that one query may cost. */
const MOST_TRIES = 60;

/**
 * Leaves out words of a query that nothing has all of, one by one, until something is found: first those that nothing has, then each time
 * the one without which most is found.
 * @param hits how many products have all of these words
 * @returns the words that are left, in order; undefined where no word finds anything
 */
export function relaxed(
  words: readonly number[],
  hits: (words: readonly number[]) => number,
  tries = MOST_TRIES,
): number[] | undefined {
  const alone = new Map(words.map((word) => [word, hits([word])]));
  let kept = words.filter((word) => (alone.get(word) as number) > 0);
  if (kept.length === 0) return undefined;
  for (let left = tries - words.length; kept.length > 1 && hits(kept) === 0; left -= kept.length + 1) {
    const without = kept.map((word) => kept.filter((other) => other !== word));
    const found = left > kept.length ? without.map((fewer) => hits(fewer)) : [];
    const most = Math.max(0, ...found);
    // Where no single word is to blame, the rarest one is the likeliest.
    const rarest = kept.reduce((a, b) => ((alone.get(b) as number) < (alone.get(a) as number) ? b : a));
    kept = most > 0 ? without[found.indexOf(most)] : kept.filter((word) => word !== rarest);
  }
  return kept;
}
