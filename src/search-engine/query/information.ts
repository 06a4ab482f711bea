import { spelledWord } from '../spelling/corrected-text';
import { isShortNumber } from '../spelling/part-number';
import type { QueryContext } from './interpret-query';
import type { QueryPlan } from './query-plan';

/** Weight of numbers. It is so small that numbers matter only if the other words are equally informative. */
const NUMBER_WEIGHT = 1e-4;
/** Weight of function words, such as `under`. They matter only if everything else is equally informative. */
const FUNCTION_WORD_WEIGHT = 1e-8;
/** Weight of a word that names a kind of product: it says more than several words for properties. */
const PRODUCT_NAME_WEIGHT = 8;
/** Weight of a word that no product has: a correction of it is less certain than the typed words. */
const UNKNOWN_WORD_WEIGHT = 0.5;
/** Weight of the word that is probably the main noun, if no word is known to name a kind of product. */
const MAIN_NOUN_WEIGHT = 1.5;
/** Languages in which a noun stands before its adjectives. */
const NOUN_FIRST = new Set(['es', 'fr', 'it', 'pt']);

/**
 * Returns the information content of each required word: the square root of its inverse document frequency, times a
 * weight. The square root makes a rare word count more than one common word, but not more than several. A word that
 * occurs in no product counts less than the least informative other word, because the intended word is unknown.
 * @param productCounts number of products that have each word
 * @returns values > 0, in the order of the plan's words
 */
export function informationOf(
  plan: QueryPlan,
  productCounts: readonly number[],
  { documents, namesProducts }: Pick<QueryContext, 'documents' | 'namesProducts'>,
): number[] {
  const weights = plan.requiredIndices.map((at) => {
    if (plan.isFunctionWord(at)) return FUNCTION_WORD_WEIGHT;
    return isShortNumber(spelledWord(plan.queryWords[at])) ? NUMBER_WEIGHT : 1;
  });
  const informationByWord = productCounts.map((count) => informationIn(count, documents));
  const otherInformation = informationByWord.filter((_, i) => productCounts[i] > 0 && weights[i] === 1);
  const unknownInformation = Math.min(...otherInformation, informationIn(1, documents));
  const nouns = plan.requiredIndices.map((at) => plan.wholeTermsAt(at).some((term) => namesProducts?.(term)));
  const knownWeights = weights.map((weight, i) => (productCounts[i] > 0 ? weight : 0));
  const mainNoun = nouns.includes(true) ? -1 : mainNounOf(plan, knownWeights);
  return weights.map((weight, i) => {
    if (productCounts[i] === 0) return weight * UNKNOWN_WORD_WEIGHT * unknownInformation;
    const noun = nouns[i] ? PRODUCT_NAME_WEIGHT : i === mainNoun ? MAIN_NOUN_WEIGHT : 1;
    return weight * noun * informationByWord[i];
  });
}

/**
 * Returns the index of the word that is probably the main noun: the last word before a function word (`gift for dad`)
 * or the end, or the first word in languages in which adjectives follow.
 */
function mainNounOf(plan: QueryPlan, weights: readonly number[]): number {
  const words = weights.map((weight, i) => (weight === 1 ? i : -1)).filter((i) => i >= 0);
  if (NOUN_FIRST.has(plan.languages[0])) return words[0] ?? -1;
  const firstFunctionWord = plan.queryWords.findIndex((word, at) => at > 0 && word.isFunctionWord);
  const end = firstFunctionWord < 0 ? Infinity : firstFunctionWord;
  return words.findLast((i) => plan.requiredIndices[i] < end) ?? words.at(-1) ?? -1;
}

const informationIn = (count: number, documents: number): number =>
  Math.sqrt(Math.log1p(documents / Math.max(1, count)));
