import type { LanguageAnalyzer } from '../../../search-engine/text/language-analyzer';
import { finestTokens } from '../../../search-engine/text/query-word';
import { allowedDistance } from '../../../search-engine/spelling/deletes';
import { editDistance, MAX_WORD_LENGTH } from '../../../search-engine/spelling/edit-distance';
import { foldingsOf } from '../../../search-engine/text/indexed-character';
import { isInWordList } from '../../../search-engine/text/word-list';
import { synonymFaults, type SynonymRule, type Synonyms } from '../../../search-engine/text/synonyms';
import type { Reformulation, SharedClicks } from './synonym-evidence.store';

/** A rule that the query log suggests, with its evidence. */
export interface SuggestedSynonym {
  /** The same for the same words in the same language. */
  readonly id: string;
  readonly kind: SynonymRule['kind'];
  readonly words: readonly string[];
  readonly finds: readonly string[];
  /** First subtag of BCP 47; null if the searches named no language. */
  readonly language: string | null;
  readonly score: number;
  readonly reformulations: number;
  readonly sharedProducts: number;
  readonly sharedClicks: number;
  readonly similarity: number;
}

/** What the shop has for the queries of a language; null for searches that named none. */
export interface LanguageContext {
  readonly analyzer: LanguageAnalyzer;
  /** The synonyms in force. */
  readonly synonyms: Synonyms;
}

/** Beginning of the ids of accepted suggestions. */
export const SUGGESTION_PREFIX = 'suggested: ';
export const MAX_SUGGESTION_ID_LENGTH = 200;
const MAX_SUGGESTIONS = 500;
/** Minimum score of a suggestion. By chance, a log-likelihood ratio exceeds it in one of a hundred cases. */
const MIN_SCORE = 6.6;

/** An expression or a query: as queries are compared, and as customers spell it. */
interface Expression {
  readonly key: string;
  readonly text: string;
}
type Pair = readonly [Expression, Expression];

interface Evidence {
  readonly language: string | null;
  /** The differing expressions, in order of their keys. */
  readonly expressions: Pair;
  /** The queries that differ in them, by the other words, which they have in common. */
  readonly queries: Map<string, Pair>;
  /** Whether the first expression should find the second one, and the other way round. */
  readonly supports: [boolean, boolean];
  score: number;
  reformulations: number;
  sharedProducts: number;
  sharedClicks: number;
  similarity: number;
}

/**
 * Returns synonyms that customers' queries suggest, those with the highest score first.
 *
 * Pairs of queries that differ in one expression are evidence for its synonym: `blue sofa` and `blue couch` for `sofa`
 * and `couch`. If all pairs have the same other words, the synonym keeps them: `cell phone` and `mobile phone` say
 * nothing of `cell` by itself. A reformulation supports one direction, and shared clicks support both.
 */
export function suggestSynonyms(
  reformulations: readonly Reformulation[],
  sharedClicks: readonly SharedClicks[],
  contextOf: (language: string | null) => LanguageContext,
): SuggestedSynonym[] {
  const evidence = new Map<string, Evidence>();
  for (const pair of reformulations) {
    const score = reformulationScore(pair);
    const found = score > 0 ? evidenceFor(evidence, pair, contextOf) : undefined;
    if (found === undefined) continue;
    found.evidence.supports[found.isReversed ? 1 : 0] = true;
    found.evidence.reformulations += pair.visits;
    found.evidence.score += score;
  }
  for (const pair of sharedClicks) {
    const found = evidenceFor(evidence, pair, contextOf)?.evidence;
    if (found === undefined) continue;
    found.supports.fill(true);
    found.sharedProducts += pair.sharedProducts;
    found.sharedClicks += pair.sharedClicks;
    found.similarity = Math.max(found.similarity, pair.similarity);
    found.score += pair.sharedClicks * pair.similarity;
  }
  return [...evidence.values()]
    .flatMap((one) => suggestionOf(one, contextOf(one.language)) ?? [])
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, MAX_SUGGESTIONS);
}

type VisitCounts = Pick<Reformulation, 'visits' | 'fromVisits' | 'toVisits' | 'allVisits'>;

/**
 * Returns how much more often a query is reformulated into another one than by chance: the log-likelihood ratio G² of
 * the table of visits by first and second query (Dunning 1993). By chance, it exceeds 10.8 in one of a thousand cases.
 * @returns 0 if it is not more often
 */
export function reformulationScore({ visits, fromVisits, toVisits, allVisits }: VisitCounts): number {
  if (visits * allVisits <= fromVisits * toVisits) return 0;
  const part = (count: number, row: number, column: number) =>
    count === 0 ? 0 : count * Math.log((count * allVisits) / (row * column));
  return (
    2 *
    (part(visits, fromVisits, toVisits) +
      part(fromVisits - visits, fromVisits, allVisits - toVisits) +
      part(toVisits - visits, allVisits - fromVisits, toVisits) +
      part(allVisits - fromVisits - toVisits + visits, allVisits - fromVisits, allVisits - toVisits))
  );
}

/** Returns the evidence that a pair of queries adds to; undefined if it suggests no synonym. */
function evidenceFor(
  all: Map<string, Evidence>,
  pair: Reformulation | SharedClicks,
  contextOf: (language: string | null) => LanguageContext,
): { readonly evidence: Evidence; readonly isReversed: boolean } | undefined {
  const common = commonWords(pair.from, pair.to);
  if (common === undefined) return undefined;
  const { before, after } = common;
  const [from, to] = [
    { key: pair.from, text: pair.fromText },
    { key: pair.to, text: pair.toText },
  ];
  const [a, b] = [middleOf(from, common), middleOf(to, common)];
  const language = pair.language === '' ? null : pair.language;
  if (areVariants(a, b, contextOf(language).analyzer)) return undefined;
  const isReversed = a.key > b.key;
  const id = JSON.stringify([language, isReversed ? [b.key, a.key] : [a.key, b.key]]);
  let evidence = all.get(id);
  if (evidence === undefined) {
    evidence = {
      ...{ language, expressions: isReversed ? [b, a] : [a, b], queries: new Map(), supports: [false, false] },
      ...{ score: 0, reformulations: 0, sharedProducts: 0, sharedClicks: 0, similarity: 0 },
    };
    all.set(id, evidence);
  }
  const words = pair.from.split(' ');
  const context = JSON.stringify([words.slice(0, before), words.slice(words.length - after)]);
  evidence.queries.set(context, isReversed ? [to, from] : [from, to]);
  return { evidence, isReversed };
}

/** Numbers of words that two queries both begin and end with. */
interface CommonWords {
  readonly before: number;
  readonly after: number;
}

/** Returns what two queries have in common; undefined if one has only more words than the other. */
function commonWords(from: string, to: string): CommonWords | undefined {
  const [a, b] = [from.split(' '), to.split(' ')];
  const shorter = Math.min(a.length, b.length);
  let before = 0;
  while (before < shorter && a[before] === b[before]) before++;
  let after = 0;
  while (after < shorter - before && a.at(-1 - after) === b.at(-1 - after)) after++;
  return before + after === shorter ? undefined : { before, after };
}

/** Returns a query without its first and last words. If its words are spelled as more or fewer words, its key counts. */
function middleOf({ key, text }: Expression, { before, after }: CommonWords): Expression {
  const [folded, spelled] = [key.split(' '), text.split(' ')];
  const middle = (words: readonly string[]) => words.slice(before, words.length - after).join(' ');
  return { key: middle(folded), text: middle(spelled.length === folded.length ? spelled : folded) };
}

/**
 * Returns whether two expressions are no synonyms even with evidence: forms, spellings or typos of the same words,
 * one that only adds words to the other, and numbers, such as sizes and models.
 */
function areVariants(one: Expression, other: Expression, analyzer: LanguageAnalyzer): boolean {
  const [a, b] = [one.key, other.key];
  if (/\p{N}/u.test(a + b)) return true;
  const [aTerms, bTerms] = [a, b].map((text) => new Set(termsOf(text, analyzer)));
  if ([...aTerms].every((term) => bTerms.has(term)) || [...bTerms].every((term) => aTerms.has(term))) return true;
  const [aLetters, bLetters] = [a, b].map((text) => text.replaceAll(' ', ''));
  if (Math.max(aLetters.length, bLetters.length) > MAX_WORD_LENGTH) return true;
  if (aLetters !== bLetters && [one, other].every((expression) => hasOnlyWords(expression, analyzer))) return false;
  const limit = allowedDistance(Math.min(aLetters.length, bLetters.length));
  return editDistance(codesOf(aLetters), aLetters.length, codesOf(bLetters), 0, bLetters.length, limit) <= limit;
}

/** Returns whether no word is a typo, however similar it is to another one: searches don't correct it either. */
const hasOnlyWords = ({ key, text }: Expression, analyzer: LanguageAnalyzer): boolean => {
  const spelled = text.split(' ');
  const isWord = (word: string) => analyzer.isCommonWord(word) || isInWordList(analyzer.language, word);
  return key.split(' ').every((word, at) => [word, ...foldingsOf(spelled[at])].some(isWord));
};

function codesOf(text: string): Uint16Array {
  return Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
}

/** Returns the suggestion for a pair of expressions; undefined if it is in force or no valid rule. */
function suggestionOf(evidence: Evidence, { analyzer, synonyms }: LanguageContext): SuggestedSynonym | undefined {
  const { language, queries, expressions, supports, score } = evidence;
  if (score < MIN_SCORE) return undefined;
  const [onlyQueries] = queries.values();
  const pair = queries.size === 1 ? onlyQueries : expressions;
  const isInForce = (from: Expression, to: Expression) => {
    const terms = termsOf(from.text, analyzer);
    const wanted = termsOf(to.text, analyzer).join(' ');
    return synonyms
      .expand(terms)
      .some((match) => match.to - match.from === terms.length && match.terms.join(' ') === wanted);
  };
  const isMissing = (from: 0 | 1) =>
    supports[from] && ![expressions, pair].some((words) => isInForce(words[from], words[1 - from]));
  if (!isMissing(0) && !isMissing(1)) return undefined;
  // A direction in force stays in the rule, because the rule replaces one that was accepted before with the same id.
  const isWanted = (from: 0 | 1) =>
    supports[from] || [expressions, pair].some((both) => isInForce(both[from], both[1 - from]));
  const [forwards, backwards] = [isWanted(0), isWanted(1)];
  const words = pair.map(({ text }) => text);
  if (!forwards) words.reverse();
  const rule =
    forwards && backwards
      ? { kind: 'TWO_WAY' as const, words, finds: [] }
      : { kind: 'ONE_WAY' as const, words: words.slice(0, 1), finds: words.slice(1) };
  const id = `${SUGGESTION_PREFIX}${language ?? 'all'}: ${pair.map(({ key }) => key).join(', ')}`;
  if (id.length > MAX_SUGGESTION_ID_LENGTH || synonymFaults(rule, analyzer).length > 0) return undefined;
  const { reformulations, sharedProducts, sharedClicks, similarity } = evidence;
  return { id, ...rule, language, score, reformulations, sharedProducts, sharedClicks, similarity };
}

function termsOf(expression: string, analyzer: LanguageAnalyzer): string[] {
  return finestTokens(analyzer.analyze(expression)).map(({ term }) => term);
}
