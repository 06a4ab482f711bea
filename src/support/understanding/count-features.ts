import { wordsOf, type SentenceWord } from './text-words';

/** The n-grams of the characters of a word have these lengths, with one blank at each end of the word. */
const MIN_WORD_PART = 2;
const MAX_WORD_PART = 4;
/** Scripts without spaces have shorter n-grams: a Chinese word has mostly two characters. */
const MAX_UNSPACED_PART = 3;

/** How often each feature occurs in a text, in two blocks: n-grams of words, and n-grams of characters. */
export type FeatureCounts = readonly [words: ReadonlyMap<string, number>, characters: ReadonlyMap<string, number>];
export const BLOCK_COUNT = 2;

/**
 * Counts the features of a text: words, pairs of adjacent words, and character 2–4-grams within words. A character of a
 * script without spaces counts as a word; its character n-grams have 1 to 3 characters and end where the run of such
 * characters ends. Takes linear time.
 */
export function countFeatures(text: string): FeatureCounts {
  const words = wordsOf(text);
  const wordCounts = new Map<string, number>();
  const partCounts = new Map<string, number>();
  words.forEach((word, at) => {
    add(wordCounts, word.text);
    if (at > 0) add(wordCounts, `${words[at - 1]!.text} ${word.text}`);
    if (word.isCharacter) addUnspacedParts(partCounts, words, at);
    else addWordParts(partCounts, ` ${word.text} `);
  });
  return [wordCounts, partCounts];
}

function addWordParts(counts: Map<string, number>, padded: string): void {
  for (let length = MIN_WORD_PART; length <= MAX_WORD_PART; length++)
    for (let from = 0; from + length <= padded.length; from++) add(counts, padded.slice(from, from + length));
}

/** Adds the n-grams that end with the character at `at`. */
function addUnspacedParts(counts: Map<string, number>, words: readonly SentenceWord[], at: number): void {
  let part = words[at]!.text;
  add(counts, part);
  for (let length = 2; length <= MAX_UNSPACED_PART && words[at - length + 2]!.followsCharacter; length++) {
    part = words[at - length + 1]!.text + part;
    add(counts, part);
  }
}

function add(counts: Map<string, number>, feature: string): void {
  counts.set(feature, (counts.get(feature) ?? 0) + 1);
}
