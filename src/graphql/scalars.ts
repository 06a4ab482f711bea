/**
 * The scalars of the schema, for use in `@Field(() => …)`. Their values are stored and sent as they were read, so each
 * refuses what can't be: see `id.ts`, `decimal.ts` and below. A DateTime is a `Date` in resolvers.
 */
import { GraphQLError, GraphQLFloat, GraphQLScalarType, type GraphQLScalarTypeConfig } from 'graphql';
import { GraphQLDateTime, GraphQLJSONObject, GraphQLLocalDate, GraphQLSafeInt } from 'graphql-scalars';
import { findJsonFault } from './storable';

export { Decimal } from './decimal';
export { ID } from './id';
export { ZonedDateTime } from './zoned-date-time';

/** The same scalar with a stricter check of values from clients. `check` returns what is wrong with a parsed value. */
function restricted<T>(
  config: GraphQLScalarTypeConfig<T, unknown>,
  check: (value: T) => string | undefined,
): GraphQLScalarType<T, unknown> {
  const scalar = new GraphQLScalarType(config);
  const requireValid = (value: T): T => {
    const fault = check(value);
    if (fault !== undefined) throw new GraphQLError(fault);
    return value;
  };
  return new GraphQLScalarType<T, unknown>({
    ...config,
    parseValue: (value) => requireValid(scalar.parseValue(value)),
    parseLiteral: (node, variables) => requireValid(scalar.parseLiteral(node, variables)),
  });
}

/** The years that both PostgreSQL and ISO 8601 with four digits have. */
const [FIRST_TIME, LAST_TIME] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];

export const DateTime = restricted<Date>(
  {
    ...GraphQLDateTime.toConfig(),
    description:
      'A time of RFC 3339 with its offset, such as 2026-03-01T10:15:30Z, in the years 1 to 9999. Stored to the millisecond.',
  },
  (time) =>
    time.getTime() >= FIRST_TIME && time.getTime() <= LAST_TIME ? undefined : 'DateTime must be in the years 1 to 9999',
);

/** Calls a parser of dates. @throws GraphQLError that names the scalar */
const parsedDate =
  <Arguments extends unknown[]>(parse: (...values: Arguments) => string) =>
  (...values: Arguments): string => {
    try {
      return parse(...values);
    } catch {
      throw new GraphQLError('Date must be a day of the calendar, such as 2026-03-01');
    }
  };
const localDate = GraphQLLocalDate.toConfig();

/** A string in resolvers. */
export const LocalDate = new GraphQLScalarType<string, string>({
  ...localDate,
  name: 'Date',
  description: 'A day of the calendar, such as 2026-03-01, by the clocks that the field names.',
  parseValue: parsedDate(localDate.parseValue),
  parseLiteral: parsedDate(localDate.parseLiteral),
});

export const JSONObject = restricted<object>(
  {
    ...GraphQLJSONObject.toConfig(),
    description:
      'Free JSON: an object, nested up to 32 levels. Whole numbers are from −(2^53 − 1) to 2^53 − 1: send larger ones as text.',
  },
  (value) => findJsonFault('JSONObject', value),
);

/** A count that may be more than an Int. A JSON number. */
export const SafeInt = new GraphQLScalarType({
  ...GraphQLSafeInt.toConfig(),
  description:
    'A whole number from −(2^53 − 1) to 2^53 − 1, as a JSON number: a count that an Int may be too small for.',
});

export const Float = restricted<number>(GraphQLFloat.toConfig(), (number) =>
  Math.abs(number) <= Number.MAX_SAFE_INTEGER
    ? undefined
    : `Float must be from -${Number.MAX_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}: larger numbers lose digits`,
);
