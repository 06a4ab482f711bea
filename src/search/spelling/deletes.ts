/** Only the beginning of a word is indexed: two words within a distance have beginnings within it. Garbe's choice. */
export const PREFIX = 7;

const scratch = Array.from({ length: 3 }, () => new Uint16Array(PREFIX));

/** Words from this length on are found two edits away, shorter ones one edit (those of one character: by none). */
export const TWO_EDITS_FROM = 7;

/** Deletions that an entry of a word of this length needs, so that every word that may ask for it finds it. */
export function indexedDeletes(length: number): number {
  return length >= TWO_EDITS_FROM - 2 ? 2 : 1;
}

/** How far from a word that somebody typed its corrections may be. */
export function allowedDistance(length: number): 0 | 1 | 2 {
  if (length < 3) return 0;
  return length < TWO_EDITS_FROM ? 1 : 2;
}

/**
 * Hashes of what is left of a word's first {@link PREFIX} code units after at most `depth` (0, 1 or 2) deletions (SymSpell: Garbe
 * 2012). One that can be reached in several ways is told several times, except for neighbours that are alike.
 */
export function forEachDelete(
  word: ArrayLike<number>,
  start: number,
  length: number,
  depth: number,
  tell: (hash: number) => void,
): void {
  const head = scratch[depth];
  const size = Math.min(length, PREFIX);
  for (let i = 0; i < size; i++) head[i] = word[start + i];
  descend(head, size, 0, depth, tell);
}

/** Deletes at `from` or later only, so that each set of places is taken once. */
function descend(word: Uint16Array, size: number, from: number, depth: number, tell: (hash: number) => void): void {
  tell(hash(word, size));
  if (depth === 0) return;
  const shorter = scratch[depth - 1];
  for (let at = from; at < size; at++) {
    if (at > from && word[at] === word[at - 1]) continue;
    for (let i = 0; i < at; i++) shorter[i] = word[i];
    for (let i = at + 1; i < size; i++) shorter[i - 1] = word[i];
    descend(shorter, size - 1, at, depth - 1, tell);
  }
}

/** FNV-1a (Fowler, Noll and Vo) over code units, with a last mix, because a table takes its low bits. */
export function hash(word: Uint16Array, size: number): number {
  let value = 0x811c9dc5 ^ size;
  for (let i = 0; i < size; i++) value = Math.imul(value ^ word[i], 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
