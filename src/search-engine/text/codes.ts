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

/** Signs at the end of a name: `C++`, `C#`, `S20+`. Rows of other lengths, and signs between words, are punctuation. */
const SIGNS = /(?:[+＋]{1,2}|[#＃])(?![+＋#＃\p{L}\p{N}])/uy;
const SIGN = /[+#]$/;

/** Returns the signs that end a name in a text; '' if there are none. @param end where its letters and digits end */
export function signsAfter(text: string, end: number): string {
  SIGNS.lastIndex = end;
  return SIGNS.exec(text)?.[0] ?? '';
}

/** Adds words with the signs that end them: `c++` after `c`. @param pieces the words of the text, sorted by start */
export function* withSigns(text: string, pieces: Iterable<WordPiece>): Generator<WordPiece> {
  for (const piece of pieces) {
    yield piece;
    const signs = signsAfter(text, piece.end);
    if (signs === '') continue;
    const surface = piece.surface + signs.normalize('NFKC');
    yield { surface, start: piece.start, end: piece.end + signs.length };
  }
}

/** Returns whether a word has a sign at its end, see {@link withSigns}. */
export const hasSign = (surface: string): boolean => SIGN.test(surface);

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
