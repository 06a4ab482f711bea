import { isPossibleTypo } from './part-number';
import type { Neighbour } from './spelling-dictionary';
import { typoCost } from './typo-cost';

/** A word that the customer may have meant. */
export interface SpellingSuggestion {
  readonly word: string;
  /** Damerau–Levenshtein distance to the typed word. */
  readonly distance: number;
  readonly frequency: number;
  /** Cost of the suggestion; lower is more likely. Comparable only among the suggestions for one word. */
  readonly cost: number;
}

/** Words with their frequencies, such as a `SpellingDictionary`. */
export interface WordSource {
  /** Returns the frequency of a word, 0 if it is unknown. */
  frequencyOf(word: string): number;
  /** Returns all words within the allowed edit distance of a word. */
  wordsWithin(word: string): readonly Neighbour[];
}

/**
 * Returns the most likely corrections of a typed word, by typo cost and frequency, without the word itself. A number is
 * not a typo of another number (see {@link isPossibleTypo}).
 */
export function suggestSpellings(dictionary: WordSource, typed: string, limit = 3): SpellingSuggestion[] {
  const found: SpellingSuggestion[] = [];
  for (const { word, distance, frequency } of dictionary.wordsWithin(typed)) {
    if (distance === 0 || !isPossibleTypo(typed, word)) continue;
    found.push({ word, distance, frequency, cost: typoCost(typed, word, distance) - Math.log(frequency) });
  }
  return found.sort((a, b) => a.cost - b.cost || (a.word < b.word ? -1 : 1)).slice(0, limit);
}
