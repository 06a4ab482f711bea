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

/** A word of a text, and its term if that is not its stem. */
export interface MeasuredPiece extends WordPiece {
  readonly term?: string;
}

/**
 * Gives units after a number their canonical name as a second term: `1 liter` and `1 l`, `27 inch` and `27"` have a term
 * in common. A small number before a unit is also found in digits: `two-person` as `2 person`.
 * @param pieces sorted by start
 * @param text the text of the pieces
 */
export function* withUnits(pieces: readonly WordPiece[], text: string): Generator<MeasuredPiece> {
  let numberEnd = -2;
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at];
    const { surface, start, end } = piece;
    const unit = start - numberEnd <= 1 ? CANONICAL.get(surface) : undefined;
    yield piece;
    if (unit !== undefined) yield { ...piece, term: unit };
    const digits = NUMBERS.get(surface);
    if (digits !== undefined && isBeforeUnit(pieces, at)) yield { surface: digits, start, end };
    if (digits !== undefined || isNumber(surface)) numberEnd = Math.max(numberEnd, end);
    if (isNumber(surface) && INCH_SIGNS.has(text[end])) yield { surface: INCH, term: INCH, start: end, end: end + 1 };
  }
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
