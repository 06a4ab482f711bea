import type { SpellingContext } from '../spelling/word-options';
import type { LanguageAnalyzer } from '../text/language-analyzer';
import type { QueryContext } from './interpret-query';
import type { QueryPlan } from './query-plan';

/** Minimum length of a part of a compound. With shorter parts, many typos would be compounds. */
const MIN_COMPOUND_PART_LENGTH = 4;
/** Longer words are not compounds that a customer types. */
const MAX_COMPOUND_LENGTH = 40;

/**
 * Returns what corrections need to know. Common words of the query's languages are right words, and so are compounds of
 * known words.
 */
export function spellingContextOf(
  plan: QueryPlan,
  { analyzers, dictionary, isRightWord, compounds }: QueryContext,
): SpellingContext {
  const readers = plan.languages.map((language) => analyzers.forQuery(language));
  const isKnown = (word: string) => isRightWord?.(word) === true || readers.some((one) => one.isCommonWord(word));
  const isShopWord = (word: string) => dictionary.frequencyOf(word) > 0 || isRightWord?.(word) === true;
  const isCompoundOf = (word: string) =>
    readers.some((one) =>
      isCompound(word, one, {
        isFirst: (part) => isShopWord(part) || isKnown(part),
        // With other forms of common words, many typos would be compounds.
        isLast: (part) => isShopWord(part) || one.isListedWord(part),
      }),
    );
  return {
    dictionary,
    isRightAlone: isKnown,
    isRight: (word) => isKnown(word) || isCompoundOf(word),
    isStopWord: (word) => readers.some((analyzer) => analyzer.isStopWord(word)),
    stemOf: (word) => readers[0].term(word),
    splitCompound: (word) => readers.map((one) => compounds?.split(word, one)).find((split) => split !== undefined),
  };
}

function isCompound(
  word: string,
  { compounding }: LanguageAnalyzer,
  { isFirst, isLast }: Readonly<Record<'isFirst' | 'isLast', (part: string) => boolean>>,
): boolean {
  if (word.length > MAX_COMPOUND_LENGTH) return false;
  for (let at = MIN_COMPOUND_PART_LENGTH; at <= word.length - MIN_COMPOUND_PART_LENGTH; at++) {
    const first = word.slice(0, at);
    const firstParts = compounding?.firstPartsOf(first) ?? [first];
    if (firstParts.some(isFirst) && isLast(word.slice(at))) return true;
  }
  return false;
}
