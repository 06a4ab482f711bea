import type { HighlightRange } from '../text/highlight';

/** A piece of a text, and whether it is what was searched for. */
export interface Fragment {
  readonly text: string;
  readonly matched: boolean;
}

/** What stands before the first match, at the most, in UTF-16 code units. */
const BEFORE = 60;
const CUT = '…';

/**
 * A text in pieces, matched and not, that give it when they are joined; of a long one the part around the first match, cut between
 * words where it can be.
 * @param ranges ascending, apart from each other; at least one
 * @param longest in UTF-16 code units
 */
export function excerpt(text: string, ranges: readonly HighlightRange[], longest: number): Fragment[] {
  const from = text.length <= longest ? 0 : wordStart(text, ranges[0][0] - BEFORE, ranges[0][0]);
  const to = text.length - from <= longest ? text.length : wordEnd(text, from + longest, from);
  const fragments: Fragment[] = [];
  const add = (piece: string, matched: boolean) => void (piece !== '' && fragments.push({ text: piece, matched }));
  let at = from;
  for (const [start, end] of ranges) {
    if (start >= to) break;
    add((at === from && from > 0 ? CUT : '') + text.slice(at, start), false);
    at = Math.min(end, to);
    add(text.slice(start, at), true);
  }
  add(text.slice(at, to) + (to < text.length ? CUT : ''), false);
  return fragments;
}

/** After the first space from a place on; the place itself where no space comes before the limit. */
function wordStart(text: string, at: number, limit: number): number {
  if (at <= 0) return 0;
  const space = text.slice(at, limit).search(/\s/);
  return space < 0 ? wholeCharacter(text, at) : at + space + 1;
}

/** Before the last space up to a place. */
function wordEnd(text: string, at: number, from: number): number {
  const space = text.slice(from, at + 1).search(/\s\S*$/);
  return space <= 0 ? wholeCharacter(text, at) : from + space;
}

/** Not within a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit < 0xe000 ? at - 1 : at;
}
