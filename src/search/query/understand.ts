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

/** Languages that a query is read in, if it does not say which one it is. */
export const MAX_READINGS = 3;

/** A query that finds so much is left alone. */
const MIN_RESULTS_LEFT_ALONE = 3;

/** What queries are read with. */
export interface Reader {
  readonly analyzers: Analyzers;
  readonly dictionary: SpellingDictionary;
  readonly synonymsOf: (language: string) => Synonyms;
  /** The languages that most products are in. */
  readonly languages: readonly string[];
  /** How many products there are: no query finds more. */
  readonly documents: number;
  /** The words of a language; undefined where they are not known. */
  readonly wordListOf: (language: string) => Pick<WordList, 'has'> | undefined;
}

/** What queries are understood with. */
export interface Understanding extends Reader {
  /** How many products a query finds. */
  readonly count: (query: TextQuery) => number;
}

export interface AskedText {
  readonly text: string;
  readonly language?: string | null;
  /** Its last word may be the beginning of one. */
  readonly typing?: boolean;
}

/** What somebody has typed, as it is searched for. */
export interface Understood {
  /** null where there is no word in it. */
  readonly query: TextQuery | null;
  /** Searched for instead of what was typed, which finds nothing. */
  readonly correctedQuery?: string;
  /** What may have been meant. */
  readonly didYouMean?: string;
  /** Words that nothing has together with the others: not every hit has them. */
  readonly ignoredWords: readonly string[];
  readonly matched: Matched;
  /** The text that was searched for, corrected or not. */
  readonly searched: string;
}

/** {@link understanding}, with its questions answered at once. */
export function understand(asked: AskedText, around: Understanding): Understood {
  return answered(understanding(asked, around), around.count);
}

/**
 * Reads a query: in the languages of the shop, with its synonyms, corrected or relaxed where it finds nothing. Asks how many products
 * a query finds.
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

/** The languages that a query is read in. */
export function languagesOf(
  language: string | null | undefined,
  { analyzers, languages }: Pick<Reader, 'analyzers' | 'languages'>,
): string[] {
  const spoken = language == null ? [analyzers.of(null).language, ...languages] : [subtagOf(language)];
  return [...new Set(spoken)].slice(0, MAX_READINGS);
}

/** @param asked its language, and whether it is being typed; its text does not matter */
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
  // Only where it is typed as it would be asked anew.
  const typed = asked.typing ? asked.text.trimStart() : asked.text.trim();
  const known = typed === spelled.join(' ') ? found : undefined;
  const realWords = realWordsOf(plan, around);
  const limits = { enough: MIN_RESULTS_LEFT_ALONE, documents, found: known, realWords };
  const correction = yield* putAs(correcting(dictionary, spelled, limits), tried);
  return correction && { ...correction, text: correctedText(asked.text, words, correction.changes) };
}

/** Other words with what was asked for beside its own; undefined where there is nothing to search for. */
function triedBeside(asked: AskedText, plan: TextPlan, around: Reader) {
  const beside = plan.typedBeside(asked.text);
  // The beginning of a word is no mistake while something begins so: it stays last.
  return (words: readonly string[]): TextQuery | undefined => {
    const tried = planOf(`${beside} ${words.join(' ')}`, asked, around);
    return tried.isEmpty ? undefined : tried.query();
  };
}

/** Those of a query's words, as they are looked up in a dictionary, that any of its languages has. */
function realWordsOf(plan: TextPlan, { wordListOf }: Reader): ReadonlySet<string> {
  const real = plan.queryWords.filter((_, at) =>
    plan.readAs(at).some(({ language, word }) => wordListOf(language)?.has(spelledWord(word))),
  );
  return new Set(real.map(spelledWord));
}

/** The words that say most of those that products have together; words that neither the shop nor a language has are corrected. */
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

/** The words of a query that a choice has. */
const keptOf = ({ words }: TextPlan, choice: Choice): number[] => words.filter((_, i) => choice[i] !== undefined);

/** @param choice for each word that a product would have to have */
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

/** What of a corrected query was not typed is found, but not exactly. */
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
