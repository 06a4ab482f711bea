import type { Analyzers } from '../document/analyzers';
import { subtagOf } from '../document/analyzers';
import type { Alternative, TextQuery } from '../index/query';
import { correcting, type QueryCorrection, type WordChange } from '../spelling/correct-query';
import { correctedText, spelledWord } from '../spelling/corrected-text';
import { type Choice, foundTogether } from '../spelling/found-together';
import type { SpellingDictionary } from '../spelling/spelling-dictionary';
import { correctionsAt, keptAs } from '../spelling/word-options';
import type { WordList } from '../spelling/word-list';
import type { Matched } from '../text/highlight';
import { parseQuery } from '../text/parse-query';
import type { Synonyms } from '../text/synonyms';
import { answered, type Asking, putAs } from '../turns/asking';
import { informationOf } from './information';
import { TextPlan } from './text-query';

/** Maximum number of languages that a query is parsed in if the request names none. */
export const MAX_READINGS = 3;

/** A query that finds at least this many products is not corrected. */
const MIN_RESULTS_LEFT_ALONE = 3;

/** The analyzers, dictionaries and synonyms that queries are interpreted with. */
export interface Reader {
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
export interface Understanding extends Reader {
  /** Returns the number of products that a query finds. */
  readonly count: (query: TextQuery) => number;
}

export interface AskedText {
  readonly text: string;
  readonly language?: string | null;
  /** Whether the last word may be incomplete. */
  readonly typing?: boolean;
}

/** The interpretation of a typed query. */
export interface Understood {
  /** null if the text has no word. */
  readonly query: TextQuery | null;
  /** The text that is searched for instead of the typed text, which finds nothing. */
  readonly correctedQuery?: string;
  /** A possible correction, which is not searched for. */
  readonly didYouMean?: string;
  /** Words that no product has together with the others. Hits need not contain them. */
  readonly ignoredWords: readonly string[];
  readonly matched: Matched;
  /** The text that is searched for, corrected or not. */
  readonly searched: string;
}

/** Runs {@link understanding} with synchronous counts. */
export function understand(asked: AskedText, around: Understanding): Understood {
  return answered(understanding(asked, around), around.count);
}

/**
 * Interprets a query in the languages of the shop, with its synonyms. A query that finds nothing is corrected or
 * relaxed. It requests the number of products that each tried query finds.
 */
export function* understanding(asked: AskedText, around: Reader): Asking<TextQuery, Understood> {
  const plan = planOf(asked.text, asked, around);
  if (plan.isEmpty) return understood(asked.text, null, []);
  const whole = plan.query();
  const found = yield whole;
  const correction = found < MIN_RESULTS_LEFT_ALONE ? yield* correctionOf(asked, plan, found, around) : undefined;
  if (correction?.certain) {
    const { text } = correction;
    const corrected = asTyped(planOf(text, asked, around).query(), plan);
    return { ...understood(text, corrected, []), correctedQuery: text };
  }
  const guess = correction && { didYouMean: correction.text };
  if (found > 0) return { ...understood(asked.text, whole, []), ...guess };
  return { ...(yield* withoutWords(asked, plan, around)), ...guess };
}

/** Returns the languages that a query is parsed in. */
export function languagesOf(
  language: string | null | undefined,
  { analyzers, languages }: Pick<Reader, 'analyzers' | 'languages'>,
): string[] {
  const spoken = language == null ? [analyzers.of(null).language, ...languages] : [subtagOf(language)];
  return [...new Set(spoken)].slice(0, MAX_READINGS);
}

/** Parses a text. @param asked gives the language and whether the text is being typed; its own text is ignored */
export function planOf(text: string, { language, typing }: AskedText, around: Reader): TextPlan {
  const { analyzers, synonymsOf } = around;
  const readings = languagesOf(language, around).map((one) => ({
    language: one,
    parsed: parseQuery(text, analyzers.reading(one), { typing }),
    synonyms: synonymsOf(one),
  }));
  return new TextPlan(readings);
}

function* correctionOf(
  asked: AskedText,
  plan: TextPlan,
  found: number,
  around: Reader,
): Asking<TextQuery, (QueryCorrection & { readonly text: string }) | undefined> {
  const words = plan.queryWords;
  if (words.length === 0) return undefined;
  const tried = triedBeside(asked, plan, around);
  const { dictionary, documents } = around;
  const spelled = words.map(spelledWord);
  // The count is known only if the typed text equals the spelled words.
  const typed = asked.typing ? asked.text.trimStart() : asked.text.trim();
  const known = typed === spelled.join(' ') ? found : undefined;
  const realWords = realWordsOf(plan, around);
  const limits = { enough: MIN_RESULTS_LEFT_ALONE, documents, found: known, realWords };
  const correction = yield* putAs(correcting(dictionary, spelled, limits), tried);
  return correction && { ...correction, text: correctedText(asked.text, words, correction.changes) };
}

/**
 * Returns a function that makes a query of other words together with the phrases and excluded words of the original
 * query; undefined if there is nothing to search for.
 */
function triedBeside(asked: AskedText, plan: TextPlan, around: Reader) {
  const extras = plan.typedBeside(asked.text);
  // The words come last, so that an incomplete last word still matches as a prefix.
  return (words: readonly string[]): TextQuery | undefined => {
    const tried = planOf(`${extras} ${words.join(' ')}`, asked, around);
    return tried.isEmpty ? undefined : tried.query();
  };
}

/** Returns the words of a query, as spelled in the dictionary, that the word list of any of its languages contains. */
function realWordsOf(plan: TextPlan, { wordListOf }: Reader): ReadonlySet<string> {
  const real = plan.queryWords.filter((_, at) =>
    plan.readAs(at).some(({ language, word }) => wordListOf(language)?.has(spelledWord(word))),
  );
  return new Set(real.map(spelledWord));
}

/**
 * Relaxes a query to the most informative words that co-occur in products. Words that neither the shop nor a language
 * has are corrected.
 */
function* withoutWords(asked: AskedText, plan: TextPlan, around: Reader): Asking<TextQuery, Understood> {
  const words = plan.queryWords;
  const spelled = words.map(spelledWord);
  const realWords = realWordsOf(plan, around);
  const alone: number[] = [];
  for (const at of plan.words) alone.push(yield plan.query([at]));
  const options = plan.words.map((at, i) =>
    alone[i] === 0
      ? correctionsAt(around.dictionary, spelled, at, realWords).filter(({ doubtful }) => !doubtful)
      : [keptAs(words[at].text)],
  );
  const information = informationOf(plan, alone, around.documents);
  if (options.some((own, i) => alone[i] === 0 && own.length > 0)) {
    const tried = triedBeside(asked, plan, around);
    const together = putAs(foundTogether(options, information), (choice) => tried(wordsOf(choice)));
    const choice = yield* together;
    if (choice !== undefined) return chosen(asked, plan, choice, around);
  }
  const typed = options.map((own, i) => (alone[i] === 0 ? [] : own));
  const choice = yield* putAs(foundTogether(typed, information), (some) => plan.query(keptOf(plan, some)));
  if (choice === undefined) return understood(asked.text, plan.query(), []);
  return chosen(asked, plan, choice, around);
}

const wordsOf = (choice: Choice): string[] => choice.flatMap((option) => option?.words ?? []);

/** Returns the indices of the query words that a choice keeps. */
const keptOf = ({ words }: TextPlan, choice: Choice): number[] => words.filter((_, i) => choice[i] !== undefined);

/** Returns the interpretation for a choice. @param choice one option, or undefined, for each required word */
function chosen(asked: AskedText, plan: TextPlan, choice: Choice, around: Reader): Understood {
  const words = plan.queryWords;
  const ignored = plan.words.filter((_, i) => choice[i] === undefined).map((at) => words[at].text);
  if (!choice.some((option) => option !== undefined && option.kind !== 'KEPT'))
    return understood(asked.text, plan.query(keptOf(plan, choice)), ignored);
  const changes = plan.words.flatMap((at, i): WordChange[] => {
    const option = choice[i];
    if (option?.kind === 'KEPT') return [];
    return [{ from: at, to: at + 1, words: option?.words ?? [], kind: option?.kind ?? 'SPELLING' }];
  });
  const text = correctedText(asked.text, words, changes).replace(/\s+/g, ' ').trim();
  const query = asTyped(planOf(text, asked, around).query(), plan);
  return { ...understood(text, query, ignored), correctedQuery: text };
}

/** Marks the terms of a corrected query that the customer did not type as inexact. */
function asTyped(corrected: TextQuery, typed: TextPlan): TextQuery {
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

function understood(searched: string, query: TextQuery | null, ignoredWords: readonly string[]): Understood {
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
