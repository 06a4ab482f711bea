import { z } from 'zod';

export interface Rejected {
  readonly rejected: string;
  readonly message: string;
}

/** A time as ISO 8601 text. */
export const time = z.string().transform((text, context) => {
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  context.addIssue({ code: 'custom', message: 'is not an ISO 8601 time' });
  return z.NEVER;
});

/** An exact amount: a decimal string; a JSON number is taken as it is written. */
export const money = z.object({
  amount: z.union([z.string(), z.number().transform(String)]).pipe(z.string().regex(/^-?\d{1,20}(\.\d{1,10})?$/, 'is not a decimal')),
  currency: z.string(),
});

/** One JSON line in the shape of a GraphQL input, or why it is none. */
export function parseJsonLine<T>(text: string, schema: z.ZodType<T>): T | Rejected {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { rejected: 'MALFORMED', message: `not JSON: ${(error as Error).message}` };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return { rejected: 'MALFORMED', message: `${issue.path.join('.') || 'the line'}: ${issue.message}` };
}

export function isRejected(value: object): value is Rejected {
  return 'rejected' in value;
}
