const DIGITS = /\p{Nd}/u;

export function hasDigits(word: string): boolean {
  return DIGITS.test(word);
}

/** Short numbers, as typed for a size, a year or a price. Longer numbers identify a product and count as words. */
const SHORT_NUMBER = /^(?=.{1,5}$)\p{Nd}+([.,/]\p{Nd}+)?$/u;

export function isShortNumber(word: string): boolean {
  return SHORT_NUMBER.test(word);
}

/** Letters next to digits are a word if there are at least this many (`iphone15`), else a variant (`85123a`). */
const MIN_WORD_LENGTH = 3;

/**
 * Returns whether `typed` may be a typo of `intended`. Words with digits need the same digits in the same order, except
 * for one swap of neighbours; other differences must be in runs of three letters or more. `iphnoe15` may be a typo of
 * `iphone15`, but `85123c` is not a typo of `85123a`, and a size is never a typo of another size.
 */
export function isPossibleTypo(typed: string, intended: string): boolean {
  if (!hasDigits(typed) && !hasDigits(intended)) return true;
  const [typedRuns, intendedRuns] = [runs(typed), runs(intended)];
  if (typedRuns.length !== intendedRuns.length) return false;
  let swapCount = 0;
  for (let at = 0; at < typedRuns.length; at++) {
    if (typedRuns[at] === intendedRuns[at]) continue;
    if (hasDigits(typedRuns[at]) || hasDigits(intendedRuns[at])) {
      if (typedRuns.length === 1 || !areSwapped(typedRuns[at], intendedRuns[at]) || ++swapCount > 1) return false;
    } else if (Math.min(typedRuns[at].length, intendedRuns[at].length) < MIN_WORD_LENGTH) return false;
  }
  return true;
}

/** Splits a word into runs of digits (with `.`, `,` and `/`) and runs of other characters. */
function runs(word: string): string[] {
  return word.match(/[\p{Nd}.,/]+|[^\p{Nd}.,/]+/gu) ?? [];
}

/**
 * Returns whether two runs differ by one swap of neighbouring characters. Only runs of at least 4 characters count,
 * because swaps happen when people copy long numbers by hand.
 */
function areSwapped(a: string, b: string): boolean {
  if (a.length !== b.length || a.length < 4) return false;
  let at = 0;
  while (a[at] === b[at]) at++;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}
