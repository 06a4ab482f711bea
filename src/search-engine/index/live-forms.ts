import type { DocumentInverter } from './document-inverter';
import { postingsOfForms } from './postings-of-forms';
import { nextInFields, type OccurrenceCursor } from './occurrences';
import type { PostingList } from './posting-list';
import type { FormCount } from './segment-view';

interface Form {
  readonly surface: string;
  readonly term: number;
  readonly ordinal: number;
  documents: number;
  named: number;
  last: number;
  lastNamed: number;
}

/** Maximum number of words in a chunk of {@link LiveForms}. It bounds how many words an insertion moves. */
const MAX_CHUNK_SIZE = 128;

/** The surface forms (words) of the live segment, in sorted order. */
export class LiveForms {
  /** The forms in chunks, ascending by surface over all chunks. No chunk is empty. */
  private readonly chunks: Form[][] = [];
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
    const found = this.withPrefix(prefix);
    const columns = {
      formTerms: Uint32Array.from(found, ({ term }) => term),
      formOrdinals: Uint16Array.from(found, ({ ordinal }) => ordinal),
      formsOfTerm: (term: number) => this.byTerm[term].length,
    };
    return postingsOfForms(columns, 0, found.length, listOf, cursor);
  }

  counts(prefix: string): FormCount[] {
    return this.withPrefix(prefix).map(({ surface, term, documents, named }) => ({
      surface,
      term: this.inverter.terms[term],
      documents,
      named,
    }));
  }

  private insert(term: number, ordinal: number): Form {
    const surface = this.inverter.surfaces[term][ordinal];
    const form: Form = { surface, term, ordinal, documents: 0, named: 0, last: -1, lastNamed: -1 };
    this.newSurfaces.push(form.surface);
    const { chunks } = this;
    const at = Math.max(0, lowerBound(chunks, ([first]) => first.surface < form.surface) - 1);
    const chunk = (chunks[at] ??= []);
    chunk.splice(lowerBound(chunk, isBefore(form.surface)), 0, form);
    if (chunk.length > MAX_CHUNK_SIZE) chunks.splice(at + 1, 0, chunk.splice(MAX_CHUNK_SIZE / 2));
    return form;
  }

  private withPrefix(prefix: string): Form[] {
    const { chunks } = this;
    const found: Form[] = [];
    const from = Math.max(0, lowerBound(chunks, ([first]) => first.surface < prefix) - 1);
    for (let at = from; at < chunks.length; at++) {
      const chunk = chunks[at];
      for (let i = at === from ? lowerBound(chunk, isBefore(prefix)) : 0; i < chunk.length; i++) {
        if (!chunk[i].surface.startsWith(prefix)) return found;
        found.push(chunk[i]);
      }
    }
    return found;
  }
}

const isBefore =
  (surface: string) =>
  (form: Form): boolean =>
    form.surface < surface;

/** Returns how many leading elements satisfy `holds`. All elements that satisfy it precede those that do not. */
function lowerBound<T>(sorted: readonly T[], holds: (one: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}
