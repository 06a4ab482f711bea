import type { IndexSettings } from './settings';
import { readFacet } from './facet-log';
import type { BaseFacetColumn } from './facet-column';
import { type FacetPack, readPacks } from './facet-pack';
import { postingsOfForms } from './postings-of-forms';
import { OccurrenceCursor } from './occurrences';
import type { PostingList } from './posting-list';
import { postingListAt, type PostingArrays } from './posting-store';
import { isStoredAsBitmap } from './posting-writer';
import type { Section, Sections } from './sections';
import { StringTable } from './string-table';

export interface SegmentHeader {
  readonly settings: IndexSettings;
  readonly documents: number;
  /** By field: average number of tokens over the documents that have the field. */
  readonly averageLengths: readonly number[];
}

/**
 * A base segment: an immutable index of the documents 0 … documents − 1, entirely in typed arrays.
 *
 * A *form* is a word as it occurs in texts (its surface) with its stem (its term). Forms are in ascending order of
 * surface. The `ordinal` of a form is its number among the forms of its term; occurrences refer to it.
 */
export class Segment {
  readonly ids: StringTable;
  /** By index in `ids`: the number of the document with this id. */
  readonly idDocs: Uint32Array;
  /** By document: the index of its id in `ids`. */
  readonly docIds: Uint32Array;
  /** Number of tokens, by document and field. */
  readonly lengths: Uint16Array;
  readonly terms: StringTable;
  readonly surfaces: StringTable;
  readonly formTerms: Uint32Array;
  readonly formOrdinals: Uint16Array;
  /** By form: number of documents that had it when the segment was built. */
  readonly formCounts: Uint32Array;
  /** By form: number of documents that had it in a field that is a name when the segment was built. */
  readonly formNameCounts: Uint32Array;
  private readonly termForms: Uint16Array;
  readonly facets: readonly { readonly column: BaseFacetColumn; readonly values: StringTable }[];
  readonly packs: readonly FacetPack[];
  readonly numbers: readonly Float64Array[];
  private readonly postings: PostingArrays;
  /**
   * Merged lists of frequent prefixes. List i covers the forms [prefixFrom[i], prefixTo[i]); these ranges are
   * ascending.
   */
  private readonly prefixes: PostingArrays;
  private readonly prefixFrom: Uint32Array;
  private readonly prefixTo: Uint32Array;
  private readonly cursor: OccurrenceCursor;

  constructor(
    readonly header: SegmentHeader,
    readonly sections: Sections,
  ) {
    const section = <A extends Section>(name: string) => {
      if (sections[name] === undefined) throw new RangeError(`the segment has no section ${name}`);
      return sections[name] as A;
    };
    const table = (name: string) => new StringTable(section(`${name}.chars`), section(`${name}.starts`));
    this.ids = table('ids');
    this.idDocs = section('idDocs');
    this.docIds = section('docIds');
    this.lengths = section('lengths');
    this.terms = table('terms');
    this.surfaces = table('surfaces');
    this.formTerms = section('formTerms');
    this.formOrdinals = section('formOrdinals');
    this.formCounts = section('formCounts');
    this.formNameCounts = section('formNameCounts');
    this.termForms = section('termForms');
    this.facets = header.settings.facets.map((_, facet) => readFacet(sections, `facet${facet}`));
    this.packs = readPacks(sections);
    this.numbers = header.settings.numbers.map((_, number) => section<Float64Array>(`number${number}`));
    this.postings = postingsFrom(section, 'postings');
    this.prefixes = postingsFrom(section, 'prefixes');
    this.prefixFrom = section('prefixFrom');
    this.prefixTo = section('prefixTo');
    this.cursor = new OccurrenceCursor(header.settings.fields.length);
  }

  get documents(): number {
    return this.header.documents;
  }

  /** Number of posting lists. Lists of terms are numbered first, then lists of prefixes. */
  get listCount(): number {
    return this.postings.counts.length + this.prefixes.counts.length;
  }

  /** Size of all sections, in bytes. */
  get bytes(): number {
    return Object.values(this.sections).reduce((sum, section) => sum + section.byteLength, 0);
  }

  list(term: number): PostingList {
    return postingListAt(
      this.postings,
      term,
      this.documents,
      isStoredAsBitmap(this.postings.counts[term], this.documents),
    );
  }

  /** Returns posting lists whose union is all documents with a word (surface form) that begins with this prefix. */
  prefixLists(prefix: string): PostingList[] {
    const [from, to] = this.surfaces.prefixRange(prefix);
    const merged = this.mergedPrefix(from, to);
    return merged === null ? postingsOfForms(this, from, to, (term) => this.list(term), this.cursor) : [merged];
  }

  formsOfTerm(term: number): number {
    return this.termForms[term];
  }

  /** Returns the number of the document with this id, or −1. */
  find(id: string): number {
    const at = this.ids.indexOf(id);
    return at < 0 ? -1 : this.idDocs[at];
  }

  idAt(doc: number): string {
    return this.ids.at(this.docIds[doc]);
  }

  private mergedPrefix(from: number, to: number): PostingList | null {
    let low = 0;
    let high = this.prefixFrom.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.prefixFrom[middle] < from || (this.prefixFrom[middle] === from && this.prefixTo[middle] < to))
        low = middle + 1;
      else high = middle;
    }
    if (this.prefixFrom[low] !== from || this.prefixTo[low] !== to) return null;
    const isBitmap = isStoredAsBitmap(this.prefixes.counts[low], this.documents);
    return postingListAt(this.prefixes, low, this.documents, isBitmap, this.postings.counts.length);
  }
}

function postingsFrom(section: <A extends Section>(name: string) => A, name: string): PostingArrays {
  return {
    counts: section(`${name}.counts`),
    docsAt: section(`${name}.docsAt`),
    impactsAt: section(`${name}.impactsAt`),
    maxima: section(`${name}.maxima`),
    startsAt: section(`${name}.startsAt`),
    docs: section(`${name}.docs`),
    impacts: section(`${name}.impacts`),
    words: section(`${name}.words`),
    ranks: section(`${name}.ranks`),
    blockMaxima: section(`${name}.blockMaxima`),
    highs: section(`${name}.highs`),
    bars: section(`${name}.bars`),
    bytes: section(`${name}.bytes`),
    starts: section(`${name}.starts`),
  };
}
