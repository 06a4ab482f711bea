import { SearchRefused } from './search-refused';

/** What is asked of the words of a document. */
export interface TextQuery {
  /** AND: every clause has to match; OR: one of them. */
  readonly mode: 'AND' | 'OR';
  readonly clauses: readonly Clause[];
  readonly phrases?: readonly Phrase[];
  /** What no hit has. */
  readonly excluded?: readonly Alternative[];
}

/** A word as somebody meant it: the best of its alternatives counts. */
export interface Clause {
  readonly alternatives: readonly Alternative[];
}

/**
 * A term; or a prefix, which matches words as they were found, not as they are indexed. All words of a prefix count as one: its idf
 * is that of the documents that have any of them.
 */
export type Alternative = {
  readonly weight?: number;
  /** A term that stands for what was typed, and is not it: a synonym, or a correction. */
  readonly exact?: false;
} & ({ readonly term: string } | { readonly prefix: string });

/** Words that follow each other in one field, in this order. */
export interface Phrase {
  /** In each place one of these terms. */
  readonly slots: readonly (readonly string[])[];
  /** How many other words may stand between them, all in all: 0 for a phrase, more for proximity. */
  readonly slop: number;
  /** What having it adds to the score; without it, the phrase has to be there. */
  readonly boost?: number;
}

/** What bounds the time of a search. */
export const LIMITS = {
  clauses: 32,
  /** Of one clause. */
  alternatives: 32,
  phrases: 16,
  /** Characters of a term or prefix. */
  length: 256,
  slop: 30,
  /** offset + limit. */
  window: 1_000,
  facets: 32,
  /** Of all facet filters together. */
  filterValues: 1_000,
  /** Postings that may have to be gone through: of an OR all, else those of clauses with alternatives or many words. */
  postings: 1_200_000,
  /** Of a histogram. */
  buckets: 1_000,
} as const;

/** @throws SearchRefused */
export function checkQuery({ clauses, phrases = [], excluded = [] }: TextQuery): void {
  if (clauses.length === 0) throw new SearchRefused('NOTHING_ASKED', 'a query has at least one clause');
  atMost('clauses', clauses.length);
  for (const { alternatives } of clauses) {
    if (alternatives.length === 0) throw new SearchRefused('NOTHING_ASKED', 'a clause has at least one alternative');
    atMost('alternatives', alternatives.length);
    alternatives.forEach(checkAlternative);
  }
  atMost('clauses', excluded.length);
  excluded.forEach(checkAlternative);
  atMost('phrases', phrases.length);
  for (const { slots, slop } of phrases) {
    if (slots.length === 0) throw new SearchRefused('NOTHING_ASKED', 'a phrase has at least one place');
    atMost('clauses', slots.length);
    atMost('slop', slop);
    for (const terms of slots) {
      atMost('alternatives', terms.length);
      for (const term of terms) atMost('length', term.length);
    }
  }
}

function checkAlternative(alternative: Alternative): void {
  const text = 'term' in alternative ? alternative.term : alternative.prefix;
  if (text === '') throw new SearchRefused('NOTHING_ASKED', 'a term or prefix has at least one character');
  atMost('length', text.length);
}

/** @throws SearchRefused */
export function atMost(what: keyof typeof LIMITS, value: number): void {
  if (value > LIMITS[what])
    throw new SearchRefused('TOO_MUCH', `${what}: ${value} where at most ${LIMITS[what]} may be`);
}
