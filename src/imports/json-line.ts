import { coercerOf } from '../graphql/input-type';

export interface LineRejection {
  readonly rejected: string;
  readonly message: string;
}

/**
 * Returns a function that parses a JSON line as GraphQL reads an input: it returns the value, or the reason for
 * rejecting the line.
 */
export function jsonLineParser<T extends object>(input: new () => T): (text: string) => T | LineRejection {
  const coerce = coercerOf<T>(input);
  return (text) => {
    const parsed = parseJson(text);
    if (isRejected(parsed)) return parsed;
    const coerced = coerce(parsed.value);
    if ('value' in coerced) return coerced.value;
    const { path, message } = coerced.fault;
    return { rejected: 'BAD_USER_INPUT', message: withFieldName(path, message) };
  };
}

/** Parses a JSON line that must be an object. */
export function parseJsonObject(text: string): { readonly value: Readonly<Record<string, unknown>> } | LineRejection {
  const parsed = parseJson(text);
  if (isRejected(parsed)) return parsed;
  const { value } = parsed;
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return { value: value as Record<string, unknown> };
  return { rejected: 'BAD_USER_INPUT', message: 'the line must be an object' };
}

function parseJson(text: string): { readonly value: unknown } | LineRejection {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { rejected: 'MALFORMED', message: `the line is not JSON: ${(error as Error).message}` };
  }
}

export function isRejected(value: object): value is LineRejection {
  return 'rejected' in value;
}

/** Returns a message that names its field: adds the path unless the message begins with it. */
export function withFieldName(path: string | null | undefined, message: string): string {
  if (path == null) return message;
  const isNamed = message.startsWith(path) && /^[ .[]/.test(message.slice(path.length));
  return isNamed ? message : `${path}: ${message}`;
}
