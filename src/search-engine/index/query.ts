import { SearchRequestError } from './search-request-error';

/** The text part of a search request. */
export interface TextQuery {
  /** AND: a document must match every clause; OR: at least one. */
  readonly mode: 'AND' | 'OR';
  readonly clauses: readonly Clause[];
  readonly phrases?: readonly Phrase[];
  /** Terms and prefixes that no hit may have. */
  readonly excluded?: readonly Alternative[];
  readonly without?: readonly Without[];
}

/** One word of a query with its alternatives. A document scores with the best alternative. */
export interface Clause {
  readonly alternatives: readonly Alternative[];
}

/**
 * A term, or a prefix. A prefix matches surface forms, not stems. All words with the prefix count as one word: its idf
 * is computed from the number of documents that have any of them.
 */
export type Alternative = {
  readonly weight?: number;
  /** false for a term that replaces the typed word: a synonym or a correction. */
  readonly exact?: false;
} & ({ readonly term: string; readonly typed?: TypedWord } | { readonly prefix: string });

/** A word as it was typed, folded as in the index. Several words have the same stem. */
export interface TypedWord {
  readonly surface: string;
  /** ISO 639-1. */
  readonly language: string;
}

/** Words that follow each other in one field, in this order. */
export interface Phrase {
  /** By word of the phrase: the terms of which one must match. */
  readonly slots: readonly (readonly string[])[];
  /** Maximum total number of other words between the words of the phrase: 0 for an exact phrase, more for proximity. */
  readonly slop: number;
  /** Added to the score of a document that matches. Without a boost, every hit must match the phrase. */
  readonly boost?: number;
  /** Terms that stand for the whole phrase: `tshirt` for `t shirt`. */
  readonly joined?: readonly string[];
  /** Terms that must not follow it. Only a phrase with a slop of 0 has some. */
  readonly unless?: readonly string[];
  /** Whether it counts only in fields that are no prose. */
  readonly isProperty?: boolean;
}

/** Something that no hit may have, except one that says that it is without it. */
export interface Without {
  /** Outside prose, a hit has none of these terms, or has one of the phrases. */
  readonly terms: readonly string[];
  /** Such as _without sugar_, _sugar free_. */
  readonly said: readonly Phrase[];
}

/** Limits that bound the time of a search. */
export const LIMITS = {
  clauses: 32,
  /** Alternatives of one clause. */
  alternatives: 32,
  phrases: 32,
  /** Characters of a term or prefix. */
  length: 256,
  slop: 30,
  /** Maximum of offset + limit. */
  window: 1_000,
  facets: 32,
  /** Total number of values in all facet filters. */
  filterValues: 1_000,
  /**
   * Postings that a search may read. For AND, the postings of a clause with exactly one posting list in each segment do
   * not count, because they need not be merged.
   */
  postings: 1_200_000,
  /** Ranges of a histogram. */
  buckets: 1_000,
} as const;

/** @throws SearchRequestError for an empty part, or a part over its limit */
export function checkQuery({ clauses, phrases = [], excluded = [], without = [] }: TextQuery): void {
  if (clauses.length === 0) throw new SearchRequestError('NOTHING_ASKED', 'a query needs at least one clause');
  checkLimit('clauses', clauses.length);
  for (const { alternatives } of clauses) {
    if (alternatives.length === 0)
      throw new SearchRequestError('NOTHING_ASKED', 'a clause needs at least one alternative');
    checkLimit('alternatives', alternatives.length);
    alternatives.forEach(checkAlternative);
  }
  checkLimit('clauses', excluded.length);
  excluded.forEach(checkAlternative);
  checkLimit('clauses', without.length);
  const said = without.flatMap((one) => one.said);
  checkLimit('phrases', phrases.length);
  checkLimit('phrases', said.length);
  for (const { slots, slop } of [...phrases, ...said]) {
    if (slots.length === 0) throw new SearchRequestError('NOTHING_ASKED', 'a phrase needs at least one slot');
    checkLimit('clauses', slots.length);
    checkLimit('slop', slop);
    for (const terms of slots) {
      checkLimit('alternatives', terms.length);
      for (const term of terms) checkLimit('length', term.length);
    }
  }
}

function checkAlternative(alternative: Alternative): void {
  const text = 'term' in alternative ? alternative.term : alternative.prefix;
  if (text === '') throw new SearchRequestError('NOTHING_ASKED', 'a term or prefix needs at least one character');
  checkLimit('length', text.length);
}

/** @throws SearchRequestError if the value exceeds the limit */
export function checkLimit(name: keyof typeof LIMITS, value: number): void {
  if (value > LIMITS[name])
    throw new SearchRequestError('TOO_MUCH', `${name} must not exceed ${LIMITS[name]}; got ${value}`);
}
