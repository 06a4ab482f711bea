/**
 * Spellings of one Japanese word that differ by rule: ヴァ and バ, ダイヤ and ダイア, コンピューター and コンピュータ,
 * 引っ越し and 引越し. The functions look at the characters around a cluster `[start, end)` of a text, whose kana can be
 * of half width, and whose voicing marks can be characters of their own.
 */

const KATAKANA = /[\u30a1-\u30fa\u30fc\uff66-\uff9d]/;
/** The marks of voiced sounds that belong to the letter before them, as in ﾀﾞ. */
const VOICING = /[\u3099\u309a\uff9e\uff9f]/;
const HAN = /\p{Script=Han}/u;
/** Minimum number of katakana before a prolonged sound mark that can be left out at the end of a word (JIS Z 8301). */
const MIN_LETTERS = 3;
const LONG = new Set('ーｰ');
const SMALL_VOWELS = new Set('ァィェォｧｨｪｫぁぃぇぉ');
const SMALL_Y = new Set('ャュョｬｭｮゃゅょ');
const VU = /^(?:[ヴゔ]|ｳﾞ|[ウう]\u3099)$/;

/** Returns the end of a cluster, which includes the small vowel of ヴァ. */
export function kanaClusterEnd(text: string, start: number, end: number): number {
  return SMALL_VOWELS.has(text[end]) && VU.test(text.slice(start, end)) ? end + 1 : end;
}

/** Returns a cluster in the spelling that the index has: ア for ヤ after イ, ビ for ヴ before ュ. */
export function kanaVariant(text: string, start: number, end: number): string {
  const cluster = text.slice(start, end);
  if (SMALL_Y.has(text[end]) && VU.test(cluster)) return 'ビ';
  const isAfterI = text[start - 1] === 'イ' || text[start - 1] === 'ｲ';
  return isAfterI && (cluster === 'ヤ' || cluster === 'ﾔ') ? 'ア' : cluster;
}

/** Returns whether a cluster can be left out: a long sound at the end of a word in katakana, っ between Han characters. */
export function isSilentKana(text: string, start: number, end: number): boolean {
  if (end !== start + 1) return false;
  if (text[start] === 'っ') return HAN.test(text[start - 1] ?? '') && HAN.test(text[end] ?? '');
  if (!LONG.has(text[start]) || KATAKANA.test(text[end] ?? '')) return false;
  let letters = 0;
  for (let at = start - 1; letters < MIN_LETTERS; at--) {
    if (VOICING.test(text[at] ?? '')) at--;
    if (!KATAKANA.test(text[at] ?? '')) return false;
    letters++;
  }
  return true;
}
