import type { WordPiece } from './compound';
import { plainCharacters } from './plain-characters';
import type { TextToken } from './token';

/** Units by their canonical name, with the folded words and signs for them after a number. */
const UNITS: Readonly<Record<string, string>> = {
  l: 'l liter liters litre litres ltr litro litros litri',
  ml: 'ml milliliter milliliters millilitre millilitres',
  cl: 'cl centilitre centiliter zentiliter',
  mm: 'mm millimeter millimeters millimetre millimetres millimetros',
  cm: 'cm centimeter centimeters centimetre centimetres zentimeter centimetros',
  m: 'm meter meters metre metres metro metros metri',
  kg: 'kg kilo kilos kilogram kilograms kilogramm kilogramme kilogrammes kilogramo kilogramos',
  g: 'g gr gram grams gramm gramme grammes gramo gramos',
  inch: 'inch inches zoll pouce pouces pulgada pulgadas tum',
  ft: 'ft foot feet',
  oz: 'oz ounce ounces',
  w: 'w watt watts',
  v: 'v volt volts',
  gb: 'gb gigabyte gigabytes',
  tb: 'tb terabyte terabytes',
  lb: 'lb lbs pound pounds libra libras livre livres pond',
  gal: 'gal gallon gallons gallone gallonen galon galones',
  qt: 'qt qts quart quarts',
  pt: 'pt pts pint pints',
  yd: 'yd yds yard yards yarda yardas',
  ampere: 'a amp amps ampere amperes amperio amperios',
  mah: 'mah milliampere',
  kw: 'kw kilowatt kilowatts',
  hz: 'hz hertz',
  khz: 'khz kilohertz',
  mhz: 'mhz megahertz',
  ghz: 'ghz gigahertz',
  lm: 'lm lumen lumens',
  person: 'man person persons people pax personen personne personnes persona personas personer personas',
};

const CANONICAL: ReadonlyMap<string, string> = new Map(
  Object.entries(UNITS).flatMap(([unit, words]) => words.split(' ').map((word) => [word, unit] as const)),
);

/** Signs for inches after a number: 27". */
const INCH = 'inch';
const INCH_SIGNS = new Set(['"', '″', '”', '“']);
/** Small numbers as words, which stand before a unit: `two-person tent`. */
const NUMBER_WORDS: readonly string[] = [
  'one ein eine einen un une uno una een en ett',
  'two zwei deux dos twee tva to',
  'three drei trois tres drie tre',
  'four vier quatre cuatro fyra fire',
  'five fuenf cinq cinco vijf fem',
  'six sechs seis zes sex seks',
  'seven sieben sept siete zeven sju',
  'eight acht huit ocho atta',
  'nine neun neuf nueve negen nio',
  'ten zehn dix diez tien tio',
];

const NUMBERS: ReadonlyMap<string, string> = new Map(
  NUMBER_WORDS.flatMap((words, at) => words.split(' ').map((word) => [word, String(at + 1)] as const)),
);

const NUMBER = /^\d+([.,]\d+)?$/;
const WHOLE_NUMBER = /^\d{1,4}$/;
/** A fraction of a measure. Other denominators are those of names and dates: `24/7`, `1/10`. */
const FRACTION = /^(\d{1,2})\/([234568]|16|32|64)$/;
/** A fraction after a whole number, with a blank or a hyphen between them: `10½`, `10 1/2`, `10-1/2`. */
const FRACTION_AFTER =
  /(?:[\s\-‐‑−－]?(?:\p{Nd}{1,2}[/／\u2044\u2215]\p{Nd}{1,2}|(\p{No})))(?![\p{Nd}\p{No}]|[/／\u2044\u2215.,]\p{Nd})/uy;
const HAS_FRACTION = /[/／\u2044\u2215\p{No}]/u;
/** The end of what precedes the last digits of a number: `1/` of `1/2`. */
const NUMBER_MARK = /[\p{Nd}\p{No}/／\u2044\u2215.,]/u;
const DIGIT = /\p{Nd}/u;
const LETTER_OR_DIGIT = /[\p{L}\p{Nd}]/u;
/** The unit that is also a word after numbers and a part of codes: `one a day`, `6 a 8`, `85123A`, `A4`. */
const AMPERE = 'a';
const MAX_AMPERE_LENGTH = 4;
/** Units of the numbers that follow amperes: `10 A 250 V`. */
const ELECTRICAL = new Set(['v', 'w', 'kw', 'hz', 'mah']);

/** A word of a text. */
export interface MeasuredPiece extends WordPiece {
  /** The term if it is not the stem. */
  readonly term?: string;
  /** Whether it is a unit after a number. */
  readonly isUnit?: true;
  /** Whether its term stands for a number with this unit. */
  readonly isMeasure?: true;
}

export interface MeasureRules {
  /** That of the language. */
  readonly decimalMark: '.' | ',';
  /** Whether `a` is a stop word of the language. It is then a unit only as `A`, or without a blank before it. */
  readonly isArticle: boolean;
}

/**
 * Gives units after a number their canonical name as a second term: `1 liter` and `1 l`, `27 inch` and `27"` have a term
 * in common. A small number before a unit is also found in digits: `two-person` as `2 person`; a number with a fraction
 * as a decimal number, too: `10½` and `10 1/2` as `10.5`. At the place of the unit is also a term for the number with the
 * unit, so that 20 lb differs from 20 kg (44 lb); `30 x 40 cm` is 40 cm and 30 cm.
 * @param pieces sorted by start
 * @param text the text of the pieces
 */
export function* withUnits(pieces: readonly WordPiece[], text: string, rules: MeasureRules): Generator<MeasuredPiece> {
  let numberEnd = -2;
  let digitsEnd = -2;
  const numbers = new RecentNumbers(text);
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at];
    const { surface, start, end } = piece;
    const unit = start - numberEnd <= 1 ? unitAt(pieces, at, text, digitsEnd, rules) : undefined;
    yield piece;
    const mixed = WHOLE_NUMBER.test(surface) ? mixedNumber(piece, text, rules.decimalMark) : undefined;
    if (mixed !== undefined) {
      yield mixed;
      numbers.add(mixed.surface, mixed);
      numberEnd = Math.max(numberEnd, mixed.end);
    }
    if (unit !== undefined) {
      yield { ...piece, term: unit, isUnit: true };
      yield* numbers.measures(unit, piece);
    }
    const digits = NUMBERS.get(surface);
    if (digits !== undefined && isBeforeUnit(pieces, at)) {
      yield { surface: digits, start, end };
      numbers.add(digits, piece);
    }
    const isDigits = isNumber(surface);
    if (isDigits && surface.length <= MAX_AMPERE_LENGTH) digitsEnd = Math.max(digitsEnd, end);
    const isAmount = isDigits || FRACTION.test(surface);
    if (isAmount && !HYPHEN.test(text.slice(start, end))) numbers.add(surface, piece);
    if (digits !== undefined || isAmount) numberEnd = Math.max(numberEnd, end);
    const isLast = at + 1 === pieces.length || pieces[at + 1].start >= end;
    if (isLast && isAmount && INCH_SIGNS.has(text[end])) {
      const sign = { surface: INCH, start: end, end: end + 1 };
      yield { ...sign, term: INCH, isUnit: true };
      yield* numbers.measures(INCH, sign);
    }
  }
}

/** What stands between two numbers of one unit: `30 x 40 cm`, `2-3 persons`. */
const BETWEEN = /^\s?(?:[x×*/‐‑–—-]|to|by|bis|auf|a|à|al|tot|till)\s?$/iu;
const MAX_BETWEEN = 5;
/** `2-3` is also the code 23. */
const HYPHEN = /[‐‑–—-]/;
/** Maximum number of numbers of one unit. */
const MAX_NUMBERS = 4;

/** The last numbers of a text. */
class RecentNumbers {
  private readonly numbers: { readonly value: number; readonly start: number; readonly end: number }[] = [];

  constructor(private readonly text: string) {}

  /** @param surface digits, with a decimal mark or a fraction. A part of the last number is left out. */
  add(surface: string, { start, end }: Pick<WordPiece, 'start' | 'end'>): void {
    const last = this.numbers.at(-1);
    if (last !== undefined && start >= last.start && end <= last.end) return;
    const [number, divisor = '1'] = surface.replace(',', '.').split('/');
    this.numbers.push({ value: Number(number) / Number(divisor), start, end });
    if (this.numbers.length > MAX_NUMBERS) this.numbers.shift();
  }

  /** Returns the terms for the numbers of a unit. */
  *measures(unit: string, piece: WordPiece): Generator<MeasuredPiece> {
    let from = piece.start;
    for (let at = this.numbers.length - 1; at >= 0; at--) {
      const { value, start, end } = this.numbers[at];
      const isNext = end <= from && (from === piece.start ? from - end <= 1 : this.isBetween(end, from));
      if (!isNext) return;
      yield { ...piece, term: `${unit}~${Math.round(value * 1_000) / 1_000}`, isMeasure: true };
      from = start;
    }
  }

  private isBetween(end: number, start: number): boolean {
    return start - end <= MAX_BETWEEN && BETWEEN.test(this.text.slice(end, start));
  }
}

/** Returns the unit for which a word after a number stands. A letter before a digit is a part of a code: `50 M8`. */
function unitAt(
  pieces: readonly WordPiece[],
  at: number,
  text: string,
  digitsEnd: number,
  { isArticle }: MeasureRules,
): string | undefined {
  const { surface, start, end } = pieces[at];
  const unit = CANONICAL.get(surface);
  if (unit === undefined || (end < text.length && DIGIT.test(text[end]))) return undefined;
  if (surface !== AMPERE) return unit;
  if (start - digitsEnd > 1 || text[start].normalize('NFKC').toLowerCase() !== AMPERE) return undefined; // à
  if (start === digitsEnd) return unit;
  const isPreposition = (isArticle && text[start] === AMPERE) || isBeforeAmount(pieces, at);
  return isPreposition ? undefined : unit;
}

/** Returns whether a number follows the word, with one character between them: `6 A 8 AÑOS`, but not `10 A 250 V`. */
function isBeforeAmount(pieces: readonly WordPiece[], at: number): boolean {
  const { end } = pieces[at];
  for (let next = at + 1; next < pieces.length && pieces[next].start <= end + 1; next++)
    if (pieces[next].start >= end && isNumber(pieces[next].surface))
      return !isBeforeUnit(pieces, next, (unit) => ELECTRICAL.has(unit));
  return false;
}

/** Returns the number with a fraction that begins with a whole number. A part of another number is not one. */
function mixedNumber({ surface, start, end }: WordPiece, text: string, decimalMark: string): WordPiece | undefined {
  const isWhole = end - start === surface.length && (start === 0 || !NUMBER_MARK.test(text[start - 1]));
  if (!isWhole) return undefined;
  FRACTION_AFTER.lastIndex = end;
  const [written] = FRACTION_AFTER.exec(text) ?? [];
  if (written === undefined) return undefined;
  const fraction = plainCharacters(written)
    .normalize('NFKC')
    .replace(/^[\s-]/, '')
    .replace(/[\u2044\u2215]/, '/');
  const [, part, whole] = FRACTION.exec(fraction) ?? [];
  if (part === undefined || Number(part) >= Number(whole) || part === '0') return undefined;
  const value = Number(part) / Number(whole);
  // Thirds and sixths have no end: 10⅓ is 10.33.
  const decimals = String(Number(whole) % 3 === 0 ? Math.round(value * 100) / 100 : value).slice(2);
  return { surface: `${surface}${decimalMark}${decimals}`, start, end: end + written.length };
}

/** Returns whether a token of a text stands for a whole number with a fraction. */
export const isMixedNumber = ({ surface, start, end }: TextToken, text: string): boolean =>
  isNumber(surface) && HAS_FRACTION.test(text.slice(start, end));

const isNumber = (surface: string): boolean => {
  const first = surface.charCodeAt(0);
  return first >= 0x30 && first <= 0x39 && NUMBER.test(surface);
};

/** Returns whether a unit follows the word, with at most one character between them. */
function isBeforeUnit(
  pieces: readonly WordPiece[],
  at: number,
  holds: (unit: string) => boolean = () => true,
): boolean {
  const { end } = pieces[at];
  for (let next = at + 1; next < pieces.length && pieces[next].start <= end + 1; next++) {
    const unit = pieces[next].start >= end ? CANONICAL.get(pieces[next].surface) : undefined;
    if (unit !== undefined && holds(unit)) return true;
  }
  return false;
}

/** Returns whether a word of a query is only a unit after a number: `lb` of `20 lb`, but not `2m` or `m8`. */
export function isUnitWord(group: readonly TextToken[], text: string, start: number, end: number): boolean {
  return group.some(
    (token) => token.isUnit === true && token.start === start && !LETTER_OR_DIGIT.test(text.slice(token.end, end)),
  );
}
