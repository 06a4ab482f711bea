import type { WordPiece } from './compound';

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
const FRACTION = /^(\d)\/([248]|16)$/;
/** The unit that is also a word after numbers and a part of codes: `one a day`, `85123A`. */
const AMPERE = 'a';
const MAX_AMPERE_LENGTH = 4;

/** A word of a text, and its term if that is not its stem. */
export interface MeasuredPiece extends WordPiece {
  readonly term?: string;
}

/**
 * Gives units after a number their canonical name as a second term: `1 liter` and `1 l`, `27 inch` and `27"` have a term
 * in common. A small number before a unit is also found in digits: `two-person` as `2 person`; a number with a fraction
 * as a decimal number, too: `10½` and `10 1/2` as `10.5`.
 * @param pieces sorted by start
 * @param text the text of the pieces
 * @param decimalMark that of the language
 */
export function* withUnits(
  pieces: readonly WordPiece[],
  text: string,
  decimalMark: '.' | ',',
): Generator<MeasuredPiece> {
  let numberEnd = -2;
  let digitsEnd = -2;
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at];
    const { surface, start, end } = piece;
    const unit = start - (surface === AMPERE ? digitsEnd : numberEnd) <= 1 ? CANONICAL.get(surface) : undefined;
    yield piece;
    const mixed = WHOLE_NUMBER.test(surface) ? mixedNumberAt(pieces, at, decimalMark) : undefined;
    if (mixed !== undefined) {
      yield mixed;
      numberEnd = Math.max(numberEnd, mixed.end);
    }
    if (unit !== undefined) yield { ...piece, term: unit };
    const digits = NUMBERS.get(surface);
    if (digits !== undefined && isBeforeUnit(pieces, at)) yield { surface: digits, start, end };
    if (isNumber(surface) && surface.length <= MAX_AMPERE_LENGTH) digitsEnd = Math.max(digitsEnd, end);
    if (digits !== undefined || isNumber(surface)) numberEnd = Math.max(numberEnd, end);
    const isLast = at + 1 === pieces.length || pieces[at + 1].start >= end;
    if (isLast && (isNumber(surface) || FRACTION.test(surface)) && INCH_SIGNS.has(text[end]))
      yield { surface: INCH, term: INCH, start: end, end: end + 1 };
  }
}

/** Returns the number with a fraction that begins with the whole number at `at`: `10½`, `10 1/2`. */
function mixedNumberAt(pieces: readonly WordPiece[], at: number, decimalMark: string): WordPiece | undefined {
  const { surface, start, end } = pieces[at];
  for (let next = at + 1; next < pieces.length && pieces[next].start <= end + 1; next++) {
    const [, part, whole] = (pieces[next].start >= end && FRACTION.exec(pieces[next].surface)) || [];
    if (part === undefined || Number(part) >= Number(whole)) continue;
    const decimals = String(Number(part) / Number(whole)).slice(2);
    return { surface: `${surface}${decimalMark}${decimals}`, start, end: pieces[next].end };
  }
  return undefined;
}

const isNumber = (surface: string): boolean => {
  const first = surface.charCodeAt(0);
  return first >= 0x30 && first <= 0x39 && NUMBER.test(surface);
};

/** Returns whether a unit follows the word, with at most one character between them. */
function isBeforeUnit(pieces: readonly WordPiece[], at: number): boolean {
  const { end } = pieces[at];
  for (let next = at + 1; next < pieces.length && pieces[next].start <= end + 1; next++)
    if (pieces[next].start >= end && CANONICAL.has(pieces[next].surface)) return true;
  return false;
}

/** Returns whether a token stands for a unit, and not for the word that is written like it. */
export const isUnit = ({ surface, term }: { readonly surface: string; readonly term: string }): boolean =>
  CANONICAL.get(surface) === term;
