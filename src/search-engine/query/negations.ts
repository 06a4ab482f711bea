import { spelledWord } from '../spelling/corrected-text';
import { withoutWords } from '../text/without-words';
import type { Reading } from './clauses';

/** What a query says that products are without. */
export interface Negations {
  /** Indices of the words that name it. */
  readonly nouns: readonly number[];
  /** Indices of all words of these expressions: `without any sugar or nuts`. None of them is required. */
  readonly words: ReadonlySet<number>;
}

export const NO_NEGATIONS: Negations = { nouns: [], words: new Set() };

/**
 * Reads `muesli without sugar`, `without added sugar, nuts and salt`. A word that is still being typed names nothing yet. A
 * query that says nothing else has no negations: `without chicken`.
 * @param readings the same text parsed in several languages; the first reading determines the words
 */
export function negationsOf(readings: readonly Reading[]): Negations {
  const [{ parsed }] = readings;
  const { words, phrases } = parsed;
  const aligned = readings.filter((reading) => reading.parsed.words.length === words.length);
  const isIn = (at: number, kind: 'skipped' | 'conjunctions'): boolean =>
    at < words.length && aligned.some(({ language }) => withoutWords(language, kind).has(spelledWord(words[at])));
  const isWithout = (at: number): boolean => aligned.some((reading) => reading.parsed.words[at].isWithout);
  const isNoun = (at: number): boolean =>
    at < words.length && !isWithout(at) && aligned.every((reading) => !reading.parsed.words[at].isFunctionWord);
  const skip = (from: number): number => {
    let at = from;
    while (isIn(at, 'skipped')) at++;
    return at;
  };
  const nouns: number[] = [];
  const covered = new Set<number>();
  for (let at = 0; at < words.length; at++) {
    if (!isWithout(at)) continue;
    for (let from = at + 1; ;) {
      const noun = skip(from);
      if (!isNoun(noun)) break;
      if (!words[noun].prefix) nouns.push(noun);
      const end = skip(noun + 1);
      for (let word = at; word < end; word++) covered.add(word);
      at = end - 1;
      if (isIn(end, 'conjunctions') && !isIn(end, 'skipped')) from = end + 1;
      else if (end < words.length && words[end].isListed) from = end;
      else break;
    }
  }
  return covered.size < words.length + phrases.length ? { nouns, words: covered } : NO_NEGATIONS;
}
