import { countBits, removeAll, setAll, wordsFor } from './bitmap';
import { isBaseColumn } from './facet-column';
import type { FacetPack } from './facet-pack';
import type { Listed } from './groups';
import type { Scratch } from './scratch';
import type { SegmentView } from './segment-view';
import { listed, type ManyDocuments, type Selection } from './selection';

/** Documents of a segment whose facets are counted, one facet after the other: what several of them need is done once. */
export class CountedDocuments {
  /** How many they are. */
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
  ) {
    this.bits = 'bits' in documents ? documents.bits : undefined;
    this.size = 'count' in documents ? documents.count : countBits(documents.bits, wordsFor(documents.documents));
  }

  /** Their numbers, ascending. */
  get listed(): Listed {
    const { documents, scratch } = this;
    return (this.ownNumbers ??= 'count' in documents ? documents : listed(documents, scratch));
  }

  /** Adds one to the slot of every value of every document. @param facet which of the segment's */
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

  /** How many documents have each combination. */
  private combinations(pack: FacetPack): Int32Array {
    let counts = this.packed.get(pack);
    if (counts !== undefined) return counts;
    const { bits, view, scratch } = this;
    counts = scratch.integers(pack.size).fill(0, 0, pack.size);
    this.packed.set(pack, counts);
    if (bits === undefined) pack.count(this.listed.docs, this.size, counts);
    else if (!this.isMost) pack.countBits(bits, wordsFor(view.documents), counts);
    else {
      pack.countBits(this.others(bits).bits, wordsFor(view.documents), counts);
      pack.complement(counts);
    }
    return counts;
  }

  /** What is not among them is counted sooner. */
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
