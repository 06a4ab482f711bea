/** One word of a text. */
export interface TextToken {
  /** The normalised and folded word. Prefixes, suggestions and corrections use it. */
  readonly surface: string;
  /** The stem, if the language has a stemmer, else the surface. The index and queries use it. */
  readonly term: string;
  /** Number of the word in the text, from 0. Tokens with the same position are alternatives. */
  readonly position: number;
  /** Range [start, end) in the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

/** Splits texts of one language into tokens. The same text always gives the same tokens. */
export interface Analyzer {
  analyze(text: string): TextToken[];
}
