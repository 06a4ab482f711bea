import { isSameWord } from '../text/inflection';
import { OccurrenceCursor } from './occurrences';
import type { PostingList } from './posting-list';
import type { TextQuery, TypedWord } from './query';
import type { SegmentView } from './segment-view';

/** How a surface form is related to the typed word. */
const enum Form {
  /** It is another word with the same stem: `clothing` for `cloth`. */
  Derived,
  /** It is the word in another number or case. */
  SameWord,
  AsTyped,
}

/** Which forms of a query's words a document has. Of each clause, only the first field that matches it counts. */
export interface MatchedForms {
  /** Identifies the fields that match the clauses. */
  readonly fields: string;
  /** Number of clauses of which the document has no form of the typed word, but a word that is derived from it. */
  readonly derived: number;
  /** Number of clauses whose word the document has as typed. */
  readonly asTyped: number;
  /** Number of clauses of which the document has no whole word, but only one that begins with the typed one. */
  readonly begun: number;
}

/** The forms that the words of a query have in the segments of an index. */
export class TypedForms {
  /** Whether some documents have words that are derived from the typed ones. */
  readonly haveDerived: boolean;
  /** Whether some documents have the words in other forms than typed. */
  readonly haveOthers: boolean;
  private readonly segments: readonly FormMatcher[];

  constructor({ clauses }: Pick<TextQuery, 'clauses'>, views: readonly SegmentView[], fields: number) {
    this.segments = views.map((view) => new FormMatcher(clauses, view, fields));
    const kinds = new Set(this.segments.flatMap((segment) => segment.kinds));
    this.haveDerived = kinds.has(Form.Derived);
    this.haveOthers = this.haveDerived || kinds.has(Form.SameWord);
  }

  /** @param segment index of the segment */
  match(segment: number, doc: number): MatchedForms {
    return this.segments[segment].match(doc);
  }
}

interface FormsOfTerm {
  readonly list: PostingList;
  /** By surface form of the term; undefined for a term that was not typed, such as a synonym. */
  readonly forms: readonly Form[] | undefined;
}

class FormMatcher {
  /** By clause: those of its terms that occur in the segment. */
  private readonly clauses: readonly (readonly FormsOfTerm[])[];
  private readonly cursor: OccurrenceCursor;

  constructor(clauses: TextQuery['clauses'], view: SegmentView, fields: number) {
    this.clauses = clauses.map(({ alternatives }) =>
      alternatives.flatMap((alternative): FormsOfTerm[] => {
        if (!('term' in alternative)) return [];
        const { term, typed } = alternative;
        const list = view.term(term);
        if (list === null) return [];
        return [{ list, forms: typed && view.formsOf(term).map((surface) => formOf(surface, typed)) }];
      }),
    );
    this.cursor = new OccurrenceCursor(fields);
  }

  get kinds(): Form[] {
    return this.clauses.flatMap((terms) => terms.flatMap(({ forms }) => forms ?? []));
  }

  match(doc: number): MatchedForms {
    let fields = '';
    let derived = 0;
    let asTyped = 0;
    let begun = 0;
    for (const terms of this.clauses) {
      let first = Infinity;
      let best: Form | undefined;
      for (const { list, forms } of terms) {
        const posting = list.find(doc);
        if (posting < 0) continue;
        list.openOccurrences(posting, this.cursor);
        // Occurrences are ascending by field.
        while (this.cursor.next() && this.cursor.field <= first) {
          const form = forms?.[this.cursor.surface];
          if (this.cursor.field < first) best = form;
          else if (form !== undefined && (best === undefined || form > best)) best = form;
          first = this.cursor.field;
        }
      }
      fields += `${first === Infinity ? '' : first}${best === undefined ? '*' : ''},`;
      if (best === Form.Derived) derived++;
      if (best === Form.AsTyped) asTyped++;
      if (first === Infinity) begun++;
    }
    return { fields, derived, asTyped, begun };
  }
}

function formOf(surface: string, typed: TypedWord): Form {
  if (surface === typed.surface) return Form.AsTyped;
  return isSameWord(surface, typed.surface, typed.language) ? Form.SameWord : Form.Derived;
}
