import type { Piece } from './compound';
import type { Run } from './runs';

/**
 * Finds words in folded text of a script without spaces: `[from, to)` in code units of what it is given, in any order; words
 * may overlap. The same text gives the same words on every machine.
 */
export interface WordSegmenter {
  /** Names what it is and its dictionary: an index belongs to it. */
  readonly id: string;
  segment(text: string): readonly (readonly [from: number, to: number])[];
}

/**
 * The words of an unspaced run as the segmenter finds them; without one, each two neighbouring characters, and the last one
 * alone, so that a word of one character is found by prefix anywhere. Sorted by start, shorter ones first.
 */
export function unspacedPieces(run: Run, segmenter: WordSegmenter | undefined): Piece[] {
  const clusters = run.clusters!;
  if (segmenter === undefined) return bigrams(run);
  const index = new Map(clusters.map(({ folded }, at) => [folded, at]));
  const pieces: Piece[] = [];
  for (const [from, to] of segmenter.segment(run.folded)) {
    const first = index.get(from);
    const last = index.get(to);
    // A word that ends within what one character of the text has become cannot be shown there.
    if (first === undefined || last === undefined || first >= last) continue;
    pieces.push({ surface: run.folded.slice(from, to), start: clusters[first].start, end: clusters[last].start });
  }
  return pieces.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** A segmenter for Chinese finds words of so many characters, hardly ever longer ones. */
const MAX_HAN_WORD_LENGTH = 4;
const HAN_CHARACTER = /^\p{Script=Han}\p{M}*$/u;

/**
 * A run of a Japanese text in a shop that also has Chinese products. A query without kana is cut by the segmenter for
 * Chinese, because nothing tells which of the two it is: so the run has every stretch of one to four Han characters, and
 * the pairs that a query with kana is cut into.
 */
export function japanesePieces(run: Run): Piece[] {
  const clusters = run.clusters!;
  const pieces = bigrams(run);
  const known = new Set(pieces.map(({ start, end }) => `${start}-${end}`));
  for (let first = 0; first + 1 < clusters.length; first++) {
    for (let last = first; last < first + MAX_HAN_WORD_LENGTH && last + 1 < clusters.length; last++) {
      if (!HAN_CHARACTER.test(run.folded.slice(clusters[last].folded, clusters[last + 1].folded))) break;
      const [start, end] = [clusters[first].start, clusters[last + 1].start];
      if (known.has(`${start}-${end}`)) continue;
      pieces.push({ surface: run.folded.slice(clusters[first].folded, clusters[last + 1].folded), start, end });
    }
  }
  return pieces.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Each two neighbouring characters, and the last one alone. */
export function bigrams(run: Run): Piece[] {
  const clusters = run.clusters!;
  const pieces: Piece[] = [];
  for (let at = 0; at + 1 < clusters.length; at++) {
    const to = clusters[Math.min(at + 2, clusters.length - 1)];
    pieces.push({
      surface: run.folded.slice(clusters[at].folded, to.folded),
      start: clusters[at].start,
      end: to.start,
    });
  }
  return pieces;
}
