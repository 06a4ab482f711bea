import type { Analyzers } from '../document/analyzers';
import { subtagOf } from '../document/analyzers';
import type { Alternative, TextQuery } from '../index/query';
import { queryCorrection, type QueryCorrection, type WordChange } from '../spelling/correct-query';
import { correctedText, spelledWord } from '../spelling/corrected-text';
import { type Choice, cooccurringChoice } from '../spelling/term-cooccurrence';
import type { SpellingDictionary } from '../spelling/spelling-dictionary';
import { correctionsAt, unchangedOption } from '../spelling/word-options';
import type { WordList } from '../spelling/word-list';
import type { MatchedTerms } from '../text/highlight';
import { parseQuery } from '../text/parse-query';
import type { Synonyms } from '../text/synonyms';
import { resolveCounts, type CountRequests, mapRequests } from '../scheduling/count-requests';
import { informationOf } from './information';
import { QueryPlan } from './query-plan';

/** Maximum number of languages that a query is parsed in if the request names none. */
export const MAX_LANGUAGES = 3;

/** A query that finds at least this many products is not corrected. */
const MIN_RESULTS_UNCORRECTED = 3;

/** The analyzers, dictionaries and synonyms that queries are interpreted with. */
export interface QueryContext {
  readonly analyzers: Analyzers;
  readonly dictionary: SpellingDictionary;
  readonly synonymsOf: (language: string) => Synonyms;
  /** The most frequent product languages. */
  readonly languages: readonly string[];
  /** Number of products, an upper bound of what a query finds. */
  readonly documents: number;
  /** Returns the word list of a language; undefined if there is none. */
  readonly wordListOf: (language: string) => Pick<WordList, 'has'> | undefined;
}

/** A query context that can count synchronously. */
export interface CountingQueryContext extends QueryContext {
  /** Returns the number of products that a query finds. */
  readonly count: (query: TextQuery) => number;
}

export interface QueryText {
  readonly text: string;
  readonly language?: string | null;
  /** Whether the last word may be incomplete. */
  readonly typing?: boolean;
}

/** The interpretation of a typed query. */
export interface InterpretedQuery {
  /** null if the text has no word. */
  readonly query: TextQuery | null;
  /** The text that is searched for instead of the typed text, which finds nothing. */
  readonly correctedQuery?: string;
  /** A possible correction, which is not searched for. */
  readonly didYouMean?: string;
  /** Words that hits need not contain, because no product contains all words of the query. */
  readonly ignoredWords: readonly string[];
  readonly matched: MatchedTerms;
  /** The text that is searched for, corrected or not. */
  readonly searched: string;
}

/** Runs {@link queryInterpretation} with synchronous counts. */
export function interpretQuery(asked: QueryText, around: CountingQueryContext): InterpretedQuery {
  return resolveCounts(queryInterpretation(asked, around), around.count);
}

/**
 * Interprets a query in the languages of the shop, with its synonyms. For a query that finds few products it offers a
 * correction; a query that finds nothing is corrected or relaxed. The generator yields each query that it tries and
 * expects the number of products that the query finds.
 */
export function* queryInterpretation(
  asked: QueryText,
  around: QueryContext,
): CountRequests<TextQuery, InterpretedQuery> {
  const plan = planOf(asked.text, asked, around);
  if (plan.isEmpty) return interpretationOf(asked.text, null, []);
  const whole = plan.query();
  const found = yield whole;
  const correction = found < MIN_RESULTS_UNCORRECTED ? yield* correctionOf(asked, plan, found, around) : undefined;
  if (correction?.certain) {
    const { text } = correction;
    const corrected = withInexactCorrections(planOf(text, asked, around).query(), plan);
    return { ...interpretationOf(text, corrected, []), correctedQuery: text };
  }
  const guess = correction && { didYouMean: correction.text };
  if (found > 0) return { ...interpretationOf(asked.text, whole, []), ...guess };
  return { ...(yield* relaxedInterpretation(asked, plan, around)), ...guess };
}

/** Returns the languages that a query is parsed in. */
export function languagesOf(
  language: string | null | undefined,
  { analyzers, languages }: Pick<QueryContext, 'analyzers' | 'languages'>,
): string[] {
  const spoken = language == null ? [analyzers.of(null).language, ...languages] : [subtagOf(language)];
  return [...new Set(spoken)].slice(0, MAX_LANGUAGES);
}

/** Parses `text` with the language and `typing` of the second argument, whose own text is ignored. */
export function planOf(text: string, { language, typing }: QueryText, around: QueryContext): QueryPlan {
  const { analyzers, synonymsOf } = around;
  const readings = languagesOf(language, around).map((one) => ({
    language: one,
    parsed: parseQuery(text, analyzers.forQuery(one), { typing }),
    synonyms: synonymsOf(one),
  }));
  return new QueryPlan(readings);
}

function* correctionOf(
  asked: QueryText,
  plan: QueryPlan,
  found: number,
  around: QueryContext,
): CountRequests<TextQuery, (QueryCorrection & { readonly text: string }) | undefined> {
  const words = plan.queryWords;
  if (words.length === 0) return undefined;
  const tried = correctedQueryBuilder(asked, plan, around);
  const { dictionary, documents } = around;
  const spelled = words.map(spelledWord);
  // The count is known only if the typed text equals the spelled words.
  const typed = asked.typing ? asked.text.trimStart() : asked.text.trim();
  const known = typed === spelled.join(' ') ? found : undefined;
  const realWords = realWordsOf(plan, around);
  const limits = { enough: MIN_RESULTS_UNCORRECTED, documents, found: known, realWords };
  const correction = yield* mapRequests(queryCorrection(dictionary, spelled, limits), tried);
  return correction && { ...correction, text: correctedText(asked.text, words, correction.changes) };
}

/**
 * Returns a function that builds a query from other words and from the phrases and excluded words of the original
 * query. The function returns undefined if the built query is empty.
 */
function correctedQueryBuilder(asked: QueryText, plan: QueryPlan, around: QueryContext) {
  const extras = plan.phrasesAndExclusions(asked.text);
  // The words come last, so that an incomplete last word still matches as a prefix.
  return (words: readonly string[]): TextQuery | undefined => {
    const tried = planOf(`${extras} ${words.join(' ')}`, asked, around);
    return tried.isEmpty ? undefined : tried.query();
  };
}

/** Returns the query words, in dictionary spelling, that the word list of one of the query's languages contains. */
function realWordsOf(plan: QueryPlan, { wordListOf }: QueryContext): ReadonlySet<string> {
  const real = plan.queryWords.filter((_, at) =>
    plan.readingsOf(at).some(({ language, word }) => wordListOf(language)?.has(spelledWord(word))),
  );
  return new Set(real.map(spelledWord));
}

/**
 * Relaxes a query to the most informative words that co-occur in products. Words that occur neither in the shop nor in
 * a word list are corrected.
 */
function* relaxedInterpretation(
  asked: QueryText,
  plan: QueryPlan,
  around: QueryContext,
): CountRequests<TextQuery, InterpretedQuery> {
  const words = plan.queryWords;
  const spelled = words.map(spelledWord);
  const realWords = realWordsOf(plan, around);
  const alone: number[] = [];
  for (const at of plan.words) alone.push(yield plan.query([at]));
  const options = plan.words.map((at, i) =>
    alone[i] === 0
      ? correctionsAt(around.dictionary, spelled, at, realWords).filter(({ isDoubtful }) => !isDoubtful)
      : [unchangedOption(words[at].text)],
  );
  const information = informationOf(plan, alone, around.documents);
  if (options.some((own, i) => alone[i] === 0 && own.length > 0)) {
    const tried = correctedQueryBuilder(asked, plan, around);
    const together = mapRequests(cooccurringChoice(options, information), (choice) => tried(wordsOf(choice)));
    const choice = yield* together;
    if (choice !== undefined) return interpretationOfChoice(asked, plan, choice, around);
  }
  const typed = options.map((own, i) => (alone[i] === 0 ? [] : own));
  const choice = yield* mapRequests(cooccurringChoice(typed, information), (some) => plan.query(keptWords(plan, some)));
  if (choice === undefined) return interpretationOf(asked.text, plan.query(), []);
  return interpretationOfChoice(asked, plan, choice, around);
}

const wordsOf = (choice: Choice): string[] => choice.flatMap((option) => option?.words ?? []);

/** Returns the indices of the query words that a choice keeps. */
const keptWords = ({ words }: QueryPlan, choice: Choice): number[] => words.filter((_, i) => choice[i] !== undefined);

/** Returns the interpretation for a choice. @param choice an option for each required word; undefined drops the word */
function interpretationOfChoice(
  asked: QueryText,
  plan: QueryPlan,
  choice: Choice,
  around: QueryContext,
): InterpretedQuery {
  const words = plan.queryWords;
  const ignored = plan.words.filter((_, i) => choice[i] === undefined).map((at) => words[at].text);
  if (!choice.some((option) => option !== undefined && option.kind !== 'KEPT'))
    return interpretationOf(asked.text, plan.query(keptWords(plan, choice)), ignored);
  const changes = plan.words.flatMap((at, i): WordChange[] => {
    const option = choice[i];
    if (option?.kind === 'KEPT') return [];
    return [{ from: at, to: at + 1, words: option?.words ?? [], kind: option?.kind ?? 'SPELLING' }];
  });
  const text = correctedText(asked.text, words, changes).replace(/\s+/g, ' ').trim();
  const query = withInexactCorrections(planOf(text, asked, around).query(), plan);
  return { ...interpretationOf(text, query, ignored), correctedQuery: text };
}

/** Marks as inexact the terms of a corrected query that the customer did not type. */
function withInexactCorrections(corrected: TextQuery, typed: QueryPlan): TextQuery {
  const known = new Set(
    typed.query().clauses.flatMap(({ alternatives }) => alternatives.map((one) => ('term' in one ? one.term : ''))),
  );
  const clauses = corrected.clauses.map(({ alternatives }) => ({
    alternatives: alternatives.map((one): Alternative =>
      'term' in one && !known.has(one.term) ? { ...one, exact: false } : one,
    ),
  }));
  return { ...corrected, clauses };
}

function interpretationOf(
  searched: string,
  query: TextQuery | null,
  ignoredWords: readonly string[],
): InterpretedQuery {
  const terms = new Set<string>();
  const prefixes: string[] = [];
  for (const { alternatives } of query?.clauses ?? []) {
    for (const alternative of alternatives) {
      if ('term' in alternative) terms.add(alternative.term);
      else prefixes.push(alternative.prefix);
    }
  }
  return { query, ignoredWords, matched: { terms, prefixes }, searched };
}
