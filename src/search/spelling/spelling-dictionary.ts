import { allowedDistance, forEachDelete, hash as hashOf, indexedDeletes, PREFIX } from './deletes';
import { editDistance, MAX_WORD_LENGTH } from './edit-distance';
import { WordTable } from './word-table';

/** A word of the dictionary near to another. */
export interface Neighbour {
  readonly word: string;
  readonly distance: number;
  readonly frequency: number;
}

/** A {@link SpellingDictionary} as plain data. */
export interface DictionaryState {
  readonly arrays: {
    readonly characters: Uint16Array;
    readonly starts: Uint32Array;
    readonly frequencies: Float64Array;
    readonly letters: Uint32Array;
    readonly heads: Uint32Array;
    readonly chains: Uint32Array;
    readonly wholes: Uint32Array;
  };
  readonly counts: {
    readonly charactersUsed: number;
    readonly words: number;
    readonly living: number;
    readonly entries: number;
  };
}

const NONE = 0xffffffff;
/** The beginning of a word, without one of its letters, and without two. */
const MAX_ENTRIES = 1 + PREFIX + (PREFIX * (PREFIX - 1)) / 2;
/** A dictionary that has forgotten this share of its words is written anew. */
const FORGOTTEN = 0.25;

/**
 * The words that a shop has, with how often, and all of them near to a given one: a hashed table of words with one or two
 * characters deleted (SymSpell, Garbe 2012), and a true Damerau–Levenshtein distance for what it finds.
 *
 * In typed arrays: some 290 bytes a word of eight characters. Words come and go one by one; when the arrays are full they double, and
 * the table is written anew, which takes about 1 µs a word.
 */
export class SpellingDictionary {
  private characters: Uint16Array;
  private charactersUsed = 0;
  /** Of word w: characters[starts[w] … starts[w + 1]). */
  private starts: Uint32Array;
  private frequencies: Float64Array;
  /** Which letters a word has, a bit each (some share one): most words that are met differ in too many. */
  private letters: Uint32Array;
  /** The last search that met the word. */
  private met: Uint32Array;
  private words = 0;
  private living = 0;
  /** By hash: the first entry of a chain. */
  private heads: Uint32Array;
  /**
   * By entry: a word, and in the bits that its number leaves over those of the hash, so that most of what shares a chain is told apart;
   * and the next entry of the chain.
   */
  private chains: Uint32Array;
  private wholes: WordTable;
  private entries = 0;
  private search = 0;
  private readonly asked = new Uint16Array(MAX_WORD_LENGTH);

  /** @param capacity words that fit without growing */
  constructor(capacity = 1_024) {
    this.characters = new Uint16Array(capacity * 10);
    this.starts = new Uint32Array(capacity + 1);
    this.frequencies = new Float64Array(capacity);
    this.letters = new Uint32Array(capacity);
    this.met = new Uint32Array(capacity);
    this.heads = new Uint32Array(tableSize(capacity)).fill(NONE);
    this.chains = new Uint32Array(capacity * 48);
    this.wholes = WordTable.of(capacity);
  }

  /** All there is, to be sent to another thread; it must not be used here any more. */
  get state(): DictionaryState {
    const { characters, starts, frequencies, letters, heads, chains } = this;
    const { charactersUsed, words, living, entries } = this;
    return {
      arrays: { characters, starts, frequencies, letters, heads, chains, wholes: this.wholes.slots },
      counts: { charactersUsed, words, living, entries },
    };
  }

  static from({ arrays, counts }: DictionaryState): SpellingDictionary {
    const dictionary = new SpellingDictionary(1);
    const { wholes, ...others } = arrays;
    Object.assign(dictionary, others, counts, { wholes: new WordTable(wholes) });
    dictionary.met = new Uint32Array(arrays.letters.length);
    return dictionary;
  }

  /** Words. */
  get size(): number {
    return this.living;
  }

  /** What its arrays take. */
  get bytes(): number {
    const arrays = [
      this.characters,
      this.starts,
      this.frequencies,
      this.letters,
      this.met,
      this.heads,
      this.chains,
      this.wholes.slots,
    ];
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Words longer than {@link MAX_WORD_LENGTH} are not kept. @param frequency how many more there are of it: above 0 */
  add(word: string, frequency = 1): void {
    if (word === '' || word.length > MAX_WORD_LENGTH) return;
    let at = this.indexOf(word);
    if (at === NONE) at = this.append(word);
    if (this.frequencies[at] === 0) this.living++;
    this.frequencies[at] += frequency;
  }

  /** So many words, of up to twelve letters on average, can be added before any array grows. */
  makeRoom(words: number): void {
    if (this.words + words > this.frequencies.length) this.rewrite(this.words + words);
    this.characters = withRoom(this.characters, this.charactersUsed + words * 12);
    this.chains = withRoom(this.chains, 2 * (this.entries + words * MAX_ENTRIES));
  }

  /** A word of which nothing is left is forgotten. @param frequency how many fewer there are of it */
  remove(word: string, frequency = 1): void {
    const at = this.indexOf(word);
    if (at === NONE || this.frequencies[at] === 0) return;
    this.frequencies[at] = Math.max(0, this.frequencies[at] - frequency);
    if (this.frequencies[at] > 0) return;
    this.living--;
    if (this.words - this.living > Math.max(1_024, this.words * FORGOTTEN)) this.rewrite(this.frequencies.length);
  }

  /** 0 of a word that it doesn't have. */
  frequencyOf(word: string): number {
    const at = this.indexOf(word);
    return at === NONE ? 0 : this.frequencies[at];
  }

  /**
   * Every word at most so far from the one given, itself included, in no order.
   * @param distance not more than {@link allowedDistance} of the word's length
   */
  within(word: string, distance: number = allowedDistance(word.length)): Neighbour[] {
    const found: Neighbour[] = [];
    const { length } = word;
    if (length === 0 || length > MAX_WORD_LENGTH) return found;
    this.ask(word);
    const asked = lettersOf(this.asked, 0, length);
    if (++this.search === NONE) {
      this.met.fill(0);
      this.search = 1;
    }
    const { heads, chains, wordMask: mask } = this;
    forEachDelete(this.asked, 0, length, distance, (hash) => {
      for (let entry = heads[hash & (heads.length - 1)]; entry !== NONE; entry = chains[2 * entry + 1]) {
        const word = chains[2 * entry];
        if (((word ^ hash) & ~mask) !== 0) continue;
        const at = word & mask;
        if (this.met[at] === this.search) continue;
        this.met[at] = this.search;
        if (this.frequencies[at] === 0) continue;
        const has = this.letters[at];
        // An edit takes away one letter at most, and brings one at most.
        if (bits(asked & ~has) > distance || bits(has & ~asked) > distance) continue;
        const start = this.starts[at];
        const far = editDistance(this.asked, length, this.characters, start, this.starts[at + 1] - start, distance);
        if (far <= distance) found.push({ word: this.wordAt(at), distance: far, frequency: this.frequencies[at] });
      }
    });
    return found;
  }

  private ask(word: string): void {
    for (let i = 0; i < word.length; i++) this.asked[i] = word.charCodeAt(i);
  }

  private indexOf(word: string): number {
    const { length } = word;
    if (length === 0 || length > MAX_WORD_LENGTH) return NONE;
    this.ask(word);
    return this.wholes.find(hashOf(this.asked, length), (at) => this.isAsked(at, length)) ?? NONE;
  }

  private isAsked(at: number, length: number): boolean {
    const start = this.starts[at];
    if (this.starts[at + 1] - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.characters[start + i] !== this.asked[i]) return false;
    return true;
  }

  private wordAt(at: number): string {
    let word = '';
    for (let i = this.starts[at]; i < this.starts[at + 1]; i++) word += String.fromCharCode(this.characters[i]);
    return word;
  }

  /** The bits of an entry that are the word's number. */
  private get wordMask(): number {
    const { length } = this.frequencies;
    return length <= 1 ? 0 : 0xffffffff >>> Math.clz32(length - 1);
  }

  private append(word: string): number {
    if (this.words === this.frequencies.length) this.rewrite(this.words * 2);
    const at = this.words++;
    const start = this.charactersUsed;
    if (start + word.length > this.characters.length) this.characters = grown(this.characters);
    for (let i = 0; i < word.length; i++) this.characters[start + i] = word.charCodeAt(i);
    this.charactersUsed += word.length;
    this.starts[at + 1] = this.charactersUsed;
    this.letters[at] = lettersOf(this.characters, start, word.length);
    this.frequencies[at] = 0;
    this.wholes.add(hashOf(this.characters.subarray(start), word.length), at);
    this.enter(at);
    return at;
  }

  private enter(at: number): void {
    const start = this.starts[at];
    const length = this.starts[at + 1] - start;
    const mask = this.wordMask;
    forEachDelete(this.characters, start, length, indexedDeletes(length), (hash) => {
      const slot = hash & (this.heads.length - 1);
      const head = this.heads[slot];
      const entry = (at | (hash & ~mask)) >>> 0;
      if (head !== NONE && this.chains[2 * head] === entry) return; // told twice
      if (2 * this.entries + 2 > this.chains.length) this.chains = grown(this.chains);
      this.chains[2 * this.entries] = entry;
      this.chains[2 * this.entries + 1] = head;
      this.heads[slot] = this.entries++;
    });
  }

  /** Into arrays for so many words, without those that are forgotten. */
  private rewrite(capacity: number): void {
    const fresh = new SpellingDictionary(Math.max(capacity, 1));
    for (let at = 0; at < this.words; at++) {
      if (this.frequencies[at] > 0) fresh.frequencies[fresh.append(this.wordAt(at))] = this.frequencies[at];
    }
    this.characters = fresh.characters;
    this.charactersUsed = fresh.charactersUsed;
    this.starts = fresh.starts;
    this.frequencies = fresh.frequencies;
    this.letters = fresh.letters;
    this.met = fresh.met;
    this.words = fresh.words;
    this.heads = fresh.heads;
    this.chains = fresh.chains;
    this.wholes = fresh.wholes;
    this.entries = fresh.entries;
    this.search = 0;
  }
}

function lettersOf(units: Uint16Array, start: number, length: number): number {
  let letters = 0;
  for (let at = start; at < start + length; at++) letters |= 1 << (units[at] & 31);
  return letters >>> 0;
}

function bits(word: number): number {
  let pairs = word - ((word >>> 1) & 0x55555555);
  pairs = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((pairs + (pairs >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function grown<T extends Uint16Array | Uint32Array>(array: T): T {
  return withRoom(array, Math.ceil(array.length * 1.5));
}

function withRoom<T extends Uint16Array | Uint32Array>(array: T, length: number): T {
  if (length <= array.length) return array;
  const larger = new (array.constructor as new (length: number) => T)(length);
  larger.set(array);
  return larger;
}

/** Some three entries a slot: a chain is short beside the distances that are computed anyway. */
function tableSize(capacity: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(16, capacity * 8)));
}
