import { kthLargest } from '../../learn/select';
import { hasBit, setBit, wordsFor } from './bitmap';
import type { FacetColumn } from './facet-column';
import type { FacetPack } from './facet-pack';
import type { PostingList } from './posting-list';
import type { Segment } from './segment';
import type { FormCount, SegmentView } from './segment-view';

/** A base segment and the documents that were deleted from it since it was built. */
export class BaseView implements SegmentView {
  readonly documents: number;
  readonly deleted: Uint32Array;
  deletedCount = 0;
  readonly facets: readonly FacetColumn[];
  readonly packs: readonly FacetPack[];
  readonly numbers: readonly Float64Array[];
  /** A cache. By posting list: how many of its documents are not deleted. */
  private readonly undeletedCounts: Uint32Array;
  /** By posting list: the `deletedCount` for which the cached number was computed. */
  private readonly countedAtDeletions: Uint32Array;

  constructor(readonly segment: Segment) {
    this.documents = segment.documents;
    this.deleted = new Uint32Array(wordsFor(segment.documents));
    this.facets = segment.facets.map(({ column }) => column);
    this.packs = segment.packs;
    this.numbers = segment.numbers;
    this.undeletedCounts = new Uint32Array(segment.listCount);
    this.countedAtDeletions = new Uint32Array(segment.listCount);
  }

  term(term: string): PostingList | null {
    const number = this.segment.terms.indexOf(term);
    return number < 0 ? null : this.segment.list(number);
  }

  prefix(prefix: string): PostingList[] {
    return this.segment.prefixLists(prefix);
  }

  countUndeleted(list: PostingList): number {
    if (this.deletedCount === 0) return list.count;
    const { number } = list;
    if (number >= 0 && this.countedAtDeletions[number] === this.deletedCount) return this.undeletedCounts[number];
    const undeletedCount = list.count - list.countCommon(this.deleted, this.deleted.length);
    if (number >= 0) {
      this.undeletedCounts[number] = undeletedCount;
      this.countedAtDeletions[number] = this.deletedCount;
    }
    return undeletedCount;
  }

  idAt(doc: number): string {
    return this.segment.idAt(doc);
  }

  find(id: string): number {
    const doc = this.segment.find(id);
    return doc >= 0 && !hasBit(this.deleted, doc) ? doc : -1;
  }

  delete(doc: number): void {
    setBit(this.deleted, doc);
    this.deletedCount++;
  }

  forms(prefix: string, limit = Infinity): FormCount[] {
    const { surfaces, terms, formTerms, formCounts } = this.segment;
    const [from, to] = surfaces.prefixRange(prefix);
    // Only the returned forms (words) become strings, because a prefix of one letter matches tens of thousands.
    return indexesOfLargest(formCounts.subarray(from, to), limit).map((at) => ({
      surface: surfaces.at(from + at),
      term: terms.at(formTerms[from + at]),
      documents: formCounts[from + at],
    }));
  }

  termsEndingWith(suffix: string, limit: number): string[] {
    const { segment } = this;
    const { terms, termsByEnding } = segment;
    const found = termsByEnding.subarray(...terms.suffixRange(termsByEnding, suffix));
    const counts = found.map((term) => segment.termCount(term));
    return indexesOfLargest(counts, limit).map((at) => terms.at(found[at]));
  }
}

/** Returns the indexes of the largest counts, at most `limit`, in no defined order. Of equal counts, the first ones. */
function indexesOfLargest(counts: Uint32Array, limit: number): number[] {
  if (counts.length <= limit) return [...counts.keys()];
  const floor = kthLargest(Float64Array.from(counts), counts.length, limit);
  const indexes: number[] = [];
  for (let at = 0; at < counts.length; at++) if (counts[at] > floor) indexes.push(at);
  for (let at = 0; at < counts.length && indexes.length < limit; at++) if (counts[at] === floor) indexes.push(at);
  return indexes;
}
