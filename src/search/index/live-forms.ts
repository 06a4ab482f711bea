import type { DocumentInverter } from './document-inverter';
import { listsOfForms } from './form-lists';
import type { OccurrenceCursor } from './occurrences';
import type { PostingList } from './posting-list';
import type { FormCount } from './segment-view';

interface Form {
  readonly surface: string;
  readonly term: number;
  readonly ordinal: number;
  documents: number;
  last: number;
}

/** The live segment's surface forms, kept in order. */
export class LiveForms {
  private readonly sorted: Form[] = [];
  private readonly byTerm: Form[][] = [];

  constructor(private readonly inverter: DocumentInverter) {}

  /** @param occurrences of a term in a document, opened */
  add(term: number, doc: number, occurrences: OccurrenceCursor): void {
    const forms = (this.byTerm[term] ??= []);
    while (forms.length < this.inverter.surfaces[term].length) forms.push(this.insert(term, forms.length));
    while (occurrences.next()) {
      const form = forms[occurrences.surface];
      if (form.last === doc) continue;
      form.last = doc;
      form.documents++;
    }
  }

  lists(prefix: string, listOf: (term: number) => PostingList, cursor: OccurrenceCursor): PostingList[] {
    const found = this.beginning(prefix);
    const columns = {
      formTerms: Uint32Array.from(found, ({ term }) => term),
      formOrdinals: Uint16Array.from(found, ({ ordinal }) => ordinal),
      formsOfTerm: (term: number) => this.byTerm[term].length,
    };
    return listsOfForms(columns, 0, found.length, listOf, cursor);
  }

  counts(prefix: string): FormCount[] {
    return this.beginning(prefix).map(({ surface, term, documents }) => ({
      surface,
      term: this.inverter.terms[term],
      documents,
    }));
  }

  private insert(term: number, ordinal: number): Form {
    const form = { surface: this.inverter.surfaces[term][ordinal], term, ordinal, documents: 0, last: -1 };
    this.sorted.splice(this.lowerBound(form.surface), 0, form);
    return form;
  }

  private beginning(prefix: string): Form[] {
    const found: Form[] = [];
    for (let at = this.lowerBound(prefix); at < this.sorted.length; at++) {
      if (!this.sorted[at].surface.startsWith(prefix)) break;
      found.push(this.sorted[at]);
    }
    return found;
  }

  private lowerBound(surface: string): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sorted[middle].surface < surface) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
