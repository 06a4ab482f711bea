import type { TextQuery } from '../index/query';
import type { FormCount } from '../index/segment-view';
import type { Asking } from '../turns/asking';
import { planOf, type Reader } from './understand';

/** Words that are tried, the most frequent ones that begin so. */
const TRIED = 30;

/** A query whose last word was completed. */
export interface Completion {
  /** The word, as it is indexed. */
  readonly surface: string;
  /** Where it begins in what was typed. */
  readonly start: number;
  readonly query: TextQuery;
  /** How many products the whole query finds: above 0. */
  readonly count: number;
}

/**
 * Ways to end the word that is being typed, those that find most with the words before it first; of several forms of one word the most
 * frequent. Asks how many products a query finds.
 * @param frequent words that begin so, most frequent first
 */
export function* completions(
  text: string,
  language: string | null | undefined,
  around: Reader,
  frequent: (prefix: string, most: number) => readonly FormCount[],
): Asking<TextQuery, Completion[]> {
  const last = planOf(text, { text, language, typing: true }, around).queryWords.at(-1);
  if (last === undefined || !last.prefix) return [];
  const prefix = last.readings[0].at(-1);
  if (prefix === undefined) return [];
  const start = prefix.start;
  const before = text.slice(0, start);
  const known = new Set<string>();
  const found: Completion[] = [];
  for (const { surface, term } of frequent(prefix.surface, TRIED)) {
    if (known.has(term)) continue;
    known.add(term);
    const plan = planOf(before + surface, { text, language }, around);
    const query = plan.query();
    const count = yield query;
    if (count > 0) found.push({ surface, start, query, count });
  }
  return found.sort((a, b) => b.count - a.count || (a.surface < b.surface ? -1 : 1));
}
