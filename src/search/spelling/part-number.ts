const DIGITS = /\p{Nd}/u;

export function hasDigits(word: string): boolean {
  return DIGITS.test(word);
}

/** Between letters and digits: a run of letters shorter than this is a variant (`85123a`), not a word (`iphone15`). */
const MIN_WORD_LENGTH = 3;

/**
 * Whether a word with digits may be taken for another: only if both have the same digits in the same order, or two neighbours
 * swapped, and what else differs is in a word of three letters or more. `iphnoe15` may be `iphone15`; `85123c` is not `85123a`,
 * and no size is another size.
 */
export function maySlip(typed: string, intended: string): boolean {
  if (!hasDigits(typed) && !hasDigits(intended)) return true;
  const [from, to] = [runs(typed), runs(intended)];
  if (from.length !== to.length) return false;
  let swapped = 0;
  for (let at = 0; at < from.length; at++) {
    if (from[at] === to[at]) continue;
    if (hasDigits(from[at]) || hasDigits(to[at])) {
      if (from.length === 1 || !areSwapped(from[at], to[at]) || ++swapped > 1) return false;
    } else if (Math.min(from[at].length, to[at].length) < MIN_WORD_LENGTH) return false;
  }
  return true;
}

/** Runs of digits (with what stands between them) and of letters. */
function runs(word: string): string[] {
  return word.match(/[\p{Nd}.,/]+|[^\p{Nd}.,/]+/gu) ?? [];
}

/** Two neighbours the other way round, in a run long enough to be a number that somebody copies. */
function areSwapped(a: string, b: string): boolean {
  if (a.length !== b.length || a.length < 4) return false;
  let at = 0;
  while (a[at] === b[at]) at++;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}
