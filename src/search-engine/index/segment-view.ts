import type { FacetColumn } from './facet-column';
import type { FacetPack } from './facet-pack';
import type { PostingList } from './posting-list';

/** The interface of a base or live segment for searches. Its documents are 0 … documents − 1; some may be deleted. */
export interface SegmentView {
  readonly documents: number;
  /** Bitmap of the deleted documents; can be longer than needed. */
  readonly deleted: Uint32Array;
  readonly deletedCount: number;
  /** By facet of the settings. Values are stored as slots of the index's {@link FacetDictionary}. */
  readonly facets: readonly FacetColumn[];
  /** Groups of facets that are counted together. */
  readonly packs: readonly FacetPack[];
  /** Values by numeric column of the settings, then by document; NaN for no value. Arrays can be longer than needed. */
  readonly numbers: readonly Float64Array[];
  term(term: string): PostingList | null;
  /** Returns the surface forms of a term, by the numbers that they have in its occurrences. */
  formsOf(term: string): readonly string[];
  /** Returns posting lists whose union is all documents with a word (surface form) that begins with this prefix. */
  prefix(prefix: string): PostingList[];
  /** Returns how many of a list's documents are not deleted. */
  countUndeleted(list: PostingList): number;
  idAt(doc: number): string;
  /** Returns the document with this id; −1 if there is none, or it is deleted. */
  find(id: string): number;
  delete(doc: number): void;
  /** Returns the surface forms with this prefix, ascending. */
  forms(prefix: string): FormCount[];
  /**
   * Returns the surface forms with this prefix that occur in names, in no defined order. A base segment with more than
   * `limit` such forms returns those in the names of most documents. A live segment ignores the limit.
   */
  nameForms(prefix: string, limit: number): FormCount[];

  /**
   * Returns the surface forms whose term ends with this suffix. A base segment with more than `limit` such forms returns
   * the most frequent ones. A live segment ignores the limit.
   */
  formsEndingWith(suffix: string, limit: number): FormCount[];
}

/** A surface form, its term, and the number of documents that have it. */
export interface FormCount {
  readonly surface: string;
  readonly term: string;
  readonly documents: number;
  /** Number of documents that have it in a field that is a name. */
  readonly named: number;
}
