import type { WordPiece } from './compound';
import type { Run } from './runs';

/**
 * Finds the words in a folded text of a script without spaces. It returns their ranges `[from, to)` in UTF-16 code
 * units of the folded text, in any order. Words can overlap. The words of a text are the same on every machine.
 */
export interface WordSegmenter {
  /** Identifies the segmenter and its dictionary. An index is only valid for the id with which it was built. */
  readonly id: string;
  segment(text: string): readonly (readonly [from: number, to: number])[];
  /** Returns whether its dictionary has a word. */
  hasWord(word: string): boolean;
}

/**
 * Returns the words of a run without spaces, sorted by start, shorter ones first. Without a segmenter, they are the
 * pairs of adjacent characters, and the last character alone. Each character then begins a word, so a prefix query for
 * one character finds it everywhere.
 */
export function unspacedPieces(run: Run, segmenter: WordSegmenter | undefined): WordPiece[] {
  const clusters = run.clusters!;
  if (segmenter === undefined) return bigrams(run);
  const index = new Map(clusters.map(({ foldedStart }, at) => [foldedStart, at]));
  const pieces: WordPiece[] = [];
  for (const [from, to] of segmenter.segment(run.folded)) {
    const first = index.get(from);
    const end = index.get(to);
    // One character can fold to several. A word that begins or ends in the middle of them has no range in the text.
    if (first === undefined || end === undefined || first >= end) continue;
    pieces.push({ surface: run.folded.slice(from, to), start: clusters[first].start, end: clusters[end].start });
  }
  return pieces.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Segmenters for Chinese rarely find words with more characters than this. */
const MAX_HAN_WORD_LENGTH = 4;
const HAN_CHARACTER = /^\p{Script=Han}\p{M}*$/u;

/**
 * Returns the words of a run of a Japanese text in a shop that also has Chinese products. A query with kana is split
 * into pairs. A query without kana can be Chinese and is split by the segmenter. To match both, the words are all pairs
 * of adjacent characters and every sequence of one to four Han characters.
 */
export function japanesePieces(run: Run): WordPiece[] {
  const clusters = run.clusters!;
  const pieces = bigrams(run);
  const pairRanges = new Set(pieces.map(({ start, end }) => `${start}-${end}`));
  // The last cluster only marks the end of the run.
  for (let first = 0; first + 1 < clusters.length; first++) {
    for (let last = first; last < first + MAX_HAN_WORD_LENGTH && last + 1 < clusters.length; last++) {
      if (!HAN_CHARACTER.test(run.folded.slice(clusters[last].foldedStart, clusters[last + 1].foldedStart))) break;
      const [start, end] = [clusters[first].start, clusters[last + 1].start];
      if (pairRanges.has(`${start}-${end}`)) continue;
      pieces.push({
        surface: run.folded.slice(clusters[first].foldedStart, clusters[last + 1].foldedStart),
        start,
        end,
      });
    }
  }
  return pieces.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Returns the pairs of adjacent characters, and the last character alone. */
export function bigrams(run: Run): WordPiece[] {
  const clusters = run.clusters!;
  const pieces: WordPiece[] = [];
  for (let at = 0; at + 1 < clusters.length; at++) {
    const to = clusters[Math.min(at + 2, clusters.length - 1)];
    pieces.push({
      surface: run.folded.slice(clusters[at].foldedStart, to.foldedStart),
      start: clusters[at].start,
      end: to.start,
    });
  }
  return pieces;
}
