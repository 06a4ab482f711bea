import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';

/** A time by the clocks of a place. */
interface ClockTime {
  /** What the clocks show, in milliseconds since 1970 by these clocks. */
  readonly wall: number;
  /** By how much they are ahead of UTC, in milliseconds; null if it was not said. */
  readonly offset: number | null;
}

/** A time whose time zone is another field: an instant, or what clocks in that time zone show. */
export type ZonedTime = Date | ClockTime;

const NAME = 'ZonedDateTime';
const OFFSET = /(?:Z|([+-])(\d\d):(\d\d))$/i;
const WITHOUT_SECONDS = /T\d\d:\d\d$/i;

function parse(value: unknown): ZonedTime {
  if (value instanceof Date) return value;
  if (typeof value !== 'string') throw new GraphQLError(`${NAME} must be text`);
  const offset = OFFSET.exec(value);
  const local = WITHOUT_SECONDS.test(value) ? `${value}:00Z` : `${value}Z`;
  const time = parsedTime(offset === null ? local : value);
  if (offset === null) return { wall: time.getTime(), offset: null };
  const [, sign, hours, minutes] = offset;
  const ms = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000 * (sign === '-' ? -1 : 1);
  return ms === 0 ? time : { wall: time.getTime() + ms, offset: ms };
}

function parsedTime(text: string): Date {
  try {
    return GraphQLDateTime.parseValue(text);
  } catch {
    throw new GraphQLError(
      `${NAME} must be a time such as 2026-03-01T10:15:00Z, or 2026-03-01T10:15:00 with a timeZone`,
    );
  }
}

export const ZonedDateTime = new GraphQLScalarType<ZonedTime, unknown>({
  name: NAME,
  description:
    'A time of RFC 3339 with its offset, such as 2026-03-01T10:15:30Z, or a local time without one, such as 2026-03-01T10:15:30, by the clocks of the time zone that another field names. `Z` and `+00:00` go with any time zone; another offset must be that of the time zone at that time. Of a local time that clocks show twice, the earlier one counts; one that they skip is refused. Stored to the millisecond.',
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
});
