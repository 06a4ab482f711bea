import { GraphQLScalarType, Kind } from 'graphql';
import { ApiError } from './errors';

/** Maximum number of digits before and after the decimal point together. */
const DECIMAL_MAX_DIGITS = 30;

const FORM = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

export function isDecimal(text: string): boolean {
  return (
    text.length <= DECIMAL_MAX_DIGITS + 2 && FORM.test(text) && text.replace(/[-.]/g, '').length <= DECIMAL_MAX_DIGITS
  );
}

function requireDecimal(text: string): string {
  if (isDecimal(text)) return text;
  throw new ApiError(
    'BAD_USER_INPUT',
    `Decimal must be a string such as "12.50", with up to ${DECIMAL_MAX_DIGITS} digits and no exponent; ` +
      `got ${JSON.stringify(text.slice(0, 50))}`,
  );
}

/** Parses a string or an integer. Rejects JSON numbers with a fraction, because they may have lost digits. */
function parse(value: unknown): string {
  if (typeof value === 'string') return requireDecimal(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new ApiError(
    'BAD_USER_INPUT',
    'Decimal must be a string such as "12.50", because a JSON number may lose digits',
  );
}

/** Sums may have more digits than amounts that are sent. */
function requireForm(text: string): string {
  if (FORM.test(text)) return text;
  throw new TypeError(`A resolver of a Decimal must return a decimal; got ${JSON.stringify(text)}.`);
}

/** Serializes what a resolver may return: a string, a whole number, or a decimal object with `toFixed()`. */
function serialize(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'bigint') return requireForm(String(value));
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (hasToFixed(value)) return requireForm(value.toFixed());
  throw new TypeError(`A resolver of a Decimal must return a string or a whole number; got ${typeof value}.`);
}

function hasToFixed(value: unknown): value is { toFixed: () => string } {
  return typeof value === 'object' && value !== null && 'toFixed' in value && typeof value.toFixed === 'function';
}

export const Decimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description: `An exact decimal number, written as a string: "12.50". Clients may send up to ${DECIMAL_MAX_DIGITS} digits, without an exponent. Sums may have more digits.`,
  serialize,
  parseValue: parse,
  parseLiteral(node) {
    if (node.kind === Kind.STRING) return requireDecimal(node.value);
    // Judged as in variables, although the document still has all its digits.
    if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return parse(Number(node.value));
    throw new ApiError('BAD_USER_INPUT', 'Decimal must be a string such as "12.50"');
  },
});
