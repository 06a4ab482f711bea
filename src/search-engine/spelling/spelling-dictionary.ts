import { grown } from '../../learn/grown';
import { allowedDistance, forEachDelete, hash as hashOf, indexedDeletes, PREFIX_LENGTH } from './deletes';
import { editDistance, MAX_WORD_LENGTH } from './edit-distance';
import { WordTable } from './word-table';

/** A dictionary word within the requested edit distance of a looked-up word. */
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
/**
 * Maximum number of hash table entries per word: one for its prefix, and one for each way to delete one or two
 * characters of the prefix.
 */
const MAX_ENTRIES = 1 + PREFIX_LENGTH + (PREFIX_LENGTH * (PREFIX_LENGTH - 1)) / 2;
/** The dictionary is rewritten when more than this share of its words (and more than 1,024 words) are removed. */
const MAX_REMOVED_SHARE = 0.25;

/**
 * The words of a shop with their frequencies, and a lookup of all words similar to a given word. The lookup uses a hash
 * table of words with one or two characters deleted (SymSpell, Garbe 2012) and verifies candidates by their
 * Damerau–Levenshtein distance.
 *
 * It is stored in typed arrays: about 290 bytes for a word of eight characters. Words are added and removed one by one.
 * A full dictionary is rewritten with twice the capacity, which takes about 1 µs per word.
 */
export class SpellingDictionary {
  private characters: Uint16Array;
  private charactersUsed = 0;
  /** Word w is characters[starts[w] … starts[w + 1]). */
  private starts: Uint32Array;
  private frequencies: Float64Array;
  /** For each word, a bit set of its letters (some letters share a bit). It rejects most candidates cheaply. */
  private letters: Uint32Array;
  /** For each word, the id of the last lookup that visited it. A lookup uses it to check each word only once. */
  private visitedBy: Uint32Array;
  /** Number of words, including removed ones. */
  private words = 0;
  /** Number of words that are not removed. */
  private living = 0;
  /** For each slot of the hash table, the number of the first entry in its chain; NONE if the slot is empty. */
  private heads: Uint32Array;
  /**
   * Two numbers per entry. The first is the number of the word; its unused high bits hold bits of the hash, which
   * reject most entries of other words. The second is the number of the next entry in the chain.
   */
  private chains: Uint32Array;
  /** Finds a word by the hash of the whole word. */
  private wholes: WordTable;
  private entries = 0;
  private lookupId = 0;
  private readonly lookupUnits = new Uint16Array(MAX_WORD_LENGTH);

  /** @param capacity number of words that fit before the arrays grow */
  constructor(capacity = 1_024) {
    this.characters = new Uint16Array(capacity * 10);
    this.starts = new Uint32Array(capacity + 1);
    this.frequencies = new Float64Array(capacity);
    this.letters = new Uint32Array(capacity);
    this.visitedBy = new Uint32Array(capacity);
    this.heads = new Uint32Array(tableSize(capacity)).fill(NONE);
    this.chains = new Uint32Array(capacity * 48);
    this.wholes = WordTable.of(capacity);
  }

  /** The data of the dictionary, to be sent to another thread. The dictionary must not be used afterwards. */
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
    dictionary.visitedBy = new Uint32Array(arrays.letters.length);
    return dictionary;
  }

  get size(): number {
    return this.living;
  }

  /** Size of the arrays in bytes. */
  get bytes(): number {
    const arrays = [
      this.characters,
      this.starts,
      this.frequencies,
      this.letters,
      this.visitedBy,
      this.heads,
      this.chains,
      this.wholes.slots,
    ];
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /**
   * Adds a word. Words longer than {@link MAX_WORD_LENGTH} are ignored.
   * @param frequency added to the word's frequency; > 0
   */
  add(word: string, frequency = 1): void {
    if (word === '' || word.length > MAX_WORD_LENGTH) return;
    let at = this.indexOf(word);
    if (at === NONE) at = this.append(word);
    if (this.frequencies[at] === 0) this.living++;
    this.frequencies[at] += frequency;
  }

  /** Makes room for words of up to twelve characters on average, so that no array grows while they are added. */
  makeRoom(words: number): void {
    if (this.words + words > this.frequencies.length) this.rewrite(this.words + words);
    this.characters = withRoom(this.characters, this.charactersUsed + words * 12);
    this.chains = withRoom(this.chains, 2 * (this.entries + words * MAX_ENTRIES));
  }

  /** Subtracts `frequency` from the frequency of a word. A word with frequency 0 is removed. */
  remove(word: string, frequency = 1): void {
    const at = this.indexOf(word);
    if (at === NONE || this.frequencies[at] === 0) return;
    this.frequencies[at] = Math.max(0, this.frequencies[at] - frequency);
    if (this.frequencies[at] > 0) return;
    this.living--;
    if (this.words - this.living > Math.max(1_024, this.words * MAX_REMOVED_SHARE))
      this.rewrite(this.frequencies.length);
  }

  /** Returns the frequency of a word, 0 if it is unknown. */
  frequencyOf(word: string): number {
    const at = this.indexOf(word);
    return at === NONE ? 0 : this.frequencies[at];
  }

  /**
   * Returns all words within a distance of the given word, including itself, in no particular order.
   * @param distance at most {@link allowedDistance} of the word's length
   */
  wordsWithin(word: string, distance: number = allowedDistance(word.length)): Neighbour[] {
    const found: Neighbour[] = [];
    const { length } = word;
    if (length === 0 || length > MAX_WORD_LENGTH) return found;
    this.setLookup(word);
    const lookupLetters = lettersOf(this.lookupUnits, 0, length);
    if (++this.lookupId === NONE) {
      this.visitedBy.fill(0);
      this.lookupId = 1;
    }
    const { heads, chains, wordMask: mask } = this;
    forEachDelete(this.lookupUnits, 0, length, distance, (hash) => {
      for (let entry = heads[hash & (heads.length - 1)]; entry !== NONE; entry = chains[2 * entry + 1]) {
        const packedWord = chains[2 * entry];
        if (((packedWord ^ hash) & ~mask) !== 0) continue;
        const at = packedWord & mask;
        if (this.visitedBy[at] === this.lookupId) continue;
        this.visitedBy[at] = this.lookupId;
        if (this.frequencies[at] === 0) continue;
        const wordLetters = this.letters[at];
        // An edit removes at most one letter and adds at most one, so more different letters mean a larger distance.
        if (bitCount(lookupLetters & ~wordLetters) > distance || bitCount(wordLetters & ~lookupLetters) > distance)
          continue;
        const start = this.starts[at];
        const wordDistance = editDistance(
          this.lookupUnits,
          length,
          this.characters,
          start,
          this.starts[at + 1] - start,
          distance,
        );
        if (wordDistance <= distance)
          found.push({ word: this.wordAt(at), distance: wordDistance, frequency: this.frequencies[at] });
      }
    });
    return found;
  }

  private setLookup(word: string): void {
    for (let i = 0; i < word.length; i++) this.lookupUnits[i] = word.charCodeAt(i);
  }

  private indexOf(word: string): number {
    const { length } = word;
    if (length === 0 || length > MAX_WORD_LENGTH) return NONE;
    this.setLookup(word);
    return this.wholes.find(hashOf(this.lookupUnits, length), (at) => this.isLookup(at, length)) ?? NONE;
  }

  private isLookup(at: number, length: number): boolean {
    const start = this.starts[at];
    if (this.starts[at + 1] - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.characters[start + i] !== this.lookupUnits[i]) return false;
    return true;
  }

  private wordAt(at: number): string {
    let word = '';
    for (let i = this.starts[at]; i < this.starts[at + 1]; i++) word += String.fromCharCode(this.characters[i]);
    return word;
  }

  /** Mask of the bits of an entry that hold the word's number. */
  private get wordMask(): number {
    const { length } = this.frequencies;
    return length <= 1 ? 0 : 0xffffffff >>> Math.clz32(length - 1);
  }

  private append(word: string): number {
    if (this.words === this.frequencies.length) this.rewrite(this.words * 2);
    const at = this.words++;
    const start = this.charactersUsed;
    if (start + word.length > this.characters.length)
      this.characters = grown(this.characters, Math.ceil(1.5 * this.characters.length));
    for (let i = 0; i < word.length; i++) this.characters[start + i] = word.charCodeAt(i);
    this.charactersUsed += word.length;
    this.starts[at + 1] = this.charactersUsed;
    this.letters[at] = lettersOf(this.characters, start, word.length);
    this.frequencies[at] = 0;
    this.wholes.add(hashOf(this.characters.subarray(start), word.length), at);
    this.addEntries(at);
    return at;
  }

  private addEntries(at: number): void {
    const start = this.starts[at];
    const length = this.starts[at + 1] - start;
    const mask = this.wordMask;
    forEachDelete(this.characters, start, length, indexedDeletes(length), (hash) => {
      const slot = hash & (this.heads.length - 1);
      const head = this.heads[slot];
      const entry = (at | (hash & ~mask)) >>> 0;
      if (head !== NONE && this.chains[2 * head] === entry) return; // another deletion of this word has the same hash
      if (2 * this.entries + 2 > this.chains.length)
        this.chains = grown(this.chains, Math.ceil(1.5 * this.chains.length));
      this.chains[2 * this.entries] = entry;
      this.chains[2 * this.entries + 1] = head;
      this.heads[slot] = this.entries++;
    });
  }

  /** Rewrites the arrays without removed words, with room for `capacity` words. */
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
    this.visitedBy = fresh.visitedBy;
    this.words = fresh.words;
    this.heads = fresh.heads;
    this.chains = fresh.chains;
    this.wholes = fresh.wholes;
    this.entries = fresh.entries;
    this.lookupId = 0;
  }
}

function lettersOf(units: Uint16Array, start: number, length: number): number {
  let letters = 0;
  for (let at = start; at < start + length; at++) letters |= 1 << (units[at] & 31);
  return letters >>> 0;
}

function bitCount(word: number): number {
  let pairs = word - ((word >>> 1) & 0x55555555);
  pairs = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((pairs + (pairs >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function withRoom<T extends Uint16Array | Uint32Array>(array: T, length: number): T {
  return length <= array.length ? array : grown(array, length);
}

/**
 * Returns the number of hash slots, a power of two. About three entries share a slot, because following a chain costs
 * little compared with computing the distances.
 */
function tableSize(capacity: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(16, capacity * 8)));
}
