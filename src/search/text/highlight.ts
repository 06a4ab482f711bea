import type { Analyzer, Token } from './token';

/** What a query has found a document by, whatever was typed: corrections and synonyms are among the terms. */
export interface Matched {
  readonly terms: ReadonlySet<string>;
  /** Beginnings of surfaces. */
  readonly prefixes?: readonly string[];
}

/** [start, end) in UTF-16 code units. */
export type HighlightRange = readonly [start: number, end: number];

export const MOST_HIGHLIGHTS = 100;

/** {@link highlighted}, of a text that has not been taken apart. */
export function highlight(
  text: string,
  analyzer: Analyzer,
  matched: Matched,
  most = MOST_HIGHLIGHTS,
): HighlightRange[] {
  return highlighted(analyzer.analyze(text), matched, most);
}

/**
 * Where a text has what was searched for, whole words, in order; what overlaps or touches is one range.
 * @param tokens of the text
 * @param most ranges; the first ones are returned
 */
export function highlighted(tokens: readonly Token[], matched: Matched, most: number): HighlightRange[] {
  const { terms, prefixes = [] } = matched;
  const ranges: [number, number][] = [];
  // Tokens come by start, so only the last range can grow.
  for (const { surface, term, start, end } of tokens) {
    if (!terms.has(term) && !prefixes.some((prefix) => surface.startsWith(prefix))) continue;
    const last = ranges.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else if (ranges.length === most) break;
    else ranges.push([start, end]);
  }
  return ranges;
}
