import { hasBit } from './bitmap';
import type { FacetColumn } from './facet-column';
import type { FacetDictionary } from './facet-dictionary';
import { nextInFields, OccurrenceCursor } from './occurrences';
import { SearchRequestError } from './search-request-error';
import type { SegmentView } from './segment-view';
import { type IndexSettings, nameFields, propertyFields } from './settings';

/**
 * A filter over the columns of one segment. A search calls it once for each segment, and calls the returned predicate
 * for each matching document with the document's number in the segment.
 */
export type ColumnFilter = (columns: Columns) => (doc: number) => boolean;

/** The columns of one segment, for filters and rankings. */
export class Columns {
  constructor(
    private readonly settings: IndexSettings,
    private readonly view: SegmentView,
    private readonly facetDictionaries: readonly FacetDictionary[],
  ) {}

  get fields(): IndexSettings['fields'] {
    return this.settings.fields;
  }

  /** Number of documents of the segment, deleted ones included. */
  get documents(): number {
    return this.view.documents;
  }

  /**
   * An object that identifies the segment, the same in every search. Callers use it as the key of per-document caches.
   */
  get segment(): object {
    return this.view;
  }

  idAt(doc: number): string {
    return this.view.idAt(doc);
  }

  /** Returns the document with this id, or −1 if the segment has none. */
  find(id: string): number {
    return this.view.find(id);
  }

  isDeleted(doc: number): boolean {
    return hasBit(this.view.deleted, doc);
  }

  /**
   * Returns a numeric column: values by document, NaN where a document has none. @throws SearchRequestError for an
   * unknown name
   */
  numbers(name: string): Float64Array {
    return this.view.numbers[columnNumber(this.settings.numbers, name)];
  }

  /** Returns whether the index has a numeric column of this name. */
  hasNumbers(name: string): boolean {
    return this.settings.numbers.includes(name);
  }

  /**
   * Returns a predicate that is true for documents with the value. For a path, documents with a path below it count
   * too.
   * @throws SearchRequestError for an unknown name
   */
  has(facet: string, value: string): (doc: number) => boolean {
    const number = facetNumber(this.settings, facet);
    const slot = this.facetDictionaries[number].slotOf(value);
    const column = this.view.facets[number];
    return slot < 0 ? () => false : (doc) => column.has(doc, slot);
  }

  /**
   * Returns a predicate that is true for documents with one of the values. @throws SearchRequestError for an unknown
   * name
   */
  hasAny(facet: string, values: readonly string[]): (doc: number) => boolean {
    if (values.length === 1) return this.has(facet, values[0]);
    const number = facetNumber(this.settings, facet);
    const slots = new Set(values.map((value) => this.facetDictionaries[number].slotOf(value)));
    const column = this.view.facets[number];
    return (doc) => {
      const own = column.slotsOf(doc);
      for (let at = 0; at < own.length; at++) if (slots.has(own[at])) return true;
      return false;
    };
  }

  /** Returns a predicate that is true for documents with the term in a field that is a name. */
  hasInName(term: string): (doc: number) => boolean {
    return this.hasIn(nameFields(this.settings), term);
  }

  /** Returns a predicate that is true for documents with the term in a field that is no prose. */
  hasAsProperty(term: string): (doc: number) => boolean {
    return this.hasIn(propertyFields(this.settings), term);
  }

  private hasIn(fields: number, term: string): (doc: number) => boolean {
    const list = this.view.term(term);
    if (list === null) return () => false;
    const cursor = new OccurrenceCursor(this.settings.fields.length);
    return (doc) => {
      const posting = list.find(doc);
      if (posting < 0) return false;
      list.openOccurrences(posting, cursor);
      return nextInFields(cursor, fields);
    };
  }

  /** Returns a function that counts a document's values of a facet. @throws SearchRequestError for an unknown name */
  valueCount(facet: string): (doc: number) => number {
    const column = this.view.facets[facetNumber(this.settings, facet)];
    return (doc) => column.slotsOf(doc).length;
  }

  /**
   * Returns a function that reads a single-valued facet: the document's value, or undefined if it has none.
   * @throws SearchRequestError for an unknown name
   */
  value(facet: string): (doc: number) => string | undefined {
    const number = facetNumber(this.settings, facet);
    const column = this.view.facets[number];
    const values: string[] = [];
    return (doc) => {
      const slot = column.slotOf(doc);
      return slot < 0 ? undefined : (values[slot] ??= this.facetDictionaries[number].valueAt(slot));
    };
  }

  /**
   * Returns a function that reads a document's values of a facet. For a path, its ancestor paths are included.
   * @throws SearchRequestError for an unknown name
   */
  values(facet: string): (doc: number) => string[] {
    const number = facetNumber(this.settings, facet);
    const column: FacetColumn = this.view.facets[number];
    return (doc) => Array.from(column.slotsOf(doc), (slot) => this.facetDictionaries[number].valueAt(slot));
  }
}

/** Returns the index of a facet in the settings. @throws SearchRequestError for an unknown name */
export function facetNumber({ facets }: IndexSettings, name: string): number {
  return columnNumber(
    facets.map((facet) => facet.name),
    name,
  );
}

/** Returns the index of a column in `names`. @throws SearchRequestError for an unknown name */
export function columnNumber(names: readonly string[], name: string): number {
  const column = names.indexOf(name);
  if (column < 0)
    throw new SearchRequestError(
      'UNKNOWN_COLUMN',
      `unknown column ${JSON.stringify(name)}; the index has ${names.join(', ')}`,
    );
  return column;
}
