import type { TextQuery } from '../index/query';
import type { FormCount } from '../index/segment-view';
import type { CountRequests } from '../scheduling/count-requests';
import { planOf, type QueryContext } from './interpret-query';

/** Maximum number of words that are tried as completions. They are the most frequent words with the prefix. */
const MAX_TRIED_WORDS = 30;

/** A query with its last word completed. */
export interface Completion {
  /** The completed word as indexed (lower case, without accents). */
  readonly surface: string;
  /** Offset of the word in the typed text. */
  readonly start: number;
  readonly query: TextQuery;
  /** Number of products that the whole query finds; > 0. */
  readonly count: number;
}

/**
 * Returns completions of the last word, sorted by the number of products that the whole query finds. Of several forms
 * of a word it returns the most frequent one. The generator yields each query that it tries and expects the number of
 * products that the query finds.
 * @param frequentForms returns the words with a prefix, most frequent first
 */
export function* completions(
  text: string,
  language: string | null | undefined,
  context: QueryContext,
  frequentForms: (prefix: string, most: number) => readonly FormCount[],
): CountRequests<TextQuery, Completion[]> {
  const last = planOf(text, { text, language, typing: true }, context).queryWords.at(-1);
  if (last === undefined || !last.prefix) return [];
  const prefix = last.tokenizations[0].at(-1);
  if (prefix === undefined) return [];
  const start = prefix.start;
  const before = text.slice(0, start);
  const seenTerms = new Set<string>();
  const found: Completion[] = [];
  for (const { surface, term } of frequentForms(prefix.surface, MAX_TRIED_WORDS)) {
    if (seenTerms.has(term)) continue;
    seenTerms.add(term);
    const plan = planOf(before + surface, { text, language }, context);
    const query = plan.query();
    const count = yield query;
    if (count > 0) found.push({ surface, start, query, count });
  }
  return found.sort((a, b) => b.count - a.count || (a.surface < b.surface ? -1 : 1));
}
