import { CharacterClass } from './character-class';
import type { WordPiece } from './compound';
import type { QueryWord } from './query-word';
import type { Run } from './runs';
import type { SynonymMatch } from './synonyms';

/** Minimum number of digits of a number without its leading zeros that is also found without them: no size or year. */
const MIN_DIGITS_WITHOUT_ZEROS = 6;
const LEADING_ZEROS = new RegExp(`^0+(?=[1-9]\\d{${MIN_DIGITS_WITHOUT_ZEROS - 1},}$)`);
/** Numbers of digits of an ISBN, EAN, UPC or GTIN that is written in groups with spaces between them. */
const MIN_GROUPED_DIGITS = 10;
const MAX_GROUPED_DIGITS = 14;

/**
 * Adds the words by which codes are found in other forms than the text has, at most two for each code:
 * - a number without its leading zeros: `12345678905` for `00012345678905`
 * - a number of 10 to 14 digits in groups with spaces between them: `9783161484100` for `978 3 16 148410 0`
 *
 * @param pieces the words of the text, sorted by start
 */
export function* withCodes(text: string, runs: readonly Run[], pieces: Iterable<WordPiece>): Generator<WordPiece> {
  const codes = groupedDigits(text, runs);
  let next = 0;
  for (const piece of pieces) {
    while (next < codes.length && codes[next].start < piece.start) yield* withoutZeros(codes[next++]);
    yield* withoutZeros(piece);
  }
  while (next < codes.length) yield* withoutZeros(codes[next++]);
}

function* withoutZeros(piece: WordPiece): Generator<WordPiece> {
  yield piece;
  if (!piece.surface.startsWith('0')) return;
  const surface = piece.surface.replace(LEADING_ZEROS, '');
  if (surface !== piece.surface) yield { ...piece, surface };
}

/** Returns the codes of sequences of digits that single spaces, and possibly hyphens, divide into groups. */
function groupedDigits(text: string, runs: readonly Run[]): WordPiece[] {
  const codes: WordPiece[] = [];
  for (let from = 0; from < runs.length;) {
    let to = from;
    let surface = '';
    let hasSpace = false;
    while (to < runs.length && runs[to].kind === CharacterClass.Digit) {
      if (to > from) {
        const between = text.slice(runs[to - 1].end, runs[to].start);
        if (!/^[\s-]$/.test(between)) break;
        hasSpace ||= between !== '-';
      }
      surface += runs[to++].folded;
    }
    if (hasSpace && surface.length >= MIN_GROUPED_DIGITS && surface.length <= MAX_GROUPED_DIGITS)
      codes.push({ surface, start: runs[from].start, end: runs[to - 1].end });
    from = Math.max(to, from + 1);
  }
  return codes;
}

/**
 * Signs at the end of a name: `C++`, `C#`, `S20+`. Longer rows are punctuation, and so is one sign before a letter, except
 * after a digit: `B+Q` and `item#five`, but `C++17`, `S20+5G` and `C#12`.
 */
const SIGNS = /(?:[+＋]{2}|[+＋](?!\p{L}|\p{N})|[#＃](?!\p{L}|\p{N}))(?![+＋#＃])/uy;
const SIGN_AFTER_DIGIT = /[+＋](?![+＋#＃])/uy;
/** After a single letter: the energy label `A+++` and the language `C#12`. */
const SIGNS_AFTER_LETTER = /(?:[+＋]{3}|[#＃](?!\p{L}))(?![+＋#＃])/uy;
/** A sign at the beginning of a name: `.NET`, `@home`. Within a word it is a joiner: `Dr.Martens`, `node.js`. */
const SIGN_BEFORE = /(?:^|[\s\p{Ps}\p{Pi}"'/|−－﹣-])[.．]$|(?<![\p{L}\p{N}\p{M}.．@＠_＿])[@＠]$/u;
const SIGN = /[+#]$/;
const LETTER = /^\p{L}/u;
const DIGIT_AT_END = /\p{N}$/u;

/**
 * Adds words with the signs that begin or end them: `c++` after `c`, `.net` after `net`. Two words with the same range
 * are one word with its sign and without it.
 * @param pieces the words of the text, sorted by start
 */
export function* withSigns(text: string, pieces: Iterable<WordPiece>): Generator<WordPiece> {
  for (const piece of pieces) {
    yield piece;
    const { surface, start, end } = piece;
    const before = signBefore(text, piece);
    if (before !== '') yield { surface: before + surface, start, end };
    const code = text.charCodeAt(end);
    if (code !== 0x2b && code !== 0x23 && code !== 0xff0b && code !== 0xff03) continue;
    const signs = signsAfter(text, piece);
    if (signs !== '') yield { surface: surface + signs.normalize('NFKC'), start, end: end + signs.length };
  }
}

/** Returns the signs that end a name in a text; '' if there are none. */
export function signsAfter(text: string, { surface, end }: Pick<WordPiece, 'surface' | 'end'>): string {
  const signs = signsAt(SIGNS, text, end);
  if (signs !== undefined) return signs;
  if (DIGIT_AT_END.test(surface)) return signsAt(SIGN_AFTER_DIGIT, text, end) ?? '';
  return surface.length === 1 ? (signsAt(SIGNS_AFTER_LETTER, text, end) ?? '') : '';
}

function signsAt(signs: RegExp, text: string, at: number): string | undefined {
  signs.lastIndex = at;
  return signs.exec(text)?.[0];
}

/** Returns the sign that begins a name in a text; '' if there is none. */
export function signBefore(text: string, { surface, start }: Pick<WordPiece, 'surface' | 'start'>): string {
  const code = start === 0 ? 0 : text.charCodeAt(start - 1);
  if (code !== 0x2e && code !== 0x40 && code !== 0xff0e && code !== 0xff20) return '';
  if (!LETTER.test(surface) || !SIGN_BEFORE.test(text.slice(Math.max(0, start - 2), start))) return '';
  return code === 0x2e || code === 0xff0e ? '.' : '@';
}

/** Returns whether a word has a sign at its beginning or end, see {@link withSigns}. */
export const hasSign = (surface: string): boolean => SIGN.test(surface) || beginsWithSign(surface);

/** Returns whether a word has a sign at its beginning: `.net`. */
export const beginsWithSign = (surface: string): boolean => surface[0] === '.' || surface[0] === '@';

/** Minimum number of digits of a part number whose parts are typed with spaces between them. */
const MIN_PART_NUMBER_DIGITS = 4;
const PART_NUMBER_LETTERS = /^\p{L}{1,5}$/u;
const DIGITS = /^\d+$/;

/**
 * Returns the part numbers whose parts are typed with spaces between them, as synonyms of these parts: `abc12345` for
 * `abc 123 45`. A part number is up to five letters and all numbers that follow them.
 */
export function partNumberSynonyms(words: readonly QueryWord[]): SynonymMatch[] {
  const surfaces = words.flatMap(({ tokenizations }) => tokenizations.at(-1)!.map(({ surface }) => surface));
  const matches: SynonymMatch[] = [];
  for (let from = 0; from + 1 < surfaces.length; from++) {
    if (!PART_NUMBER_LETTERS.test(surfaces[from])) continue;
    let to = from + 1;
    let digits = '';
    while (to < surfaces.length && DIGITS.test(surfaces[to])) digits += surfaces[to++];
    if (digits.length >= MIN_PART_NUMBER_DIGITS)
      matches.push({ from, to, terms: [surfaces[from] + digits], isPrefix: false });
  }
  return matches;
}
