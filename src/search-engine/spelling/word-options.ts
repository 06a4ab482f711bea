import { syllablesOf } from '../text/hangul';
import { hasDigits } from './part-number';
import { suggestSpellings, type WordSource } from './spelling-suggestions';

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
  /**
   * Whether the customer may well have meant the words as typed, because they are words of the shop, or frequent words of
   * its languages.
   */
  readonly isDoubtful: boolean;
  /** If the option changes a word of a language: number of other words of the query that must support it. Otherwise 0. */
  readonly support: number;
}

/** What corrections need to know about the words of a shop. */
export interface SpellingContext {
  /** The words of the shop, to which typed words are corrected. */
  readonly dictionary: WordSource;
  /**
   * Returns whether a word is right although no product may have it, such as a word of a synonym. A correction of it is
   * only offered.
   */
  readonly isRight?: (word: string) => boolean;
  /** Returns whether a language of the shop has a word. It is corrected only if other words support it. */
  readonly isListed?: (word: string) => boolean;
  /** Returns whether a word is common in a language that is none of the shop's. It is hardly ever corrected. */
  readonly isCommonElsewhere?: (word: string) => boolean;
  /** Returns whether a word is right by itself, not only as a compound of right words. It is not split. */
  readonly isRightAlone?: (word: string) => boolean;
  /** Returns whether a word is a stop word. It is neither corrected nor a correction. */
  readonly isStopWord?: (word: string) => boolean;
  /** Returns the stem of a word. A word with a space more or less may be in another form than in the shop. */
  readonly stemOf?: (word: string) => string;
  /** Splits a compound into words of the shop, in a language that writes compounds as one word. */
  readonly splitCompound?: (
    word: string,
  ) => { readonly words: readonly string[]; readonly frequency: number } | undefined;
}

/** Cost of an extra or a missing space. */
const SPACE_TYPO_COST = 5;
/** Additional cost of changing a word that exists. */
const KNOWN_WORD_COST = 4;
/** Cost of leaving an unknown word unchanged. It exceeds the cost of a correction. */
const UNKNOWN_WORD_COST = 30;
/**
 * Maximum cost of a typo with which a word is recognized without other words. In a long word, it is one edit after the
 * first letter; in a shorter one, two exchanged letters or a doubled one.
 */
const MAX_SMALL_TYPO_COST = { long: 8, short: 5 };
const MIN_LONG_WORD_LENGTH = 6;
const MIN_SHORT_WORD_LENGTH = 4;
const MAX_CORRECTIONS = 3;
/**
 * Number of other words that must support the correction of a word of a language. `unlikely` is for a common word of
 * another language, for another first letter, where few typing errors are, and for a correction of more than one edit.
 */
const SUPPORT = { listed: 1, unlikely: 2 };
/** Maximum cost of one edit. */
const MAX_ONE_EDIT_COST = 10;
/** Stop words among the suggestions are left out; there are rarely more than this number of them. */
const MAX_STOP_WORDS = 3;
const MIN_PART_LENGTH = 2;
/** Longer words are not two words that a customer typed without a space. */
const MAX_SPLIT_LENGTH = 40;

const never = () => false;

/** Returns the frequency of a word or, if it is higher, of its stem as a word. */
function frequencyOf({ dictionary, stemOf }: SpellingContext, word: string): number {
  const frequency = dictionary.frequencyOf(word);
  return stemOf === undefined ? frequency : Math.max(frequency, dictionary.frequencyOf(stemOf(word)));
}

/** Returns the possible meanings of `words[at]`, alone or joined with the next word; the unchanged word comes first. */
export function optionsAt(context: SpellingContext, words: readonly string[], at: number): WordOption[] {
  const { dictionary } = context;
  const frequency = dictionary.frequencyOf(words[at]);
  const kept = { ...unchangedOption(words[at]), cost: frequency > 0 ? rarity(frequency) : UNKNOWN_WORD_COST };
  const joined = joinedAt(context, words, at);
  return [kept, ...(joined === undefined ? [] : [joined]), ...correctionsAt(context, words, at)];
}

/** Returns whether a correction changes little. It is then likely even if no other word supports it. */
export function isSmallCorrection(option: WordOption | undefined): boolean {
  if (option === undefined) return false;
  const { length } = option.words.join('');
  if (length >= MIN_LONG_WORD_LENGTH) return option.typoCost <= MAX_SMALL_TYPO_COST.long;
  return length >= MIN_SHORT_WORD_LENGTH && option.typoCost <= MAX_SMALL_TYPO_COST.short;
}

export const unchangedOption = (word: string): WordOption => ({
  kind: 'KEPT',
  wordCount: 1,
  words: [word],
  typoCost: 0,
  cost: 0,
  isDoubtful: false,
  support: 0,
});

/** Returns the possible corrections of `words[at]` alone. */
export function correctionsAt(context: SpellingContext, words: readonly string[], at: number): WordOption[] {
  const {
    dictionary,
    isRight = never,
    isRightAlone = never,
    isListed = never,
    isCommonElsewhere = never,
    isStopWord = never,
  } = context;
  const word = words[at];
  // One syllable has as many letters as a short word elsewhere, but each letter makes another word of it.
  if (isStopWord(word) || syllablesOf(word) === 1) return [];
  const isDoubtful = dictionary.frequencyOf(word) > 0 || isRight(word);
  const isCommon = isCommonElsewhere(word);
  const isWord = isCommon || isListed(word);
  const supportOf = (corrected: string, typoCost: number): number => {
    if (!isWord) return 0;
    const isUnlikely = isCommon || corrected[0] !== word[0] || typoCost > MAX_ONE_EDIT_COST;
    return isUnlikely ? SUPPORT.unlikely : SUPPORT.listed;
  };
  const extraCost = isDoubtful ? KNOWN_WORD_COST : 0;
  const options: WordOption[] = [];
  const suggestions = suggestSpellings(dictionary, word, MAX_CORRECTIONS + MAX_STOP_WORDS)
    .filter((suggestion) => !isStopWord(suggestion.word))
    .slice(0, MAX_CORRECTIONS);
  for (const { word: suggestedWord, cost, frequency: suggestedFrequency } of suggestions) {
    const typoCost = extraCost + cost + Math.log(suggestedFrequency);
    options.push({
      kind: 'SPELLING',
      wordCount: 1,
      words: [suggestedWord],
      typoCost,
      cost: typoCost + rarity(suggestedFrequency),
      isDoubtful,
      support: supportOf(suggestedWord, typoCost),
    });
  }
  const parts = bestSplit(context, word);
  if (parts !== undefined) {
    const typoCost = SPACE_TYPO_COST + extraCost;
    options.push({
      kind: 'SPLIT',
      wordCount: 1,
      words: parts.words,
      typoCost,
      cost: typoCost + parts.rarity,
      isDoubtful: dictionary.frequencyOf(word) > 0 || isRightAlone(word),
      support: 0,
    });
  }
  return options;
}

function joinedAt(context: SpellingContext, words: readonly string[], at: number): WordOption | undefined {
  const joined = at + 1 < words.length ? words[at] + words[at + 1] : '';
  const joinedFrequency = frequencyOf(context, joined);
  if (joinedFrequency === 0) return undefined;
  const areBothKnown = [words[at], words[at + 1]].every((word) => frequencyOf(context, word) > 0);
  const typoCost = SPACE_TYPO_COST + (areBothKnown ? KNOWN_WORD_COST : 0);
  return {
    kind: 'JOINED',
    wordCount: 2,
    words: [joined],
    typoCost,
    cost: typoCost + rarity(joinedFrequency),
    isDoubtful: areBothKnown,
    support: 0,
  };
}

/**
 * Returns −ln of a word's frequency. A relative frequency is not needed, because all compared options come from one
 * dictionary. For a pair of words, pass the frequency of the rarer word.
 */
function rarity(frequency: number): number {
  return -Math.log(frequency);
}

function bestSplit(context: SpellingContext, word: string): { words: readonly string[]; rarity: number } | undefined {
  if (word.length > MAX_SPLIT_LENGTH) return undefined;
  if (hasDigits(word)) return undefined; // the query matches the parts of such a word anyway
  const compound = context.splitCompound?.(word);
  if (compound !== undefined) return { words: compound.words, rarity: rarity(compound.frequency) };
  let best: string[] | undefined;
  let bestFrequency = 0;
  for (let at = MIN_PART_LENGTH; at <= word.length - MIN_PART_LENGTH; at++) {
    if (isLowSurrogate(word.charCodeAt(at))) continue;
    const first = word.slice(0, at);
    const firstFrequency = frequencyOf(context, first);
    if (firstFrequency <= bestFrequency) continue;
    const second = word.slice(at);
    const rarerFrequency = Math.min(firstFrequency, frequencyOf(context, second));
    if (rarerFrequency <= bestFrequency) continue;
    best = [first, second];
    bestFrequency = rarerFrequency;
  }
  return best && { words: best, rarity: rarity(bestFrequency) };
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
