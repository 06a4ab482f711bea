import {
  coerceInputValue,
  getNamedType,
  getNullableType,
  type GraphQLError,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';
import { isStorable, UNSTORABLE } from './storable';

/** What is wrong with a value, and in which of its fields, such as `lines[0].unitPrice.amount`. */
export interface InputFault {
  readonly path: string | undefined;
  readonly message: string;
}

export type Coerced<T> = { readonly value: T } | { readonly fault: InputFault };

const MAX_MESSAGE_LENGTH = 300;
const MAX_VALUE_LENGTH = 60;

/**
 * Returns a function that coerces JSON values to an input type, as graphql-js does for variables, and refuses texts that
 * can't be stored. All ways into Freshet judge items with it: variables, `POST /events`, files and buses.
 *
 * graphql-js finds what is wrong. Valid values are recognized first by functions that are made once for each type,
 * which takes a third of the time.
 */
export function itemCoercer<T>(type: GraphQLInputType): (value: unknown) => Coerced<T> {
  const accept = acceptorOf(type, new Map());
  return (value) => {
    const accepted = accept(value);
    if (accepted !== REFUSED) return { value: accepted as T };
    try {
      // Without suggestions: they take seconds for an object with many unknown fields.
      const coerced: unknown = coerceInputValue(value, type, throwFault, true);
      const fault = findUnstorable(value, []);
      return fault === undefined ? { value: coerced as T } : { fault };
    } catch (error) {
      if (!(error instanceof FirstFault)) throw error;
      return { fault: faultOf(type, error.path, error.value, error.reason) };
    }
  };
}

/** Ends graphql-js' coercion at the first fault: a large value may have a million of them. */
class FirstFault extends Error {
  constructor(
    readonly path: readonly (string | number)[],
    readonly value: unknown,
    readonly reason: GraphQLError,
  ) {
    super(reason.message);
  }
}

function throwFault(path: readonly (string | number)[], value: unknown, reason: GraphQLError): never {
  throw new FirstFault(path, value, reason);
}

const MISSING = /^Field "(\w+)" of required type/;
const UNKNOWN = /^Field "(.*)" is not defined by type "\w+"/s;
/** Messages of our scalars begin with their name; these are graphql-js' own. */
const NO_SENTENCE = /^(?!(?:ID|Float|DateTime|ZonedDateTime|Decimal|JSONObject)\b)|^\w+ cannot represent/;

/** Returns a fault that graphql-js has found, with a sentence that begins with the name of the field. */
function faultOf(
  type: GraphQLInputType,
  path: readonly (string | number)[],
  value: unknown,
  { message }: GraphQLError,
): InputFault {
  const missing = MISSING.exec(message)?.[1];
  if (missing !== undefined) {
    const field = pathOf([...path, missing]);
    return { path: field, message: `${field} is missing` };
  }
  const name = pathOf(path) ?? 'the value';
  const unknown = UNKNOWN.exec(message)?.[1];
  if (unknown !== undefined) {
    const field = pathOf([...path, unknown]);
    return { path: field, message: `${field} is not a field of ${getNamedType(typeAt(type, path)).name}` };
  }
  const sentence = NO_SENTENCE.test(message)
    ? `${name} must be ${expectationOf(typeAt(type, path))}`
    : message.replace(/^\w+/, name);
  // The sentence about free JSON is about a value in it.
  const isComplete = sentence.includes('; got ') || (isObject(value) && !NO_SENTENCE.test(message));
  return {
    path: pathOf(path),
    message: isComplete ? shortened(sentence) : `${shortened(sentence)}; got ${shownValue(value)}`,
  };
}

/** Returns the type of the value at a path, which graphql-js has followed. */
function typeAt(type: GraphQLInputType, path: readonly (string | number)[]): GraphQLInputType {
  return path.reduce<GraphQLInputType>((outer, step) => {
    const at = getNullableType(outer);
    if (isListType(at)) return at.ofType;
    return (isInputObjectType(at) ? at.getFields()[step]?.type : undefined) ?? outer;
  }, type);
}

const EXPECTATIONS: Readonly<Record<string, string>> = {
  ID: 'text',
  String: 'text',
  Boolean: 'true or false',
  Int: 'a whole number from -2147483648 to 2147483647',
  Float: 'a number',
  JSONObject: 'an object',
  DateTime: 'a time with its offset, such as 2026-03-01T10:15:00Z',
  ZonedDateTime: 'a time such as 2026-03-01T10:15:00Z, or 2026-03-01T10:15:00 with a timeZone',
};

function expectationOf(type: GraphQLInputType): string {
  const bare = getNullableType(type);
  if (isListType(bare)) return 'a list';
  if (isEnumType(bare))
    return `one of ${bare
      .getValues()
      .map(({ name }) => name)
      .join(', ')}`;
  return EXPECTATIONS[bare.toString()] ?? 'an object';
}

/** Shows lists and objects by their type only: they may be large. */
function shownValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : shortened(JSON.stringify(value) ?? 'nothing', MAX_VALUE_LENGTH);
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null;

function pathOf(path: readonly (string | number)[]): string | undefined {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  return text === '' ? undefined : text.replace(/^\./, '');
}

const shortened = (text: string, length = MAX_MESSAGE_LENGTH) =>
  text.length > length ? `${text.slice(0, length)} …` : text;

/** Values nested more deeply are free JSON, which its scalar checks. */
const MAX_LEVELS = 40;

/**
 * Returns what is wrong with the first text that can't be stored.
 * @param skipped values that have been checked
 */
export function findUnstorable(
  value: unknown,
  path: readonly (string | number)[],
  skipped: ReadonlySet<unknown> = new Set(),
): InputFault | undefined {
  if (typeof value === 'string')
    return isStorable(value)
      ? undefined
      : { path: pathOf(path), message: `${pathOf(path) ?? 'the value'} ${UNSTORABLE}` };
  if (typeof value !== 'object' || value === null || path.length > MAX_LEVELS || skipped.has(value)) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const fault = findUnstorable(inner, [...path, Array.isArray(value) ? Number(key) : key], skipped);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const REFUSED = Symbol('refused');
/** Returns the coerced value, or `REFUSED` if it may be invalid. */
type Acceptor = (value: unknown) => unknown;

function acceptorOf(type: GraphQLInputType, known: Map<GraphQLInputType, Acceptor>): Acceptor {
  if (isNonNullType(type)) {
    const accept = acceptorOf(type.ofType, known);
    return (value) => (value == null ? REFUSED : accept(value));
  }
  const accept = known.get(type) ?? acceptorOfPresent(type, known);
  return (value) => (value == null ? null : accept(value));
}

/** The function for values other than null. */
function acceptorOfPresent(type: GraphQLInputType, known: Map<GraphQLInputType, Acceptor>): Acceptor {
  if (isListType(type)) {
    const accept = acceptorOf(type.ofType, known);
    return (value) => {
      if (!Array.isArray(value)) return REFUSED;
      const items: unknown[] = [];
      for (const item of value) {
        const accepted = accept(item);
        if (accepted === REFUSED) return REFUSED;
        items.push(accepted);
      }
      return items;
    };
  }
  if (isInputObjectType(type)) {
    let accept: Acceptor | undefined;
    const acceptLater: Acceptor = (value) => (accept ??= objectAcceptorOf(type, known))(value);
    known.set(type, acceptLater);
    return acceptLater;
  }
  if (isEnumType(type))
    return (value) => (typeof value === 'string' ? ((type.getValue(value)?.value as unknown) ?? REFUSED) : REFUSED);
  if (isScalarType(type)) {
    if (isSpecifiedScalarType(type) && type.name === 'String')
      return (value) => (typeof value === 'string' && isStorable(value) ? value : REFUSED);
    return (value) => {
      try {
        return type.parseValue(value);
      } catch {
        return REFUSED;
      }
    };
  }
  return () => REFUSED;
}

function objectAcceptorOf(type: GraphQLInputObjectType, known: Map<GraphQLInputType, Acceptor>): Acceptor {
  const fields = Object.values(type.getFields());
  const acceptors = new Map(fields.map((field) => [field.name, acceptorOf(field.type, known)]));
  const required = fields.filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
  const defaults = fields.filter((field) => field.defaultValue !== undefined);
  if (type.isOneOf) return () => REFUSED;
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return REFUSED;
    const coerced: Record<string, unknown> = {};
    for (const [name, given] of Object.entries(value)) {
      const acceptField = acceptors.get(name);
      if (acceptField !== undefined && given === undefined) continue;
      const accepted = acceptField === undefined ? REFUSED : acceptField(given);
      if (accepted === REFUSED) return REFUSED;
      coerced[name] = accepted;
    }
    for (const { name } of required) if (coerced[name] === undefined) return REFUSED;
    for (const { name, defaultValue } of defaults) if (coerced[name] === undefined) coerced[name] = defaultValue;
    return coerced;
  };
}
