import { CharacterClass } from './character-class';
import type { Run } from './runs';

/** A word of a text, with its range [start, end). Of the compound `USB-C`, `usb`, `c` and `usbc` are words. */
export interface WordPiece {
  readonly surface: string;
  readonly start: number;
  readonly end: number;
}

interface CompoundPart extends WordPiece {
  readonly isNumeric: boolean;
  readonly joiner: string;
}

/** Maximum number of parts of a compound that is indexed as one word. */
const MAX_PARTS = 8;
/** Maximum length of a compound that is indexed as one word, in UTF-16 code units. */
const MAX_COMPOUND_LENGTH = 64;
/**
 * Maximum length of a short part, in UTF-16 code units. `/`, `&`, `+` and `.` join only short parts and numbers into
 * one word: `24/7` and `B&Q` are names, `black/white` is two words.
 */
const MAX_SHORT_LENGTH = 3;

/**
 * Returns the words of a compound in all the ways in which customers type it, sorted by start, shorter words first:
 * - each part: `usb`, `c`; `85123`, `a`
 * - adjacent parts without a joiner as one word: `85123a`
 * - all parts as one word: `usbc`
 * - two parts with a hyphen as one word, if one is short: `usbc` of `USB-C-Kabel`
 *
 * Between digits, `.` and `/` are preserved, so that 1.5 differs from 15.
 * @param chain the runs of the compound; between two runs is a joiner or nothing
 * @param decimalComma whether 1.000 is a thousand and 1,5 a fraction; otherwise 1,000 is a thousand and 1.5 a fraction
 */
export function compoundPieces(chain: readonly Run[], decimalComma: boolean): WordPiece[] {
  const parts = partsOf(chain, decimalComma);
  const pieces: WordPiece[] = [];
  const possessive = parts.length > 1 && isPossessive(parts.at(-1)!);
  for (let at = 0; at < parts.length; at++) {
    if (!(possessive && at === parts.length - 1)) pieces.push(parts[at]);
    if (parts.length === 1) break;
    const adjacentEnd = endOfAdjacentParts(parts, at);
    const ends = new Set<number>();
    if (adjacentEnd - at > 1) ends.add(adjacentEnd);
    if (parts.length > 2 && isNameLike(parts, at)) ends.add(at + 2);
    if (at === 0 && isWholeWord(parts)) ends.add(parts.length);
    for (const end of [...ends].sort((a, b) => a - b)) {
      const whole = joinParts(parts, at, end);
      if (whole !== undefined) pieces.push(whole);
    }
  }
  return pieces;
}

/**
 * Parts without joiners between them form a sequence. Returns the exclusive end of the sequence that begins at index
 * `at`, or `at + 1` if the part at `at` belongs to a sequence that begins earlier.
 */
function endOfAdjacentParts(parts: readonly CompoundPart[], at: number): number {
  if (at > 0 && parts[at].joiner === '') return at + 1;
  let end = at + 1;
  while (end < parts.length && parts[end].joiner === '' && end - at <= MAX_PARTS) end++;
  return end;
}

/**
 * Returns whether a hyphen joins the part at `at` and the next part, one of the two is short, and no third part adjoins
 * them without a joiner: `USB-C` of `USB-C-Kabel`.
 */
function isNameLike(parts: readonly CompoundPart[], at: number): boolean {
  const [firstPart, secondPart, thirdPart] = parts.slice(at, at + 3);
  if (
    secondPart === undefined ||
    !isHyphen(secondPart.joiner) ||
    thirdPart?.joiner === '' ||
    (at > 0 && firstPart.joiner === '')
  )
    return false;
  return Math.min(firstPart.surface.length, secondPart.surface.length) <= MAX_SHORT_LENGTH;
}

function isWholeWord(parts: readonly CompoundPart[]): boolean {
  return parts.every(
    (part, at) => at === 0 || !joinsOnlyShortParts(part.joiner) || (isShort(part) && isShort(parts[at - 1])),
  );
}

function isShort(part: CompoundPart): boolean {
  return part.isNumeric || part.surface.length <= MAX_SHORT_LENGTH;
}

function joinsOnlyShortParts(joiner: string): boolean {
  return '/／&＆+＋.．'.includes(joiner) && joiner !== '';
}

function isHyphen(joiner: string): boolean {
  return '-‐‑−﹣－_＿'.includes(joiner) && joiner !== '';
}

function isPossessive(part: CompoundPart): boolean {
  return part.surface === 's' && "'’‘ʼ＇".includes(part.joiner) && part.joiner !== '';
}

function joinParts(parts: readonly CompoundPart[], from: number, to: number): WordPiece | undefined {
  if (to - from > MAX_PARTS) return undefined;
  let surface = parts[from].surface;
  for (let at = from + 1; at < to; at++) {
    const between = parts[at - 1].isNumeric && parts[at].isNumeric ? separatorBetweenDigits(parts[at].joiner) : '';
    surface += between + parts[at].surface;
  }
  if (surface.length > MAX_COMPOUND_LENGTH) return undefined;
  return { surface, start: parts[from].start, end: parts[to - 1].end };
}

function separatorBetweenDigits(joiner: string): string {
  if (joiner === '') return '';
  if ('.．,，·'.includes(joiner)) return '.';
  return '/／'.includes(joiner) ? '/' : '';
}

/** Returns the runs as parts. A number like 1.5 or 1,000 becomes one part, and `*` between numbers becomes `x`. */
function partsOf(chain: readonly Run[], decimalComma: boolean): CompoundPart[] {
  const parts: CompoundPart[] = [];
  for (let at = 0; at < chain.length;) {
    const number = numberAt(chain, at, decimalComma);
    const { start, folded, kind } = chain[at];
    const joiner = at === 0 ? '' : chain[at].joiner!;
    if (joiner === '*')
      parts.push({ surface: 'x', start: chain[at - 1].end, end: start, isNumeric: false, joiner: '' });
    const end = number?.end ?? at + 1;
    parts.push({
      surface: number?.surface ?? folded,
      start,
      end: chain[end - 1].end,
      isNumeric: kind !== CharacterClass.Letter,
      joiner: joiner === '*' ? '' : joiner,
    });
    at = end;
  }
  return parts;
}

/**
 * Returns the number, like 1,000.5, that begins at index `at` and consists of several runs; undefined if there is none.
 * Its surface has the decimal mark of the language and no thousands separators.
 */
function numberAt(
  chain: readonly Run[],
  at: number,
  decimalComma: boolean,
): { surface: string; end: number } | undefined {
  if (chain[at].kind !== CharacterClass.Digit) return undefined;
  if (at > 0 && chain[at - 1].kind === CharacterClass.Digit && isNumberMark(chain[at].joiner)) return undefined;
  let end = at + 1;
  while (end < chain.length && chain[end].kind === CharacterClass.Digit && isNumberMark(chain[end].joiner)) end++;
  if (end === at + 1) return undefined;
  const thousands = decimalComma ? '.' : ',';
  let surface = chain[at].folded;
  let grouped = chain[at].folded.length <= 3;
  for (let next = at + 1; next < end; next++) {
    const { folded, joiner } = chain[next];
    if (grouped && toHalfWidth(joiner!) === thousands && folded.length === 3) surface += folded;
    else if (next === end - 1 && (next === at + 1 || toHalfWidth(joiner!) !== thousands))
      surface += (decimalComma ? ',' : '.') + folded;
    else return undefined; // 1.2.3 is not a number
    grouped &&= toHalfWidth(joiner!) === thousands;
  }
  return surface.length > MAX_COMPOUND_LENGTH ? undefined : { surface, end };
}

function isNumberMark(joiner: string | undefined): boolean {
  return joiner !== undefined && joiner !== '' && '.．,，·'.includes(joiner);
}

function toHalfWidth(joiner: string): string {
  return joiner === '．' ? '.' : joiner === '，' ? ',' : joiner;
}
