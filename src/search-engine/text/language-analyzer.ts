import { appendTo } from '../../learn/group-by';
import { CharacterClass } from './character-class';
import { commonWords } from './common-words';
import { withCodes, withSigns } from './codes';
import { compoundPieces, type WordPiece } from './compound';
import { compounding, type Compounding } from './compounding';
import { memoizedFold, GERMAN_TRANSLITERATION, type CharacterFold } from './fold';
import { functionWords } from './function-words';
import { hangulLetters, hasHangul } from './hangul';
import { indexedCharacter } from './indexed-character';
import { isSameWord } from './inflection';
import { personNouns, propertyWords } from './property-words';
import { runsOf, type Run } from './runs';
import { stemmerFor, type Stem } from './stemming';
import { stopWords } from './stop-words';
import type { Analyzer, TextToken } from './token';
import { type MeasureRules, withUnits } from './units';
import { bigrams, japanesePieces, unspacedPieces, type WordSegmenter } from './unspaced';

/** Increment it with every change to the tokens of a text. Indexes built by other versions are not used. */
const VERSION = 6;

/** Languages in which 1.000 is a thousand and 1,5 is one and a half. */
const DECIMAL_COMMA = new Set([
  'da',
  'de',
  'es',
  'fi',
  'fr',
  'it',
  'nl',
  'no',
  'pt',
  'ru',
  'sv',
  'tr',
  'pl',
  'cs',
  'hu',
  'ro',
]);

/** Words by their stems, which other words have, too: `decorative` and `decoration`. */
type WordSet = ReadonlyMap<string, readonly string[]>;

export interface AnalyzerOptions {
  /** BCP 47; only its first subtag is used. Without a language, words are not stemmed. */
  readonly language?: string;
  /** Segmenter for Han characters, e.g. {@link loadJieba}. Without one, each pair of adjacent characters is a word. */
  readonly segmenter?: WordSegmenter;
}

/**
 * The analyzer of one language. It takes time linear in the length of the text and accepts any string.
 *
 * Positions number the places where words begin. All tokens that begin at one place have the same position: `USB-C` has
 * `usb` and `usbc` at one position and `c` at the next. The offsets of a token show which positions it spans. A term
 * occurs at most once at a position.
 */
export class LanguageAnalyzer implements Analyzer {
  /** Identifies the rules: two analyzers with the same id return the same tokens. */
  readonly id: string;
  readonly language: string;
  /** undefined for a language that does not write compounds as one word. */
  readonly compounding: Compounding | undefined;
  private readonly fold: CharacterFold;
  private readonly stem: Stem | undefined;
  private readonly stopWordSet: ReadonlySet<string>;
  private readonly functionWords: ReadonlySet<string>;
  private readonly commonWords: ReadonlySet<string>;
  private readonly propertyWords: WordSet;
  private readonly personNouns: WordSet;
  private readonly decimalComma: boolean;
  private readonly measureRules: MeasureRules;
  private readonly segmenter: WordSegmenter | undefined;

  constructor({ language = 'und', segmenter }: AnalyzerOptions = {}) {
    this.language = languageOf(language);
    const transliteration = this.language === 'de' ? GERMAN_TRANSLITERATION : undefined;
    this.fold = memoizedFold((cluster) => indexedCharacter(cluster, transliteration));
    this.stem = stemmerFor(this.language);
    this.stopWordSet = stopWords(this.language);
    this.functionWords = functionWords(this.language);
    this.commonWords = commonWords(this.language);
    this.propertyWords = this.byStem(propertyWords(this.language));
    this.personNouns = this.byStem(personNouns(this.language));
    this.decimalComma = DECIMAL_COMMA.has(this.language);
    this.measureRules = { decimalMark: this.decimalComma ? ',' : '.', isArticle: this.stopWordSet.has('a') };
    this.segmenter = segmenter;
    this.compounding = compounding(this.language, (word) => this.term(word));
    this.id = `${this.language}-${VERSION}-${segmenter?.id ?? 'bigrams'}`;
  }

  analyze(text: string): TextToken[] {
    return this.tokensWithMeasures(text).filter(({ isMeasure }) => !isMeasure);
  }

  /** Analyzes a text that is indexed: with terms for numbers with their units. */
  tokensWithMeasures(text: string): TextToken[] {
    return this.tokensOf(text, this.language === 'ja' || KANA.test(text) ? japanesePieces : undefined);
  }

  /**
   * Analyzes a query. The stated language of a query is not reliable, so a query is treated as Japanese only if it has
   * kana. For the same text, {@link tokensWithMeasures} returns all of these tokens and possibly more.
   */
  analyzeQuery(text: string): TextToken[] {
    return this.tokensOf(text, KANA.test(text) ? bigrams : undefined);
  }

  /**
   * @param splitJapanese splits the unspaced runs of a Japanese text; undefined for other texts. It is only used if
   * there is a segmenter for Chinese.
   */
  private tokensOf(text: string, splitJapanese: RunSplitter | undefined): TextToken[] {
    const tokens: TextToken[] = [];
    let position = -1;
    let start = -1;
    let firstAtPosition = 0;
    const runs = runsOf(text, this.fold);
    const containsHangul = hasHangul(text);
    const pieces = [...withSigns(text, withCodes(text, runs, this.pieces(runs, splitJapanese)))];
    for (const piece of withUnits(pieces, text, this.measureRules)) {
      if (piece.start !== start) {
        position++;
        start = piece.start;
        firstAtPosition = tokens.length;
      }
      const surface = containsHangul ? hangulLetters(piece.surface) : piece.surface;
      const term = piece.term ?? this.term(surface);
      // If a short and a long word have the same stem (`men`, `men's`), the long one stays: it is the word as written.
      let at = firstAtPosition;
      while (at < tokens.length && tokens[at].term !== term) at++;
      const { end, isUnit, isMeasure } = piece;
      tokens[at] = { surface, term, position, start, end, ...(isUnit && { isUnit }), ...(isMeasure && { isMeasure }) };
    }
    return tokens;
  }

  term(surface: string): string {
    return this.stem === undefined ? surface : this.stem(surface);
  }

  /** Returns a character in the folded form in which the index stores it. */
  folded(character: string): string {
    return this.fold(character);
  }

  /** Returns whether a word is a stop word. Stop words are optional in a query with other words. */
  isStopWord(surface: string): boolean {
    return this.stopWordSet.has(surface);
  }

  /** Returns whether a word belongs to a sentence rather than a product: a preposition, a pronoun, a currency. */
  isFunctionWord(surface: string): boolean {
    return this.functionWords.has(surface);
  }

  /** Returns whether a word, or its stem, is often searched for in shops. Such a word is not a typo. */
  isCommonWord(surface: string): boolean {
    return this.functionWords.has(surface) || this.commonWords.has(surface) || this.commonWords.has(this.term(surface));
  }

  /** Returns whether a word describes products of all kinds, in any form, see {@link propertyWords}. */
  isPropertyWord(surface: string): boolean {
    return this.has(this.propertyWords, surface);
  }

  /** Returns whether a word names the persons that a product is for, in any form. */
  isPersonWord(surface: string): boolean {
    return this.has(this.personNouns, surface);
  }

  private byStem(words: readonly string[]): WordSet {
    const byStem = new Map<string, string[]>();
    for (const word of words) appendTo(byStem, this.term(word), word);
    return byStem;
  }

  private has(words: WordSet, surface: string): boolean {
    return words.get(this.term(surface))?.some((word) => isSameWord(word, surface, this.language)) === true;
  }

  /** Returns whether a word is often searched for in shops, in the form in which it is listed. */
  isListedWord(surface: string): boolean {
    return this.commonWords.has(surface);
  }

  private *pieces(runs: readonly Run[], splitJapanese: RunSplitter | undefined): Generator<WordPiece> {
    for (let from = 0; from < runs.length;) {
      const run = runs[from];
      if (run.kind === CharacterClass.Unspaced) {
        if (this.segmenter === undefined) yield* bigrams(run);
        else if (splitJapanese !== undefined) yield* splitJapanese(run);
        else yield* unspacedPieces(run, HAN.test(run.folded) ? this.segmenter : undefined);
        from++;
        continue;
      }
      let to = from + 1;
      while (to < runs.length && isJoined(runs[to - 1], runs[to])) to++;
      if (to === from + 1) yield { surface: run.folded, start: run.start, end: run.end };
      else yield* compoundPieces(runs.slice(from, to), this.decimalComma);
      from = to;
    }
  }
}

/** Returns the language of a BCP 47 tag: its first subtag, with both variants of Norwegian as `no`. */
export function languageOf(tag: string): string {
  const subtag = tag.toLowerCase().split(/[-_]/, 1)[0];
  return subtag === 'nb' || subtag === 'nn' ? 'no' : subtag;
}

/** Returns whether a language has rules of its own: a decimal comma, a stemmer or stop words. @param tag BCP 47 */
export function hasLanguageRules(tag: string): boolean {
  const language = languageOf(tag);
  return DECIMAL_COMMA.has(language) || stemmerFor(language) !== undefined || stopWords(language).size > 0;
}

/** Only runs of Han characters go to the segmenter: it does not know kana or Thai. */
const HAN = /^\p{Script=Han}+$/u;
/** Distinguishes Japanese from Chinese. */
const KANA = /[\p{Script=Hira}\p{Script=Kana}]/u;

type RunSplitter = (run: Run) => WordPiece[];

function isJoined(before: Run, run: Run): boolean {
  if (run.joiner === undefined || run.kind === CharacterClass.Unspaced || before.kind === CharacterClass.Unspaced)
    return false;
  if (run.kind === CharacterClass.Fraction || before.kind === CharacterClass.Fraction) return false;
  const onlyBetweenDigits = run.joiner === ',' || run.joiner === '，' || run.joiner === '*';
  return !onlyBetweenDigits || (before.kind === CharacterClass.Digit && run.kind === CharacterClass.Digit);
}
