import { typedHangul } from '../text/hangul';
import type { QueryWord } from '../text/query-word';
import type { WordChange } from './correct-query';

/** Returns the form in which a query word is looked up in a dictionary: `usbc` for `usb-c`. */
export function spelledWord({ tokenizations }: QueryWord): string {
  return tokenizations[0].map(({ surface }) => surface).join('');
}

/** Returns the typed query with the changed words replaced. Everything around them stays as typed. */
export function correctedText(text: string, words: readonly QueryWord[], changes: readonly WordChange[]): string {
  let corrected = '';
  let at = 0;
  for (const { from, to, words: replacement } of changes) {
    corrected += text.slice(at, words[from].start) + typedHangul(replacement.join(' '));
    at = words[to - 1].end;
  }
  return corrected + text.slice(at);
}
