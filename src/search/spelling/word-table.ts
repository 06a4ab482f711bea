const NONE = 0xffffffff;

/** Numbers of words by hash: open addressing (linear probing), at most half full. Nothing is taken out. */
export class WordTable {
  /** @param slots a power of two of them; what {@link of} has made */
  constructor(readonly slots: Uint32Array) {}

  /** @param capacity words that it has room for */
  static of(capacity: number): WordTable {
    return new WordTable(new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(8, capacity * 2)))).fill(NONE));
  }

  /** The word of this hash for which it holds; undefined where there is none. */
  find(hash: number, holds: (word: number) => boolean): number | undefined {
    const { slots } = this;
    const last = slots.length - 1;
    for (let at = hash & last; slots[at] !== NONE; at = (at + 1) & last) if (holds(slots[at])) return slots[at];
    return undefined;
  }

  /** @param word one that is not there yet */
  add(hash: number, word: number): void {
    const { slots } = this;
    const last = slots.length - 1;
    let at = hash & last;
    while (slots[at] !== NONE) at = (at + 1) & last;
    slots[at] = word;
  }
}
