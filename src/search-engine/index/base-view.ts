import { kthLargest } from '../../learn/select';
import { hasBit, setBit, wordsFor } from './bitmap';
import type { FacetColumn } from './facet-column';
import type { FacetPack } from './facet-pack';
import type { PostingList } from './posting-list';
import type { Segment } from './segment';
import type { FormCount, SegmentView } from './segment-view';
import { partitionPoint } from './string-table';

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

  formsOf(term: string): string[] {
    const { terms, surfaces, formTerms, formOrdinals, formsByEnding } = this.segment;
    const number = terms.indexOf(term);
    if (number < 0) return [];
    // Of the terms that end with this one, it is the first.
    const from = partitionPoint(
      formsByEnding.length,
      (at) => terms.compareEnding(formTerms[formsByEnding[at]], term) < 0,
    );
    const forms: string[] = [];
    for (let at = from; at < from + this.segment.formsOfTerm(number); at++)
      forms[formOrdinals[formsByEnding[at]]] = surfaces.at(formsByEnding[at]);
    return forms;
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

  forms(prefix: string): FormCount[] {
    const [from, to] = this.segment.surfaces.prefixRange(prefix);
    return Array.from({ length: to - from }, (_, i) => this.formCount(from + i));
  }

  nameForms(prefix: string, limit: number): FormCount[] {
    const { formNameCounts } = this.segment;
    const [from, to] = this.segment.surfaces.prefixRange(prefix);
    const counts = Float64Array.from(formNameCounts.subarray(from, to));
    const floor = counts.length <= limit ? 0 : kthLargest(counts, counts.length, limit);
    const forms: number[] = [];
    for (let form = from; form < to; form++) if (formNameCounts[form] > floor) forms.push(form);
    for (let form = from; floor > 0 && form < to && forms.length < limit; form++)
      if (formNameCounts[form] === floor) forms.push(form);
    // Only the returned forms (words) become strings, because a prefix of one letter matches tens of thousands.
    return forms.map((form) => this.formCount(form));
  }

  private formCount(form: number): FormCount {
    const { surfaces, terms, formTerms, formCounts, formNameCounts } = this.segment;
    return {
      surface: surfaces.at(form),
      term: terms.at(formTerms[form]),
      documents: formCounts[form],
      named: formNameCounts[form],
    };
  }

  formsEndingWith(suffix: string, limit: number): FormCount[] {
    const { terms, formTerms, formCounts, formsByEnding } = this.segment;
    const compare = (at: number) => terms.compareEnding(formTerms[formsByEnding[at]], suffix);
    const from = partitionPoint(formsByEnding.length, (at) => compare(at) < 0);
    const to = partitionPoint(formsByEnding.length, (at) => compare(at) <= 0);
    return Array.from(mostFrequentForms(formsByEnding.subarray(from, to), formCounts, limit), (form) =>
      this.formCount(form),
    );
  }
}

function mostFrequentForms(forms: Uint32Array, counts: Uint32Array, limit: number): ArrayLike<number> {
  if (forms.length <= limit) return forms;
  const floor = kthLargest(
    Float64Array.from(forms, (form) => counts[form]),
    forms.length,
    limit,
  );
  const found = Array.from(forms.filter((form) => counts[form] > floor));
  for (let at = 0; at < forms.length && found.length < limit; at++)
    if (counts[forms[at]] === floor) found.push(forms[at]);
  return found;
}
