import type { z } from 'zod';
import { faultOfJson } from '../events/event-json';

export interface Rejected {
  readonly rejected: string;
  readonly message: string;
}

/** One JSON line in the shape of a GraphQL input, or why it is none. */
export function parseJsonLine<T>(text: string, schema: z.ZodType<T>): T | Rejected {
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

export function isRejected(value: object): value is Rejected {
  return 'rejected' in value;
}

/** A fault's message as a sentence that names its field. */
export function naming(path: string | null | undefined, message: string): string {
  return path == null || message.startsWith(`${path} `) ? message : `${path}: ${message}`;
}
