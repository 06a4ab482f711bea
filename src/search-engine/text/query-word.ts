import type { Analyzer, TextToken } from './token';

/** A word of a query, possibly with several parts, like `usb-c`. */
export interface QueryWord {
  /** The word as typed. */
  readonly text: string;
  /** Range [start, end) in the query, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /**
   * The ways to split the word into tokens, those with the fewest tokens first: `usb-c` is `usbc`, or `usb` and `c`. A
   * document matches the word if it has every token of one of these tokenizations.
   */
  readonly tokenizations: readonly (readonly TextToken[])[];
  /** Whether it is a stop word. Stop words are optional unless the query has no other words. */
  readonly isStopWord: boolean;
  /** Whether it is a stop word or a word like `under`. A query that finds nothing drops these words first. */
  readonly isFunctionWord: boolean;
  /** Whether it describes products of all kinds: a colour, a size or a common adjective. */
  readonly isProperty: boolean;
  /** Whether it names the persons that a product is for. */
  readonly isPerson: boolean;
  /** Whether it says that products with what the next word names are not meant. */
  readonly isWithout: boolean;
  /** Whether it is a unit after a number, or contains one. */
  readonly isUnit: boolean;
  /** Whether the word is still being typed: its last token is then a prefix. */
  readonly prefix: boolean;
}

/** Maximum number of tokenizations of a word. */
const MAX_TOKENIZATIONS = 8;

/** Groups tokens whose ranges in the text overlap. The tokens must be in order of start. */
export function groupOverlapping(tokens: readonly TextToken[]): TextToken[][] {
  const groups: TextToken[][] = [];
  let end = -1;
  for (const token of tokens) {
    if (token.start >= end) groups.push([]);
    groups.at(-1)!.push(token);
    end = Math.max(end, token.end);
  }
  return groups;
}

/**
 * Returns the tokenizations of a group of tokens: the sequences of tokens from its first character to its last. Each
 * token begins where the previous one ends (ignoring joiners). If no token begins there, as with overlapping pairs of
 * characters, the next token of the sequence begins within the previous one.
 */
export function tokenizationsOf(group: readonly TextToken[]): TextToken[][] {
  const tokens = withoutLoneCharacters(group);
  const end = Math.max(...tokens.map((token) => token.end));
  const next = tokens.map((token) => followers(tokens, token));
  const finishes = tokens.map((token) => token.end === end);
  for (let at = tokens.length - 1; at >= 0; at--) finishes[at] ||= next[at].some((follower) => finishes[follower]);
  const tokenizations: TextToken[][] = [];
  const walk = (at: number, path: readonly TextToken[]): void => {
    if (tokenizations.length === MAX_TOKENIZATIONS || !finishes[at]) return;
    const longer = [...path, tokens[at]];
    if (tokens[at].end === end) tokenizations.push(longer);
    else for (const follower of next[at]) walk(follower, longer);
  };
  const first = tokens[0].start;
  for (let at = tokens.length - 1; at >= 0; at--) if (tokens[at].start === first) walk(at, []);
  return tokenizations.sort((a, b) => a.length - b.length);
}

/**
 * Returns the tokens of each word in order, in the tokenization with the most tokens: `usb` and `c`, not `usbc`.
 * Phrases and synonyms are matched by these tokens.
 */
export function finestTokens(tokens: readonly TextToken[]): TextToken[] {
  return groupOverlapping(tokens).flatMap((group) => tokenizationsOf(group).at(-1)!);
}

/** Returns the indexes of the tokens that can follow a token, longer ones first. `tokens` must be sorted by start. */
function followers(tokens: readonly TextToken[], { start, end }: TextToken): number[] {
  const nextStart = tokens.find((token) => token.start >= end)?.start;
  const touching =
    nextStart === undefined ? [] : indexes(tokens, (token) => token.start === nextStart && nextStart - end <= 1);
  if (touching.length > 0) return touching;
  const overlappingStart = tokens.find((token) => token.start > start && token.end > end)?.start;
  return overlappingStart === undefined
    ? []
    : indexes(tokens, (token) => token.start === overlappingStart && token.end > end);
}

function indexes(tokens: readonly TextToken[], holds: (token: TextToken) => boolean): number[] {
  const found: number[] = [];
  for (let at = tokens.length - 1; at >= 0; at--) if (holds(tokens[at])) found.push(at);
  return found;
}

/**
 * Removes the last token if it is a single character of a script without spaces. The last pair of characters contains
 * this character and is more specific.
 */
function withoutLoneCharacters(group: readonly TextToken[]): readonly TextToken[] {
  const last = group.at(-1)!;
  const isLone = /^[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}\p{Script=Thai}]\p{M}*$/u.test(last.surface);
  return isLone && group.length > 1 ? group.slice(0, -1) : group;
}

/** Returns the stems of a text in order, joined by spaces. `Tea pots` and `tea-pot` have the same result. */
export function stemmedWords(text: string, analyzer: Analyzer): string {
  return finestTokens(analyzer.analyze(text))
    .map(({ term }) => term)
    .join(' ');
}
