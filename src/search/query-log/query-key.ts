import { firstCodePoints } from '../../expressions/code-points';
import { signBefore, signsAfter } from '../../search-engine/text/codes';
import { memoizedFold } from '../../search-engine/text/fold';
import { excludedRanges } from '../../search-engine/text/parse-query';
import { runsOf } from '../../search-engine/text/runs';

/** Maximum length of a key in UTF-16 code units. Longer keys are cut, because the size of an index key is limited. */
const MAX_KEY_LENGTH = 200;
const fold = memoizedFold();

/**
 * Returns the key by which queries are compared, in any language. Its words are in lower case, without accents and
 * punctuation, with one space between them. Part numbers such as `AB-12` become one word. The signs at the end of a name
 * such as `C++` and at its beginning (`.NET`) are preserved, and so is the minus of an excluded word (`-word`).
 * @returns '' if the query has no word
 */
export function queryKey(text: string): string {
  let key = '';
  const excluded = excludedRanges(text);
  let next = 0;
  for (const { joiner, folded, start, end } of runsOf(text, fold)) {
    if (joiner === undefined) {
      key += key === '' ? '' : ' ';
      while (next < excluded.length && excluded[next].end <= start) next++;
      if (next < excluded.length && excluded[next].start <= start) key += '-';
      key += signBefore(text, { surface: folded, start });
    }
    key += folded + signsAfter(text, { surface: folded, end }).normalize('NFKC');
  }
  return cut(key);
}

/** Returns a query as typed, with normalized white space, for display. */
export function spellingOf(text: string): string {
  return cut(text.trim().replace(/\s+/g, ' '));
}

/** Cuts a text to the maximum length, but not within a surrogate pair. */
function cut(text: string): string {
  return firstCodePoints(text, MAX_KEY_LENGTH)
    .replace(/\p{Cs}/gu, '')
    .trim();
}
