import { appendTo } from '../../learn/group-by';
import type { OccurrenceCursor } from './occurrences';
import type { PostingList } from './posting-list';
import { restrictToForms } from './restrict-to-forms';

/** By surface form (word) of a segment, ascending: its term and its number among the forms of this term. */
export interface FormColumns {
  readonly formTerms: Uint32Array;
  readonly formOrdinals: Uint16Array;
  /** Returns the number of forms of a term. */
  formsOfTerm(term: number): number;
}

/** Returns, for each term of the forms [from, to), the postings in which at least one of these forms occurs. */
export function postingsOfForms(
  columns: FormColumns,
  from: number,
  to: number,
  listOf: (term: number) => PostingList,
  cursor: OccurrenceCursor,
): PostingList[] {
  const { formTerms, formOrdinals } = columns;
  const ordinals = new Map<number, number[]>();
  for (let form = from; form < to; form++) appendTo(ordinals, formTerms[form], formOrdinals[form]);
  return Array.from(ordinals, ([term, forms]) => {
    const list = listOf(term);
    return forms.length === columns.formsOfTerm(term) ? list : restrictToForms(list, forms, cursor);
  });
}
