/** One word of a text, as it is found. */
export interface Token {
  /** Normalised and folded, as somebody may type it: what prefixes, suggestions and corrections go by. */
  readonly surface: string;
  /** Its stem, where the language has them: what is indexed and looked up. */
  readonly term: string;
  /** Which word of the text it is, from 0; several tokens of one position are alternatives. */
  readonly position: number;
  /** Where it stands in the text, in UTF-16 code units: [start, end). */
  readonly start: number;
  readonly end: number;
}

/** Takes texts of one language apart. The same text gives the same tokens, when indexing and when asking. */
export interface Analyzer {
  analyze(text: string): Token[];
}
