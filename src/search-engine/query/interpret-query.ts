import type { Analyzers } from '../text/analyzers';
import { subtagOf } from '../text/analyzers';
import type { Alternative, TextQuery } from '../index/query';
import { isFarFetched, queryCorrection, type WordChange } from '../spelling/correct-query';
import { correctedText, spelledWord } from '../spelling/corrected-text';
import { soundVariants } from '../spelling/sound-variants';
import { type Choice, cooccurringChoice } from '../spelling/term-cooccurrence';
import type { WordSource } from '../spelling/spelling-suggestions';
import { correctionsAt, isSmallCorrection, unchangedOption, type WordOption } from '../spelling/word-options';
import type { MatchedTerms } from '../text/highlight';
import { languagesInScript } from '../text/languages-in-script';
import { parseQuery } from '../text/parse-query';
import type { Synonyms } from '../text/synonyms';
import { resolveCounts, type CountRequests, mapRequests } from '../scheduling/count-requests';
import { joinedWords } from './clauses';
import type { CompoundFinder } from './compounds';
import { informationOf, isOnlyInProse, nounsOf, partialWeight, type QueryNouns } from './information';
import type { Nouns } from './nouns';
import { QueryPlan } from './query-plan';
import { spellingContextOf } from './spelling-context';
import { type QueryCondition, readConditions, type ReadConditions } from './read-conditions';

/** Maximum number of languages that a query is parsed in if the request names none. */
export const MAX_LANGUAGES = 3;

/** A query that finds at least this many products is not corrected. */
const MIN_RESULTS_UNCORRECTED = 3;

/** The analyzers, dictionaries and synonyms that queries are interpreted with. */
export interface QueryContext {
  readonly analyzers: Analyzers;
  /** The words of the products, and words that stand for them, such as the words of synonyms. */
  readonly dictionary: WordSource;
  /**
   * Returns whether a word is right although no product may have it. A correction of it is only offered.
   * @param word folded, as in the index
   */
  readonly isRightWord?: (word: string) => boolean;
  readonly synonymsOf: (language: string) => Synonyms;
  /** The most frequent product languages. */
  readonly languages: readonly string[];
  /** Number of products in the index. No query finds more. */
  readonly documents: number;
  /** The nouns that say what products are, such as `tent`. Without them, they are guessed by their place. */
  readonly nouns?: Nouns;
  /** Returns how many postings a search for any of these terms and prefixes reads. */
  readonly countPostings?: (alternatives: readonly Alternative[]) => number;
  /** Names of the numeric attributes of the products. */
  readonly numericAttributes?: readonly string[];
  /** Returns whether a product has a price. Default: true. */
  readonly hasPrices?: () => boolean;
  /** Returns a folded word as the name of a product writes it. Without it, corrections are shown in folded words. */
  readonly writtenForm?: (word: string) => string | undefined;
  /** Finds the compounds of the shop. Without it, a word finds only itself. */
  readonly compounds?: CompoundFinder;
  /** Returns whether a rule of the shop answers a query, even if the query finds no product. */
  readonly hasRule?: (text: string) => boolean;
}

/** A query whose products are to be counted. */
export interface CountedQuery extends TextQuery {
  /** If present, only products with this title count, see {@link hasTitle}. Up to 10 products are looked at. */
  readonly title?: string;
}

/** Number of products whose titles are compared with a query. */
export const MAX_COMPARED_TITLES = 10;

/** Returns whether a product's title is a text, apart from case and white space. */
export function hasTitle(product: { readonly title: string } | undefined, text: string): boolean {
  return product !== undefined && normalizedTitle(product.title) === normalizedTitle(text);
}

const normalizedTitle = (text: string): string => text.toLowerCase().split(/\s+/).filter(Boolean).join(' ');

/** A query context that can count synchronously. */
export interface CountingQueryContext extends QueryContext {
  /** Returns the number of products that a query finds. */
  readonly count: (query: CountedQuery) => number;
}

export const QUERY_MATCHINGS = ['FILL_UP', 'ALL_WORDS', 'ANY_WORD'] as const;
/**
 * Which words of a query a product must have:
 * - FILL_UP: all words; if no product has them, the most informative words that co-occur. After them,
 *   products with some of the words follow.
 * - ALL_WORDS: all words
 * - ANY_WORD: at least one word
 */
export type QueryMatching = (typeof QUERY_MATCHINGS)[number];

export interface QueryText {
  readonly text: string;
  readonly language?: string | null;
  /** Whether the last word may be incomplete. */
  readonly typing?: boolean;
  /** Default FILL_UP. */
  readonly matching?: QueryMatching;
  /** Whether numbers with words, such as `under 50`, are read as conditions. Default: false. */
  readonly readsConditions?: boolean;
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
  /** The terms and prefixes of all words, including ignored ones. */
  readonly matched: MatchedTerms;
  /** The text that is searched for, corrected or not. */
  readonly searched: string;
  /** All words of the query, corrected, including ignored words. */
  readonly plan: QueryPlan;
  /** The conditions that the query states in words, which are not searched for. */
  readonly conditions: readonly QueryCondition[];
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
): CountRequests<CountedQuery, InterpretedQuery> {
  const read = queryText.readsConditions ? yield* conditionsOf(queryText, context) : undefined;
  if (read === undefined) return yield* interpretationOfWords(queryText, context);
  const words = yield* interpretationOfWords({ ...queryText, text: read.rest }, context);
  // The texts that a client can search for again state the conditions, too.
  const whole = (text: string) => [text, ...read.conditions.map((condition) => condition.text)].join(' ');
  return {
    ...words,
    conditions: read.conditions,
    ...(words.correctedQuery === undefined ? {} : { correctedQuery: whole(words.correctedQuery) }),
    ...(words.didYouMean === undefined ? {} : { didYouMean: whole(words.didYouMean) }),
  };
}

/**
 * Reads the conditions of a query. A query with a phrase, a query for which the shop has a rule, and the title of a
 * product have none, and neither has a query for a price in a shop without prices.
 */
function* conditionsOf(
  queryText: QueryText,
  context: QueryContext,
): CountRequests<CountedQuery, ReadConditions | undefined> {
  const { text, language, typing } = queryText;
  const read = readConditions(text, languagesOf(language, context), context.numericAttributes ?? [], typing);
  if (read.conditions.length === 0 || context.hasRule?.(text)) return undefined;
  if (read.conditions.some(({ field }) => field === 'price') && context.hasPrices?.() === false) return undefined;
  const plan = planOf(text, queryText, context);
  return plan.hasPhrases || (yield { ...plan.query(), title: text }) > 0 ? undefined : read;
}

function* interpretationOfWords(
  queryText: QueryText,
  context: QueryContext,
): CountRequests<CountedQuery, InterpretedQuery> {
  const { text, matching = 'FILL_UP' } = queryText;
  const typedPlan = planOf(text, queryText, context);
  if (typedPlan.isEmpty) return interpretationOf(text, null, typedPlan);
  const named = yield* withNames(yield* withoutMistakenExclusions(typedPlan, text, queryText, context));
  const spelled = yield* spelledNegations(queryText, named, context);
  if (spelled !== undefined)
    return { correctedQuery: spelled, ...(yield* interpretationOfWords({ ...queryText, text: spelled }, context)) };
  const plan = withPartialWeights(named, context);
  const whole = queryOf(plan, matching, context);
  const hitCount = yield whole;
  const correction =
    hitCount < MIN_RESULTS_UNCORRECTED ? yield* correctionOf(queryText, plan, hitCount, context) : undefined;
  if (correction?.certain) {
    const read = planOf(correction.text, queryText, context);
    const correctedPlan = withPartialWeights(
      yield* withNames(yield* withoutMistakenExclusions(read, correction.text, queryText, context)),
      context,
    );
    const corrected = withInexactCorrections(queryOf(correctedPlan, matching, context), plan);
    return { ...interpretationOf(correction.text, corrected, correctedPlan), correctedQuery: correction.text };
  }
  const guess = correction && { didYouMean: correction.text };
  if (hitCount > 0 || matching !== 'FILL_UP') return { ...interpretationOf(text, whole, plan), ...guess };
  return { ...(yield* relaxedInterpretation(queryText, plan, context)), ...guess };
}

/** Returns the languages that a query is parsed in. */
function languagesOf(
  language: string | null | undefined,
  { analyzers, languages }: Pick<QueryContext, 'analyzers' | 'languages'>,
): string[] {
  const candidates = language == null ? [analyzers.of(null).language, ...languages] : [subtagOf(language)];
  return [...new Set(candidates)].slice(0, MAX_LANGUAGES);
}

/**
 * Parses `text` with the language and `typing` of the second argument, whose own text is ignored.
 * @param excludes whether a minus sign excludes a word, and `without` what follows it. Default: true
 */
export function planOf(
  text: string,
  { language, typing }: QueryText,
  context: QueryContext,
  { excludes = true }: { readonly excludes?: boolean } = {},
): QueryPlan {
  const { analyzers, synonymsOf, dictionary, compounds } = context;
  const readings = languagesInScript(text, languagesOf(language, context)).map((one) => {
    const analyzer = analyzers.forQuery(one);
    const hasWord = (surface: string) => dictionary.frequencyOf(surface) > 0;
    const parsed = parseQuery(text, analyzer, { typing, excludes, hasWord });
    const isWord = (surface: string) =>
      dictionary.frequencyOf(surface) > 0 || dictionary.frequencyOf(analyzer.term(surface)) > 0;
    return {
      language: one,
      parsed,
      analyzer,
      synonyms: synonymsOf(one),
      joined: joinedWords(parsed.words, analyzer, isWord),
      compounds: compounds?.compoundsOf(parsed.words, analyzer),
      heads: compounds?.headsOf(parsed.words, analyzer),
    };
  });
  return new QueryPlan(readings, [], excludes);
}

const queryOf = (plan: QueryPlan, matching: QueryMatching, { countPostings }: QueryContext): TextQuery =>
  (matching === 'ANY_WORD' ? plan.anyWordQuery(countPostings) : null) ?? plan.query();

/**
 * Corrects words after `without` that no product has, because they would exclude nothing: `muesli without sugr`. No other
 * word supports the correction, so it must be one that a query of this word alone would get.
 * @returns undefined if nothing is corrected
 */
function* spelledNegations(
  queryText: QueryText,
  plan: QueryPlan,
  context: QueryContext,
): CountRequests<CountedQuery, string | undefined> {
  const { text } = queryText;
  if (plan.negatedWords.length === 0 || context.hasRule?.(text)) return undefined;
  const words = plan.queryWords;
  const changes: WordChange[] = [];
  for (const at of plan.negatedWords) {
    if ((yield plan.wordQuery(at)) > 0) continue;
    const [correction] = correctionsAt(spellingContextOf(plan, context), words.map(spelledWord), at);
    if (correction?.kind !== 'SPELLING' || correction.isDoubtful || correction.support > 0) continue;
    if (isFarFetched(correction, spelledWord(words[at]))) continue;
    changes.push({ from: at, to: at + 1, words: correction.words, kind: 'SPELLING' });
  }
  if (changes.length === 0) return undefined;
  const corrected = correctedText(text, words, changes, context.writtenForm);
  return (yield planOf(corrected, queryText, context).query()) > 0 ? corrected : undefined;
}

/** Returns the plan in which products with the head noun come before others that have only some of the words. */
function withPartialWeights(plan: QueryPlan, context: QueryContext): QueryPlan {
  let weights: readonly number[] | undefined;
  const weightsOf = (nouns: QueryNouns) => plan.queryWords.map((_, at) => partialWeight(plan, nouns, at));
  return plan.withWeights((at) => (weights ??= weightsOf(nounsOf(plan, context)))[at]);
}

/** Requires a single letter next to a word if the shop has the pair, and the query with it: `vitamin a`. */
function* withNames(plan: QueryPlan): CountRequests<CountedQuery, QueryPlan> {
  let named = plan;
  for (const names of plan.possibleNames()) {
    for (const name of names) {
      if ((yield plan.nameQuery(name)) === 0) continue;
      const tried = named.withName(name);
      if ((yield tried.query()) === 0) continue;
      named = tried;
      break;
    }
  }
  return named;
}

/** Reads excluded words as words if the text is the title of a product, such as `Wall mount -black`. */
function* withoutMistakenExclusions(
  plan: QueryPlan,
  text: string,
  queryText: QueryText,
  context: QueryContext,
): CountRequests<CountedQuery, QueryPlan> {
  if (!plan.hasExclusions) return plan;
  const pasted = planOf(text, queryText, context, { excludes: false });
  return (yield { ...pasted.query(), title: text }) > 0 ? pasted : plan;
}

interface TextCorrection {
  readonly text: string;
  /** Whether it is searched for, and not only offered. */
  readonly certain: boolean;
}

/** Corrects the words of a query or, if that is not certain, replaces what sounds like something else. */
function* correctionOf(
  queryText: QueryText,
  plan: QueryPlan,
  hitCount: number,
  context: QueryContext,
): CountRequests<CountedQuery, TextCorrection | undefined> {
  // A name such as `usb-a` is no typo.
  if (plan.queryWords.length === 0 || (plan.hasNames && hitCount > 0) || context.hasRule?.(queryText.text))
    return undefined;
  const spelled = yield* spellingCorrectionOf(queryText, plan, hitCount, context);
  if (spelled?.certain) return spelled;
  const sounding = yield* soundCorrectionOf(queryText, plan, hitCount, context);
  return sounding?.certain ? sounding : (spelled ?? sounding);
}

function* soundCorrectionOf(
  queryText: QueryText,
  plan: QueryPlan,
  hitCount: number,
  context: QueryContext,
): CountRequests<CountedQuery, TextCorrection | undefined> {
  const { analyzers, dictionary } = context;
  const { segmenter } = analyzers;
  const analyzer = analyzers.forQuery(plan.languages[0]);
  const variants = soundVariants(queryText.text, {
    frequencyOf: (word) => dictionary.frequencyOf(word),
    fold: (character) => analyzer.folded(character),
    hasChineseWord: segmenter && ((word) => segmenter.hasWord(word)),
  });
  for (const { text, isDoubtful } of variants) {
    const tried = planOf(text, queryText, context);
    if ((yield queryOf(tried, queryText.matching ?? 'FILL_UP', context)) > hitCount)
      return { text, certain: hitCount === 0 && !isDoubtful };
  }
  return undefined;
}

function* spellingCorrectionOf(
  queryText: QueryText,
  plan: QueryPlan,
  hitCount: number,
  context: QueryContext,
): CountRequests<CountedQuery, TextCorrection | undefined> {
  const words = plan.queryWords;
  const buildQuery = correctedQueryBuilder(queryText, plan, context);
  const spelled = words.map(spelledWord);
  // `hitCount` is the count of the typed text. It applies to the spelled words only if they are the same text.
  const typed = queryText.typing ? queryText.text.trimStart() : queryText.text.trim();
  const knownHits = typed === spelled.join(' ') ? hitCount : undefined;
  const limits = { enough: MIN_RESULTS_UNCORRECTED, documents: context.documents, found: knownHits };
  const work = queryCorrection(spellingContextOf(plan, context), spelled, limits);
  const answered = (tried: readonly string[]) => (context.hasRule?.(tried.join(' ')) ? 1 : 0);
  const correction = yield* mapRequests(work, buildQuery, answered);
  return (
    correction && { ...correction, text: correctedText(queryText.text, words, correction.changes, context.writtenForm) }
  );
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
    return tried.isEmpty ? undefined : queryOf(tried, queryText.matching ?? 'FILL_UP', context);
  };
}

/**
 * Relaxes a query to the most informative words that co-occur in products. Words that are not words of the shop are
 * corrected.
 */
function* relaxedInterpretation(
  queryText: QueryText,
  plan: QueryPlan,
  context: QueryContext,
): CountRequests<CountedQuery, InterpretedQuery> {
  const words = plan.queryWords;
  const spelled = words.map(spelledWord);
  const spelling = spellingContextOf(plan, context);
  const productCounts: number[] = [];
  for (const at of plan.requiredIndices) productCounts.push(yield plan.query([at]));
  const options: (readonly WordOption[])[] = [];
  for (const [i, at] of plan.requiredIndices.entries()) {
    const corrections = correctionsAt(spelling, spelled, at);
    if (productCounts[i] === 0) options.push(corrections.filter(({ isDoubtful }) => !isDoubtful));
    else options.push([unchangedOption(words[at].text), ...(yield* writtenApart(corrections, queryText, context))]);
  }
  const nouns = yield* soughtNouns(plan, productCounts, options, context);
  const information = informationOf(plan, productCounts, nouns, context);
  const onlyInProse = (at: number) => isOnlyInProse(plan, at, context.nouns);
  const weighted = plan.withWeights((at) => (onlyInProse(at) ? 0 : partialWeight(plan, nouns, at)));
  if (options.some((own) => own.some(({ kind }) => kind !== 'KEPT'))) {
    const buildQuery = correctedQueryBuilder(queryText, plan, context);
    const countRequests = mapRequests(cooccurringChoice(options, information), (choice) =>
      plan.splitsMeasure(keptWords(plan, choice)) ? undefined : buildQuery(wordsOf(choice)),
    );
    const choice = yield* countRequests;
    if (choice !== undefined && isSupported(choice))
      return interpretationOfChoice(queryText, weighted, choice, context);
  }
  const typedOptions = options.map((own) => own.filter(({ kind }) => kind === 'KEPT'));
  const choice = yield* mapRequests(cooccurringChoice(typedOptions, information), (some) => {
    const kept = keptWords(plan, some);
    return plan.splitsMeasure(kept) ? undefined : plan.query(kept);
  });
  if (choice === undefined) {
    // Without other words, the phrases are the whole query, which finds nothing.
    const phrases = plan.hasPhrases && plan.requiredIndices.length > 0 ? plan.query([]) : undefined;
    if (phrases === undefined || (yield phrases) === 0) return interpretationOf(queryText.text, plan.query(), plan);
    const ignoredWords = plan.requiredIndices.map((at) => words[at].text);
    return { ...interpretationOf(queryText.text, phrases, plan), ignoredWords };
  }
  // Products that only mention one word in their text, or share only a colour with the wanted one, are not meant.
  const [kept, left] = partition(plan, choice, nouns);
  const isMeant = kept.length > 1 || (kept.length === 1 && !onlyInProse(kept[0])) || left.length === 0;
  return isMeant || plan.hasPhrases
    ? interpretationOfChoice(queryText, weighted, choice, context)
    : interpretationOf(
        queryText.text,
        plan.query(),
        plan.withWeights(() => 0),
      );
}

/** Returns the splits of a word that products have side by side, in two words: `candle holder` for `candleholder`. */
function* writtenApart(
  corrections: readonly WordOption[],
  queryText: QueryText,
  context: QueryContext,
): CountRequests<CountedQuery, WordOption[]> {
  const found: WordOption[] = [];
  for (const option of corrections) {
    if (option.kind !== 'SPLIT') continue;
    const plan = planOf(`"${option.words.join(' ')}"`, queryText, context);
    if (plan.hasPhrases && (yield plan.query()) > 0) found.push(option);
  }
  return found;
}

/** Returns the words that a choice keeps and those that it leaves out, of the words that can name a product. */
function partition(plan: QueryPlan, choice: Choice, { all }: QueryNouns): [kept: number[], left: number[]] {
  const parts: [number[], number[]] = [[], []];
  for (const [i, at] of plan.requiredIndices.entries())
    if (all.has(at) || plan.isPerson(at) || !plan.isDescription(at)) parts[choice[i] === undefined ? 1 : 0].push(at);
  return parts;
}

/**
 * Finds the nouns of a query of which no product has all words. If the products with the head noun belong to other things
 * than those that another word names, this word is the head: `cat` of `cat toys`, if all toys are dog toys.
 * @param options the corrections of words that no product has
 */
function* soughtNouns(
  plan: QueryPlan,
  productCounts: readonly number[],
  options: readonly (readonly WordOption[])[],
  context: QueryContext,
): CountRequests<CountedQuery, QueryNouns> {
  const termsOf = (at: number): string[] => {
    const i = plan.requiredIndices.indexOf(at);
    const [option] = options[i];
    if (option?.kind !== 'SPELLING') return plan.termsAt(at);
    const [word] = option.words;
    return plan.languages.map((language) => context.analyzers.forQuery(language).term(word));
  };
  const nouns = nounsOf(plan, context, termsOf);
  const { head } = nouns;
  if (head === undefined || context.nouns === undefined) return nouns;
  for (const [i, at] of plan.requiredIndices.entries()) {
    if (at === head || productCounts[i] === 0 || (plan.isDescription(at) && !nouns.all.has(at))) continue;
    if (!context.nouns.areOfOthers(termsOf(head), plan.termsAt(at))) continue;
    if ((yield plan.query([at, head])) === 0) return { ...nouns, head: at };
  }
  return nouns;
}

/**
 * Returns whether the corrections of a choice are likely although words are left out: the choice has a word as typed, or
 * each correction is small.
 */
function isSupported(choice: Choice): boolean {
  const options = choice.filter((option) => option !== undefined);
  const corrections = options.filter(({ kind }) => kind !== 'KEPT');
  const supporting = options.length - corrections.length;
  return corrections.every(
    (option) => supporting >= Math.max(1, option.support) || (option.support === 0 && isSmallCorrection(option)),
  );
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
  const ignoredWords = plan.requiredIndices.filter((_, i) => choice[i] === undefined).map((at) => words[at].text);
  if (!choice.some((option) => option !== undefined && option.kind !== 'KEPT'))
    return { ...interpretationOf(queryText.text, plan.query(keptWords(plan, choice)), plan), ignoredWords };
  const changes = plan.requiredIndices.flatMap((at, i): WordChange[] => {
    const option = choice[i];
    if (option?.kind === 'KEPT') return [];
    return [{ from: at, to: at + 1, words: option?.words ?? [], kind: option?.kind ?? 'SPELLING' }];
  });
  const corrections = changes.filter((change) => change.words.length > 0);
  const text = correctedText(queryText.text, words, changes, context.writtenForm).replace(/\s+/g, ' ').trim();
  const query = withInexactCorrections(planOf(text, queryText, context).query(), plan);
  const correctedPlan = planOf(
    correctedText(queryText.text, words, corrections, context.writtenForm),
    queryText,
    context,
  );
  const weightedPlan = withPartialWeights(correctedPlan, context);
  return { ...interpretationOf(text, query, weightedPlan), ignoredWords, correctedQuery: text };
}

/** Marks the terms that the customer did not type: their form does not matter, nor do they count for `exactMatch`. */
function withInexactCorrections(corrected: TextQuery, typedPlan: QueryPlan): TextQuery {
  const typedTerms = new Set(
    typedPlan.query().clauses.flatMap(({ alternatives }) => alternatives.map((one) => ('term' in one ? one.term : ''))),
  );
  const clauses = corrected.clauses.map(({ alternatives }) => ({
    alternatives: alternatives.map((one): Alternative =>
      'term' in one && !typedTerms.has(one.term) ? { term: one.term, weight: one.weight, exact: false } : one,
    ),
  }));
  return { ...corrected, clauses };
}

function interpretationOf(searched: string, query: TextQuery | null, plan: QueryPlan): InterpretedQuery {
  const terms = new Set<string>();
  const prefixes: string[] = [];
  const clauses = query === null ? [] : [...plan.query().clauses, ...query.clauses];
  for (const { alternatives } of [...clauses, ...(plan.anyWordQuery()?.clauses ?? [])]) {
    for (const alternative of alternatives) {
      if ('term' in alternative) terms.add(alternative.term);
      else prefixes.push(alternative.prefix);
    }
  }
  const matched = { terms, prefixes: [...new Set(prefixes)] };
  return { query, ignoredWords: [], matched, searched, plan, conditions: [] };
}
