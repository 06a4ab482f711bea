import { GraphQLScalarType, Kind } from 'graphql';
import { ApiError } from './errors';

/** Digits before and after the point together. */
export const DECIMAL_MAX_DIGITS = 30;

const FORM = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

export function isDecimal(text: string): boolean {
  return (
    text.length <= DECIMAL_MAX_DIGITS + 2 && FORM.test(text) && text.replace(/[-.]/g, '').length <= DECIMAL_MAX_DIGITS
  );
}

function checked(text: string): string {
  if (isDecimal(text)) return text;
  throw new ApiError(
    'BAD_USER_INPUT',
    `Decimal is a string such as "12.50": up to ${DECIMAL_MAX_DIGITS} digits, no exponent. Got ${JSON.stringify(text.slice(0, 50))}.`,
  );
}

/** What the client may send: text is exact, and so are whole numbers; a JSON number with a fraction has lost its last digits. */
function parse(value: unknown): string {
  if (typeof value === 'string') return checked(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new ApiError('BAD_USER_INPUT', 'Decimal is a string such as "12.50", so that no digit is lost.');
}

/** What a resolver may return: text, whole numbers, or a decimal object that can write itself without an exponent. */
function serialize(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'bigint') return checked(String(value));
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (writesItself(value)) return checked(value.toFixed());
  throw new TypeError(`A Decimal was resolved to a ${typeof value}`);
}

function writesItself(value: unknown): value is { toFixed: () => string } {
  return typeof value === 'object' && value !== null && 'toFixed' in value && typeof value.toFixed === 'function';
}

export const Decimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description: `An exact decimal number, written as a string: "12.50". Up to ${DECIMAL_MAX_DIGITS} digits, no exponent.`,
  serialize,
  parseValue: parse,
  parseLiteral(node) {
    if (node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT) return checked(node.value);
    throw new ApiError('BAD_USER_INPUT', 'Decimal is a string such as "12.50".');
  },
});
