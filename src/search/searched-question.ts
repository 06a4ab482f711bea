import type { InterpretedQuery } from '../search-engine/query/interpret-query';
import type { FieldEvidence } from './ranking/field-evidence';

/**
 * How much the products of a search speak for a query that means products: `NAMED` if they have its words in their title,
 * brand or categories, or a word of it names a kind of products; `FOUND` if they have its words elsewhere.
 */
export type ProductMeaning = 'NAMED' | 'FOUND' | 'NONE';

/** What a customer searched for, as a question to the shop. */
export interface SearchedQuestion {
  readonly text: string;
  /** Languages in which the query is read: first subtags of BCP 47. */
  readonly languages: readonly string[];
  /** Whether the request states the language. */
  readonly isLanguageStated: boolean;
  readonly products: ProductMeaning;
}

/** Number of best products whose fields are compared with the query. */
const MAX_COMPARED = 10;

/**
 * @param search.total number of products that match
 * @param search.fieldsOf the fields of the match with this rank, from 0
 * @param search.namesProducts whether a term names a kind of products
 */
export function productMeaningOf(
  { correctedQuery, ignoredWords, plan }: InterpretedQuery,
  search: {
    readonly total: number;
    readonly typing: boolean;
    readonly matchCount: number;
    readonly fieldsOf: (rank: number) => FieldEvidence;
    readonly namesProducts: (term: string) => boolean;
  },
): ProductMeaning {
  // What was found instead says nothing about the words as they were typed.
  if (correctedQuery !== undefined) return 'NONE';
  const isLeftOut = (at: number) => ignoredWords.includes(plan.queryWords[at].text);
  const last = plan.queryWords.length - 1;
  // `shoe returns` and `opening hours` find shoes and what else opens, but `gift box` finds boxes.
  if (last >= 0 && isLeftOut(last)) return 'FOUND';
  const isKind = (at: number) => !isLeftOut(at) && plan.wholeTermsAt(at).some(search.namesProducts);
  if (plan.requiredIndices.some(isKind)) return 'NAMED';
  if (search.total === 0) return 'NONE';
  // A word that is still being typed is in no field.
  if (search.typing) return 'NAMED';
  for (let rank = 0; rank < Math.min(search.matchCount, MAX_COMPARED); rank++) {
    const { titleMatch, brandMatch, categoryMatch } = search.fieldsOf(rank);
    if (titleMatch + brandMatch + categoryMatch >= 1) return 'NAMED';
  }
  return 'FOUND';
}
