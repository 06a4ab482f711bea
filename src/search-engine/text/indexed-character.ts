import { foldCluster, type Transliteration } from './fold';
import { simplifiedCharacter } from './simplified-characters';

/** The letters of Hangul keyboards. Their compatibility forms would be letters of one place in a syllable only. */
const HANGUL_LETTER = /^[\u3131-\u318e]$/;
const HAN = /\p{Script=Han}/u;
const KATAKANA = /[\u30a1-\u30f6]/;
/** Distance of a katakana from its hiragana. */
const KANA_DISTANCE = 0x60;

/**
 * Returns a character as the index stores it: folded (see {@link foldCluster}), with simplified characters for
 * traditional ones, and hiragana for katakana.
 */
export function indexedCharacter(cluster: string, transliteration?: Transliteration): string {
  if (HANGUL_LETTER.test(cluster)) return cluster;
  let indexed = '';
  for (const character of foldCluster(cluster, transliteration)) {
    if (HAN.test(character)) indexed += simplifiedCharacter(character);
    else if (KATAKANA.test(character)) indexed += String.fromCharCode(character.charCodeAt(0) - KANA_DISTANCE);
    else indexed += character;
  }
  return indexed;
}
