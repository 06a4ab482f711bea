import type { FacetColumn } from './facet-column';
import type { FacetSpace } from './facet-space';
import { SearchRefused } from './search-refused';
import type { SegmentView } from './segment-view';
import type { IndexSettings } from './settings';

/**
 * Decides by the columns of one segment which of its documents may be found: made once for each segment of a search, then asked for
 * each document that matches, by its number in the segment.
 */
export type ColumnFilter = (columns: Columns) => (doc: number) => boolean;

/** The columns of one segment, as filters see them. */
export class Columns {
  constructor(
    private readonly settings: IndexSettings,
    private readonly view: SegmentView,
    private readonly spaces: readonly FacetSpace[],
  ) {}

  /** What documents have words in. */
  get fields(): IndexSettings['fields'] {
    return this.settings.fields;
  }

  /** Of the segment; some may be deleted. */
  get documents(): number {
    return this.view.documents;
  }

  /** The same object for the same segment, search after search: what somebody keeps by document can be kept by it. */
  get segment(): object {
    return this.view;
  }

  idAt(doc: number): string {
    return this.view.idAt(doc);
  }

  /** The document of an id, if the segment has it; else −1. */
  find(id: string): number {
    return this.view.find(id);
  }

  /** By document; NaN for none. @throws SearchRefused for an unknown name */
  numbers(name: string): Float64Array {
    return this.view.numbers[columnOf(this.settings.numbers, name)];
  }

  /** Whether there is such a numeric column. */
  hasNumbers(name: string): boolean {
    return this.settings.numbers.includes(name);
  }

  /** Whether a document has the value; of a path, or one below it. @throws SearchRefused for an unknown name */
  has(facet: string, value: string): (doc: number) => boolean {
    const number = facetOf(this.settings, facet);
    const slot = this.spaces[number].slotOf(value);
    const column = this.view.facets[number];
    return slot < 0 ? () => false : (doc) => column.has(doc, slot);
  }

  /** Whether a document has one of the values. @throws SearchRefused for an unknown name */
  hasAny(facet: string, values: readonly string[]): (doc: number) => boolean {
    if (values.length === 1) return this.has(facet, values[0]);
    const number = facetOf(this.settings, facet);
    const slots = new Set(values.map((value) => this.spaces[number].slotOf(value)));
    const column = this.view.facets[number];
    return (doc) => {
      const own = column.slotsOf(doc);
      for (let at = 0; at < own.length; at++) if (slots.has(own[at])) return true;
      return false;
    };
  }

  /** How many values a document has. @throws SearchRefused for an unknown name */
  valueCount(facet: string): (doc: number) => number {
    const column = this.view.facets[facetOf(this.settings, facet)];
    return (doc) => column.slotsOf(doc).length;
  }

  /** The value of a facet of which no document has two; undefined where it has none. @throws SearchRefused for an unknown name */
  value(facet: string): (doc: number) => string | undefined {
    const number = facetOf(this.settings, facet);
    const column = this.view.facets[number];
    const values: string[] = [];
    return (doc) => {
      const slot = column.slotOf(doc);
      return slot < 0 ? undefined : (values[slot] ??= this.spaces[number].valueAt(slot));
    };
  }

  /** The values that a document has; of a path, also those that lead to it. @throws SearchRefused for an unknown name */
  values(facet: string): (doc: number) => string[] {
    const number = facetOf(this.settings, facet);
    const column: FacetColumn = this.view.facets[number];
    return (doc) => Array.from(column.slotsOf(doc), (slot) => this.spaces[number].valueAt(slot));
  }
}

/** @throws SearchRefused for an unknown name */
export function facetOf({ facets }: IndexSettings, name: string): number {
  return columnOf(
    facets.map((facet) => facet.name),
    name,
  );
}

/** @throws SearchRefused for an unknown name */
export function columnOf(names: readonly string[], name: string): number {
  const column = names.indexOf(name);
  if (column < 0) throw new SearchRefused('UNKNOWN_COLUMN', `there is no ${name}; there is ${names.join(', ')}`);
  return column;
}
