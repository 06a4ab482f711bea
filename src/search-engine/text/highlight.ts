import type { VocabularyWord, PackedTokens } from './packed-tokens';
import type { Analyzer } from './token';

/** The terms by which a query can match a document. They include corrections and synonyms. */
export interface MatchedTerms {
  readonly terms: ReadonlySet<string>;
  /** Prefixes of words. They are compared with the folded words, not with their stems. */
  readonly prefixes?: readonly string[];
}

/** A range [start, end) in UTF-16 code units. */
export type HighlightRange = readonly [start: number, end: number];

const MAX_HIGHLIGHTS = 100;

/**
 * Returns the ranges of the words that match, in order. Ranges that overlap or touch are merged.
 * @param limit maximum number of ranges; matches after them are left out
 */
export function highlight(
  text: string,
  analyzer: Analyzer,
  matched: MatchedTerms,
  limit = MAX_HIGHLIGHTS,
): HighlightRange[] {
  const collector = new RangeCollector(matched, limit);
  for (const token of analyzer.analyze(text)) if (!collector.add(token, token.start, token.end)) break;
  return collector.ranges;
}

/** Returns the same as {@link highlight} for a text that is already tokenized. */
export function highlightPacked(tokens: PackedTokens, matched: MatchedTerms, limit = MAX_HIGHLIGHTS): HighlightRange[] {
  const collector = new RangeCollector(matched, limit);
  tokens.every((form, start, end) => collector.add(form, start, end));
  return collector.ranges;
}

class RangeCollector {
  readonly ranges: [number, number][] = [];
  private readonly terms: ReadonlySet<string>;
  private readonly prefixes: readonly string[];

  constructor(
    { terms, prefixes = [] }: MatchedTerms,
    private readonly limit: number,
  ) {
    this.terms = terms;
    this.prefixes = prefixes;
  }

  /** Adds the range of a token if it matches. @returns false if the range would exceed the limit */
  add({ surface, term }: VocabularyWord, start: number, end: number): boolean {
    if (!this.terms.has(term) && !this.prefixes.some((prefix) => surface.startsWith(prefix))) return true;
    // Tokens are in order of start, so only the last range can grow.
    const last = this.ranges.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else if (this.ranges.length === this.limit) return false;
    else this.ranges.push([start, end]);
    return true;
  }
}
