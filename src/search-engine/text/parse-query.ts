import { hasSign } from './codes';
import type { LanguageAnalyzer } from './language-analyzer';
import { isSizeCode } from './property-words';
import { finestTokens, groupOverlapping, tokenizationsOf, type QueryWord } from './query-word';
import type { TextToken } from './token';
import { isMixedNumber, isUnitWord } from './units';
import { isWithoutWord } from './without-words';

/** Maximum number of words of a query. Further words are ignored. */
export const MAX_WORDS = 30;
/** Maximum length of a query, in UTF-16 code units. The rest is ignored. */
export const MAX_CHARACTERS = 1_000;

/**
 * Returns the part of a query that {@link parseQuery} reads, and one more word if there is one, so that it says that the
 * query was truncated.
 */
export function readPartOf(text: string): string {
  const input = text.length > MAX_CHARACTERS ? text.slice(0, MAX_CHARACTERS + 1) : text;
  const piece = /\S*[\p{L}\p{N}]\S*/gu;
  for (let count = 0; count <= MAX_WORDS; count++) if (piece.exec(input) === null) return input;
  return input.slice(0, piece.lastIndex);
}

interface QueryPhrase {
  /** Tokens that must follow one another. */
  readonly tokens: readonly TextToken[];
  readonly start: number;
  readonly end: number;
}

export interface ParsedQuery {
  readonly words: readonly QueryWord[];
  readonly phrases: readonly QueryPhrase[];
  /** Words with a minus sign, `-word`. No hit has them. Empty unless the query also has other words or a phrase. */
  readonly excluded: readonly QueryWord[];
  /** Whether there is nothing to search for: the query is empty or has only punctuation. */
  readonly empty: boolean;
  /** The limit at which the query was truncated, if it was too long. */
  readonly cut?: 'CHARACTERS' | 'WORDS';
}

export interface ParseOptions {
  /** Whether the customer is still typing: the last word is then a prefix, unless a space follows it. */
  readonly typing?: boolean;
  /** Whether a minus sign excludes a word. Default: true. */
  readonly excludes?: boolean;
  /** Returns whether the shop has a word with a sign, such as `c++`. Signs of other words are punctuation. */
  readonly hasWord?: (surface: string) => boolean;
}

/** Parses a typed query. Every query is valid: text that is not an operator is searched for. */
export function parseQuery(
  text: string,
  analyzer: LanguageAnalyzer,
  { typing = false, excludes = true, hasWord = () => true }: ParseOptions = {},
): ParsedQuery {
  const input = text.length > MAX_CHARACTERS ? truncated(text, MAX_CHARACTERS) : text;
  const sections = querySections(input, excludes);
  const words: QueryWord[] = [];
  const phrases: QueryPhrase[] = [];
  const excluded: QueryWord[] = [];
  let wordsLeft = MAX_WORDS;
  let cut: ParsedQuery['cut'] = input === text ? undefined : 'CHARACTERS';
  for (const { start, end, kind } of sections) {
    const tokens = analyzer
      .analyzeQuery(input.slice(start, end))
      // An excluded word that the shop lacks excludes nothing, and not the word without its sign.
      .filter(({ surface }) => kind === 'excluded' || !hasSign(surface) || hasWord(surface))
      .map((token) => shifted(token, start));
    if (kind === 'phrase') {
      const parts = finestTokens(tokens.filter(({ isMeasure }) => !isMeasure));
      if (parts.length > wordsLeft) cut ??= 'WORDS';
      const used = parts.slice(0, wordsLeft);
      wordsLeft -= used.length;
      if (used.length > 0) phrases.push({ tokens: used, start: used[0].start, end: used.at(-1)!.end });
      continue;
    }
    let wordsEnd = -1;
    for (const group of groupOverlapping(tokens)) {
      if (wordsLeft === 0) {
        cut ??= 'WORDS';
        break;
      }
      wordsLeft--;
      const word = wordOf(group, input, analyzer);
      const isListed = wordsEnd >= 0 && LISTED.test(input.slice(wordsEnd, word.start));
      wordsEnd = word.end;
      (kind === 'excluded' ? excluded : words).push({ ...word, isListed });
    }
  }
  // If all words are excluded, the text is probably a pasted title or has a stray minus sign: search for these words.
  if (words.length + phrases.length === 0 && excluded.length > 0)
    return parseQuery(text, analyzer, { typing, excludes: false, hasWord });
  const last = words.at(-1);
  if (typing && cut === undefined && last !== undefined && last.end === input.length) {
    words[words.length - 1] = { ...last, prefix: true };
  }
  return { words, phrases, excluded, empty: words.length + phrases.length === 0, cut };
}

/** Returns a query up to the last word that counts, see {@link MAX_WORDS} and {@link MAX_CHARACTERS}. */
export function countedPart(text: string, analyzer: LanguageAnalyzer): string {
  // A word has at least one character.
  if (text.length <= MAX_WORDS) return text;
  const { words, phrases, excluded, cut } = parseQuery(text, analyzer);
  if (cut === undefined) return text;
  return text.slice(0, Math.max(0, ...[...words, ...phrases, ...excluded].map(({ end }) => end)));
}

/**
 * Returns the stems of a query in order, joined by spaces. Those of excluded words begin with a minus sign and follow the
 * others, sorted. So a query is the same as another only if both exclude the same words, and excluded words do not
 * separate others.
 * @param hasWord see {@link ParseOptions}
 */
export function stemmedQuery(text: string, analyzer: LanguageAnalyzer, hasWord?: (surface: string) => boolean): string {
  const { words, excluded } = queryTokens(text, analyzer, hasWord);
  return [...words.map(({ term }) => term), ...new Set(excluded.map(({ term }) => `-${term}`).sort())].join(' ');
}

/** Returns the words of a query as its rules and keywords are compared with, and those that it excludes. */
export function queryTokens(
  text: string,
  analyzer: LanguageAnalyzer,
  hasWord: (surface: string) => boolean = () => true,
): { readonly words: readonly TextToken[]; readonly excluded: readonly TextToken[] } {
  const input = text.length > MAX_CHARACTERS ? truncated(text, MAX_CHARACTERS) : text;
  const words: TextToken[] = [];
  const excluded: TextToken[] = [];
  for (const { start, end, kind } of querySections(input, true)) {
    const tokens = analyzer
      .analyze(input.slice(start, end))
      .filter(({ surface }) => kind === 'excluded' || !hasSign(surface) || hasWord(surface));
    (kind === 'excluded' ? excluded : words).push(...finestTokens(tokens));
  }
  // As in `parseQuery`: if all words are excluded, these words are meant.
  return words.length > 0 ? { words, excluded } : { words: excluded, excluded: [] };
}

/** Returns the ranges [start, end) of a query with excluded words, without their minus signs, in order. */
export function excludedRanges(text: string): { readonly start: number; readonly end: number }[] {
  return !MINUS.test(text) ? [] : querySections(text, true).filter(({ kind }) => kind === 'excluded');
}

/**
 * Returns the {@link stemmedQuery} that rules and keywords are compared with: without the signs of words that neither the
 * shop nor one of these texts has. `voucher+` is the query `voucher`, and `c++` is not the query `c`.
 * @param hasWord returns whether searches find a word with its sign
 * @param named the stems of the texts that may have a sign, see {@link mayHaveSign}
 */
export function stemmedQueryAmong(
  text: string,
  analyzer: LanguageAnalyzer,
  hasWord: (surface: string) => boolean,
  named: () => Iterable<string>,
): string {
  if (!mayHaveSign(text)) return stemmedQuery(text, analyzer);
  let words: Set<string> | undefined;
  const isNamed = (surface: string) => {
    words ??= new Set([...named()].flatMap((stems) => stems.split(' ')));
    return words.has(analyzer.term(surface));
  };
  return stemmedQuery(text, analyzer, (surface) => hasWord(surface) || isNamed(surface));
}

/** Returns whether a word of a text can have a sign, see {@link hasSign}. It is a cheap test. */
export const mayHaveSign = (text: string): boolean => SIGNS.test(text);

function wordOf(tokens: readonly TextToken[], text: string, analyzer: LanguageAnalyzer): QueryWord {
  const group = tokens.filter(({ isMeasure }) => !isMeasure);
  const start = group[0].start;
  const end = Math.max(...group.map((token) => token.end));
  // After a number, `a` is the sign of a unit, and not an article.
  const units = new Set(group.filter(({ isUnit }) => isUnit).map(({ surface }) => surface));
  const isArticle = (token: TextToken) =>
    units.has(token.surface) && !token.isUnit && analyzer.isStopWord(token.surface);
  // The parts of `2 1/4` are also in `1/2 1/4`.
  const mixed = group.find((token) => isMixedNumber(token, text));
  const isPart = (token: TextToken) =>
    mixed !== undefined && token !== mixed && token.start >= mixed.start && token.end <= mixed.end;
  const tokenizations = tokenizationsOf(group.filter((token) => !isArticle(token) && !isPart(token)));
  const single = tokenizations.length === 1 && tokenizations[0].length === 1 ? tokenizations[0][0].surface : '';
  const isStopWord = analyzer.isStopWord(single);
  const isFunctionWord = analyzer.isFunctionWord(single);
  const isProperty = isSizeCode(single) || analyzer.isPropertyWord(single);
  const isPerson = analyzer.isPersonWord(single);
  const isWithout = isWithoutWord(analyzer.language, single);
  return {
    text: text.slice(start, end),
    start,
    end,
    tokenizations,
    isStopWord,
    isFunctionWord,
    isProperty,
    isPerson,
    isWithout,
    isListed: false,
    isUnit: isUnitWord(group, text, start, end),
    measures: tokens.flatMap(({ isMeasure, term }) => (isMeasure ? [term] : [])),
    prefix: false,
  };
}

interface QuerySection {
  readonly kind: 'words' | 'phrase' | 'excluded';
  readonly start: number;
  readonly end: number;
}

/** What stands between two things of a list. */
const LISTED = /^\s?[,;/&+，、]\s?$/;
const SIGNS = /[+#.@＋＃．＠]/;
const OPENING = /["“”„«»「『]/;
const CLOSING = /["“”«»」』]/;
const SPACE = /\s/;
const MINUS = /[-−－﹣]/;
/** The beginning of a word that can be excluded. */
const EXCLUDABLE = /^[.．@＠]?\p{L}/u;

/**
 * Splits a query into words, phrases and excluded words. A quote opens a phrase only at the start, after a space or
 * after a closing quote (15" is inches), and closes it anywhere. An unclosed phrase extends to the end, because the
 * customer may still be typing it. A minus sign before a letter, in a place where a quote would open a phrase, excludes
 * the word that follows it, or each of the words in quotes.
 */
function querySections(text: string, excludes: boolean): QuerySection[] {
  const sections: QuerySection[] = [];
  let from = 0;
  const add = (kind: QuerySection['kind'], start: number, end: number): void => {
    if (start > from) sections.push({ kind: 'words', start: from, end: start });
    sections.push({ kind, start, end });
  };
  for (let at = 0; at < text.length;) {
    const isAtStart = at === 0 || SPACE.test(text[at - 1]) || CLOSING.test(text[at - 1]);
    if (isAtStart && OPENING.test(text[at])) {
      let end = at + 1;
      while (end < text.length && !CLOSING.test(text[end])) end++;
      add('phrase', at + 1, end);
      from = at = Math.min(end + 1, text.length);
    } else if (excludes && isAtStart && MINUS.test(text[at])) {
      const isQuoted = at + 1 < text.length && OPENING.test(text[at + 1]);
      const start = at + (isQuoted ? 2 : 1);
      if (!EXCLUDABLE.test(text.slice(start, start + 3))) {
        at++;
        continue;
      }
      const ending = isQuoted ? CLOSING : SPACE;
      let end = start;
      while (end < text.length && !ending.test(text[end])) end++;
      add('excluded', start, end);
      from = at = isQuoted ? Math.min(end + 1, text.length) : end;
    } else at++;
  }
  if (from < text.length) sections.push({ kind: 'words', start: from, end: text.length });
  return sections;
}

function shifted(token: TextToken, by: number): TextToken {
  return { ...token, start: token.start + by, end: token.end + by };
}

/** Truncates a text without splitting a surrogate pair. */
function truncated(text: string, length: number): string {
  const code = text.charCodeAt(length - 1);
  return text.slice(0, code >= 0xd800 && code < 0xdc00 ? length - 1 : length);
}
