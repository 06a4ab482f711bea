import { answered, type Asking } from '../turns/asking';

/** Counts that one query may cost. */
const MOST_TRIES = 60;

/** {@link relaxing}, with its questions answered at once: how many products have all of some words. */
export function relaxed(
  words: readonly number[],
  hits: (words: readonly number[]) => number,
  tries = MOST_TRIES,
): number[] | undefined {
  const alone = new Map(words.map((word) => [word, hits([word])]));
  return answered(relaxing(words, alone, tries), hits);
}

/**
 * Leaves out words of a query that nothing has all of, one by one, until something is found: first those that nothing has, then each time
 * the one without which most is found. Asks how many products have all of some words.
 * @param alone how many products have each of the words, which counts as asked
 * @returns the words that are left, in order; undefined where no word finds anything
 */
export function* relaxing(
  words: readonly number[],
  alone: ReadonlyMap<number, number>,
  tries = MOST_TRIES,
): Asking<readonly number[], number[] | undefined> {
  let kept = words.filter((word) => (alone.get(word) as number) > 0);
  if (kept.length === 0) return undefined;
  for (let left = tries - words.length; kept.length > 1 && (yield kept) === 0; left -= kept.length + 1) {
    const without = kept.map((word) => kept.filter((other) => other !== word));
    const found: number[] = [];
    if (left > kept.length) for (const fewer of without) found.push(yield fewer);
    const most = Math.max(0, ...found);
    // Where no single word is to blame, the rarest one is the likeliest.
    const rarest = kept.reduce((a, b) => ((alone.get(b) as number) < (alone.get(a) as number) ? b : a));
    kept = most > 0 ? without[found.indexOf(most)] : kept.filter((word) => word !== rarest);
  }
  return kept;
}
