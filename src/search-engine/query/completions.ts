import type { TextQuery } from '../index/query';
import type { FormCount } from '../index/segment-view';
import type { CountRequests } from '../scheduling/count-requests';
import { planOf, type QueryContext } from './interpret-query';

/** Maximum number of words that are tried as completions. They are the most frequent words with the prefix. */
const MAX_TRIED_WORDS = 30;

/** A query with its last word completed. */
export interface Completion {
  /** The completed word as indexed (see `TextToken`), and its stem. */
  readonly surface: string;
  readonly term: string;
  /** Offset of the word in the typed text. */
  readonly start: number;
  readonly query: TextQuery;
  /** Number of products that the whole query finds and that have the word in their names; > 0. */
  readonly count: number;
}

/** A query that only finds products with a term in their names. */
export interface NameQuery extends TextQuery {
  readonly named: string;
}

/**
 * Returns completions of the last word by words that occur in names of products, sorted by the number of products that
 * the whole query finds by their names. Of several forms of a word it returns the most frequent one. The generator
 * yields each query that it tries and expects the number of products that the query finds.
 * @param nameForms returns the words with a prefix that occur in names, most frequent first
 */
export function* completions(
  text: string,
  language: string | null | undefined,
  context: QueryContext,
  nameForms: (prefix: string, most: number) => readonly FormCount[],
): CountRequests<NameQuery, Completion[]> {
  const last = planOf(text, { text, language, typing: true }, context).queryWords.at(-1);
  if (last === undefined || !last.prefix) return [];
  const prefix = last.tokenizations[0].at(-1);
  if (prefix === undefined) return [];
  const start = prefix.start;
  const before = text.slice(0, start);
  const seenTerms = new Set<string>();
  const found: Completion[] = [];
  for (const { surface, term, named } of nameForms(prefix.surface, MAX_TRIED_WORDS)) {
    if (seenTerms.has(term)) continue;
    seenTerms.add(term);
    const query = planOf(before + surface, { text, language }, { ...context, compounds: undefined }).query();
    const count = query.clauses.length === 1 ? named : yield { ...query, named: term };
    if (count > 0) found.push({ surface, term, start, query, count });
  }
  return found.sort((a, b) => b.count - a.count || (a.surface < b.surface ? -1 : 1));
}
