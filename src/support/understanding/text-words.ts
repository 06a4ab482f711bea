import { isUnspaced } from '../../search-engine/text/character-class';
import { LanguageAnalyzer } from '../../search-engine/text/language-analyzer';
import { hashText32 } from '../../learn/hash-text';

/** Maximum length of a text that is read, in UTF-16 code units. The rest is ignored. */
export const MAX_TEXT_LENGTH = 2_000;

/** Numbers with at least this many digits differ only by their length: they are mostly ids, dates and prices. */
const MIN_MASKED_DIGITS = 4;
const DIGIT = /\d/g;
/** A character with its marks. */
const FIRST_CHARACTER = /^.\p{M}*/su;

/** A word of a sentence, or a character of a script without spaces. */
export interface SentenceWord {
  readonly text: string;
  /** Whether it is one character of a script without spaces, such as Chinese. */
  readonly isCharacter: boolean;
  /** Whether it follows the previous character immediately. Always false for words. */
  readonly followsCharacter: boolean;
}

/**
 * Without a language: words are folded but not stemmed, so that sentences of all languages have the same features.
 * Without a segmenter, so that features do not depend on whether a process has loaded one.
 */
const analyzer = new LanguageAnalyzer();

/**
 * Returns the words of a text in order, as search folds them: lower case, without accents, traditional Chinese
 * characters as simplified ones, `don't` as `dont`. Takes linear time; only {@link MAX_TEXT_LENGTH} code units are read.
 */
export function wordsOf(text: string): SentenceWord[] {
  const tokens = analyzer.analyze(text.slice(0, MAX_TEXT_LENGTH));
  const words: SentenceWord[] = [];
  // The end of the last word: the parts of a compound begin before it.
  let wordEnd = 0;
  // The end of the last token of a script without spaces: a pair of characters, which overlaps the next one.
  let pairEnd = 0;
  for (const [at, { surface, start, end }] of tokens.entries()) {
    if (isUnspaced(surface)) {
      const character = FIRST_CHARACTER.exec(surface)![0];
      words.push({ text: character, isCharacter: true, followsCharacter: start < pairEnd });
      pairEnd = end;
      continue;
    }
    // If several words begin at one position, the last one is the longest.
    if (start < wordEnd || tokens[at + 1]?.start === start) continue;
    wordEnd = end;
    words.push({ text: masked(surface), isCharacter: false, followsCharacter: false });
  }
  return words;
}

/** Returns a hash of the words of a text. Texts that differ only in case, accents or punctuation have the same hash. */
export function textHash(text: string): number {
  return hashText32(
    wordsOf(text)
      .map((word) => word.text)
      .join(' '),
  );
}

function masked(word: string): string {
  return (word.match(DIGIT)?.length ?? 0) < MIN_MASKED_DIGITS ? word : word.replace(DIGIT, '0');
}
