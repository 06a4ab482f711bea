import { foldOnce } from '../text/fold';
import { type Run, runsOf } from '../text/runs';

/** In UTF-16 code units: longer ones are cut, as keys of tables have to be. */
const MAX_KEY_LENGTH = 200;
const fold = foldOnce();

/**
 * A query as its words are compared, whatever the language: folded, in lower case, punctuation off, part numbers joined,
 * one space between words. Excluded words keep their minus.
 * @returns '' where there is no word in it
 */
export function queryKey(text: string): string {
  let key = '';
  for (const run of runsOf(text, fold)) {
    if (run.joint === undefined) key += key === '' ? '' : ' ';
    key += (isExcluded(text, run) ? '-' : '') + run.folded;
  }
  return cut(key);
}

/** A query as it was typed, blanks aside: what is shown of it. */
export function spellingOf(text: string): string {
  return cut(text.trim().replace(/\s+/g, ' '));
}

function isExcluded(text: string, { start, joint }: Run): boolean {
  return joint === undefined && text[start - 1] === '-' && (start === 1 || /\s/.test(text[start - 2]));
}

/** Not through the middle of a character outside of the basic plane. */
function cut(text: string): string {
  return text
    .slice(0, MAX_KEY_LENGTH)
    .replace(/\p{Cs}/gu, '')
    .trim();
}
