import { grown } from '../../learn/grown';
import { hasBit, setBit, wordsFor } from './bitmap';
import { ImpactScale } from './bm25f';
import { DocumentLog } from './document-log';
import { LiveFacetColumn } from './facet-column';
import type { FacetDictionary } from './facet-dictionary';
import { distinctFacetValues } from './facet-values';
import { LiveForms } from './live-forms';
import { LivePostings } from './live-postings';
import { PostingChains } from './posting-chains';
import { impactOf, OccurrenceCursor } from './occurrences';
import type { PostingList } from './posting-list';
import type { SearchDocument } from './search-document';
import type { FormCount, SegmentView } from './segment-view';
import { type IndexSettings, nameFields } from './settings';

/**
 * The documents that were put since the base segment was built: a few thousand, searchable as soon as {@link put}
 * returns. Deleting a document moves no data. Document numbers are in the order in which documents were put.
 */
export class LiveSegment implements SegmentView {
  documents = 0;
  deleted = new Uint32Array(32);
  deletedCount = 0;
  readonly facets: readonly LiveFacetColumn[];
  readonly packs = [];
  private readonly log: DocumentLog;
  private readonly docs = new Map<string, number>();
  private readonly surfaceForms: LiveForms;
  private readonly postingChains = new PostingChains();
  /** By term: its postings, as far as searches have built them. */
  private readonly postings: LivePostings[] = [];
  private readonly cursor: OccurrenceCursor;
  private readonly scale: ImpactScale;

  /**
   * @param averageLengths average field lengths of the base segment. Only impacts that are computed with the same
   * average lengths are comparable.
   */
  constructor(
    private readonly settings: IndexSettings,
    averageLengths: ArrayLike<number>,
  ) {
    this.log = new DocumentLog(settings);
    this.surfaceForms = new LiveForms(this.log.inverter, nameFields(settings));
    this.facets = settings.facets.map(() => new LiveFacetColumn());
    this.cursor = new OccurrenceCursor(settings.fields.length);
    this.scale = new ImpactScale(settings, averageLengths);
  }

  get numbers(): readonly Float64Array[] {
    return this.log.numbers.map(({ values }) => values);
  }

  /** Adds a document. @param dictionaries by facet @returns the document's number */
  put(document: SearchDocument, dictionaries: readonly FacetDictionary[]): number {
    const doc = this.documents;
    this.log.append(document);
    this.documents++;
    this.docs.set(document.id, doc);
    if (wordsFor(this.documents) > this.deleted.length) this.deleted = grown(this.deleted, 2 * this.deleted.length);
    this.index(doc);
    this.settings.facets.forEach((facet, i) => {
      const values = distinctFacetValues(facet, document.facets[facet.name]);
      this.facets[i].append(values.map((value) => dictionaries[i].intern(value)));
    });
    return doc;
  }

  term(term: string): PostingList | null {
    const number = this.log.inverter.numberOf(term);
    return number < 0 ? null : this.list(number);
  }

  formsOf(term: string): readonly string[] {
    const number = this.log.inverter.numberOf(term);
    return number < 0 ? [] : this.log.inverter.surfaces[number];
  }

  prefix(prefix: string): PostingList[] {
    return this.surfaceForms.lists(prefix, (term) => this.list(term), this.cursor);
  }

  countUndeleted(list: PostingList): number {
    return this.deletedCount === 0 ? list.count : list.count - list.countCommon(this.deleted, this.deleted.length);
  }

  idAt(doc: number): string {
    return this.log.ids[doc];
  }

  find(id: string): number {
    const doc = this.docs.get(id);
    return doc === undefined || hasBit(this.deleted, doc) ? -1 : doc;
  }

  delete(doc: number): void {
    setBit(this.deleted, doc);
    this.deletedCount++;
    this.docs.delete(this.log.ids[doc]);
  }

  forms(prefix: string): FormCount[] {
    return this.surfaceForms.counts(prefix);
  }

  nameForms(prefix: string): FormCount[] {
    return this.forms(prefix).filter(({ named }) => named > 0);
  }

  formsEndingWith(suffix: string): FormCount[] {
    return this.surfaceForms.endingWith(suffix);
  }

  /** Surface forms that first appeared in the document that was put last. */
  get newSurfaces(): readonly string[] {
    return this.surfaceForms.newSurfaces;
  }

  private index(doc: number): void {
    const { inverter } = this.log;
    this.surfaceForms.newSurfaces.length = 0;
    let from = 0;
    for (let i = 0; i < inverter.documentTerms.length; i++) {
      const term = inverter.documentTerms.values[i];
      const to = inverter.ends.values[i];
      this.postingChains.add(term, doc);
      this.cursor.open(inverter.occurrences.values, from, to);
      this.surfaceForms.add(term, doc, this.cursor);
      from = to;
    }
  }

  /**
   * Returns the postings of a term, extended by those that were added since its last search. Postings are built on
   * demand, because most terms are not searched.
   */
  private list(term: number): PostingList {
    const postings = (this.postings[term] ??= new LivePostings());
    const { occurrences, occurrenceEnds } = this.log;
    for (const posting of this.postingChains.postingsSince(term, postings.checkedCount)) {
      const doc = this.postingChains.docOf(posting);
      const from = posting === 0 ? 0 : occurrenceEnds.values[posting - 1];
      const to = occurrenceEnds.values[posting];
      this.cursor.open(occurrences.values, from, to);
      postings.add(doc, this.impact(doc), occurrences.values, from, to);
    }
    postings.checkedCount = this.postingChains.count;
    return postings.list();
  }

  private impact(doc: number): number {
    return impactOf(this.cursor, this.scale, this.log.lengths.values, doc * this.settings.fields.length);
  }
}
