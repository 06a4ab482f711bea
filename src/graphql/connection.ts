import { Arg, type ClassType, Field, Int, ObjectType } from 'type-graphql';
import { ApiError } from './errors';
import { type Scope, Scoped } from './scope';
import { isStorable } from './storable';

/** Maximum page length of a list, unless the list sets another one. */
export const MAX_FIRST = 100;

const DEFAULT_FIRST = 20;
const MAX_CURSOR_LENGTH = 2_000;

/**
 * The type PageInfo of the Relay specification: whether there are pages before and after this one, and the cursors of
 * its first and last item.
 */
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

/**
 * Creates the types `NameEdge` and `NameConnection` of the Relay specification for a type of the schema.
 * @param scope the scope of their fields
 */
export function connectionOf<Node extends object>(nodeType: ClassType<Node>, name: string, scope: Scope) {
  @Scoped(scope)
  @ObjectType(`${name}Edge`)
  class Edge {
    @Field(() => String)
    cursor!: string;

    @Field(() => nodeType)
    node!: Node;
  }

  @Scoped(scope)
  @ObjectType(`${name}Connection`)
  class Connection {
    @Field(() => [Edge])
    edges!: readonly Edge[];

    @Field(() => [nodeType])
    nodes!: readonly Node[];

    @Field(() => PageInfo)
    pageInfo!: PageInfo;
  }

  return Connection;
}

/** The cursor of another list, or of none. */
export function wrongCursor(): ApiError {
  return new ApiError('BAD_USER_INPUT', 'after is not a cursor of this list; pass a cursor that this list returned.');
}

/** Returns an opaque cursor that only lists of the same `kind` accept. `value` is any JSON value. */
export function encodeCursor(kind: string, value: unknown): string {
  return Buffer.from(JSON.stringify([kind, value])).toString('base64url');
}

/**
 * Returns the value that was passed to {@link encodeCursor}. The cursor comes from a client, so check the shape of the
 * value.
 * @throws ApiError BAD_USER_INPUT for a cursor of another list or an invalid one
 */
export function decodeCursor(kind: string, cursor: string): unknown {
  if (cursor.length <= MAX_CURSOR_LENGTH) {
    try {
      const decoded: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
      if (Array.isArray(decoded) && decoded.length === 2 && decoded[0] === kind) return decoded[1];
    } catch {
      // Not a cursor: throws below.
    }
  }
  throw wrongCursor();
}

/**
 * Decodes a cursor whose value is a text, such as the id of the last item of the previous page. Returns undefined for
 * the first page (`after` is null).
 * @throws ApiError BAD_USER_INPUT for a cursor of another list or an invalid one
 */
export function textCursor(kind: string, after: string | null | undefined): string | undefined {
  if (after == null) return undefined;
  const value = decodeCursor(kind, after);
  if (typeof value === 'string' && isStorable(value)) return value;
  throw wrongCursor();
}

/** Like {@link textCursor}, for a cursor whose value is a list of texts. @param textCount number of texts */
export function textsCursor(
  kind: string,
  after: string | null | undefined,
  textCount: number,
): readonly string[] | undefined {
  if (after == null) return undefined;
  const value = decodeCursor(kind, after);
  const isText = (text: unknown): text is string => typeof text === 'string' && isStorable(text);
  if (Array.isArray(value) && value.length === textCount && value.every(isText)) return value;
  throw wrongCursor();
}

/** The years 1 to 9999, in ms since 1970: the range that both PostgreSQL and Date support. */
const [MIN_TIME, MAX_TIME] = [-62_135_596_800_000, 253_402_300_799_999];

/** The last item of the previous page, in a list that is sorted by time and then by texts such as ids. */
export interface TimeCursor {
  readonly time: Date;
  readonly texts: readonly string[];
}

/**
 * Decodes a cursor whose value is `[time, ...texts]`, with the time in ms since 1970. Returns undefined for the first
 * page (`after` is null).
 * @param textCount number of texts
 * @throws ApiError BAD_USER_INPUT for a cursor of another list or an invalid one
 */
export function timeCursor(
  kind: string,
  after: string | null | undefined,
  textCount = 1,
  isText = isStorable,
): TimeCursor | undefined {
  if (after == null) return undefined;
  const value = decodeCursor(kind, after);
  if (Array.isArray(value) && value.length === textCount + 1) {
    const [time, ...texts] = value as unknown[];
    const isTime = typeof time === 'number' && Number.isInteger(time) && time >= MIN_TIME && time <= MAX_TIME;
    if (isTime && texts.every((text): text is string => typeof text === 'string' && isText(text)))
      return { time: new Date(time), texts };
  }
  throw wrongCursor();
}

/** Declares the argument `first` of a list: the page length. An explicit null means the default. */
export function First(defaultFirst = DEFAULT_FIRST): ParameterDecorator {
  return Arg('first', () => Int, { nullable: true, defaultValue: defaultFirst }) as ParameterDecorator;
}

/**
 * Returns the requested page length.
 * @throws ApiError BAD_USER_INPUT if it is below 0 or above `max`
 */
export function checkFirst(first: number | null, defaultFirst = DEFAULT_FIRST, max = MAX_FIRST): number {
  if (first === null) return defaultFirst;
  if (Number.isInteger(first) && first >= 0 && first <= max) return first;
  throw new ApiError('BAD_USER_INPUT', `first must be between 0 and ${max}; got ${first}.`);
}

export interface ConnectionPage<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: PageInfo;
}

/**
 * Returns one page of a list that can only be paged forward.
 * @param fetched up to `first` + 1 rows after the cursor; the additional row means that there is a next page
 * @param isContinued whether the page starts after a cursor
 */
export function pageOf<T>(
  fetched: readonly T[],
  first: number,
  isContinued: boolean,
  cursorOf: (node: T) => string,
): ConnectionPage<T> {
  const nodes = fetched.slice(0, first);
  const edges = nodes.map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: fetched.length > first,
      hasPreviousPage: isContinued,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
