import { spelledWord } from '../spelling/corrected-text';
import type { TextPlan } from './text-query';

/** Digits, as they are typed for a size, a year or a price; longer ones identify a product. */
const NUMBER = /^(?=.{1,5}$)\p{Nd}+([.,]\p{Nd}+)?$/u;
/** A number counts only between queries whose other words say as much, and a function word only after that. */
const NUMBER_WEIGHT = 1e-4;
const FUNCTION_WORD_WEIGHT = 1e-8;

/**
 * How much each of the words that a query requires says: the square root of its inverse document frequency, so that a rare word says more
 * than a common one, but not more than several. What a word that no product has was meant to be is not known: it counts as the
 * least of the others.
 * @param alone how many products have each of the words
 * @returns above 0, in the order of the plan's words
 */
export function informationOf(plan: TextPlan, alone: readonly number[], documents: number): number[] {
  const weights = plan.words.map((at) => {
    const readings = plan.readAs(at);
    if (readings.some(({ word }) => word.isFunctionWord)) return FUNCTION_WORD_WEIGHT;
    return NUMBER.test(spelledWord(plan.queryWords[at])) ? NUMBER_WEIGHT : 1;
  });
  const known = alone.map((count) => informationIn(count, documents));
  const others = known.filter((_, i) => alone[i] > 0 && weights[i] === 1);
  const unknown = Math.min(...others, informationIn(1, documents));
  return weights.map((weight, i) => weight * (alone[i] > 0 ? known[i] : unknown));
}

const informationIn = (count: number, documents: number): number =>
  Math.sqrt(Math.log1p(documents / Math.max(1, count)));
