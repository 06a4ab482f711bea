import { DocumentInverter } from './document-inverter';
import { type FacetLog, appendFacetValues, emptyFacetLog } from './facet-log';
import { distinctFacetValues } from './facet-values';
import { GrowableBytes, GrowableFloat64, GrowableUint16, GrowableUint32 } from './growable';
import type { SearchDocument } from './search-document';
import { checkSettings, type IndexSettings } from './settings';

/** Inverted documents in the order in which they were added. It is plain data, so it can be sent to another thread. */
export interface InvertedDocuments {
  readonly settings: IndexSettings;
  readonly ids: readonly string[];
  /** The terms, in the order in which they first appeared. */
  readonly terms: readonly string[];
  /** By term: its surface forms, in the order in which they first appeared. */
  readonly surfaces: readonly (readonly string[])[];
  /** By posting, in document order: the index of its term in `terms`. */
  readonly postingTerms: Uint32Array;
  /** By posting: where its occurrences end in `occurrences`. */
  readonly occurrenceEnds: Uint32Array;
  readonly occurrences: Uint8Array;
  /** By document: where its postings end in `postingTerms`. */
  readonly postingEnds: Uint32Array;
  /** Number of tokens, by document and field. */
  readonly lengths: Uint16Array;
  readonly facets: readonly FacetLog[];
  /** Values by numeric column, then document; NaN where a document has no value. */
  readonly numbers: readonly Float64Array[];
}

/** Collects {@link InvertedDocuments}. Most of the data is in typed arrays, off the JavaScript heap. */
export class DocumentLog {
  readonly inverter: DocumentInverter;
  readonly ids: string[] = [];
  readonly lengths = new GrowableUint16(1024);
  readonly numbers: readonly GrowableFloat64[];
  private readonly facets: readonly FacetLog[];
  readonly occurrenceEnds = new GrowableUint32(1024);
  readonly occurrences = new GrowableBytes(4096);
  private readonly postingTerms = new GrowableUint32(1024);
  private readonly postingEnds = new GrowableUint32(1024);

  constructor(readonly settings: IndexSettings) {
    checkSettings(settings);
    this.inverter = new DocumentInverter(settings);
    this.facets = settings.facets.map(emptyFacetLog);
    this.numbers = settings.numbers.map(() => new GrowableFloat64());
  }

  /** Adds a document. Until the next call, `inverter` holds the terms of this document and their occurrences. */
  append(document: SearchDocument): void {
    const { inverter, settings } = this;
    inverter.invert(document);
    const base = this.occurrences.length;
    for (let i = 0; i < inverter.documentTerms.length; i++) {
      this.postingTerms.push(inverter.documentTerms.values[i]);
      this.occurrenceEnds.push(base + inverter.ends.values[i]);
    }
    this.occurrences.append(inverter.occurrences.values, 0, inverter.occurrences.length);
    this.postingEnds.push(this.postingTerms.length);
    for (const length of inverter.lengths) this.lengths.push(length);
    this.ids.push(document.id);
    settings.facets.forEach((facet, i) =>
      appendFacetValues(this.facets[i], distinctFacetValues(facet, document.facets[facet.name])),
    );
    settings.numbers.forEach((name, i) => this.numbers[i].push(document.numbers[name] ?? NaN));
  }

  /** Returns a view that is valid until the next document is appended. */
  documents(): InvertedDocuments {
    return {
      settings: this.settings,
      ids: this.ids,
      terms: this.inverter.terms,
      surfaces: this.inverter.surfaces,
      postingTerms: this.postingTerms.values.subarray(0, this.postingTerms.length),
      occurrenceEnds: this.occurrenceEnds.values.subarray(0, this.occurrenceEnds.length),
      occurrences: this.occurrences.values.subarray(0, this.occurrences.length),
      postingEnds: this.postingEnds.values.subarray(0, this.postingEnds.length),
      lengths: this.lengths.values.subarray(0, this.lengths.length),
      facets: this.facets,
      numbers: this.numbers.map(({ values, length }) => values.subarray(0, length)),
    };
  }
}
