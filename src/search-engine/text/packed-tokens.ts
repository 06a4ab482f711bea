import type { TextToken } from './token';

/** A word of a language: its folded form (surface) and its stem (term). */
export type VocabularyWord = Pick<TextToken, 'surface' | 'term'>;

/** Number of integers per token: word, start and end. */
const NUMBERS_PER_TOKEN = 3;
export const BYTES_PER_TOKEN = NUMBERS_PER_TOKEN * Uint32Array.BYTES_PER_ELEMENT;

/** The different words of the texts in one language, by number. A shop has far fewer words than tokens. */
export class Vocabulary {
  private readonly words: VocabularyWord[] = [];
  /** The number of each word. A surface can have several terms: `liter` has another one after a number. */
  private readonly numbers = new Map<string, number>();

  get size(): number {
    return this.words.length;
  }

  wordAt(number: number): VocabularyWord {
    return this.words[number];
  }

  /** Returns the packed tokens of each text. */
  pack(texts: readonly (readonly TextToken[])[]): PackedTokens[] {
    const packed = new Uint32Array(NUMBERS_PER_TOKEN * texts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    return texts.map((tokens) => {
      const from = at;
      for (const { surface, term, start, end } of tokens) {
        packed[at++] = this.numberOf(surface, term);
        packed[at++] = start;
        packed[at++] = end;
      }
      return new PackedTokens(this, packed, from, at);
    });
  }

  private numberOf(surface: string, term: string): number {
    const key = surface === term ? surface : `${surface}\n${term}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.words.length);
    return this.words.push({ surface, term }) - 1;
  }
}

/** The tokens of a text in order, without positions, in a twelfth of the memory of {@link TextToken} objects. */
export class PackedTokens {
  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly packed: Uint32Array,
    private readonly from: number,
    private readonly to: number,
  ) {}

  get length(): number {
    return (this.to - this.from) / NUMBERS_PER_TOKEN;
  }

  /** Calls `visit` for each token in order, until it returns false. */
  every(visit: (word: VocabularyWord, start: number, end: number) => boolean): void {
    const { vocabulary, packed, to } = this;
    let at = this.from;
    while (at < to && visit(vocabulary.wordAt(packed[at]), packed[at + 1], packed[at + 2])) at += NUMBERS_PER_TOKEN;
  }
}
