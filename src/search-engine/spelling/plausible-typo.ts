import { editDistance } from './edit-distance';
import { isPossibleTypo } from './part-number';
import { typoCost } from './typo-cost';

const MAX_TYPOS = 2;
const NONE: ReadonlySet<string> = new Set();

/**
 * Returns whether a customer who has typed one text may mean to type the other. A longer word carries more evidence, so
 * it may have a costlier typo ({@link typoCost}): from four letters on two exchanged letters or a doubled one, from six
 * on any other letter, from seven on a wrong first letter. `sofa` is no typo of `soa…`, with which `soap` begins.
 * @param typed, intended folded words with single spaces, each at most 64 UTF-16 code units long
 * @param right typed words that are no typos
 */
export function isPlausibleTypo(typed: string, intended: string, right: ReadonlySet<string> = NONE): boolean {
  const [typedWords, intendedWords] = [typed.split(' '), intended.split(' ')];
  // A typo in the spaces is the only one.
  if (typedWords.length !== intendedWords.length) return typedWords.join('') === intendedWords.join('');
  return typedWords.every(
    (word, at) => word === intendedWords[at] || (!right.has(word) && isPlausibleWord(word, intendedWords[at])),
  );
}

function isPlausibleWord(typed: string, intended: string): boolean {
  if (!isPossibleTypo(typed, intended)) return false;
  const distance = editDistance(unitsOf(typed), typed.length, unitsOf(intended), 0, intended.length, MAX_TYPOS);
  return distance <= MAX_TYPOS && typoCost(typed, intended, distance) <= 2 * typed.length - 3;
}

const unitsOf = (word: string): number[] => Array.from({ length: word.length }, (_, at) => word.charCodeAt(at));
