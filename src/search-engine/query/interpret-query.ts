import type { Analyzers } from '../text/analyzers';
import { subtagOf } from '../text/analyzers';
import type { Alternative, TextQuery } from '../index/query';
import { queryCorrection, type QueryCorrection, type WordChange } from '../spelling/correct-query';
import { correctedText, spelledWord } from '../spelling/corrected-text';
import { type Choice, cooccurringChoice } from '../spelling/term-cooccurrence';
import type { SpellingDictionary } from '../spelling/spelling-dictionary';
import { correctionsAt, unchangedOption } from '../spelling/word-options';
import type { WordList } from '../spelling/word-list';
import type { MatchedTerms } from '../text/highlight';
import { languagesInScript } from '../text/languages-in-script';
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
  /** Number of products in the index. No query finds more. */
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
export function interpretQuery(queryText: QueryText, context: CountingQueryContext): InterpretedQuery {
  return resolveCounts(queryInterpretation(queryText, context), context.count);
}

/**
 * Interprets a query in the languages of the shop, with its synonyms. If the query finds few products, a correction is
 * offered. If it finds nothing, it is corrected, or relaxed to some of its words. The generator yields each query that
 * it tries and expects the number of products that the query finds.
 */
export function* queryInterpretation(
  queryText: QueryText,
  context: QueryContext,
): CountRequests<TextQuery, InterpretedQuery> {
  const plan = planOf(queryText.text, queryText, context);
  if (plan.isEmpty) return interpretationOf(queryText.text, null, []);
  const whole = plan.query();
  const hitCount = yield whole;
  const correction =
    hitCount < MIN_RESULTS_UNCORRECTED ? yield* correctionOf(queryText, plan, hitCount, context) : undefined;
  if (correction?.certain) {
    const { text } = correction;
    const corrected = withInexactCorrections(planOf(text, queryText, context).query(), plan);
    return { ...interpretationOf(text, corrected, []), correctedQuery: text };
  }
  const guess = correction && { didYouMean: correction.text };
  if (hitCount > 0) return { ...interpretationOf(queryText.text, whole, []), ...guess };
  return { ...(yield* relaxedInterpretation(queryText, plan, context)), ...guess };
}

/** Returns the languages that a query is parsed in. */
export function languagesOf(
  language: string | null | undefined,
  { analyzers, languages }: Pick<QueryContext, 'analyzers' | 'languages'>,
): string[] {
  const candidates = language == null ? [analyzers.of(null).language, ...languages] : [subtagOf(language)];
  return [...new Set(candidates)].slice(0, MAX_LANGUAGES);
}

/** Parses `text` with the language and `typing` of the second argument, whose own text is ignored. */
export function planOf(text: string, { language, typing }: QueryText, context: QueryContext): QueryPlan {
  const { analyzers, synonymsOf } = context;
  const readings = languagesInScript(text, languagesOf(language, context)).map((one) => ({
    language: one,
    parsed: parseQuery(text, analyzers.forQuery(one), { typing }),
    synonyms: synonymsOf(one),
  }));
  return new QueryPlan(readings);
}

function* correctionOf(
  queryText: QueryText,
  plan: QueryPlan,
  hitCount: number,
  context: QueryContext,
): CountRequests<TextQuery, (QueryCorrection & { readonly text: string }) | undefined> {
  const words = plan.queryWords;
  if (words.length === 0) return undefined;
  const buildQuery = correctedQueryBuilder(queryText, plan, context);
  const { dictionary, documents } = context;
  const spelled = words.map(spelledWord);
  // `hitCount` is the count of the typed text. It applies to the spelled words only if they are the same text.
  const typed = queryText.typing ? queryText.text.trimStart() : queryText.text.trim();
  const knownHits = typed === spelled.join(' ') ? hitCount : undefined;
  const realWords = realWordsOf(plan, context);
  const limits = { enough: MIN_RESULTS_UNCORRECTED, documents, found: knownHits, realWords };
  const correction = yield* mapRequests(queryCorrection(dictionary, spelled, limits), buildQuery);
  return correction && { ...correction, text: correctedText(queryText.text, words, correction.changes) };
}

/**
 * Returns a function that builds a query from other words and from the phrases and excluded words of the original
 * query. The function returns undefined if the built query is empty.
 */
function correctedQueryBuilder(queryText: QueryText, plan: QueryPlan, context: QueryContext) {
  const extras = plan.phrasesAndExclusions(queryText.text);
  // The words come last, so that an incomplete last word still matches as a prefix.
  return (words: readonly string[]): TextQuery | undefined => {
    const tried = planOf(`${extras} ${words.join(' ')}`, queryText, context);
    return tried.isEmpty ? undefined : tried.query();
  };
}

/** Returns the query words that a word list of the query's languages contains, in the form of `spelledWord`. */
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
  queryText: QueryText,
  plan: QueryPlan,
  context: QueryContext,
): CountRequests<TextQuery, InterpretedQuery> {
  const words = plan.queryWords;
  const spelled = words.map(spelledWord);
  const realWords = realWordsOf(plan, context);
  const productCounts: number[] = [];
  for (const at of plan.requiredIndices) productCounts.push(yield plan.query([at]));
  const options = plan.requiredIndices.map((at, i) =>
    productCounts[i] === 0
      ? correctionsAt(context.dictionary, spelled, at, realWords).filter(({ isDoubtful }) => !isDoubtful)
      : [unchangedOption(words[at].text)],
  );
  const information = informationOf(plan, productCounts, context.documents);
  if (options.some((own, i) => productCounts[i] === 0 && own.length > 0)) {
    const buildQuery = correctedQueryBuilder(queryText, plan, context);
    const countRequests = mapRequests(cooccurringChoice(options, information), (choice) => buildQuery(wordsOf(choice)));
    const choice = yield* countRequests;
    if (choice !== undefined) return interpretationOfChoice(queryText, plan, choice, context);
  }
  const typedOptions = options.map((own, i) => (productCounts[i] === 0 ? [] : own));
  const choice = yield* mapRequests(cooccurringChoice(typedOptions, information), (some) =>
    plan.query(keptWords(plan, some)),
  );
  if (choice === undefined) return interpretationOf(queryText.text, plan.query(), []);
  return interpretationOfChoice(queryText, plan, choice, context);
}

const wordsOf = (choice: Choice): string[] => choice.flatMap((option) => option?.words ?? []);

/** Returns the indices of the query words that a choice has an option for. */
const keptWords = ({ requiredIndices }: QueryPlan, choice: Choice): number[] =>
  requiredIndices.filter((_, i) => choice[i] !== undefined);

/** Returns the interpretation for a choice. @param choice an option for each required word; undefined drops the word */
function interpretationOfChoice(
  queryText: QueryText,
  plan: QueryPlan,
  choice: Choice,
  context: QueryContext,
): InterpretedQuery {
  const words = plan.queryWords;
  const ignored = plan.requiredIndices.filter((_, i) => choice[i] === undefined).map((at) => words[at].text);
  if (!choice.some((option) => option !== undefined && option.kind !== 'KEPT'))
    return interpretationOf(queryText.text, plan.query(keptWords(plan, choice)), ignored);
  const changes = plan.requiredIndices.flatMap((at, i): WordChange[] => {
    const option = choice[i];
    if (option?.kind === 'KEPT') return [];
    return [{ from: at, to: at + 1, words: option?.words ?? [], kind: option?.kind ?? 'SPELLING' }];
  });
  const text = correctedText(queryText.text, words, changes).replace(/\s+/g, ' ').trim();
  const query = withInexactCorrections(planOf(text, queryText, context).query(), plan);
  return { ...interpretationOf(text, query, ignored), correctedQuery: text };
}

/** Marks the terms that the customer did not type, so that they do not count for the feature `exactMatch`. */
function withInexactCorrections(corrected: TextQuery, typedPlan: QueryPlan): TextQuery {
  const typedTerms = new Set(
    typedPlan.query().clauses.flatMap(({ alternatives }) => alternatives.map((one) => ('term' in one ? one.term : ''))),
  );
  const clauses = corrected.clauses.map(({ alternatives }) => ({
    alternatives: alternatives.map((one): Alternative =>
      'term' in one && !typedTerms.has(one.term) ? { ...one, exact: false } : one,
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
