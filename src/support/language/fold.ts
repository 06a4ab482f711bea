import { plainCharacters } from '../../search-engine/text/plain-characters';
import { simplifiedCharacter } from '../../search-engine/text/simplified-characters';

const KANA = /[\u3040-\u30ff]/u;
const ACCENTED = /[^\p{ASCII}]/gu;

/**
 * Returns a text in lower case, without accents, with plain apostrophes and simplified Chinese characters. Its length is
 * that of the text, so that a place in it is the same place in the text.
 */
export function fold(text: string): string {
  return plainCharacters(text)
    .replaceAll(/[’‘ʼ´`＇]/g, "'")
    .replaceAll(ACCENTED, (character) => {
      // が is another letter than か.
      if (KANA.test(character)) return character;
      const simplified = simplifiedCharacter(character);
      const [base = character] = simplified.normalize('NFD');
      const lower = base.toLowerCase();
      const folded = lower === 'ß' ? 's' : lower;
      return folded.length === character.length ? folded : character;
    })
    .replaceAll(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

/** Returns a text as it may be written, each folded: `Größe` also as `Groesse` and `Grösse`. */
export function foldedSpellings(text: string): ReadonlySet<string> {
  const spelled = text.toLowerCase().replaceAll('ß', 'ss');
  const plain = spelled.replaceAll(/[äöü]/gu, (umlaut) => ({ ä: 'ae', ö: 'oe', ü: 'ue' })[umlaut]!);
  return new Set([text, spelled, plain].map(fold));
}
