import type { z } from 'zod';
import { faultOfJson } from '../events/event-json';

export interface LineRejection {
  readonly rejected: string;
  readonly message: string;
}

/**
 * Parses a JSON line that must have the shape of a GraphQL input. Returns the value, or the reason for rejecting it.
 */
export function parseJsonLine<T>(text: string, schema: z.ZodType<T>): T | LineRejection {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { rejected: 'MALFORMED', message: `the line is not JSON: ${(error as Error).message}` };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  return { rejected: 'MALFORMED', message: faultOfJson(parsed.error, value, 'the line').message };
}

export function isRejected(value: object): value is LineRejection {
  return 'rejected' in value;
}

/** Returns a message that names its field: adds the path unless the message begins with it. */
export function withFieldName(path: string | null | undefined, message: string): string {
  return path == null || message.startsWith(`${path} `) ? message : `${path}: ${message}`;
}
