import type { Alternative, Clause } from '../index/query';
import { LIMITS } from '../index/query';
import type { ParsedQuery } from '../text/parse-query';
import type { QueryWord } from '../text/query-word';
import type { Synonyms } from '../text/synonyms';
import type { Token } from '../text/token';

/** What a synonym counts beside the word that was typed, and the beginning of a word beside a whole one. */
const SYNONYM_WEIGHT = 0.8;
const PREFIX_WEIGHT = 0.6;

/** One clause, and which word of the query it comes from. */
export interface WordClause extends Clause {
  readonly word: number;
}

/** A query as one language reads it. */
export interface Reading {
  /** ISO 639-1. */
  readonly language: string;
  readonly parsed: ParsedQuery;
  readonly synonyms: Synonyms;
}

/**
 * The words of a query as clauses that all have to match. A word that can be read in several ways (`usb-c` is `usbc`, or `usb` and
 * `c`), in several languages, or said in other words (`tea pot` is `teapot`) is a choice of conjunctions; it becomes
 * clauses of single terms by distribution: (usb ∧ c) ∨ usbc = (usb ∨ usbc) ∧ (c ∨ usbc).
 * @param readings of the same text, the first one's words count; others of as many words add alternatives
 */
export function clausesOf(readings: readonly Reading[]): WordClause[] {
  const [{ parsed }] = readings;
  const alike = readings.filter((reading) => reading.parsed.words.length === parsed.words.length);
  let clauses: readonly WordClause[] = parsed.words.flatMap((_, at) => {
    const ways = alike.flatMap((reading) => waysOf(reading.parsed.words[at]));
    return distributed(unique(ways)).map((alternatives) => ({ alternatives, word: at }));
  });
  for (const { parsed: read, synonyms } of alike) clauses = withSynonyms(clauses, read.words, synonyms);
  return clauses.map((clause) => ({ ...clause, alternatives: clause.alternatives.slice(0, LIMITS.alternatives) }));
}

/** A conjunction. */
type Way = readonly Alternative[];

function waysOf({ readings, prefix }: QueryWord): Way[] {
  return readings.flatMap((tokens) => {
    const whole = tokens.map(({ term }): Alternative => ({ term }));
    if (!prefix) return [whole];
    const last = tokens.at(-1) as Token;
    return [whole, [...whole.slice(0, -1), { prefix: last.surface, weight: PREFIX_WEIGHT }]];
  });
}

/** The same condition as clauses: one alternative of each way, in every combination. */
function distributed(ways: readonly Way[]): Alternative[][] {
  // What is in every way of one word needs no choice; more combinations than may be asked are read the shortest way.
  const combinations = ways.reduce((product, way) => product * way.length, 1);
  if (combinations > LIMITS.clauses / 2) return ways[0].map((alternative) => [alternative]);
  let clauses: Alternative[][] = [[]];
  for (const way of ways) clauses = clauses.flatMap((clause) => way.map((one) => withOne(clause, one)));
  return withoutImplied(clauses);
}

function withSynonyms(
  clauses: readonly WordClause[],
  words: readonly QueryWord[],
  synonyms: Synonyms,
): readonly WordClause[] {
  // Terms of all words one after the other, and which word each is of.
  const terms: string[] = [];
  const wordAt: number[] = [];
  words.forEach(({ readings }, at) => {
    for (const { term } of readings.at(-1) as readonly Token[]) {
      terms.push(term);
      wordAt.push(at);
    }
  });
  let widened = clauses;
  for (const { from, to, terms: others } of synonyms.expand(terms)) {
    const first = wordAt[from];
    const last = wordAt[to - 1];
    const more = widened.flatMap((clause) =>
      clause.word < first || clause.word > last
        ? [clause]
        : others.map((term) => ({
            word: clause.word,
            alternatives: withOne(clause.alternatives, { term, weight: SYNONYM_WEIGHT, exact: false }),
          })),
    );
    // One synonym too many is left out; what was typed is searched for all the same.
    if (more.length <= LIMITS.clauses && more.every(({ alternatives }) => alternatives.length <= LIMITS.alternatives))
      widened = more;
  }
  return widened;
}

function withOne(alternatives: readonly Alternative[], one: Alternative): Alternative[] {
  const key = keyOf(one);
  return alternatives.some((known) => keyOf(known) === key) ? [...alternatives] : [...alternatives, one];
}

/** A clause that holds wherever another one does says nothing. */
function withoutImplied(clauses: Alternative[][]): Alternative[][] {
  const keys = clauses.map((clause) => new Set(clause.map(keyOf)));
  return clauses.filter(
    (_, i) =>
      !keys.some((other, j) => {
        if (i === j || other.size > keys[i].size || ![...other].every((key) => keys[i].has(key))) return false;
        return other.size < keys[i].size || j < i;
      }),
  );
}

function unique(ways: readonly Way[]): Way[] {
  return [...new Map(ways.map((way) => [way.map(keyOf).join('\n'), way])).values()];
}

const keyOf = (alternative: Alternative): string =>
  'term' in alternative ? `=${alternative.term}` : `^${alternative.prefix}`;

/** Words that are not to be found, each as the term that it is read as whole. */
export function excludedTerms({ excluded }: ParsedQuery): Alternative[] {
  return excluded.flatMap(({ readings }) =>
    readings.filter((tokens) => tokens.length === 1).map(([{ term }]): Alternative => ({ term })),
  );
}
