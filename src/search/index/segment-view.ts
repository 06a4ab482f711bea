import type { FacetColumn } from './facet-column';
import type { FacetPack } from './facet-pack';
import type { PostingList } from './posting-list';

/** What searching needs of a segment, base or live: its documents 0 … documents − 1, some of which are deleted. */
export interface SegmentView {
  readonly documents: number;
  /** Bits; may be longer than the documents need. */
  readonly deleted: Uint32Array;
  readonly deletedCount: number;
  /** By facet of the settings; slots are those of the index's {@link FacetSpace}s. */
  readonly facets: readonly FacetColumn[];
  /** Facets that are counted together. */
  readonly packs: readonly FacetPack[];
  /** By numeric column of the settings, then document; NaN for none. May be longer than the documents. */
  readonly numbers: readonly Float64Array[];
  term(term: string): PostingList | null;
  /** Lists whose documents together are those that have a word, as it was found, that begins so. */
  prefix(prefix: string): PostingList[];
  /** How many of a list's documents are not deleted. */
  countLeft(list: PostingList): number;
  idAt(doc: number): string;
  /** The document of an id, if it is not deleted; else −1. */
  find(id: string): number;
  delete(doc: number): void;
  /** Forms with this prefix, ascending by surface; with `most` only those that most documents have, in no order. */
  forms(prefix: string, most?: number): FormCount[];
}

/** A surface form, a term that it leads to, and how many documents have it. */
export interface FormCount {
  readonly surface: string;
  readonly term: string;
  readonly documents: number;
}
