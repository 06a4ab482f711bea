import type { Form, PackedTokens } from './packed-tokens';
import type { Analyzer } from './token';

/** What a query has found a document by, whatever was typed: corrections and synonyms are among the terms. */
export interface Matched {
  readonly terms: ReadonlySet<string>;
  /** Beginnings of surfaces. */
  readonly prefixes?: readonly string[];
}

/** [start, end) in UTF-16 code units. */
export type HighlightRange = readonly [start: number, end: number];

export const MAX_HIGHLIGHTS = 100;

/**
 * Where a text has what was searched for, whole words, in order; what overlaps or touches is one range.
 * @param most ranges; the first ones are returned
 */
export function highlight(text: string, analyzer: Analyzer, matched: Matched, most = MAX_HIGHLIGHTS): HighlightRange[] {
  const ranges = new Ranges(matched, most);
  for (const token of analyzer.analyze(text)) if (!ranges.take(token, token.start, token.end)) break;
  return ranges.found;
}

/** {@link highlight}, of a text that was taken apart before. */
export function highlightPacked(tokens: PackedTokens, matched: Matched, most = MAX_HIGHLIGHTS): HighlightRange[] {
  const ranges = new Ranges(matched, most);
  tokens.every((form, start, end) => ranges.take(form, start, end));
  return ranges.found;
}

class Ranges {
  readonly found: [number, number][] = [];
  private readonly terms: ReadonlySet<string>;
  private readonly prefixes: readonly string[];

  constructor(
    { terms, prefixes = [] }: Matched,
    private readonly most: number,
  ) {
    this.terms = terms;
    this.prefixes = prefixes;
  }

  /** @returns whether there may be more of them */
  take({ surface, term }: Form, start: number, end: number): boolean {
    if (!this.terms.has(term) && !this.prefixes.some((prefix) => surface.startsWith(prefix))) return true;
    // Tokens come by start, so only the last range can grow.
    const last = this.found.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else if (this.found.length === this.most) return false;
    else this.found.push([start, end]);
    return true;
  }
}
