import type { HighlightRange } from '../text/highlight';

/** A piece of a text, and whether it matches the query. */
export interface Fragment {
  readonly text: string;
  readonly matched: boolean;
}

/** Maximum length of the text before the first match, in UTF-16 code units. */
const MAX_LENGTH_BEFORE_MATCH = 60;
const ELLIPSIS = '…';

/**
 * Splits a text into matched and unmatched pieces, in order. A long text is cut to the part around the first match, at
 * word boundaries if possible.
 * @param ranges ascending and disjoint; at least one
 * @param maxLength maximum length of the excerpt, in UTF-16 code units
 */
export function excerpt(text: string, ranges: readonly HighlightRange[], maxLength: number): Fragment[] {
  const from = text.length <= maxLength ? 0 : wordStart(text, ranges[0][0] - MAX_LENGTH_BEFORE_MATCH, ranges[0][0]);
  const to = text.length - from <= maxLength ? text.length : wordEnd(text, from + maxLength, from);
  const fragments: Fragment[] = [];
  const add = (piece: string, matched: boolean) => void (piece !== '' && fragments.push({ text: piece, matched }));
  let at = from;
  for (const [start, end] of ranges) {
    if (start >= to) break;
    add((at === from && from > 0 ? ELLIPSIS : '') + text.slice(at, start), false);
    at = Math.min(end, to);
    add(text.slice(start, at), true);
  }
  add(text.slice(at, to) + (to < text.length ? ELLIPSIS : ''), false);
  return fragments;
}

/** Returns the offset after the first space from `at` on, or `at` if there is no space before the limit. */
function wordStart(text: string, at: number, limit: number): number {
  if (at <= 0) return 0;
  const space = text.slice(at, limit).search(/\s/);
  return space < 0 ? characterStart(text, at) : at + space + 1;
}

/** Returns the offset of the last space up to `at`, or `at` if there is none. */
function wordEnd(text: string, at: number, from: number): number {
  const space = text.slice(from, at + 1).search(/\s\S*$/);
  return space <= 0 ? characterStart(text, at) : from + space;
}

/** Returns the offset, or the start of the surrogate pair that the offset would split. */
function characterStart(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit < 0xe000 ? at - 1 : at;
}
