import { hash } from './deletes';
import { MAX_WORD_LENGTH } from './edit-distance';
import type { WordForm } from './hunspell';

/** Parts of a compound are this long at least: shorter ones would make compounds of typing errors. */
const MIN_PART = 3;

/** A {@link WordList} as plain data: sorted hashes, each once. */
export interface WordListState {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly beginnings: Uint32Array<ArrayBuffer>;
  readonly middles: Uint32Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
}

/**
 * The words of a language as 32-bit hashes, 4 bytes each: of 10,000 words that are in none of its 700,000 at most, two are taken for
 * one. Compounds of two or three parts, where the language has them, are put together when they are looked up.
 */
export class WordList {
  constructor(readonly state: WordListState) {}

  /** @param fold of one character, as the index folds it */
  static of(forms: Iterable<WordForm>, fold: (character: string) => string): WordList {
    const [words, beginnings, middles, ends] = [new Hashes(), new Hashes(), new Hashes(), new Hashes()];
    for (const { text, isWord, begins, isMiddle, ends: isEnd } of forms) {
      let folded = '';
      for (const character of text.normalize('NFC')) folded += fold(character);
      const hashed = hashOf(folded);
      if (isWord) words.add(hashed);
      if (folded.length < MIN_PART) continue;
      if (begins) beginnings.add(hashed);
      if (isMiddle) middles.add(hashed);
      if (isEnd) ends.add(hashed);
    }
    return new WordList({
      words: words.sorted(),
      beginnings: beginnings.sorted(),
      middles: middles.sorted(),
      ends: ends.sorted(),
    });
  }

  /** @param word folded */
  has(word: string): boolean {
    if (word === '' || word.length > MAX_WORD_LENGTH) return false;
    return includes(this.state.words, word) || this.isCompound(word);
  }

  private isCompound(word: string): boolean {
    const { beginnings, middles, ends } = this.state;
    if (ends.length === 0) return false;
    for (let at = MIN_PART; at <= word.length - MIN_PART; at++) {
      if (!includes(beginnings, word.slice(0, at))) continue;
      const rest = word.slice(at);
      if (includes(ends, rest)) return true;
      for (let cut = MIN_PART; cut <= rest.length - MIN_PART; cut++)
        if (includes(middles, rest.slice(0, cut)) && includes(ends, rest.slice(cut))) return true;
    }
    return false;
  }
}

function includes(sorted: Uint32Array, word: string): boolean {
  const hashed = hashOf(word);
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle] < hashed) from = middle + 1;
    else to = middle;
  }
  return sorted[from] === hashed;
}

const units = new Uint16Array(MAX_WORD_LENGTH);

function hashOf(word: string): number {
  const length = Math.min(word.length, MAX_WORD_LENGTH);
  for (let at = 0; at < length; at++) units[at] = word.charCodeAt(at);
  return hash(units, length);
}

/** Hashes in the order in which they come. */
class Hashes {
  private values = new Uint32Array(1_024);
  private length = 0;

  add(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Uint32Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  /** Each once. */
  sorted(): Uint32Array<ArrayBuffer> {
    const all = this.values.subarray(0, this.length).sort();
    return new Uint32Array(all.filter((value, at) => at === 0 || value !== all[at - 1]));
  }
}
