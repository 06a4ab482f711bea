import { firstCodePoints } from '../../expressions/code-points';
import { memoizedFold } from '../../search-engine/text/fold';
import { type Run, runsOf } from '../../search-engine/text/runs';

/** Maximum length of a key in UTF-16 code units. Longer keys are cut, because the size of an index key is limited. */
const MAX_KEY_LENGTH = 200;
const fold = memoizedFold();

/**
 * Returns the key by which queries are compared, in any language. Its words are in lower case, without accents and
 * punctuation, with one space between them. Part numbers such as `AB-12` become one word. The minus of an excluded word
 * (`-word`) is preserved.
 * @returns '' if the query has no word
 */
export function queryKey(text: string): string {
  let key = '';
  for (const run of runsOf(text, fold)) {
    if (run.joiner === undefined) key += key === '' ? '' : ' ';
    key += (isExcluded(text, run) ? '-' : '') + run.folded;
  }
  return cut(key);
}

/** Returns a query as typed, with normalized white space, for display. */
export function spellingOf(text: string): string {
  return cut(text.trim().replace(/\s+/g, ' '));
}

function isExcluded(text: string, { start, joiner }: Run): boolean {
  return joiner === undefined && text[start - 1] === '-' && (start === 1 || /\s/.test(text[start - 2]));
}

/** Cuts a text to the maximum length, but not within a surrogate pair. */
function cut(text: string): string {
  return firstCodePoints(text, MAX_KEY_LENGTH)
    .replace(/\p{Cs}/gu, '')
    .trim();
}
