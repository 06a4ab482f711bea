import { isNounFirst } from '../text/head-noun';
import type { Nouns } from './nouns';
import type { QueryContext } from './interpret-query';
import type { QueryPlan } from './query-plan';

/** Weight of numbers. It is so small that numbers matter only if the other words are equally informative. */
const NUMBER_WEIGHT = 1e-4;
/** Weight of function words, such as `under`. They matter only if everything else is equally informative. */
const FUNCTION_WORD_WEIGHT = 1e-8;
/** Weight of a colour, a size or a common adjective. */
const PROPERTY_WEIGHT = 0.75;
/** Weight of a word that occurs only in prose: the products that have it are probably not meant. */
const PROSE_WEIGHT = 0.8;
/** Weight of a word that names a kind of product: it says more than several words for properties. */
const NOUN_WEIGHT = 8;
/** The head noun says at least this many times as much as any other word. */
const HEAD_MARGIN = 1.1;
/** Weight of a word that no product has: a correction of it is less certain than the typed words. */
const UNKNOWN_WORD_WEIGHT = 0.5;
/** Weight of the word that is probably the head noun, if no word is known to name a kind of product. */
const GUESSED_HEAD_WEIGHT = 1.5;

/** Weight of the head noun for products with some of the words: they come before those that have only other words. */
const PARTIAL_HEAD_WEIGHT = 8;
const PARTIAL_PROPERTY_WEIGHT = 0.5;

/** A noun is the head of at least this share of the products that have it. */
const MIN_HEAD_SHARE = 0.1;
/** This holds for words that are property words in one of the shop's languages: `rod` is red in Swedish. */
const MIN_PROPERTY_HEAD_SHARE = 0.2;
/** What counts at least as the share of a word that names a category. */
const CATEGORY_SHARE = 0.2;
/** A word is the head noun by its place only if its share is at least this part of the largest one. */
const MIN_RELATIVE_SHARE = 0.5;

/** The words of a query that name kinds of products. Indices are those of the query's words. */
export interface QueryNouns {
  readonly all: ReadonlySet<number>;
  /** The noun that names the wanted product; undefined if no word is known to be one. */
  readonly head: number | undefined;
}

/**
 * Finds the nouns of a query: the words that are often the head noun of titles, or name a category. The head noun is the
 * last of them before a function word (`gift for dad`) or the end, or the first in languages in which adjectives follow.
 * @param termsOf returns the terms of the word at an index. Default: those of the plan
 */
export function nounsOf(
  plan: QueryPlan,
  { nouns, countPostings, documents }: Pick<QueryContext, 'nouns' | 'countPostings' | 'documents'>,
  termsOf = (at: number): string[] => plan.termsAt(at),
): QueryNouns {
  if (nouns === undefined) return { all: new Set(), head: undefined };
  // It is added to the number of products with a word. In a large catalogue, a few titles are no evidence.
  const prior = Math.log1p(documents);
  const shares = new Map<number, number>();
  for (const at of plan.requiredIndices) {
    if (plan.isUninformative(at)) continue;
    const share = headShare(termsOf(at), nouns, prior, countPostings);
    if (share >= (plan.isDescription(at) ? MIN_PROPERTY_HEAD_SHARE : MIN_HEAD_SHARE)) shares.set(at, share);
  }
  const largest = Math.max(...shares.values());
  const candidates = [...shares].flatMap(([at, share]) => (share >= MIN_RELATIVE_SHARE * largest ? [at] : []));
  return { all: new Set(shares.keys()), head: headByPlace(plan, candidates) };
}

/** Returns the share of the products with a word of which it is the head noun. */
function headShare(
  terms: readonly string[],
  nouns: Nouns,
  prior: number,
  countPostings: QueryContext['countPostings'],
): number {
  const heads = nouns.headCount(terms);
  const all = countPostings?.(terms.map((term) => ({ term }))) ?? heads;
  const share = heads / (Math.max(heads, all) + prior);
  return terms.some((term) => nouns.namesCategory(term)) ? Math.max(share, CATEGORY_SHARE) : share;
}

/** Returns the one of several words that is probably the head noun. */
function headByPlace(plan: QueryPlan, words: readonly number[]): number | undefined {
  if (isNounFirst(plan.languages[0])) return words[0];
  const firstFunctionWord = plan.queryWords.findIndex((word, at) => at > 0 && word.isFunctionWord);
  const end = firstFunctionWord < 0 ? Infinity : firstFunctionWord;
  return words.findLast((at) => at < end) ?? words.at(-1);
}

/**
 * Returns the information content of each required word: the square root of its inverse document frequency, times a
 * weight. The square root makes a rare word count more than one common word, but not more than several. A word that
 * occurs in no product counts less than the least informative other word, because the intended word is unknown, unless
 * its correction is the head noun.
 * @param productCounts number of products that have each word
 * @returns values > 0, in the order of the plan's words
 */
export function informationOf(
  plan: QueryPlan,
  productCounts: readonly number[],
  { all, head }: QueryNouns,
  { nouns, documents }: Pick<QueryContext, 'nouns' | 'documents'>,
): number[] {
  const weights = plan.requiredIndices.map((at, i) => {
    if (plan.isFunctionWord(at)) return FUNCTION_WORD_WEIGHT;
    if (plan.isUninformative(at)) return NUMBER_WEIGHT;
    if (plan.isDescription(at)) return PROPERTY_WEIGHT;
    return productCounts[i] > 0 && isOnlyInProse(plan, at, nouns) ? PROSE_WEIGHT : 1;
  });
  const informationByWord = productCounts.map((count) => informationIn(count, documents));
  const otherInformation = informationByWord.filter((_, i) => productCounts[i] > 0 && weights[i] === 1);
  const unknownInformation = Math.min(...otherInformation, informationIn(1, documents));
  const known = plan.requiredIndices.filter((_, i) => productCounts[i] > 0 && weights[i] === 1);
  const guessed = head === undefined ? headByPlace(plan, known) : undefined;
  const information = plan.requiredIndices.map((at, i) => {
    if (productCounts[i] === 0 && at !== head) return weights[i] * UNKNOWN_WORD_WEIGHT * unknownInformation;
    const noun = all.has(at) || at === head ? NOUN_WEIGHT : at === guessed ? GUESSED_HEAD_WEIGHT : 1;
    return weights[i] * noun * informationByWord[i];
  });
  const most = Math.max(...information);
  return information.map((own, i) => (plan.requiredIndices[i] === head && own < most ? HEAD_MARGIN * most : own));
}

/** Returns whether products only mention a word in their text. */
export const isOnlyInProse = (plan: QueryPlan, at: number, nouns: Nouns | undefined): boolean =>
  !plan.queryWords[at].prefix && nouns?.isProperty(plan.partTermsAt(at)) === false;

/** Returns the weight of a word for products that have only some of the words. */
export function partialWeight(plan: QueryPlan, { head }: QueryNouns, at: number): number {
  if (at === head) return PARTIAL_HEAD_WEIGHT;
  return plan.isDescription(at) ? PARTIAL_PROPERTY_WEIGHT : 1;
}

const informationIn = (count: number, documents: number): number =>
  Math.sqrt(Math.log1p(documents / Math.max(1, count)));
