import { OccurrenceCursor } from './occurrences';
import type { PostingList } from './posting-list';
import type { TextQuery } from './query';
import type { SegmentView } from './segment-view';

/** Where a document matches a query, as shares of the query's clauses: 0 … 1. */
export interface MatchedFields {
  /** By field: share of the clauses that match a whole word of the field. Prefixes do not count. */
  readonly fields: Float64Array;
  /** Share of the clauses whose typed word is in any field. Synonyms, corrections and prefixes do not count. */
  exact: number;
}

interface QueryTerm {
  readonly list: PostingList;
  readonly isExact: boolean;
}

/**
 * Finds the fields in which documents of one segment match a query. It takes about 0.2 µs per document and term, so it
 * is meant for hits, not for all matches. Prefixes match no field, because their postings may store no occurrences.
 */
export class FieldMatcher {
  /** By clause: those of its terms that occur in the segment. */
  private readonly clauses: readonly (readonly QueryTerm[])[];
  private readonly cursor: OccurrenceCursor;
  private readonly result: MatchedFields;

  constructor({ clauses }: Pick<TextQuery, 'clauses'>, view: SegmentView, fields: number) {
    this.clauses = clauses.map(({ alternatives }) =>
      alternatives.flatMap((alternative) => {
        const list = 'term' in alternative ? view.term(alternative.term) : null;
        return list === null ? [] : [{ list, isExact: alternative.exact !== false }];
      }),
    );
    this.cursor = new OccurrenceCursor(fields);
    this.result = { fields: new Float64Array(fields), exact: 0 };
  }

  /** Returns the matched fields of a document. The result is valid until the next call. */
  match(doc: number): MatchedFields {
    const { clauses, result } = this;
    result.fields.fill(0);
    result.exact = 0;
    for (const terms of clauses) {
      let fields = 0;
      let isExact = false;
      for (const term of terms) {
        const own = this.fieldsOf(term.list, doc);
        fields |= own;
        isExact ||= own !== 0 && term.isExact;
      }
      for (let field = 0; fields >>> field !== 0; field++) if ((fields >>> field) & 1) result.fields[field]++;
      if (isExact) result.exact++;
    }
    for (let field = 0; field < result.fields.length; field++) result.fields[field] /= clauses.length;
    result.exact /= clauses.length;
    return result;
  }

  /** Returns a bit set of the document's fields that have the term. */
  private fieldsOf(list: PostingList, doc: number): number {
    const posting = list.find(doc);
    if (posting < 0) return 0;
    let fields = 0;
    list.openOccurrences(posting, this.cursor);
    while (this.cursor.next()) fields |= 1 << this.cursor.field;
    return fields;
  }
}

/** Returns a result in which no field matches. */
export function noMatchedFields(fields: number): MatchedFields {
  return { fields: new Float64Array(fields), exact: 0 };
}
