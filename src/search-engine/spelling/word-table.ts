const NONE = 0xffffffff;

/** A hash table of word numbers with open addressing (linear probing), at most half full. Entries are never removed. */
export class WordTable {
  /** @param slots table from {@link of}; its length is a power of two */
  constructor(readonly slots: Uint32Array) {}

  /** Creates an empty table. @param capacity maximum number of words */
  static of(capacity: number): WordTable {
    return new WordTable(new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(8, capacity * 2)))).fill(NONE));
  }

  /** Returns the number of the word with this hash that satisfies the condition, or undefined. */
  find(hash: number, holds: (word: number) => boolean): number | undefined {
    const { slots } = this;
    const mask = slots.length - 1;
    for (let at = hash & mask; slots[at] !== NONE; at = (at + 1) & mask) if (holds(slots[at])) return slots[at];
    return undefined;
  }

  /** Adds a word. @param word number of a word that is not in the table */
  add(hash: number, word: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = hash & mask;
    while (slots[at] !== NONE) at = (at + 1) & mask;
    slots[at] = word;
  }
}
