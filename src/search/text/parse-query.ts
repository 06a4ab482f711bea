import type { LanguageAnalyzer } from './language-analyzer';
import { finest, overlapping, readingsOf, type QueryWord } from './query-word';
import type { Token } from './token';

/** More words than this are not searched for, and more characters (UTF-16 code units) not looked at. */
export const MAX_WORDS = 30;
export const MAX_CHARACTERS = 1_000;

export interface QueryPhrase {
  /** Tokens that have to follow one another. */
  readonly tokens: readonly Token[];
  readonly start: number;
  readonly end: number;
}

export interface ParsedQuery {
  readonly words: readonly QueryWord[];
  readonly phrases: readonly QueryPhrase[];
  /** `-word`: not to be found. Only beside something that is. */
  readonly excluded: readonly QueryWord[];
  /** Nothing to search for: empty, or nothing but signs. */
  readonly empty: boolean;
  /** What was left out, if the query was too long. */
  readonly cut?: 'CHARACTERS' | 'WORDS';
}

export interface ParseOptions {
  /** While somebody types, the last word is the beginning of one, unless a space follows it. */
  readonly typing?: boolean;
}

/** Reads what somebody typed. There is no wrong query: what cannot be read as an operator is text. */
export function parseQuery(
  text: string,
  analyzer: LanguageAnalyzer,
  { typing = false }: ParseOptions = {},
): ParsedQuery {
  const asked = text.length > MAX_CHARACTERS ? wholeCharacters(text, MAX_CHARACTERS) : text;
  const stretches = stretchesOf(asked);
  const words: QueryWord[] = [];
  const phrases: QueryPhrase[] = [];
  const excluded: QueryWord[] = [];
  let left = MAX_WORDS;
  let cut: ParsedQuery['cut'] = asked === text ? undefined : 'CHARACTERS';
  for (const { start, end, kind } of stretches) {
    const tokens = analyzer.analyzeQuery(asked.slice(start, end)).map((token) => moved(token, start));
    if (kind === 'phrase') {
      const parts = finest(tokens);
      if (parts.length > left) cut ??= 'WORDS';
      const kept = parts.slice(0, left);
      left -= kept.length;
      if (kept.length > 0) phrases.push({ tokens: kept, start: kept[0].start, end: kept.at(-1)!.end });
      continue;
    }
    for (const group of overlapping(tokens)) {
      if (left === 0) {
        cut ??= 'WORDS';
        break;
      }
      left--;
      (kind === 'excluded' ? excluded : words).push(wordOf(group, asked, analyzer));
    }
  }
  // Somebody who only says what not to find has pasted a title, or a minus sign.
  const wanted = words.length + phrases.length > 0 ? words : excluded.splice(0);
  const last = wanted.at(-1);
  if (typing && cut === undefined && last !== undefined && last.end === asked.length) {
    wanted[wanted.length - 1] = { ...last, prefix: true };
  }
  return { words: wanted, phrases, excluded, empty: wanted.length + phrases.length === 0, cut };
}

function wordOf(group: readonly Token[], text: string, analyzer: LanguageAnalyzer): QueryWord {
  const start = group[0].start;
  const end = Math.max(...group.map((token) => token.end));
  const readings = readingsOf(group);
  const single = readings.length === 1 && readings[0].length === 1 ? readings[0][0].surface : '';
  const weak = analyzer.isWeak(single);
  const isFunctionWord = analyzer.isFunctionWord(single);
  return { text: text.slice(start, end), start, end, readings, weak, isFunctionWord, prefix: false };
}

interface Stretch {
  readonly kind: 'words' | 'phrase' | 'excluded';
  readonly start: number;
  readonly end: number;
}

const OPENING = /["“”„«»「『]/;
const CLOSING = /["“”«»」』]/;
const SPACE = /\s/;

/**
 * Quotes open a phrase after a space (15" is inches), and close it anywhere; one that is never closed goes on to the end, as
 * it does while it is typed. A minus sign excludes the word that it touches, after a space.
 */
function stretchesOf(text: string): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  const add = (kind: Stretch['kind'], start: number, end: number): void => {
    if (start > from) stretches.push({ kind: 'words', start: from, end: start });
    stretches.push({ kind, start, end });
  };
  for (let at = 0; at < text.length;) {
    const begins = at === 0 || SPACE.test(text[at - 1]) || CLOSING.test(text[at - 1]);
    if (begins && OPENING.test(text[at])) {
      let end = at + 1;
      while (end < text.length && !CLOSING.test(text[end])) end++;
      add('phrase', at + 1, end);
      from = at = Math.min(end + 1, text.length);
    } else if (begins && text[at] === '-' && /^\p{L}/u.test(text.slice(at + 1, at + 3))) {
      let end = at + 1;
      while (end < text.length && !SPACE.test(text[end])) end++;
      add('excluded', at + 1, end);
      from = at = end;
    } else at++;
  }
  if (from < text.length) stretches.push({ kind: 'words', start: from, end: text.length });
  return stretches;
}

function moved(token: Token, by: number): Token {
  return { ...token, start: token.start + by, end: token.end + by };
}

/** Not through the middle of a surrogate pair. */
function wholeCharacters(text: string, length: number): string {
  const code = text.charCodeAt(length - 1);
  return text.slice(0, code >= 0xd800 && code < 0xdc00 ? length - 1 : length);
}
