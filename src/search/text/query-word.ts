import type { Token } from './token';

/** What stands together in a query: one word, or one with parts, like `usb-c`. */
export interface QueryWord {
  /** As it was typed, and where: UTF-16 code units, [start, end). */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /**
   * Ways to read it, the fewest tokens first: `usb-c` is `usbc`, or `usb` and `c`. A document has the word if it has every
   * token of one of them.
   */
  readonly readings: readonly (readonly Token[])[];
  /** A stop word: to be wished for, not to be insisted upon, unless the query has nothing else. */
  readonly weak: boolean;
  /** A stop word, or another word of a sentence, like `under`: left out first where words must be left out. */
  readonly isFunctionWord: boolean;
  /** Still being typed: its last token is the beginning of a word. */
  readonly prefix: boolean;
}

/** Readings of one word; more parts than this allow are read as their parts. */
const MAX_READINGS = 8;

/** Tokens whose places in the text overlap, in order of start. */
export function overlapping(tokens: readonly Token[]): Token[][] {
  const groups: Token[][] = [];
  let end = -1;
  for (const token of tokens) {
    if (token.start >= end) groups.push([]);
    groups.at(-1)!.push(token);
    end = Math.max(end, token.end);
  }
  return groups;
}

/**
 * Ways to go through a group from its first character to its last: each token begins where the one before ended (joiners
 * aside), or, where none begins there, at the next place within it, as two neighbouring characters of a run do.
 */
export function readingsOf(group: readonly Token[]): Token[][] {
  const tokens = withoutLoneCharacters(group);
  const end = Math.max(...tokens.map((token) => token.end));
  const next = tokens.map((token) => followers(tokens, token));
  const finishes = tokens.map((token) => token.end === end);
  for (let at = tokens.length - 1; at >= 0; at--) finishes[at] ||= next[at].some((follower) => finishes[follower]);
  const readings: Token[][] = [];
  const walk = (at: number, path: readonly Token[]): void => {
    if (readings.length === MAX_READINGS || !finishes[at]) return;
    const longer = [...path, tokens[at]];
    if (tokens[at].end === end) readings.push(longer);
    else for (const follower of next[at]) walk(follower, longer);
  };
  const first = tokens[0].start;
  for (let at = tokens.length - 1; at >= 0; at--) if (tokens[at].start === first) walk(at, []);
  return readings.sort((a, b) => a.length - b.length);
}

/** The parts of all words, one after the other: what a phrase is made of, and what synonyms go by. */
export function finest(tokens: readonly Token[]): Token[] {
  return overlapping(tokens).flatMap((group) => readingsOf(group).at(-1)!);
}

/** Longer ones first. `tokens` are sorted by start. */
function followers(tokens: readonly Token[], { start, end }: Token): number[] {
  const place = tokens.find((token) => token.start >= end)?.start;
  const touching = place === undefined ? [] : indexes(tokens, (token) => token.start === place && place - end <= 1);
  if (touching.length > 0) return touching;
  const within = tokens.find((token) => token.start > start && token.end > end)?.start;
  return within === undefined ? [] : indexes(tokens, (token) => token.start === within && token.end > end);
}

function indexes(tokens: readonly Token[], holds: (token: Token) => boolean): number[] {
  const found: number[] = [];
  for (let at = tokens.length - 1; at >= 0; at--) if (holds(tokens[at])) found.push(at);
  return found;
}

/** The last character of an unspaced run is in its last two, which say more. */
function withoutLoneCharacters(group: readonly Token[]): readonly Token[] {
  const last = group.at(-1)!;
  const isLone = /^[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}\p{Script=Thai}]\p{M}*$/u.test(last.surface);
  return isLone && group.length > 1 ? group.slice(0, -1) : group;
}
