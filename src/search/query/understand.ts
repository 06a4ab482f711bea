import type { Analyzers } from '../document/analyzers';
import { subtagOf } from '../document/analyzers';
import type { Alternative, TextQuery } from '../index/query';
import { correctQuery } from '../spelling/correct-query';
import { correctedText, spelledWord } from '../spelling/corrected-text';
import type { SpellingDictionary } from '../spelling/spelling-dictionary';
import { suggest } from '../spelling/suggest';
import type { Matched } from '../text/highlight';
import { parseQuery } from '../text/parse-query';
import type { Synonyms } from '../text/synonyms';
import { relaxed } from './relax';
import { TextPlan } from './text-query';

/** Languages that a query is read in, if it does not say which one it is. */
export const MOST_READINGS = 3;

/** A query that finds so much is left alone. */
const ENOUGH = 3;

/** What queries are understood with. */
export interface Understanding {
  readonly analyzers: Analyzers;
  readonly dictionary: SpellingDictionary;
  readonly synonymsOf: (language: string) => Synonyms;
  /** The languages that most products are in. */
  readonly languages: readonly string[];
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

/** Reads a query: in the languages of the shop, with its synonyms, corrected or relaxed where it finds nothing. */
export function understand(asked: AskedText, around: Understanding): Understood {
  const plan = planOf(asked.text, asked, around);
  if (plan.isEmpty) return understood(asked.text, null, []);
  const whole = plan.query();
  const found = around.count(whole);
  const correction = found < ENOUGH ? correctionOf(asked, plan, around) : undefined;
  if (correction?.certain) {
    const { text } = correction;
    const corrected = asTyped(planOf(text, asked, around).query(), plan);
    return { ...understood(text, corrected, []), correctedQuery: text };
  }
  const guess = correction && { didYouMean: correction.text };
  if (found > 0) return { ...understood(asked.text, whole, []), ...guess };
  return { ...withoutWords(asked, plan, around), ...guess };
}

/** @param asked its language, and whether it is being typed; its text does not matter */
export function planOf(text: string, { language, typing }: AskedText, around: Understanding): TextPlan {
  const { analyzers, languages, synonymsOf } = around;
  const spoken = language == null ? [analyzers.of(null).language, ...languages] : [subtagOf(language)];
  const readings = [...new Set(spoken)].slice(0, MOST_READINGS).map((one) => ({
    parsed: parseQuery(text, analyzers.reading(one), { typing }),
    synonyms: synonymsOf(one),
  }));
  return new TextPlan(readings);
}

function correctionOf(asked: AskedText, plan: TextPlan, around: Understanding) {
  const words = plan.queryWords;
  if (words.length === 0) return undefined;
  const beside = plan.typedBeside(asked.text);
  // The beginning of a word is no mistake while something begins so: it stays last.
  const hits = (tried: readonly string[]) => {
    const tryPlan = planOf(`${beside} ${tried.join(' ')}`, asked, around);
    return tryPlan.isEmpty ? 0 : around.count(tryPlan.query());
  };
  const correction = correctQuery(around.dictionary, words.map(spelledWord), hits, { enough: ENOUGH });
  return correction && { ...correction, text: correctedText(asked.text, words, correction.changes) };
}

/** Without words that nobody has written anything like, what is left may still be misspelled; else word by word. */
function withoutWords(asked: AskedText, plan: TextPlan, around: Understanding): Understood {
  const words = plan.queryWords;
  const isHopeless = (at: number) =>
    around.count(plan.query([at])) === 0 && suggest(around.dictionary, spelledWord(words[at]), 1).length === 0;
  const hopeless = new Set(plan.words.filter(isHopeless));
  if (hopeless.size > 0 && hopeless.size < plan.words.length) {
    const text = words.flatMap((word, at) => (hopeless.has(at) ? [] : [word.text])).join(' ');
    const rest = planOf(text, asked, around);
    const correction = rest.isEmpty ? undefined : correctionOf({ ...asked, text }, rest, around);
    if (correction?.certain) {
      const query = asTyped(planOf(correction.text, asked, around).query(), plan);
      const ignored = words.filter((_, at) => hopeless.has(at)).map((word) => word.text);
      return { ...understood(correction.text, query, ignored), correctedQuery: correction.text };
    }
  }
  const kept = relaxed(plan.words, (some) => around.count(plan.query(some)));
  if (kept === undefined) return understood(asked.text, plan.query(), []);
  const ignored = plan.words.filter((at) => !kept.includes(at)).map((at) => words[at].text);
  return understood(asked.text, plan.query(kept), ignored);
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
