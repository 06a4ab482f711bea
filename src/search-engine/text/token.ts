/** One word of a text. */
export interface TextToken {
  /**
   * The word as the index stores it: in lower case, without accents (see `indexedCharacter`), and Hangul as letters (see
   * `hangulLetters`). Prefixes, suggestions and corrections use it. It is not shown.
   */
  readonly surface: string;
  /** The stem, if the language has a stemmer, else the surface. The index and queries use it. */
  readonly term: string;
  /** Number of the place where the word begins, from 0. Tokens that begin at the same place have the same position. */
  readonly position: number;
  /** Range [start, end) in the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** Whether it stands for a unit after a number, and not for the word that is written like it. */
  readonly isUnit?: true;
  /** Whether it stands for a number with its unit, at the place of the unit. */
  readonly isMeasure?: true;
}

/** Splits texts of one language into tokens. The tokens of a text are always the same. */
export interface Analyzer {
  analyze(text: string): TextToken[];
}
