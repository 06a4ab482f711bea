import { plainCharacters } from '../../search-engine/text/plain-characters';
import { simplifiedCharacter } from '../../search-engine/text/simplified-characters';

const ACCENTED = /[^\p{ASCII}]/gu;

/**
 * Returns a text in lower case, without accents, with plain apostrophes and simplified Chinese characters. Its length is
 * that of the text, so that a place in it is the same place in the text.
 */
export function fold(text: string): string {
  return plainCharacters(text)
    .replaceAll(/[’‘ʼ´`＇]/g, "'")
    .replaceAll(ACCENTED, (character) => {
      const simplified = simplifiedCharacter(character);
      const [base = character] = simplified.normalize('NFD');
      const lower = base.toLowerCase();
      const folded = lower === 'ß' ? 's' : lower;
      return folded.length === character.length ? folded : character;
    })
    .replaceAll(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}
