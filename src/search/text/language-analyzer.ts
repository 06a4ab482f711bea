import { CharacterClass } from './character-class';
import { compoundPieces, type Piece } from './compound';
import { foldOnce, GERMAN_SPELLING, type Fold } from './fold';
import { functionWords } from './function-words';
import { runsOf, type Run } from './runs';
import { stemmerFor, type Stem } from './stemming';
import { stopWords } from './stop-words';
import type { Analyzer, Token } from './token';
import { bigrams, japanesePieces, unspacedPieces, type WordSegmenter } from './unspaced';

/** Raised with every change to what tokens a text has: an index built by another version does not fit. */
const VERSION = 2;

/** Where 1.000 is a thousand, and 1,5 one and a half. */
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

export interface AnalyzerOptions {
  /** BCP 47; only its first subtag counts. Without one, words are not stemmed. */
  readonly language?: string;
  /** For Han characters, e.g. {@link loadJieba}; without one, every two neighbours are a word. */
  readonly segmenter?: WordSegmenter;
}

/**
 * One language's analyzer. Linear in the text's length; any string will do.
 *
 * A position is a place where a word begins. Tokens of one position begin there together: `USB-C` has `usb` and `usbc` at one
 * position and `c` at the next. Where a token ends, and so which positions it spans, is told by its offsets. A term stands at
 * one position once.
 */
export class LanguageAnalyzer implements Analyzer {
  /** Names the rules: two analyzers of one id give the same tokens. */
  readonly id: string;
  readonly language: string;
  private readonly fold: Fold;
  private readonly stem: Stem | undefined;
  private readonly weak: ReadonlySet<string>;
  private readonly functionWords: ReadonlySet<string>;
  private readonly decimalComma: boolean;
  private readonly segmenter: WordSegmenter | undefined;

  constructor({ language = 'und', segmenter }: AnalyzerOptions = {}) {
    this.language = languageOf(language);
    this.fold = foldOnce(this.language === 'de' ? GERMAN_SPELLING : undefined);
    this.stem = stemmerFor(this.language);
    this.weak = stopWords(this.language);
    this.functionWords = functionWords(this.language);
    this.decimalComma = DECIMAL_COMMA.has(this.language);
    this.segmenter = segmenter;
    this.id = `${this.language}-${VERSION}-${segmenter?.id ?? 'bigrams'}`;
  }

  analyze(text: string): Token[] {
    return this.tokensOf(text, this.language === 'ja' || KANA.test(text) ? japanesePieces : undefined);
  }

  /** A query, which names no language reliably: Japanese only where it has kana. Whatever it is cut into, {@link analyze} has. */
  analyzeQuery(text: string): Token[] {
    return this.tokensOf(text, KANA.test(text) ? bigrams : undefined);
  }

  /** @param japanese how runs of a Japanese text are cut where the shop also has a segmenter for Chinese */
  private tokensOf(text: string, japanese: Cut | undefined): Token[] {
    const tokens: Token[] = [];
    let position = -1;
    let start = -1;
    let here = 0;
    for (const piece of this.pieces(runsOf(text, this.fold), japanese)) {
      if (piece.start !== start) {
        position++;
        start = piece.start;
        here = tokens.length;
      }
      const term = this.term(piece.surface);
      // Of a short and a long word with one stem (`men`, `men's`) the long one is what somebody has written.
      let at = here;
      while (at < tokens.length && tokens[at].term !== term) at++;
      tokens[at] = { surface: piece.surface, term, position, start, end: piece.end };
    }
    return tokens;
  }

  term(surface: string): string {
    return this.stem === undefined ? surface : this.stem(surface);
  }

  /** One character as the index has it. */
  folded(character: string): string {
    return this.fold(character);
  }

  /** Whether a word says so little that a query may do without it. */
  isWeak(surface: string): boolean {
    return this.weak.has(surface);
  }

  /** Whether a word belongs to a sentence rather than to a product: a preposition, a pronoun, a currency. */
  isFunctionWord(surface: string): boolean {
    return this.functionWords.has(surface);
  }

  private *pieces(runs: readonly Run[], japanese: Cut | undefined): Generator<Piece> {
    for (let from = 0; from < runs.length;) {
      const run = runs[from];
      if (run.kind === CharacterClass.Unspaced) {
        if (this.segmenter === undefined) yield* bigrams(run);
        else if (japanese !== undefined) yield* japanese(run);
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

/** The language that a tag (BCP 47) is taken for: its first subtag, and both kinds of Norwegian are one. */
export function languageOf(tag: string): string {
  const subtag = tag.toLowerCase().split(/[-_]/, 1)[0];
  return subtag === 'nb' || subtag === 'nn' ? 'no' : subtag;
}

/** Whether words of a language are read otherwise than those of none. @param tag BCP 47 */
export function hasRules(tag: string): boolean {
  const language = languageOf(tag);
  return DECIMAL_COMMA.has(language) || stemmerFor(language) !== undefined || stopWords(language).size > 0;
}

/** Kana and Thai are not what a segmenter for Han knows. */
const HAN = /^\p{Script=Han}+$/u;
/** What tells Japanese from Chinese. */
const KANA = /[\p{Script=Hira}\p{Script=Kana}]/u;

type Cut = (run: Run) => Piece[];

function isJoined(before: Run, run: Run): boolean {
  if (run.joint === undefined || run.kind === CharacterClass.Unspaced || before.kind === CharacterClass.Unspaced)
    return false;
  if (run.kind === CharacterClass.Fraction || before.kind === CharacterClass.Fraction) return false;
  const onlyBetweenDigits = run.joint === ',' || run.joint === '，' || run.joint === '*';
  return !onlyBetweenDigits || (before.kind === CharacterClass.Digit && run.kind === CharacterClass.Digit);
}
