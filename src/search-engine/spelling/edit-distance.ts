/** Maximum length of a word in UTF-16 code units. Longer words are neither indexed nor corrected. */
export const MAX_WORD_LENGTH = 64;

const WIDTH = MAX_WORD_LENGTH + 2;
const table = new Uint8Array(WIDTH * WIDTH);
/** For each code unit, its last position so far in the first word, from 1; 0 for none. Calls set it back to 0. */
const lastRow = new Uint8Array(0x10000);

/**
 * Returns the unrestricted Damerau–Levenshtein distance (Damerau 1964; Lowrance and Wagner 1975). It counts insertions,
 * deletions, substitutions, and transpositions of characters that are neighbours before or after other edits. For
 * example, `ca` is two edits from `abc`.
 * @param a, b code units, at most {@link MAX_WORD_LENGTH} of them
 * @param maxDistance upper limit; larger distances need not be exact
 * @returns the distance; if it exceeds the limit, any number above the limit
 */
export function editDistance(
  a: ArrayLike<number>,
  aLength: number,
  b: ArrayLike<number>,
  bStart: number,
  bLength: number,
  maxDistance: number,
): number {
  if (Math.abs(aLength - bLength) > maxDistance) return maxDistance + 1;
  let from = 0;
  let aEnd = aLength;
  let bEnd = bLength;
  // A common prefix and a common suffix cost nothing.
  while (from < aEnd && from < bEnd && a[from] === b[bStart + from]) from++;
  while (aEnd > from && bEnd > from && a[aEnd - 1] === b[bStart + bEnd - 1]) {
    aEnd--;
    bEnd--;
  }
  if (aEnd === from || bEnd === from) return aEnd - from + (bEnd - from);
  return distanceBetween(a, from, aEnd, b, bStart + from, bEnd - from, maxDistance);
}

function distanceBetween(
  a: ArrayLike<number>,
  aStart: number,
  aEnd: number,
  b: ArrayLike<number>,
  bStart: number,
  bLength: number,
  maxDistance: number,
): number {
  const aLength = aEnd - aStart;
  const unreachable = aLength + bLength;
  for (let j = 0; j <= bLength + 1; j++) table[j] = unreachable;
  for (let j = 0; j <= bLength; j++) table[WIDTH + j + 1] = j;
  for (let i = 1; i <= aLength; i++) {
    const unit = a[aStart + i - 1];
    const row = (i + 1) * WIDTH;
    table[row] = unreachable;
    table[row + 1] = i;
    let lastColumn = 0;
    let rowMinimum = i;
    for (let j = 1; j <= bLength; j++) {
      const other = b[bStart + j - 1];
      const matchRow = lastRow[other];
      const same = unit === other;
      let cost = table[row - WIDTH + j] + (same ? 0 : 1);
      cost = Math.min(cost, table[row + j] + 1, table[row - WIDTH + j + 1] + 1);
      if (matchRow > 0 && lastColumn > 0) {
        cost = Math.min(cost, table[matchRow * WIDTH + lastColumn] + (i - matchRow - 1) + 1 + (j - lastColumn - 1));
      }
      table[row + j + 1] = cost;
      if (cost < rowMinimum) rowMinimum = cost;
      if (same) lastColumn = j;
    }
    lastRow[unit] = i;
    // Later rows cannot be cheaper than the minimum of this row: a transposition pays for each row that it crosses.
    if (rowMinimum > maxDistance) {
      clear(a, aStart, aStart + i);
      return maxDistance + 1;
    }
  }
  clear(a, aStart, aEnd);
  return table[(aLength + 1) * WIDTH + bLength + 1];
}

function clear(a: ArrayLike<number>, from: number, to: number): void {
  for (let i = from; i < to; i++) lastRow[a[i]] = 0;
}
