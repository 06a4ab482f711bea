import { countBits, countDifferences, subtractFrom, setFirstBits, wordsFor } from './bitmap';
import { isBaseColumn } from './facet-column';
import { countBitsIn, type FacetPack } from './facet-pack';
import type { DocumentNumbers } from './groups';
import type { PostingBitmap } from './posting-list';
import type { ScoredPostings } from './scored-postings';
import type { Scratch } from './scratch';
import type { SegmentView } from './segment-view';
import { listDocuments, type DocumentBitmap, type Selection } from './selection';

/** The facets and the query for which the documents of a segment are counted. */
export interface FacetCountContext {
  /** The facets to count, as indexes in the settings. */
  readonly facets: readonly number[];
  /**
   * The postings of the query's clauses. Facet counts may be stored for those that are bitmaps. Counting can start from
   * these counts, because the documents of a clause are often almost the same as the counted ones.
   */
  readonly lists: readonly ScoredPostings[];
}

/**
 * Documents of a segment whose facets are counted one after the other. Work that several facets share is done once: the
 * facets of a {@link FacetPack} are counted together, by *combination*. A combination is the values that a document has
 * of all facets of the pack.
 */
export class CountedDocuments {
  readonly size: number;
  private readonly bits: Uint32Array | undefined;
  private readonly combinationCounts = new Map<FacetPack, Int32Array>();
  private cachedNumbers: DocumentNumbers | undefined;
  private complementBits: DocumentBitmap | undefined;
  private complementNumbers: DocumentNumbers | undefined;

  constructor(
    readonly view: SegmentView,
    private readonly documents: DocumentNumbers | Selection,
    private readonly scratch: Scratch,
    private readonly counting: FacetCountContext,
  ) {
    this.bits = 'bits' in documents ? documents.bits : undefined;
    this.size = 'count' in documents ? documents.count : countBits(documents.bits, wordsFor(documents.documents));
  }

  /** The document numbers, ascending. */
  get documentNumbers(): DocumentNumbers {
    const { documents, scratch } = this;
    return (this.cachedNumbers ??= 'count' in documents ? documents : listDocuments(documents, scratch));
  }

  /**
   * Adds to each value's count the number of documents that have it. `counts` is indexed by the value's slot in the
   * {@link FacetDictionary}.
   * @param facet index of the facet in the settings
   */
  count(facet: number, counts: Uint32Array): void {
    const { view, size, bits } = this;
    const pack = view.packs.find(({ facets }) => facets.includes(facet));
    if (pack !== undefined && pack.size <= size) return pack.expand(facet, this.combinations(pack), counts);
    const column = view.facets[facet];
    // If most documents are counted, it is faster to subtract the counts of the others from the totals. That takes a
    // pass over all slots, so it is done only if there are at most as many slots as other documents.
    if (isBaseColumn(column) && bits !== undefined && this.isMajority && counts.length <= view.documents - size) {
      const others = new Uint32Array(counts.length);
      this.complementNumbers ??= listDocuments(this.complement(bits), this.scratch);
      column.count(this.complementNumbers.docs, this.complementNumbers.count, others);
      for (let slot = 0; slot < counts.length; slot++) counts[slot] += column.total(slot) - others[slot];
    } else column.count(this.documentNumbers.docs, this.documentNumbers.count, counts);
  }

  /** Returns the number of documents by combination of the pack. */
  private combinations(pack: FacetPack): Int32Array {
    if (!this.combinationCounts.has(pack)) {
      const { view, size, counting } = this;
      const packs = view.packs.filter(
        (one) => one === pack || (one.size <= size && one.facets.some((facet) => counting.facets.includes(facet))),
      );
      const counts = packs.map((one) => this.scratch.integers(one.size));
      packs.forEach((one, i) => this.combinationCounts.set(one, counts[i]));
      this.countTogether(packs, counts);
    }
    return this.combinationCounts.get(pack) as Int32Array;
  }

  /**
   * Sets the counts of several packs. If the documents of a clause, or all documents of the segment, are similar to the
   * counted ones, it starts from their stored counts and counts only the documents that differ.
   */
  private countTogether(packs: readonly FacetPack[], counts: readonly Int32Array[]): void {
    const { bits, view, size } = this;
    const words = wordsFor(view.documents);
    const list = bits === undefined ? undefined : this.nearestList(packs, bits);
    if (bits !== undefined && list !== undefined) {
      packs.forEach((pack, i) => pack.copyList(list.bitmapNumber, counts[i]));
      const { more, less } = this.differences(bits, list);
      countBitsIn(packs, more, words, 1, counts);
      countBitsIn(packs, less, words, -1, counts);
    } else if (bits !== undefined && this.isMajority) {
      packs.forEach((pack, i) => pack.copyTotals(counts[i]));
      countBitsIn(packs, this.complement(bits).bits, words, -1, counts);
    } else {
      packs.forEach((pack, i) => counts[i].fill(0, 0, pack.size));
      if (bits !== undefined) countBitsIn(packs, bits, words, 1, counts);
      else packs.forEach((pack, i) => pack.count(this.documentNumbers.docs, size, counts[i]));
    }
  }

  /**
   * Returns the bitmap postings whose documents differ least from the counted ones. Returns undefined if it is faster,
   * or as fast, to count the documents directly or to subtract all others from the segment's totals.
   */
  private nearestList(packs: readonly FacetPack[], bits: Uint32Array): PostingBitmap | undefined {
    const { view, size, counting } = this;
    const words = wordsFor(view.documents);
    let nearest: PostingBitmap | undefined;
    let minDifferences = Math.min(size, view.documents - size);
    for (const list of counting.lists) {
      if (list.kind !== 'bitmap' || Math.abs(list.count - size) >= minDifferences) continue;
      const { bitmap } = list;
      if (!packs.every((pack) => pack.hasListCounts(bitmap.bitmapNumber))) continue;
      const differing = countDifferences(bits, bitmap.words, bitmap.wordsFrom, words);
      if (differing >= minDifferences) continue;
      minDifferences = differing;
      nearest = bitmap;
    }
    return nearest;
  }

  private differences(bits: Uint32Array, { words, wordsFrom }: PostingBitmap) {
    const { view, scratch } = this;
    const more = scratch.bitmap(view.documents);
    const less = scratch.bitmap(view.documents);
    for (let word = 0; word < wordsFor(view.documents); word++) {
      more[word] = bits[word] & ~words[wordsFrom + word];
      less[word] = words[wordsFrom + word] & ~bits[word];
    }
    return { more, less };
  }

  /** Whether most documents of the segment are counted. Counting the others and subtracting is then faster. */
  private get isMajority(): boolean {
    return this.size * 2 > this.view.documents;
  }

  private complement(bits: Uint32Array): DocumentBitmap {
    if (this.complementBits !== undefined) return this.complementBits;
    const { documents } = this.view;
    const others = this.scratch.bitmap(documents);
    setFirstBits(others, documents);
    subtractFrom(others, bits, wordsFor(documents));
    return (this.complementBits = { bits: others, documents });
  }
}
