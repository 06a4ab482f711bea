import { Arg, Field, Int, ObjectType } from 'type-graphql';
import { ApiError } from './errors';
import { Scoped } from './scope';
import { isStorable } from './storable';

/** The longest page of a list, unless the list says otherwise. */
export const MAX_FIRST = 100;

const DEFAULT_FIRST = 20;
const MAX_CURSOR_LENGTH = 2_000;

/** Where a page stands in its list, as Relay asks. */
@Scoped('STOREFRONT')
@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => Boolean)
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true })
  startCursor?: string | null;

  @Field(() => String, { nullable: true })
  endCursor?: string | null;
}

/** An opaque cursor that only lists of the same `kind` take back. `value` is anything JSON keeps. */
export function encodeCursor(kind: string, value: unknown): string {
  return Buffer.from(JSON.stringify([kind, value])).toString('base64url');
}

/**
 * The value that {@link encodeCursor} was given. It comes from outside: check its shape.
 * @throws ApiError BAD_USER_INPUT for a cursor of another list or not of ours
 */
export function decodeCursor(kind: string, cursor: string): unknown {
  if (cursor.length <= MAX_CURSOR_LENGTH) {
    try {
      const decoded: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
      if (Array.isArray(decoded) && decoded.length === 2 && decoded[0] === kind) return decoded[1];
    } catch {
      // not ours: said below
    }
  }
  throw new ApiError('BAD_USER_INPUT', 'after is not a cursor of this list');
}

/**
 * The text that a list goes on behind; undefined where it is asked for from its beginning.
 * @throws ApiError BAD_USER_INPUT as {@link decodeCursor}
 */
export function textCursor(kind: string, after: string | null | undefined): string | undefined {
  if (after == null) return undefined;
  const value = decodeCursor(kind, after);
  if (typeof value === 'string' && isStorable(value)) return value;
  throw new ApiError('BAD_USER_INPUT', 'after is not a cursor of this list');
}

/** The years 1 to 9999, in ms since 1970: what PostgreSQL and a Date both can be. */
const [FIRST_TIME, LAST_TIME] = [-62_135_596_800_000, 253_402_300_799_999];

/** Where a list in order of time goes on, and of those of one time, in order of texts. */
export interface TimeCursor {
  readonly time: Date;
  readonly texts: readonly string[];
}

/**
 * Of `[time, ...texts]`, time in ms; undefined where the list is asked for from its beginning.
 * @param count of the texts
 * @throws ApiError BAD_USER_INPUT as {@link decodeCursor}
 */
export function timeCursor(
  kind: string,
  after: string | null | undefined,
  count = 1,
  isText = isStorable,
): TimeCursor | undefined {
  if (after == null) return undefined;
  const value = decodeCursor(kind, after);
  if (Array.isArray(value) && value.length === count + 1) {
    const [time, ...texts] = value as unknown[];
    const isTime = typeof time === 'number' && Number.isInteger(time) && time >= FIRST_TIME && time <= LAST_TIME;
    if (isTime && texts.every((text): text is string => typeof text === 'string' && isText(text)))
      return { time: new Date(time), texts };
  }
  throw new ApiError('BAD_USER_INPUT', 'after is not a cursor of this list');
}

/** The argument `first` of a list: how long its page is, unless said otherwise. An explicit null is not said otherwise. */
export function First(usual = DEFAULT_FIRST): ParameterDecorator {
  return Arg('first', () => Int, { nullable: true, defaultValue: usual }) as ParameterDecorator;
}

/**
 * A page's length as asked for.
 * @throws ApiError BAD_USER_INPUT below 0 or above `most`
 */
export function checkFirst(first: number | null, usual = DEFAULT_FIRST, most = MAX_FIRST): number {
  if (first === null) return usual;
  if (Number.isInteger(first) && first >= 0 && first <= most) return first;
  throw new ApiError('BAD_USER_INPUT', `first is ${first}: it may be from 0 to ${most}`);
}

export interface Page<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: PageInfo;
}

/**
 * One page of a forward list.
 * @param fetched up to `first` + 1 rows from the cursor on: the one too many tells that there is a next page
 * @param continued whether the page began after a cursor
 */
export function pageOf<T>(
  fetched: readonly T[],
  first: number,
  continued: boolean,
  cursorOf: (node: T) => string,
): Page<T> {
  const nodes = fetched.slice(0, first);
  const edges = nodes.map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: fetched.length > first,
      hasPreviousPage: continued,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
