import { countBits, countDifferences, removeAll, setAll, wordsFor } from './bitmap';
import { isBaseColumn } from './facet-column';
import { countBitsIn, type FacetPack } from './facet-pack';
import type { Listed } from './groups';
import type { HeavyPart } from './posting-list';
import type { ScoredList } from './scored-list';
import type { Scratch } from './scratch';
import type { SegmentView } from './segment-view';
import { listed, type ManyDocuments, type Selection } from './selection';

/** The context in which the documents of a segment are counted. */
export interface Counting {
  /** Numbers of the facets to count. */
  readonly facets: readonly number[];
  /** The postings of the query's clauses: their documents often differ little from the counted ones. */
  readonly lists: readonly ScoredList[];
}

/** Documents of a segment whose facets are counted one after the other. Work that several facets share is done once. */
export class CountedDocuments {
  /** Number of documents. */
  readonly size: number;
  private readonly bits: Uint32Array | undefined;
  private readonly packed = new Map<FacetPack, Int32Array>();
  private ownNumbers: Listed | undefined;
  private otherBits: ManyDocuments | undefined;
  private otherNumbers: Listed | undefined;

  constructor(
    readonly view: SegmentView,
    private readonly documents: Listed | Selection,
    private readonly scratch: Scratch,
    private readonly counting: Counting,
  ) {
    this.bits = 'bits' in documents ? documents.bits : undefined;
    this.size = 'count' in documents ? documents.count : countBits(documents.bits, wordsFor(documents.documents));
  }

  /** The numbers of the documents, ascending. */
  get listed(): Listed {
    const { documents, scratch } = this;
    return (this.ownNumbers ??= 'count' in documents ? documents : listed(documents, scratch));
  }

  /** Adds one to the slot of every value of every document. @param facet number of the facet */
  count(facet: number, counts: Uint32Array): void {
    const { view, size, bits } = this;
    const pack = view.packs.find(({ facets }) => facets.includes(facet));
    if (pack !== undefined && pack.size <= size) return pack.unfold(facet, this.combinations(pack), counts);
    const column = view.facets[facet];
    if (isBaseColumn(column) && bits !== undefined && this.isMost && counts.length <= view.documents - size) {
      const others = new Uint32Array(counts.length);
      this.otherNumbers ??= listed(this.others(bits), this.scratch);
      column.count(this.otherNumbers.docs, this.otherNumbers.count, others);
      for (let slot = 0; slot < counts.length; slot++) counts[slot] += column.total(slot) - others[slot];
    } else column.count(this.listed.docs, this.listed.count, counts);
  }

  /** Returns the number of documents by combination. */
  private combinations(pack: FacetPack): Int32Array {
    if (!this.packed.has(pack)) {
      const { view, size, counting } = this;
      const packs = view.packs.filter(
        (one) => one === pack || (one.size <= size && one.facets.some((facet) => counting.facets.includes(facet))),
      );
      const counts = packs.map((one) => this.scratch.integers(one.size));
      packs.forEach((one, i) => this.packed.set(one, counts[i]));
      this.countTogether(packs, counts);
    }
    return this.packed.get(pack) as Int32Array;
  }

  /** Starts from the stored counts of the most similar document set and counts only the documents that differ. */
  private countTogether(packs: readonly FacetPack[], counts: readonly Int32Array[]): void {
    const { bits, view, size } = this;
    const words = wordsFor(view.documents);
    const list = bits === undefined ? undefined : this.nearestList(packs, bits);
    if (bits !== undefined && list !== undefined) {
      packs.forEach((pack, i) => pack.copyList(list.place, counts[i]));
      const { more, less } = this.differences(bits, list);
      countBitsIn(packs, more, words, 1, counts);
      countBitsIn(packs, less, words, -1, counts);
    } else if (bits !== undefined && this.isMost) {
      packs.forEach((pack, i) => pack.copyTotals(counts[i]));
      countBitsIn(packs, this.others(bits).bits, words, -1, counts);
    } else {
      packs.forEach((pack, i) => counts[i].fill(0, 0, pack.size));
      if (bits !== undefined) countBitsIn(packs, bits, words, 1, counts);
      else packs.forEach((pack, i) => pack.count(this.listed.docs, size, counts[i]));
    }
  }

  /**
   * Returns the bitmap postings that differ from the counted documents in the fewest documents; undefined if counting
   * the documents, or their complement, takes fewer.
   */
  private nearestList(packs: readonly FacetPack[], bits: Uint32Array): HeavyPart | undefined {
    const { view, size, counting } = this;
    const words = wordsFor(view.documents);
    let nearest: HeavyPart | undefined;
    let least = Math.min(size, view.documents - size);
    for (const list of counting.lists) {
      if (list.kind !== 'bitmap' || Math.abs(list.count - size) >= least) continue;
      const { heavy } = list;
      if (!packs.every((pack) => pack.knows(heavy.place))) continue;
      const differing = countDifferences(bits, heavy.words, heavy.wordsFrom, words);
      if (differing >= least) continue;
      least = differing;
      nearest = heavy;
    }
    return nearest;
  }

  private differences(bits: Uint32Array, { words, wordsFrom }: HeavyPart) {
    const { view, scratch } = this;
    const more = scratch.bitmap(view.documents);
    const less = scratch.bitmap(view.documents);
    for (let word = 0; word < wordsFor(view.documents); word++) {
      more[word] = bits[word] & ~words[wordsFrom + word];
      less[word] = words[wordsFrom + word] & ~bits[word];
    }
    return { more, less };
  }

  /** Whether the complement of the documents is smaller, and so faster to count. */
  private get isMost(): boolean {
    return this.size * 2 > this.view.documents;
  }

  private others(bits: Uint32Array): ManyDocuments {
    if (this.otherBits !== undefined) return this.otherBits;
    const { documents } = this.view;
    const others = this.scratch.bitmap(documents);
    setAll(others, documents);
    removeAll(others, bits, wordsFor(documents));
    return (this.otherBits = { bits: others, documents });
  }
}
