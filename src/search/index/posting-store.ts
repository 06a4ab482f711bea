import { wordsFor } from './bitmap';
import { FULL_IMPACT } from './bm25f';
import { BLOCK, PostingList, RANK_WORDS } from './posting-list';

/** The posting lists of a base segment in a few large arrays. A list of no occurrences (of a prefix) has no `startsAt`. */
export interface PostingArrays {
  /** By list: postings; */
  readonly counts: Uint32Array;
  /** where its documents begin in `docs`, or, where it is heavy, the how-many-th heavy list it is; */
  readonly docsAt: Uint32Array;
  /** where its impacts begin; */
  readonly impactsAt: Uint32Array;
  /** the largest of them; */
  readonly maxima: Uint16Array;
  /** where its starts begin in `starts`. */
  readonly startsAt: Uint32Array;
  readonly docs: Uint32Array;
  readonly impacts: Uint16Array;
  readonly words: Uint32Array;
  readonly ranks: Uint32Array;
  readonly blockMaxima: Uint16Array;
  /** Of heavy lists with occurrences: as `words`, only documents with impacts above the list's bar; */
  readonly highs: Uint32Array;
  /** and the bar, which a quarter of them is above. */
  readonly bars: Uint16Array;
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
}

export const ranksFor = (documents: number): number => Math.ceil(wordsFor(documents) / RANK_WORDS);
export const blocksFor = (documents: number): number => Math.ceil(documents / BLOCK);

/**
 * @param heavy whether the list is bits
 * @param firstNumber what the first of these lists is called
 */
export function listAt(
  arrays: PostingArrays,
  number: number,
  documents: number,
  heavy: boolean,
  firstNumber = 0,
): PostingList {
  const at = arrays.docsAt[number];
  const heavyPart = heavy
    ? {
        words: arrays.words,
        wordsFrom: at * wordsFor(documents),
        ranks: arrays.ranks,
        ranksFrom: at * ranksFor(documents),
        blockMaxima: arrays.blockMaxima,
        blocksFrom: at * blocksFor(documents),
        highs: arrays.highs,
        bar: at < arrays.bars.length ? arrays.bars[at] : FULL_IMPACT,
        place: at < arrays.bars.length ? at : -1,
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
    heavy ? 0 : at,
    arrays.impacts,
    arrays.impactsAt[number],
    arrays.maxima[number],
    heavyPart,
    occurrences,
  );
}
