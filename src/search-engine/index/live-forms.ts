import type { DocumentInverter } from './document-inverter';
import { postingsOfForms } from './postings-of-forms';
import { nextInFields, type OccurrenceCursor } from './occurrences';
import type { PostingList } from './posting-list';
import type { FormCount } from './segment-view';
import { SortedChunks } from './sorted-chunks';
import { reversed } from './string-table';

interface Form {
  readonly surface: string;
  readonly term: number;
  readonly reversedTerm: string;
  readonly ordinal: number;
  documents: number;
  named: number;
  last: number;
  lastNamed: number;
}

/** The surface forms (words) of the live segment, in sorted order, and by the ending of their terms. */
export class LiveForms {
  private readonly sorted = new SortedChunks<Form>(({ surface }) => surface);
  private readonly sortedByEnding = new SortedChunks<Form>(({ reversedTerm }) => reversedTerm);
  private readonly byTerm: Form[][] = [];
  /** Surfaces that first appeared in the document that was added last. */
  readonly newSurfaces: string[] = [];

  /** @param nameFields a bit set of the fields that are names */
  constructor(
    private readonly inverter: DocumentInverter,
    private readonly nameFields: number,
  ) {}

  /** @param occurrences cursor that is opened on the occurrences of the term in the document */
  add(term: number, doc: number, occurrences: OccurrenceCursor): void {
    const forms = (this.byTerm[term] ??= []);
    while (forms.length < this.inverter.surfaces[term].length) forms.push(this.insert(term, forms.length));
    if (forms.length === 1) {
      forms[0].last = doc;
      forms[0].documents++;
      if (nextInFields(occurrences, this.nameFields)) forms[0].named++;
      return;
    }
    while (occurrences.next()) {
      const form = forms[occurrences.surface];
      if (form.last !== doc) {
        form.last = doc;
        form.documents++;
      }
      if (((this.nameFields >>> occurrences.field) & 1) === 1 && form.lastNamed !== doc) {
        form.lastNamed = doc;
        form.named++;
      }
    }
  }

  lists(prefix: string, listOf: (term: number) => PostingList, cursor: OccurrenceCursor): PostingList[] {
    const found = this.sorted.withPrefix(prefix);
    const columns = {
      formTerms: Uint32Array.from(found, ({ term }) => term),
      formOrdinals: Uint16Array.from(found, ({ ordinal }) => ordinal),
      formsOfTerm: (term: number) => this.byTerm[term].length,
    };
    return postingsOfForms(columns, 0, found.length, listOf, cursor);
  }

  counts(prefix: string): FormCount[] {
    return this.sorted.withPrefix(prefix).map(this.countOf);
  }

  /** Returns the forms whose term ends with the suffix. */
  endingWith(suffix: string): FormCount[] {
    return this.sortedByEnding.withPrefix(reversed(suffix)).map(this.countOf);
  }

  private readonly countOf = ({ surface, term, documents, named }: Form): FormCount => ({
    surface,
    term: this.inverter.terms[term],
    documents,
    named,
  });

  private insert(term: number, ordinal: number): Form {
    const surface = this.inverter.surfaces[term][ordinal];
    const reversedTerm = this.byTerm[term][0]?.reversedTerm ?? reversed(this.inverter.terms[term]);
    const form: Form = { surface, term, reversedTerm, ordinal, documents: 0, named: 0, last: -1, lastNamed: -1 };
    this.newSurfaces.push(form.surface);
    this.sorted.insert(form);
    this.sortedByEnding.insert(form);
    return form;
  }
}
