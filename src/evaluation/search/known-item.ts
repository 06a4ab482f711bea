import { randomItem } from '../../learn/random-draws';
import { seededRandom } from '../../learn/seeded-random';
import { hasPluralForm, toggleGrammaticalNumber } from './plural';
import { allowsTypos, withTypo } from './typos';

export const QUERY_CLASSES = [
  'exact-title',
  'two-words-dropped',
  'one-typo',
  'two-typos',
  'two-words-dropped-one-typo',
  'split-word',
  'joined-words',
  'prefix',
  'singular-plural',
] as const;
export type QueryClass = (typeof QUERY_CLASSES)[number];

/** A synthetic query of a customer who knows a title but does not type it exactly. */
export interface KnownItemQuery {
  readonly queryClass: QueryClass;
  readonly text: string;
  /** The text without typos. */
  readonly meant: string;
  /** Whether the last word is still being typed. */
  readonly typing: boolean;
  /** Every product with this title is relevant. */
  readonly title: string;
}

export interface KnownItemOptions {
  readonly seed: number;
  /** Maximum number of queries per class. */
  readonly maxPerClass: number;
  /** Language of the titles, BCP 47. The class `singular-plural` requires English. */
  readonly language: string;
}

type Change = (words: readonly string[], random: () => number) => readonly string[] | undefined;

interface QueryGenerator {
  /** Returns the words of the query, given the lower-case words of a title; undefined if the title is not suitable. */
  readonly changeWords: Change;
  readonly typos?: number;
}

const QUERY_GENERATORS: Readonly<Record<QueryClass, QueryGenerator>> = {
  'exact-title': { changeWords: (words) => words },
  'two-words-dropped': { changeWords: withoutTwo },
  'one-typo': { changeWords: (words) => words, typos: 1 },
  'two-typos': { changeWords: (words) => words, typos: 2 },
  'two-words-dropped-one-typo': { changeWords: withoutTwo, typos: 1 },
  'split-word': { changeWords: withSplitWord },
  'joined-words': { changeWords: withJoinedWords },
  prefix: { changeWords: cutLastWord },
  'singular-plural': { changeWords: inOtherGrammaticalNumber },
};

/**
 * Generates queries from titles. The same seed always produces the same queries. The query made from a title does not
 * depend on the other titles.
 */
export function knownItemQueries(titles: readonly string[], options: KnownItemOptions): KnownItemQuery[] {
  const distinct = [...new Map(titles.map((title) => [titleKey(title), title])).values()];
  const english = /^en\b/i.test(options.language);
  return QUERY_CLASSES.filter((name) => name !== 'singular-plural' || english).flatMap((queryClass) =>
    distinct
      .flatMap((title) => {
        const random = seededRandom(hash(`${options.seed} ${queryClass} ${titleKey(title)}`));
        const place = random();
        const { changeWords: change, typos = 0 } = QUERY_GENERATORS[queryClass];
        const meant = change(searchedWords(title), random);
        const typed = meant && withTypos(meant, typos, random);
        if (!meant?.length || !typed) return [];
        const query = {
          queryClass,
          text: typed.join(' '),
          meant: meant.join(' '),
          typing: queryClass === 'prefix',
          title,
        };
        return [{ place, query }];
      })
      .sort((a, b) => a.place - b.place)
      .slice(0, options.maxPerClass)
      .map(({ query }) => query),
  );
}

/** Returns a key that is equal for titles that differ only in case and white space. */
export function titleKey(title: string): string {
  return title.toLowerCase().split(/\s+/).filter(Boolean).join(' ');
}

/** Returns the words of a title in lower case, without words that consist only of punctuation. */
function searchedWords(title: string): string[] {
  return titleKey(title)
    .split(' ')
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
}

/** Removes two words; returns undefined if the title has fewer than three words. */
function withoutTwo(words: readonly string[], random: () => number): string[] | undefined {
  if (words.length < 3) return undefined;
  const first = Math.floor(random() * words.length);
  const second = (first + 1 + Math.floor(random() * (words.length - 1))) % words.length;
  return words.filter((_, at) => at !== first && at !== second);
}

const MIN_SPLIT_WORD_LENGTH = 6;
/** Minimum length of each part of a split word. */
const MIN_PART_LENGTH = 2;

/** Splits a random long word in two at a random offset; returns undefined if no word consists of enough letters. */
function withSplitWord(words: readonly string[], random: () => number): string[] | undefined {
  const places = words.flatMap((word, at) =>
    word.length >= MIN_SPLIT_WORD_LENGTH && /^\p{L}+$/u.test(word) ? [at] : [],
  );
  const at = randomItem(places, random);
  if (at === undefined) return undefined;
  const word = words[at];
  const cut = MIN_PART_LENGTH + Math.floor(random() * (word.length - 2 * MIN_PART_LENGTH + 1));
  return words.toSpliced(at, 1, word.slice(0, cut), word.slice(cut));
}

/** Joins two random neighbouring words of letters; returns undefined if there are none. */
function withJoinedWords(words: readonly string[], random: () => number): string[] | undefined {
  const isJoinable = (word: string | undefined) => word !== undefined && /^\p{L}{2,}$/u.test(word);
  const places = words.flatMap((word, at) => (isJoinable(word) && isJoinable(words[at + 1]) ? [at] : []));
  const at = randomItem(places, random);
  return at === undefined ? undefined : words.toSpliced(at, 2, words[at] + words[at + 1]);
}

/**
 * Adds typos. A word gets a second typo only when all words that allow typos have one. Returns undefined if no word
 * allows typos.
 */
function withTypos(words: readonly string[], typoCount: number, random: () => number): readonly string[] | undefined {
  if (typoCount === 0) return words;
  const places = words.flatMap((word, at) => (allowsTypos(word) ? [at] : []));
  if (places.length === 0) return undefined;
  const changed = [...words];
  let unchangedPlaces: number[] = [];
  for (let typosMade = 0; typosMade < typoCount; typosMade++) {
    if (unchangedPlaces.length === 0) unchangedPlaces = [...places];
    const [at] = unchangedPlaces.splice(Math.floor(random() * unchangedPlaces.length), 1);
    const changedWord = withTypo(changed[at], random);
    // The second typo must not undo the first.
    if (changedWord === words[at]) typosMade--;
    else changed[at] = changedWord;
  }
  return changed;
}

const MIN_CUT_WORD_LENGTH = 4;

/**
 * Cuts the title at a random offset in the second half of its last word; returns undefined if this word is too short or
 * has characters other than letters.
 */
function cutLastWord(words: readonly string[], random: () => number): string[] | undefined {
  const last = words.at(-1);
  if (last === undefined || !/^\p{L}+$/u.test(last) || last.length < MIN_CUT_WORD_LENGTH) return undefined;
  const shortest = Math.ceil(last.length / 2);
  const length = shortest + Math.floor(random() * (last.length - shortest));
  return [...words.slice(0, -1), last.slice(0, length)];
}

/**
 * Switches the last word that has a plural form between singular and plural. In English titles, it is usually the main
 * noun. Returns undefined if no word has a plural form.
 */
function inOtherGrammaticalNumber(words: readonly string[]): string[] | undefined {
  const at = words.findLastIndex(hasPluralForm);
  return at < 0 ? undefined : words.with(at, toggleGrammaticalNumber(words[at]));
}

/** Returns the 32-bit FNV-1a hash of the UTF-16 code units of a text. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
