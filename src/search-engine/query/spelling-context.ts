import { spelledWord } from '../spelling/corrected-text';
import type { SpellingContext } from '../spelling/word-options';
import { isCommonInSomeLanguage } from '../text/common-words';
import { foldingsOf } from '../text/indexed-character';
import type { LanguageAnalyzer } from '../text/language-analyzer';
import type { QueryWord } from '../text/query-word';
import { isFrequentWord, isInWordList } from '../text/word-list';
import type { QueryContext } from './interpret-query';
import type { QueryPlan } from './query-plan';

/** Minimum length of a part of a compound. With shorter parts, many typos would be compounds. */
const MIN_COMPOUND_PART_LENGTH = 4;
/** Longer words are not compounds that a customer types. */
const MAX_COMPOUND_LENGTH = 40;

/**
 * Returns what corrections need to know. Right words are words of any language of the shop, even if the query names
 * another one, and compounds of known words.
 */
export function spellingContextOf(
  plan: QueryPlan,
  { analyzers, dictionary, isRightWord, compounds, languages }: QueryContext,
): SpellingContext {
  const readers = plan.languages.map((language) => analyzers.forQuery(language));
  const spoken = [...new Set([...plan.languages, analyzers.shopLanguage, ...languages])].map((one) =>
    analyzers.forQuery(one),
  );
  const foldings = foldingsByWord(plan.queryWords);
  /** Returns whether it holds for a word as one of the languages folds it. */
  const some = (word: string, holds: (folded: string) => boolean) => (foldings.get(word) ?? [word]).some(holds);
  const isShopWord = (word: string) => dictionary.frequencyOf(word) > 0 || isRightWord?.(word) === true;
  const isKnown = (word: string) => isRightWord?.(word) === true || spoken.some((one) => one.isCommonWord(word));
  // Customers of other languages search in their own, too.
  const isRightAlone = (word: string) => some(word, (folded) => isKnown(folded));
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
    isRightAlone,
    isRight: (word) =>
      isRightAlone(word) ||
      spoken.some(({ language }) => isFrequentWord(language, word)) ||
      some(word, (folded) => isShopWord(folded) || isCompoundOf(folded)),
    isListed: (word) => some(word, (folded) => spoken.some(({ language }) => isInWordList(language, folded))),
    isCommonElsewhere: (word) => some(word, isCommonInSomeLanguage),
    isStopWord: (word) => readers.some((analyzer) => analyzer.isStopWord(word)),
    stemOf: (word) => readers[0].term(word),
    splitCompound: (word) => readers.map((one) => compounds?.split(word, one)).find((split) => split !== undefined),
  };
}

const ASCII = /^[ -~]*$/;

/** Returns all foldings of the words of a query that have several, by each of them. */
function foldingsByWord(words: readonly QueryWord[]): ReadonlyMap<string, readonly string[]> {
  const byWord = new Map<string, readonly string[]>();
  for (const word of words) {
    if (ASCII.test(word.text)) continue;
    const foldings = [...new Set([spelledWord(word), ...foldingsOf(word.text)])];
    for (const folded of foldings) byWord.set(folded, foldings);
  }
  return byWord;
}

/** Returns whether a word of a query is a word of a language or of the shop, and so no typo by itself. */
export function isWordOf(plan: QueryPlan, context: QueryContext): (word: string) => boolean {
  const { isRight, isListed } = spellingContextOf(plan, context);
  return (word) => isRight?.(word) === true || isListed?.(word) === true;
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
