import { DocumentInverter } from './document-inverter';
import { GrowableBytes, GrowableFloat64, GrowableUint16, GrowableUint32 } from './growable';
import type { SearchDocument } from './search-document';
import { checkSettings, type IndexSettings } from './settings';

/**
 * Collects what the base segment and the live segment keep of each document, in the order in which documents were added.
 * Most of the data is in typed arrays, off the JavaScript heap.
 */
export class DocumentLog {
  readonly inverter: DocumentInverter;
  readonly ids: string[] = [];
  /** Number of tokens, by document and field. */
  readonly lengths = new GrowableUint16(1024);
  /** Values by numeric column, then document; NaN where a document has no value. */
  readonly numbers: readonly GrowableFloat64[];
  /** By posting, in document order: where its occurrences end in `occurrences`. */
  readonly occurrenceEnds = new GrowableUint32(1024);
  readonly occurrences = new GrowableBytes(4096);

  constructor(readonly settings: IndexSettings) {
    checkSettings(settings);
    this.inverter = new DocumentInverter(settings);
    this.numbers = settings.numbers.map(() => new GrowableFloat64());
  }

  /** Adds a document. Until the next call, `inverter` holds the terms of this document and their occurrences. */
  append(document: SearchDocument): void {
    const { inverter, settings } = this;
    inverter.invert(document);
    const base = this.occurrences.length;
    for (let i = 0; i < inverter.documentTerms.length; i++) this.occurrenceEnds.push(base + inverter.ends.values[i]);
    this.occurrences.append(inverter.occurrences.values, 0, inverter.occurrences.length);
    for (const length of inverter.lengths) this.lengths.push(length);
    this.ids.push(document.id);
    settings.numbers.forEach((name, i) => this.numbers[i].push(document.numbers[name] ?? NaN));
  }
}
