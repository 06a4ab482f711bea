/** Sets of document numbers as bitmaps of 32-bit words: document d is bit d & 31 of word d >>> 5. */

/** Returns the number of 32-bit words of a bitmap of this many documents. */
export const wordsFor = (documents: number): number => (documents + 31) >>> 5;

/** Returns the number of bits set in a 32-bit word (Warren, Hacker's Delight, 5-1). */
export function popcount(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

export const hasBit = (bits: Uint32Array, doc: number): boolean => ((bits[doc >>> 5] >>> (doc & 31)) & 1) === 1;

export function setBit(bits: Uint32Array, doc: number): void {
  bits[doc >>> 5] |= 1 << (doc & 31);
}

export function countBits(bits: Uint32Array, words: number): number {
  let count = 0;
  for (let word = 0; word < words; word++) if (bits[word] !== 0) count += popcount(bits[word]);
  return count;
}

/** Returns the number of bits in which `bits` differs from `other`, which is read from word `from` on. */
export function countDifferences(bits: Uint32Array, other: Uint32Array, from: number, words: number): number {
  let count = 0;
  for (let word = 0; word < words; word++) {
    const different = bits[word] ^ other[from + word];
    if (different !== 0) count += popcount(different);
  }
  return count;
}

/** Sets the bits 0 … documents − 1 and clears the other bits of the last word. */
export function setFirstBits(bits: Uint32Array, documents: number): void {
  const full = documents >>> 5;
  bits.fill(0xffffffff, 0, full);
  if ((documents & 31) !== 0) bits[full] = 2 ** (documents & 31) - 1;
}

/** Removes from `target` the documents that are not in `other`, which is read from word `from` on. */
export function intersectInto(target: Uint32Array, other: Uint32Array, from: number, words: number): void {
  for (let word = 0; word < words; word++) target[word] &= other[from + word];
}

/** Adds to `target` the documents of `other`, which is read from word `from` on. */
export function unionInto(target: Uint32Array, other: Uint32Array, from: number, words: number): void {
  for (let word = 0; word < words; word++) target[word] |= other[from + word];
}

/** Removes the documents of `other` from `target`. */
export function subtractFrom(target: Uint32Array, other: Uint32Array, words: number): void {
  for (let word = 0; word < words; word++) target[word] &= ~other[word];
}

/** Writes the document numbers of a bitmap in ascending order. @returns how many there are */
export function listBits(bits: Uint32Array, words: number, into: Uint32Array): number {
  let count = 0;
  for (let word = 0; word < words; word++) {
    let rest = bits[word];
    const base = word << 5;
    while (rest !== 0) {
      into[count++] = base + 31 - Math.clz32(rest & -rest);
      rest &= rest - 1;
    }
  }
  return count;
}
