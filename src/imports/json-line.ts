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
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      return { rejected: 'MALFORMED', message: `the line is not JSON: ${(error as Error).message}` };
    }
    const coerced = coerce(value);
    if ('value' in coerced) return coerced.value;
    const { path, message } = coerced.fault;
    return { rejected: 'BAD_USER_INPUT', message: withFieldName(path, message) };
  };
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
