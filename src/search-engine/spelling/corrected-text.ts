import { typedHangul } from '../text/hangul';
import { indexedCharacter } from '../text/indexed-character';
import type { QueryWord } from '../text/query-word';
import type { WordChange } from './correct-query';

/** Returns the form in which a query word is looked up in a dictionary: `usbc` for `usb-c`. */
export function spelledWord({ tokenizations }: QueryWord): string {
  return tokenizations[0].map(({ surface }) => surface).join('');
}

/**
 * Returns the typed query with the changed words replaced. Everything around them stays as typed.
 * @param writtenForm returns a folded word as the shop writes it: `café` for `cafe`; undefined if it is not known
 */
export function correctedText(
  text: string,
  words: readonly QueryWord[],
  changes: readonly WordChange[],
  writtenForm: (word: string) => string | undefined = () => undefined,
): string {
  const written = writtenCharacters(text);
  let corrected = '';
  let at = 0;
  for (const { from, to, words: replacement } of changes) {
    const shown = replacement.map(
      (word) =>
        // Han characters are shown as the customer types them, traditional or simplified.
        (HAN.test(word) ? undefined : writtenForm(word)) ??
        typedHangul(word).replace(HAN_OR_HIRAGANA, (character) => written.get(character) ?? character),
    );
    corrected += text.slice(at, words[from].start) + shown.join(' ');
    at = words[to - 1].end;
  }
  return corrected + text.slice(at);
}

const HAN = /\p{Script=Han}/u;
const HAN_OR_HIRAGANA = /[\p{Script=Han}\p{Script=Hiragana}]/gu;

/** Returns the traditional characters and the katakana of a text, by the characters that the index stores for them. */
function writtenCharacters(text: string): Map<string, string> {
  const characters = text.match(/[\p{Script=Han}\p{Script=Katakana}]/gu) ?? [];
  return new Map(characters.map((character) => [indexedCharacter(character), character]));
}
