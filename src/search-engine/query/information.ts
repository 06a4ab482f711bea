import { spelledWord } from '../spelling/corrected-text';
import type { QueryPlan } from './query-plan';

/** Short numbers, as typed for a size, a year or a price. Longer numbers identify a product and count as words. */
const NUMBER = /^(?=.{1,5}$)\p{Nd}+([.,]\p{Nd}+)?$/u;
/** Weight of numbers. It is so small that numbers matter only if the other words are equally informative. */
const NUMBER_WEIGHT = 1e-4;
/** Weight of function words, such as `under`. They matter only if everything else is equally informative. */
const FUNCTION_WORD_WEIGHT = 1e-8;

/**
 * Returns the information content of each required word: the square root of its inverse document frequency. The square
 * root makes a rare word count more than one common word, but not more than several. A word that occurs in no
 * product counts like the least informative other word, because the intended word is unknown.
 * @param productCounts number of products that have each word
 * @returns values > 0, in the order of the plan's words
 */
export function informationOf(plan: QueryPlan, productCounts: readonly number[], documents: number): number[] {
  const weights = plan.requiredIndices.map((at) => {
    const readings = plan.readingsOf(at);
    if (readings.some(({ word }) => word.isFunctionWord)) return FUNCTION_WORD_WEIGHT;
    return NUMBER.test(spelledWord(plan.queryWords[at])) ? NUMBER_WEIGHT : 1;
  });
  const informationByWord = productCounts.map((count) => informationIn(count, documents));
  const otherInformation = informationByWord.filter((_, i) => productCounts[i] > 0 && weights[i] === 1);
  const unknownInformation = Math.min(...otherInformation, informationIn(1, documents));
  return weights.map((weight, i) => weight * (productCounts[i] > 0 ? informationByWord[i] : unknownInformation));
}

const informationIn = (count: number, documents: number): number =>
  Math.sqrt(Math.log1p(documents / Math.max(1, count)));
