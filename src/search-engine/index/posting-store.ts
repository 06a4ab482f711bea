import { wordsFor } from './bitmap';
import { FULL_IMPACT } from './bm25f';
import { BLOCK_SIZE, PostingList, WORDS_PER_RANK } from './posting-list';

/**
 * The posting lists of a base segment in a few large arrays. The property names are the section names in stored
 * segments. Lists without occurrences (those of prefixes) have no `startsAt`.
 */
export interface PostingArrays {
  /** By list: number of postings. */
  readonly counts: Uint32Array;
  /** By list: where its documents begin in `docs`; for a bitmap, its number among the bitmaps. */
  readonly docsAt: Uint32Array;
  /** By list: where its impacts begin in `impacts`. */
  readonly impactsAt: Uint32Array;
  /** By list: its largest impact. */
  readonly maxima: Uint16Array;
  /** By list: where its entries begin in `starts`. */
  readonly startsAt: Uint32Array;
  readonly docs: Uint32Array;
  readonly impacts: Uint16Array;
  readonly words: Uint32Array;
  readonly ranks: Uint32Array;
  readonly blockMaxima: Uint16Array;
  /**
   * By bitmap with occurrences: bitmap of the documents with impacts above the threshold in `bars`, laid out like
   * `words`.
   */
  readonly highs: Uint32Array;
  /** By bitmap with occurrences: the impact that at most a quarter of its postings exceed. */
  readonly bars: Uint16Array;
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
}

export const ranksFor = (documents: number): number => Math.ceil(wordsFor(documents) / WORDS_PER_RANK);
export const blocksFor = (documents: number): number => Math.ceil(documents / BLOCK_SIZE);

/**
 * Returns a view of one posting list.
 * @param isBitmap whether the list is stored as a bitmap
 * @param firstNumber number of the first list of `arrays` among all lists of the segment
 */
export function postingListAt(
  arrays: PostingArrays,
  number: number,
  documents: number,
  isBitmap: boolean,
  firstNumber = 0,
): PostingList {
  const at = arrays.docsAt[number];
  const bitmapPart = isBitmap
    ? {
        words: arrays.words,
        wordsFrom: at * wordsFor(documents),
        ranks: arrays.ranks,
        ranksFrom: at * ranksFor(documents),
        blockMaxima: arrays.blockMaxima,
        blocksFrom: at * blocksFor(documents),
        highs: arrays.highs,
        highThreshold: at < arrays.bars.length ? arrays.bars[at] : FULL_IMPACT,
        bitmapNumber: at < arrays.bars.length ? at : -1,
      }
    : null;
  const occurrences =
    number < arrays.startsAt.length
      ? { bytes: arrays.bytes, starts: arrays.starts, startsFrom: arrays.startsAt[number] }
      : null;
  return new PostingList(
    firstNumber + number,
    arrays.counts[number],
    arrays.docs,
    isBitmap ? 0 : at,
    arrays.impacts,
    arrays.impactsAt[number],
    arrays.maxima[number],
    bitmapPart,
    occurrences,
  );
}
