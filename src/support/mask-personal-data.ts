import { plainCharacters } from '../search-engine/text/plain-characters';
import { namedNumbers } from './understanding/entities';

const MASK = '•••';

/** A character of an address, in a script with blanks between words. */
const OF_EMAIL = String.raw`(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{N}._%+-]`;
const EMAIL = new RegExp(`(?<!${OF_EMAIL})(?:${OF_EMAIL})+@(?:${OF_EMAIL})+`, 'gu');
/** Telephones, dates, and numbers of four digits or more. */
const NUMBER = /\+?\d(?:[ \t()/\u2060-]{0,3}\d){5,}|\d{4,}/g;
const CODE = /(?<![A-Za-z0-9])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*/g;
/** `500ml` is no code. */
const MEASURE = /^\d{1,3}[A-Za-z]{1,3}$/;
/** Streets with the number of a house, and codes of places that have letters. */
const PLACES: readonly RegExp[] = [
  /(?<!\p{L})(?:\p{Lu}[\p{L}.-]{0,30} ){0,2}(?:(?!Speicher|Arbeits|Sitz|Stell)\p{Lu}[\p{L}-]{0,30}(?:straße|strasse|str\.|weg|platz|allee|gasse|ufer|damm)|Straße|Weg|Platz|Allee|Gasse) ?\d{1,3}(?:[-/]\d{1,3})?(?: ?[a-zA-Z])?(?![\p{L}\d])/gu,
  /\d{1,3}[A-Za-z]? (?:\p{Lu}[\p{L}'’-]{0,30} ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Close|Square|Way|Boulevard|Blvd)(?!\p{L})/gu,
  /\d{1,3}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|chemin|impasse|quai|allée)(?: (?:de la|de|du|des))?(?: (?:l['’]|d['’])?\p{Lu}[\p{L}'’-]{0,30}){1,3}/gu,
  /(?<!\p{L})(?:[Cc]alle|[Aa]venida|[Pp]laza|[Pp]aseo)(?: (?:de la|de|del|de los))?(?: \p{Lu}\p{L}{0,30}){1,3},? ?\d{1,3}/gu,
  /\p{Script=Han}{1,6}[市区區]\p{Script=Han}{1,8}[路街道巷][\d０-９]{1,4}[号號]/gu,
  /\p{Script=Han}{1,8}[\d０-９]{1,2}丁目[\d０-９-]{0,12}/gu,
  /(?<![A-Za-z0-9])[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}(?![A-Za-z0-9])(?<!\d[GTM]B)/g,
];
const NAMES: readonly RegExp[] = [
  /(?<=(?:[Mm]y name is|[Mm]ein Name ist|[Ii]ch hei(?:ß|ss)e|[Jj]e m['’]appelle|[Mm]on nom est|[Mm]e llamo|[Mm]i nombre es) )\p{L}[\p{L}'’-]*(?: \p{Lu}[\p{L}'’-]*){0,2}/gu,
  /(?<=(?<!\p{L})(?:[Ii](?: am|['’]m)|[Tt]his is|[Ii]ch bin|[Hh]ier (?:ist|spricht)|[Jj]e suis|[Cc]['’]est|[Ss]oy) )\p{Lu}[\p{L}'’-]*(?: \p{Lu}[\p{L}'’-]*){1,2}/gu,
  /(?<=我叫|我的名字是|名前は)[\p{Script=Han}\p{Script=Katakana}\p{Script=Hiragana}]{1,4}/gu,
  /(?<=(?<!\p{L})(?:Mr|Mrs|Ms|Dr|Herrn?|Frau|Monsieur|Madame|Señora?)\.? )\p{Lu}[\p{L}'’-]*(?: \p{Lu}[\p{L}'’-]*)?/gu,
  // The line below a closing.
  /(?<=(?:regards|wishes|sincerely|cheers|grüße|grüßen|gruß|cordialement|salutations|saludos|atentamente|此致|敬具)[ ,.!]{0,3}\r?\n\s{0,3})\S[^\n]*/giu,
];

/**
 * Returns a text without e-mail addresses, telephone numbers, numbers of orders and parcels, other numbers of four digits
 * or more, streets with a number, and names: those that are given, and those that the text states in a usual form. No other names are
 * recognised.
 * @param number what stands in place of a number
 * @param name of the writer
 */
export function maskPersonalData(text: string, number = MASK, name = ''): string {
  const plain = plainCharacters(text);
  const codes = Array.from(plain.matchAll(CODE), ([code]) => code).filter(isCode);
  const numbers = namedNumbers(text).flatMap((named) => (named.isCertain ? [named.text] : []));
  const words = name.split(/[\s,]+/).filter((word) => word.length > 1);
  const ranges = [
    ...rangesOf(plain, [EMAIL, ...PLACES, ...NAMES, ...words.map(literal)], MASK),
    ...rangesOf(plain, [NUMBER, ...[...new Set([...codes, ...numbers])].map(literal)], number),
  ].sort((a, b) => a.from - b.from || b.to - a.to);
  let masked = '';
  let at = 0;
  for (const { from, to, mask } of ranges) {
    if (from >= at) masked += text.slice(at, from) + mask;
    at = Math.max(at, to);
  }
  return masked + text.slice(at);
}

function isCode(text: string): boolean {
  return /[A-Za-z]/.test(text) && text.replaceAll(/\D/g, '').length >= 3 && !MEASURE.test(text);
}

/** Finds a word, in scripts without blanks anywhere. */
function literal(word: string): RegExp {
  const escaped = word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return /\p{Script=Han}/u.test(word)
    ? new RegExp(escaped, 'gu')
    : new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'giu');
}

function rangesOf(plain: string, patterns: readonly RegExp[], mask: string) {
  return patterns.flatMap((pattern) =>
    Array.from(plain.matchAll(pattern), ({ index, 0: found }) => ({ from: index, to: index + found.length, mask })),
  );
}
