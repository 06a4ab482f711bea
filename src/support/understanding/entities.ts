/** A number or code in a text that may name an order or a parcel. */
export interface NamedNumber {
  /** Without a leading #. */
  readonly text: string;
  /** Whether the text says that it is a number: after `#` or a word such as `order`, or because it is long. */
  readonly isCertain: boolean;
}

/** Maximum number of numbers that are looked up for one message. */
const MAX_NUMBERS = 5;
/** A code with this many characters and digits is a number of an order or parcel, even if no word says so. */
const MIN_CERTAIN_LENGTH = 6;
const MIN_CERTAIN_DIGITS = 4;

/** Letters, digits and hyphens, with a digit; not a part of a longer word, a decimal number or an e-mail address. */
const CODE = /(?<![\p{L}\p{N}.,@_-])#?([A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*)(?![\p{L}\p{N}@_-]|[.,]\d)/gu;
/** Between Chinese characters, codes stand without spaces. */
const CODE_IN_CHINESE = /#?([A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*)/g;
const HAN = /\p{Script=Han}/u;
const DATE = /^\d{4}-\d{1,2}-\d{1,2}$/;
const NAMING_WORD =
  /(?:#|order|number|no\.?|nr\.?|parcel|package|tracking|shipment|invoice|订单|单号|包裹|快递)\W{0,3}(?:is|number|no\.?|id|号码?|是)?\W{0,3}$/iu;

/** Returns the codes in a text that may name an order or a parcel, in the order of the text. */
export function namedNumbers(text: string): NamedNumber[] {
  const found = new Map<string, NamedNumber>();
  for (const match of text.matchAll(HAN.test(text) ? CODE_IN_CHINESE : CODE)) {
    const [whole, code = ''] = match;
    const digits = code.replaceAll(/\D/g, '').length;
    if (digits === 0 || code.length < 2 || code.length > 90 || DATE.test(code) || found.has(code)) continue;
    const before = text.slice(Math.max(0, match.index - 30), match.index);
    const isLong = code.length >= MIN_CERTAIN_LENGTH && digits >= MIN_CERTAIN_DIGITS;
    found.set(code, { text: code, isCertain: whole.startsWith('#') || isLong || NAMING_WORD.test(before) });
    if (found.size === MAX_NUMBERS) break;
  }
  return [...found.values()];
}

/** Returns whether a text says nothing but the number of an order or parcel. */
export function isOnlyNumber(text: string, numbers: readonly NamedNumber[]): boolean {
  const rest = numbers.reduce((left, number) => left.replace(number.text, ''), text);
  return (
    numbers.length > 0 &&
    /^[\s#.,:;!?()"'’-]*$/u.test(rest.replaceAll(/\b(order|number|no|nr|it|is|its)\b|订单|号/giu, ''))
  );
}

const ANY_CODE = /[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*/g;
/** How a number of an order looks to the model of intents. The form of numbers differs from shop to shop. */
const PLAIN_NUMBER = '10234';

/** Returns a text with a plain number in place of each certain number of an order or parcel. */
export function withPlainNumbers(text: string, numbers: readonly NamedNumber[]): string {
  const certain = numbers.filter(({ isCertain }) => isCertain).map((number) => number.text);
  if (certain.length === 0) return text;
  return text.replaceAll(ANY_CODE, (code) => (certain.includes(code) ? PLAIN_NUMBER : code));
}
