import type { QueryWord } from '../text/query-word';
import type { WordChange } from './correct-query';

/** How a query's word is looked up in a dictionary: `usb-c` as `usbc`. */
export function spelledWord({ readings }: QueryWord): string {
  return readings[0].map(({ surface }) => surface).join('');
}

/** The query as it was typed, with the words changed that a correction changes: quotes, signs and capitals around them stay. */
export function correctedText(text: string, words: readonly QueryWord[], changes: readonly WordChange[]): string {
  let corrected = '';
  let at = 0;
  for (const { from, to, words: meant } of changes) {
    corrected += text.slice(at, words[from].start) + meant.join(' ');
    at = words[to - 1].end;
  }
  return corrected + text.slice(at);
}
