import type { Alternative, Clause } from '../index/query';
import { LIMITS } from '../index/query';
import { partNumberSynonyms } from '../text/codes';
import type { ParsedQuery } from '../text/parse-query';
import { hasDigits } from '../spelling/part-number';
import { hasEndings } from '../text/inflection';
import type { LanguageAnalyzer } from '../text/language-analyzer';
import type { QueryWord } from '../text/query-word';
import type { Synonyms } from '../text/synonyms';
import type { TextToken } from '../text/token';

/** The weight of a synonym relative to the typed word. */
const SYNONYM_WEIGHT = 0.8;
/** The weight of a prefix match relative to a match of the whole word. */
const PREFIX_WEIGHT = 0.6;

/** A clause with the index of the query word that it comes from. */
export interface WordClause extends Clause {
  readonly word: number;
}

/** A query as parsed in one language. */
export interface Reading {
  /** ISO 639-1. */
  readonly language: string;
  readonly parsed: ParsedQuery;
  readonly analyzer: Pick<LanguageAnalyzer, 'term'>;
  readonly synonyms: Synonyms;
  /** Words that are typed with a space but are one word of the shop, see {@link joinedWords}. */
  readonly joined?: readonly Replacement[];
  /** Compounds of the shop that end with a word, see {@link CompoundFinder}. */
  readonly compounds?: readonly Replacement[];
  /** The last parts of compounds that no product has. Only products with some of the words match them. */
  readonly heads?: readonly Replacement[];
}

/** Terms that stand for consecutive words of a query. A product must have all of them. */
export interface Replacement {
  /** Index of the first word. */
  readonly first: number;
  /** Index of the last word. */
  readonly last: number;
  readonly terms: readonly string[];
  readonly weight: number;
}

/** Maximum number of words of a query of which pairs are joined. A longer text is a sentence or a pasted title. */
const MAX_JOINED_WORDS = 10;
/** Minimum length of a word that is typed with a space. Shorter words are too often parts of other words. */
const MIN_JOINED_LENGTH = 6;

/**
 * Returns the pairs of neighbouring words that are one word of the shop when they are joined: `tea pot` for `teapot`.
 * @param isWord returns whether the shop has a word
 */
export function joinedWords(
  words: readonly QueryWord[],
  analyzer: Pick<LanguageAnalyzer, 'term'>,
  isWord: (surface: string) => boolean,
): Replacement[] {
  if (words.length > MAX_JOINED_WORDS) return [];
  return words.slice(1).flatMap((word, at) => {
    const parts = [words[at], word];
    if (parts.some(({ prefix, tokenizations: [tokens] }) => prefix || tokens.length > 1)) return [];
    const tokens = parts.map(({ tokenizations: [[token]] }) => token);
    if (parts.some(({ isStopWord }, i) => isStopWord && tokens[i].surface.length > 1)) return [];
    const surface = tokens.map((token) => token.surface).join('');
    if (surface.length < MIN_JOINED_LENGTH || hasDigits(surface) || !isWord(surface)) return [];
    const term = analyzer.term(surface);
    // `vitamin e` is not `vitamine`, a form of the first word.
    if (tokens.some((token) => token.term === term)) return [];
    return [{ first: at, last: at + 1, terms: [term], weight: SYNONYM_WEIGHT }];
  });
}

/**
 * Converts the words of a query into clauses that all have to match. A word with several tokenizations (`usb-c` is
 * `usbc`, or `usb` and `c`), several languages or synonyms (`tea pot` is `teapot`) is a disjunction of conjunctions.
 * The distributive law turns it into clauses of single terms: (usb ∧ c) ∨ usbc = (usb ∨ usbc) ∧ (c ∨ usbc).
 * @param readings the same text parsed in several languages; the first reading determines the words, and the others add
 * alternatives if they have the same number of words
 */
export function clausesOf(readings: readonly Reading[]): WordClause[] {
  const [{ parsed }] = readings;
  const alignedReadings = readings.filter((reading) => reading.parsed.words.length === parsed.words.length);
  let clauses: readonly WordClause[] = parsed.words.flatMap((_, at) => {
    const conjunctions = alignedReadings.flatMap(({ parsed: { words }, language }) =>
      conjunctionsOf(words[at], language),
    );
    const measures = new Set(alignedReadings.flatMap((reading) => measuresOf(reading.parsed.words[at])));
    return [
      ...distribute(unique(conjunctions)),
      ...(measures.size === 0 ? [] : [[...measures].map((term): Alternative => ({ term }))]),
    ].map((alternatives) => ({ alternatives, word: at }));
  });
  for (const { parsed: readingParsed, synonyms, joined = [], compounds = [] } of alignedReadings)
    clauses = withReplacements(clauses, [...joined, ...synonymsOf(readingParsed.words, synonyms), ...compounds]);
  return clauses.map((clause) => ({ ...clause, alternatives: clause.alternatives.slice(0, LIMITS.alternatives) }));
}

/** While a unit is typed, it may be the beginning of another word. */
const measuresOf = ({ measures, prefix }: QueryWord): readonly string[] => (prefix ? [] : measures);

/** A conjunction of terms that stands for one word. */
type Conjunction = readonly Alternative[];

function conjunctionsOf({ tokenizations, prefix }: QueryWord, language: string): Conjunction[] {
  const hasForms = !prefix && hasEndings(language);
  return tokenizations.flatMap((tokens) => {
    const whole = tokens.map(({ term, surface }): Alternative =>
      hasForms ? { term, typed: { surface, language } } : { term },
    );
    if (!prefix) return [whole];
    const last = tokens.at(-1) as TextToken;
    return [whole, [...whole.slice(0, -1), { prefix: last.surface, weight: PREFIX_WEIGHT }]];
  });
}

/** Converts a disjunction of conjunctions into clauses. Each clause combines one alternative from each conjunction. */
function distribute(conjunctions: readonly Conjunction[]): Alternative[][] {
  // If the combinations exceed the limit, only the first conjunction is used.
  const combinations = conjunctions.reduce((product, way) => product * way.length, 1);
  if (combinations > LIMITS.clauses / 2) return conjunctions[0].map((alternative) => [alternative]);
  let clauses: Alternative[][] = [[]];
  for (const way of conjunctions) clauses = clauses.flatMap((clause) => way.map((one) => withAlternative(clause, one)));
  return withoutImplied(clauses);
}

function synonymsOf(words: readonly QueryWord[], synonyms: Synonyms): Replacement[] {
  // The terms of all words in order, and the word that each term belongs to.
  const terms: string[] = [];
  const wordAt: number[] = [];
  words.forEach(({ tokenizations }, at) => {
    for (const { term } of tokenizations.at(-1) as readonly TextToken[]) {
      terms.push(term);
      wordAt.push(at);
    }
  });
  const prefix = words.at(-1)?.prefix ? words.at(-1)!.tokenizations.at(-1)!.at(-1)!.surface : undefined;
  const matches = [...synonyms.expand(terms, prefix), ...partNumberSynonyms(words)];
  return matches.map(({ from, to, terms: synonymTerms, isPrefix }) => ({
    first: wordAt[from],
    last: wordAt[to - 1],
    terms: synonymTerms,
    weight: isPrefix ? SYNONYM_WEIGHT * PREFIX_WEIGHT : SYNONYM_WEIGHT,
  }));
}

/** Adds replacements as alternatives to the clauses of the words that they replace. */
function withReplacements(clauses: readonly WordClause[], replacements: readonly Replacement[]): readonly WordClause[] {
  let widened = clauses;
  for (const { first, last, terms, weight } of replacements) {
    const candidate = widened.flatMap((clause) =>
      clause.word < first || clause.word > last
        ? [clause]
        : terms.map((term) => ({
            word: clause.word,
            alternatives: withAlternative(clause.alternatives, { term, weight, exact: false }),
          })),
    );
    // A replacement that would exceed the limits is left out.
    if (
      candidate.length <= LIMITS.clauses &&
      candidate.every(({ alternatives }) => alternatives.length <= LIMITS.alternatives)
    )
      widened = candidate;
  }
  return widened;
}

function withAlternative(alternatives: readonly Alternative[], one: Alternative): Alternative[] {
  const key = keyOf(one);
  return alternatives.some((known) => keyOf(known) === key) ? [...alternatives] : [...alternatives, one];
}

/** Removes clauses that another clause implies. */
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

/** Removes repeated conjunctions. Of equal ones, the first that knows the forms of its words remains. */
function unique(conjunctions: readonly Conjunction[]): Conjunction[] {
  const distinct = new Map<string, Conjunction>();
  for (const way of conjunctions) {
    const key = way.map(keyOf).join('\n');
    const known = distinct.get(key);
    if (known === undefined || (!known.some(isTyped) && way.some(isTyped))) distinct.set(key, way);
  }
  return [...distinct.values()];
}

const isTyped = (one: Alternative): boolean => 'typed' in one;

const keyOf = (alternative: Alternative): string =>
  'term' in alternative ? `=${alternative.term}` : `^${alternative.prefix}`;

/** Returns the terms of the excluded words, each word as a single term: `usbc` for `-usb-c`. */
export function excludedTerms({ excluded }: ParsedQuery): Alternative[] {
  return excluded.flatMap(({ tokenizations }) =>
    tokenizations.filter((tokens) => tokens.length === 1).map(([{ term }]): Alternative => ({ term })),
  );
}
