import { maySlip } from './part-number';
import type { SpellingDictionary } from './spelling-dictionary';
import { typoCost } from './typo-cost';

/** A word that somebody may have meant. */
export interface Suggestion {
  readonly word: string;
  /** Damerau–Levenshtein. */
  readonly distance: number;
  readonly frequency: number;
  /** How unlikely it is that this was meant: the lower the better. Comparable among the suggestions for one word. */
  readonly cost: number;
}

/**
 * The likeliest words for one that somebody typed, without itself: how rare each is, and how unlikely the slip. Numbers are
 * no slips of other numbers (see {@link maySlip}).
 */
export function suggest(dictionary: SpellingDictionary, typed: string, most = 3): Suggestion[] {
  const found: Suggestion[] = [];
  for (const { word, distance, frequency } of dictionary.within(typed)) {
    if (distance === 0 || !maySlip(typed, word)) continue;
    found.push({ word, distance, frequency, cost: typoCost(typed, word, distance) - Math.log(frequency) });
  }
  return found.sort((a, b) => a.cost - b.cost || (a.word < b.word ? -1 : 1)).slice(0, most);
}
