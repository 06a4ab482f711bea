import { hasDigits } from './part-number';
import type { SpellingDictionary } from './spelling-dictionary';
import { suggestSpellings } from './spelling-suggestions';

/** A possible meaning of one word, or of two neighbouring words, of a query. */
export interface WordOption {
  readonly kind: 'KEPT' | 'SPELLING' | 'JOINED' | 'SPLIT';
  /** Number of query words that the option replaces. */
  readonly wordCount: 1 | 2;
  readonly words: readonly string[];
  /** Negative logarithm of the odds of the typo; 0 if there is no typo. */
  readonly typoCost: number;
  /** The typo cost plus the rarity of the words. */
  readonly cost: number;
  /** Whether the customer may well have meant the words as typed, because the shop or a word list contains them. */
  readonly isDoubtful: boolean;
}

/** Cost of an extra or a missing space. */
const SPACE_TYPO_COST = 5;
/** Additional cost of changing a word that exists. */
const KNOWN_WORD_COST = 4;
/** Cost of leaving an unknown word unchanged. It exceeds the cost of a correction. */
const UNKNOWN_WORD_COST = 30;
const MAX_CORRECTIONS = 3;
const MIN_PART_LENGTH = 2;

/**
 * Returns the possible meanings of `words[at]`, alone or joined with the next word; the unchanged word comes first.
 * @param realWords words that a language's word list contains, see {@link correctionsAt}
 */
export function optionsAt(
  dictionary: SpellingDictionary,
  words: readonly string[],
  at: number,
  realWords: ReadonlySet<string>,
): WordOption[] {
  const frequency = dictionary.frequencyOf(words[at]);
  const kept = { ...unchangedOption(words[at]), cost: frequency > 0 ? rarity(frequency) : UNKNOWN_WORD_COST };
  const joined = joinedAt(dictionary, words, at);
  return [kept, ...(joined === undefined ? [] : [joined]), ...correctionsAt(dictionary, words, at, realWords)];
}

export const unchangedOption = (word: string): WordOption => ({
  kind: 'KEPT',
  wordCount: 1,
  words: [word],
  typoCost: 0,
  cost: 0,
  isDoubtful: false,
});

/**
 * Returns the possible corrections of `words[at]` alone.
 * @param realWords words that a language's word list contains; if the shop lacks such a word, it is not corrected to
 * another word
 */
export function correctionsAt(
  dictionary: SpellingDictionary,
  words: readonly string[],
  at: number,
  realWords: ReadonlySet<string>,
): WordOption[] {
  const word = words[at];
  const isReal = realWords.has(word);
  const isKnown = dictionary.frequencyOf(word) > 0;
  const isDoubtful = isKnown || isReal;
  const extraCost = isDoubtful ? KNOWN_WORD_COST : 0;
  const options: WordOption[] = [];
  const suggestions = isReal && !isKnown ? [] : suggestSpellings(dictionary, word, MAX_CORRECTIONS);
  for (const { word: suggestedWord, cost, frequency: suggestedFrequency } of suggestions) {
    const typoCost = extraCost + cost + Math.log(suggestedFrequency);
    options.push({
      kind: 'SPELLING',
      wordCount: 1,
      words: [suggestedWord],
      typoCost,
      cost: typoCost + rarity(suggestedFrequency),
      isDoubtful,
    });
  }
  const parts = bestSplit(dictionary, word);
  if (parts !== undefined) {
    const typoCost = SPACE_TYPO_COST + extraCost;
    options.push({
      kind: 'SPLIT',
      wordCount: 1,
      words: parts.words,
      typoCost,
      cost: typoCost + parts.rarity,
      isDoubtful,
    });
  }
  return options;
}

function joinedAt(dictionary: SpellingDictionary, words: readonly string[], at: number): WordOption | undefined {
  const joined = at + 1 < words.length ? words[at] + words[at + 1] : '';
  const joinedFrequency = dictionary.frequencyOf(joined);
  if (joinedFrequency === 0) return undefined;
  const areBothKnown = [words[at], words[at + 1]].every((word) => dictionary.frequencyOf(word) > 0);
  const typoCost = SPACE_TYPO_COST + (areBothKnown ? KNOWN_WORD_COST : 0);
  return {
    kind: 'JOINED',
    wordCount: 2,
    words: [joined],
    typoCost,
    cost: typoCost + rarity(joinedFrequency),
    isDoubtful: areBothKnown,
  };
}

/**
 * Returns −ln of a word's frequency. A relative frequency is not needed, because all compared options come from one
 * dictionary. For a pair of words, pass the frequency of the rarer word.
 */
function rarity(frequency: number): number {
  return -Math.log(frequency);
}

function bestSplit(dictionary: SpellingDictionary, word: string): { words: string[]; rarity: number } | undefined {
  if (hasDigits(word)) return undefined; // the query matches the parts of such a word anyway
  let best: string[] | undefined;
  let bestFrequency = 0;
  for (let at = MIN_PART_LENGTH; at <= word.length - MIN_PART_LENGTH; at++) {
    if (isLowSurrogate(word.charCodeAt(at))) continue;
    const first = word.slice(0, at);
    const firstFrequency = dictionary.frequencyOf(first);
    if (firstFrequency <= bestFrequency) continue;
    const second = word.slice(at);
    const rarerFrequency = Math.min(firstFrequency, dictionary.frequencyOf(second));
    if (rarerFrequency <= bestFrequency) continue;
    best = [first, second];
    bestFrequency = rarerFrequency;
  }
  return best && { words: best, rarity: rarity(bestFrequency) };
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
