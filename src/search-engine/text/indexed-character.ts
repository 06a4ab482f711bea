import { foldCluster, GERMAN_TRANSLITERATION, type Transliteration } from './fold';
import { hangulLetters } from './hangul';
import { simplifiedCharacter } from './simplified-characters';

/** The letters of Hangul keyboards. Their compatibility forms would be letters of one place in a syllable only. */
const HANGUL_LETTER = /^[\u3131-\u318e]$/;
const HAN = /\p{Script=Han}/u;
const KATAKANA = /[\u30a1-\u30f6]/;
/** Distance of a katakana from its hiragana. */
const KANA_DISTANCE = 0x60;
/** Two spellings of foreign sounds: ヴァイオリン is バイオリン. The keys are in hiragana. */
const FOREIGN_SOUNDS: Readonly<Record<string, string>> = { ゔぁ: 'ば', ゔぃ: 'び', ゔ: 'ぶ', ゔぇ: 'べ', ゔぉ: 'ぼ' };

/**
 * Returns a character as the index stores it: folded (see {@link foldCluster}), with simplified characters for
 * traditional ones, hiragana for katakana, and one spelling of foreign sounds.
 */
export function indexedCharacter(cluster: string, transliteration?: Transliteration): string {
  if (HANGUL_LETTER.test(cluster)) return cluster;
  let indexed = '';
  for (const character of foldCluster(cluster, transliteration)) {
    if (HAN.test(character)) indexed += simplifiedCharacter(character);
    else if (KATAKANA.test(character)) indexed += String.fromCharCode(character.charCodeAt(0) - KANA_DISTANCE);
    else indexed += character;
  }
  return FOREIGN_SOUNDS[indexed] ?? indexed;
}

/** Returns a typed word as the analyzers of different languages fold it: `Käse` is `kaese` in German, `kase` elsewhere. */
export function foldingsOf(typed: string): string[] {
  const characters = Array.from(typed.normalize('NFC'));
  const foldings = [undefined, GERMAN_TRANSLITERATION].map((transliteration) =>
    hangulLetters(characters.map((one) => indexedCharacter(one, transliteration)).join('')),
  );
  return [...new Set(foldings)];
}
