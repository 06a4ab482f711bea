import { beginsWithSign } from './codes';
import type { TextToken } from './token';

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
  /** Whether a comma or another sign of a list stands before it. */
  readonly isListed: boolean;
  /** Whether it is a unit after a number, or contains one. */
  readonly isUnit: boolean;
  /** Terms for a number with this unit, of which a document must have one. */
  readonly measures: readonly string[];
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
  const tokens = withoutLoneCharacters(withoutUnsigned(group));
  const end = tokens.reduce((last, token) => Math.max(last, token.end), 0);
  const next = tokens.map((_, at) => followers(tokens, at));
  const finishes = tokens.map((token) => token.end === end);
  for (let at = tokens.length - 1; at >= 0; at--) finishes[at] ||= next[at].some((follower) => finishes[follower]);
  const tokenizations: TextToken[][] = [];
  // A path is walked in a loop and not by recursion, because a word without spaces can have thousands of tokens.
  const walk = (first: number): void => {
    const path = [{ at: first, turn: 0 }];
    while (path.length > 0 && tokenizations.length < MAX_TOKENIZATIONS) {
      const step = path.at(-1)!;
      if (tokens[step.at].end === end) tokenizations.push(path.map(({ at }) => tokens[at]));
      const ways = tokens[step.at].end === end ? [] : next[step.at];
      while (step.turn < ways.length && !finishes[ways[step.turn]]) step.turn++;
      if (step.turn < ways.length) path.push({ at: ways[step.turn++], turn: 0 });
      else path.pop();
    }
  };
  const first = tokens[0].start;
  for (let at = tokens.length - 1; at >= 0; at--) if (tokens[at].start === first && finishes[at]) walk(at);
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
function followers(tokens: readonly TextToken[], at: number): number[] {
  const { start, end } = tokens[at];
  let next = at + 1;
  let overlapping = -1;
  for (; next < tokens.length && tokens[next].start < end; next++)
    if (overlapping < 0 && tokens[next].start > start && tokens[next].end > end) overlapping = next;
  if (next < tokens.length && tokens[next].start - end <= 1) return startingAt(tokens, next, end);
  return overlapping < 0 ? [] : startingAt(tokens, overlapping, end);
}

/** Returns the indexes of the tokens that start where the token at `first` does and end after `end`, last ones first. */
function startingAt(tokens: readonly TextToken[], first: number, end: number): number[] {
  const found: number[] = [];
  for (let at = first; at < tokens.length && tokens[at].start === tokens[first].start; at++)
    if (tokens[at].end > end) found.push(at);
  return found.reverse();
}

/** Removes the first word if another one is this word with a sign before it: `net` of `.net`. */
function withoutUnsigned(group: readonly TextToken[]): readonly TextToken[] {
  const signed = group.find(({ surface, start }) => beginsWithSign(surface) && start === group[0].start);
  if (signed === undefined) return group;
  return group.filter(
    ({ surface, start, end }) => start !== signed.start || end > signed.end || beginsWithSign(surface),
  );
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
