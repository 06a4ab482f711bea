/**
 * Number of leading code units of a word that are indexed (SymSpell: Garbe 2012). If two words have the edit distance
 * d, their prefixes become equal when the right characters, at most d from each prefix, are deleted.
 */
export const PREFIX_LENGTH = 7;

const scratch = Array.from({ length: 3 }, () => new Uint16Array(PREFIX_LENGTH));

/** Minimum length of a word for corrections at edit distance 2. From length 3 to 6, the distance is at most 1. */
const MIN_LENGTH_FOR_TWO_EDITS = 7;

/**
 * Returns the maximum number of characters to delete from a word of this length when it is indexed. It is large enough
 * that every lookup within the allowed distance finds the word.
 */
export function indexedDeletes(length: number): number {
  return length >= MIN_LENGTH_FOR_TWO_EDITS - 2 ? 2 : 1;
}

/** Returns the maximum edit distance between a typed word of this length and its corrections. */
export function allowedDistance(length: number): 0 | 1 | 2 {
  if (length < 3) return 0;
  return length < MIN_LENGTH_FOR_TWO_EDITS ? 1 : 2;
}

/**
 * Visits the hash of each text that remains of a word's first {@link PREFIX_LENGTH} code units when at most `depth` (0,
 * 1 or 2) of them are deleted. A text that different deletions produce is visited several times, except if they delete
 * equal neighbouring characters.
 */
export function forEachDelete(
  word: ArrayLike<number>,
  start: number,
  length: number,
  depth: number,
  visit: (hash: number) => void,
): void {
  const prefix = scratch[depth];
  const size = Math.min(length, PREFIX_LENGTH);
  for (let i = 0; i < size; i++) prefix[i] = word[start + i];
  descend(prefix, size, 0, depth, visit);
}

/** Deletes only at `from` or later, so that each set of positions is visited once. */
function descend(word: Uint16Array, size: number, from: number, depth: number, visit: (hash: number) => void): void {
  visit(hash(word, size));
  if (depth === 0) return;
  const shorter = scratch[depth - 1];
  for (let at = from; at < size; at++) {
    if (at > from && word[at] === word[at - 1]) continue;
    for (let i = 0; i < at; i++) shorter[i] = word[i];
    for (let i = at + 1; i < size; i++) shorter[i - 1] = word[i];
    descend(shorter, size - 1, at, depth - 1, visit);
  }
}

/** FNV-1a (Fowler, Noll and Vo) over code units, with a final mix, because hash tables use the low bits. */
export function hash(word: Uint16Array, size: number): number {
  let value = 0x811c9dc5 ^ size;
  for (let i = 0; i < size; i++) value = Math.imul(value ^ word[i], 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
