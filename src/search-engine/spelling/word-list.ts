import { hash } from './deletes';
import { MAX_WORD_LENGTH } from './edit-distance';
import type { WordForm } from './hunspell';

/** Minimum length of a compound part. With shorter parts, many typos would count as compounds. */
const MIN_PART = 3;

/** A {@link WordList} as plain data: sorted, distinct hashes. */
export interface WordListState {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly beginnings: Uint32Array<ArrayBuffer>;
  readonly middles: Uint32Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
}

/**
 * The words of a language as 32-bit hashes. With at most 700,000 words, about 2 of 10,000 unknown words are mistaken
 * for known ones. Compounds of two or three parts are not stored but recognized at lookup.
 */
export class WordList {
  constructor(readonly state: WordListState) {}

  /** Builds a word list. @param fold folds one character (case, accents) as the index does */
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

  /** Returns whether the language has a word, possibly as a compound. @param word folded, see {@link of} */
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

/** A growing list of hashes. */
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

  /** Returns the distinct hashes in ascending order. */
  sorted(): Uint32Array<ArrayBuffer> {
    const all = this.values.subarray(0, this.length).sort();
    return new Uint32Array(all.filter((value, at) => at === 0 || value !== all[at - 1]));
  }
}
